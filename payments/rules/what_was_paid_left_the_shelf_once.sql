-- Or was sent, to be paid at the door.
SELECT 'what was paid left the shelf once', 'order ' || o.number,
       format('line %s: sold %s of %s', l.id, coalesce(-m.change, 0),
              CASE WHEN o.paid_at IS NULL AND NOT (o.pay_on_delivery AND o.shipped_at IS NOT NULL) THEN 0 ELSE l.quantity END)
FROM orders_orderline l
JOIN orders_order o ON o.id = l.order_id
LEFT JOIN catalog_stockmovement m
    ON m.source_type = 'order_line' AND m.source_id = l.id AND m.reason = 'sold'
WHERE l.kind IN ('piece', 'component')
  AND coalesce(-m.change, 0) <> CASE WHEN o.paid_at IS NULL AND NOT (o.pay_on_delivery AND o.shipped_at IS NOT NULL) THEN 0 ELSE l.quantity END
