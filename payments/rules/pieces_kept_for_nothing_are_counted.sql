SELECT 'pieces kept for nothing are counted', 'order line ' || l.id,
       format('refunds say %s, the line %s', coalesce(r.pieces, 0), l.refunded_kept)
FROM orders_orderline l
LEFT JOIN (SELECT rl.order_line_id, sum(rl.quantity - rl.came_back) AS pieces
           FROM payments_refundline rl JOIN payments_refund r ON r.id = rl.refund_id
           WHERE rl.kept AND r.state <> 'failed' GROUP BY 1) r ON r.order_line_id = l.id
WHERE coalesce(r.pieces, 0) <> l.refunded_kept
