from catalog.models.bundles import Bundle
from catalog.models.images import Image
from catalog.models.products import Category, Colour, Product, Size, Variant, VariantSize
from catalog.models.stock import StockMovement

__all__ = [
    "Bundle",
    "Category",
    "Colour",
    "Image",
    "Product",
    "Size",
    "StockMovement",
    "Variant",
    "VariantSize",
]
