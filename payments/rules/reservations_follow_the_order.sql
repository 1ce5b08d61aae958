SELECT 'reservations follow the order', 'order ' || o.number,
       format('%s, but reserved %s, consumed %s of %s', o.status, coalesce(r.open, 0), coalesce(r.consumed, 0), l.pieces)
FROM orders_order o
JOIN (SELECT order_id, sum(quantity) AS pieces FROM orders_orderline WHERE kind <> 'bundle' GROUP BY 1) l
    ON l.order_id = o.id
LEFT JOIN (
    SELECT order_id,
           sum(quantity) FILTER (WHERE state = 'open') AS open,
           sum(quantity) FILTER (WHERE state = 'consumed') AS consumed
    FROM orders_reservation GROUP BY 1
) r ON r.order_id = o.id
WHERE coalesce(r.open, 0) <> CASE WHEN o.status = 'pending_payment' THEN l.pieces ELSE 0 END
   OR coalesce(r.consumed, 0) <> CASE WHEN o.paid_at IS NOT NULL THEN l.pieces ELSE 0 END
