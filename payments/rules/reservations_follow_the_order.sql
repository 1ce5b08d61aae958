-- Of each size what its lines need: components of bundles by their own lines, another size where one was taken instead.
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
WHERE coalesce(r.open, 0) <> CASE WHEN o.status = 'pending_payment' THEN coalesce(l.pieces, 0) ELSE 0 END
   OR coalesce(r.consumed, 0) <> CASE WHEN o.paid_at IS NOT NULL THEN coalesce(l.pieces, 0) ELSE 0 END
