"""Products, prices and stock as CSV and XLSX: written, read back, compared first, and applied whole or not at all."""
