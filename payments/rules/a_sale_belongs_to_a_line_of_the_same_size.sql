SELECT 'a sale belongs to a line of the same size', 'movement ' || m.id, format('order line %s', m.source_id)
FROM catalog_stockmovement m
LEFT JOIN orders_orderline l ON l.id = m.source_id AND l.variant_size_id = m.variant_size_id
WHERE m.reason = 'sold' AND (m.source_type <> 'order_line' OR l.id IS NULL)
