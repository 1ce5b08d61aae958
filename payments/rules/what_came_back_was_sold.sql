SELECT 'what came back was sold', 'order line ' || l.id, format('sold %s, back %s', l.quantity, b.quantity)
FROM orders_orderline l
JOIN (
    SELECT coalesce(rl.order_line_id, m.source_id) AS line_id, sum(m.change) AS quantity
    FROM catalog_stockmovement m
    LEFT JOIN payments_refundline rl ON m.source_type = 'refund_line' AND rl.id = m.source_id
    WHERE m.reason = 'return' AND m.source_type IN ('order_line', 'refund_line', 'rest_of_line')
    GROUP BY 1
) b ON b.line_id = l.id
WHERE b.quantity > l.quantity
