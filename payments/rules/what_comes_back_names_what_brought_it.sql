-- An order line that was cancelled, or whose rest was kept in the shop, the line of a refund or that of a return: of the very
-- size that had gone out, with the order or in exchange. What was taken for an exchange and not sent, that line of a return.
SELECT 'what comes back names what brought it', 'movement ' || m.id, format('%s %s', m.source_type, m.source_id)
FROM catalog_stockmovement m
LEFT JOIN payments_refundline f ON m.source_type = 'refund_line' AND f.id = m.source_id
LEFT JOIN orders_returnline r ON m.source_type = 'return_line' AND r.id = m.source_id
LEFT JOIN orders_returnline n ON m.source_type = 'not_sent' AND n.id = m.source_id AND n.stayed_id = m.variant_size_id
LEFT JOIN orders_returnline g ON g.id = r.came_by_id
LEFT JOIN orders_orderline l
    ON l.id = CASE WHEN m.source_type IN ('order_line', 'rest_of_line') THEN m.source_id
                   ELSE coalesce(f.order_line_id, r.order_line_id) END
    AND m.variant_size_id = CASE WHEN g.id IS NULL THEN coalesce(l.instead_id, l.variant_size_id) ELSE g.exchange_to_id END
WHERE m.reason = 'return' AND m.source_type <> '' AND l.id IS NULL AND n.id IS NULL
