-- Those of them that stayed here when the others left are nobody's.
SELECT 'pieces kept for nothing are counted', 'order line ' || l.id,
       format('refunds say %s, of which %s stayed, the line %s', coalesce(r.pieces, 0), coalesce(m.change, 0), l.refunded_kept)
FROM orders_orderline l
LEFT JOIN (SELECT rl.order_line_id, sum(rl.quantity - rl.came_back) AS pieces
           FROM payments_refundline rl JOIN payments_refund r ON r.id = rl.refund_id
           WHERE rl.kept AND r.state <> 'failed' GROUP BY 1) r ON r.order_line_id = l.id
LEFT JOIN catalog_stockmovement m ON m.source_type = 'rest_of_line' AND m.source_id = l.id AND m.reason = 'return'
WHERE greatest(0, coalesce(r.pieces, 0) - coalesce(m.change, 0)) <> l.refunded_kept
