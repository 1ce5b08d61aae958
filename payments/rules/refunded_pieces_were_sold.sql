SELECT 'refunded pieces were sold', 'order line ' || l.id, format('sold %s, refunded %s', l.quantity, r.quantity)
FROM orders_orderline l
JOIN (SELECT rl.order_line_id, sum(rl.quantity) AS quantity, bool_or(p.order_id <> ol.order_id) AS foreign_line
      FROM payments_refundline rl
      JOIN payments_refund r ON r.id = rl.refund_id AND r.state <> 'failed'
      JOIN payments_payment p ON p.id = r.payment_id
      JOIN orders_orderline ol ON ol.id = rl.order_line_id
      GROUP BY 1) r ON r.order_line_id = l.id
WHERE r.quantity > l.quantity OR r.foreign_line OR l.kind = 'bundle'
