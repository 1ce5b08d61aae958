SELECT 'redemptions follow the order', 'order ' || o.number, format('%s, but its redemption is %s', o.status, r.state)
FROM orders_redemption r
JOIN orders_order o ON o.id = r.order_id
WHERE (o.status IN ('cancelled', 'expired')) <> (r.state = 'freed')
  AND NOT (o.status = 'cancelled' AND r.state = 'honoured')
