SELECT 'a sale belongs to a line of the same size', 'movement ' || m.id, format('%s %s', m.source_type, m.source_id)
FROM catalog_stockmovement m
LEFT JOIN orders_orderline l
    ON m.source_type = 'order_line' AND l.id = m.source_id AND coalesce(l.instead_id, l.variant_size_id) = m.variant_size_id
LEFT JOIN orders_returnline r
    ON m.source_type = 'return_line' AND r.id = m.source_id AND coalesce(r.exchange_to_id, r.stayed_id) = m.variant_size_id
    AND r.quantity = -m.change
WHERE m.reason = 'sold' AND l.id IS NULL AND r.id IS NULL
