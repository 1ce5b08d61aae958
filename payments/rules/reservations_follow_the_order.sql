-- Of each size what its lines need: components of bundles by their own lines, another size where one was taken instead.
-- What is paid at the door is kept until it is sent, and sold with that.
SELECT 'reservations follow the order', 'order ' || o.number,
       format('%s, but of size %s reserved %s, consumed %s of %s', o.status, coalesce(l.size, r.size), coalesce(r.open, 0),
              coalesce(r.consumed, 0), coalesce(l.pieces, 0))
FROM (
    SELECT order_id, coalesce(instead_id, variant_size_id) AS size, sum(quantity) AS pieces
    FROM orders_orderline WHERE kind <> 'bundle' GROUP BY 1, 2
) l
FULL JOIN (
    SELECT order_id, variant_size_id AS size,
           sum(quantity) FILTER (WHERE state = 'open') AS open,
           sum(quantity) FILTER (WHERE state = 'consumed') AS consumed
    FROM orders_reservation WHERE state IN ('open', 'consumed') GROUP BY 1, 2
) r ON r.order_id = l.order_id AND r.size = l.size
JOIN orders_order o ON o.id = coalesce(l.order_id, r.order_id)
WHERE coalesce(r.open, 0) <> CASE
        WHEN o.status = 'pending_payment' OR (o.status = 'packed' AND o.paid_at IS NULL) THEN coalesce(l.pieces, 0) ELSE 0 END
   OR coalesce(r.consumed, 0) <> CASE
        WHEN o.paid_at IS NOT NULL OR (o.pay_on_delivery AND o.shipped_at IS NOT NULL) THEN coalesce(l.pieces, 0) ELSE 0 END
