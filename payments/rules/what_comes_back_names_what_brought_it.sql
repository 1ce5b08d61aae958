SELECT 'what comes back names what brought it', 'movement ' || m.id, format('%s %s', m.source_type, m.source_id)
FROM catalog_stockmovement m
LEFT JOIN orders_orderline l
    ON m.source_type = 'order_line' AND l.id = m.source_id AND coalesce(l.instead_id, l.variant_size_id) = m.variant_size_id
LEFT JOIN payments_refundline f ON m.source_type = 'refund_line' AND f.id = m.source_id
LEFT JOIN orders_returnline r ON m.source_type = 'return_line' AND r.id = m.source_id
WHERE m.reason = 'return' AND m.source_type <> '' AND l.id IS NULL AND f.id IS NULL AND r.id IS NULL
