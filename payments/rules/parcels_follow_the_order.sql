SELECT 'parcels follow the order', 'order ' || o.number,
       format('%s, but %s of %s pieces are sent', o.status, coalesce(s.sent, 0), l.pieces)
FROM orders_order o
JOIN (SELECT order_id, sum(quantity - taken_back) AS pieces FROM orders_orderline WHERE kind <> 'bundle' GROUP BY 1) l
    ON l.order_id = o.id
LEFT JOIN (
    SELECT p.order_id, sum(s.quantity) AS sent
    FROM orders_shipmentline s JOIN orders_shipment p ON p.id = s.shipment_id GROUP BY 1
) s ON s.order_id = o.id
WHERE CASE
    WHEN o.status IN ('shipped', 'delivered') THEN coalesce(s.sent, 0) <> l.pieces
    -- Nobody took it at the door, or it never came there.
    WHEN o.status = 'cancelled' AND o.shipped_at IS NOT NULL THEN coalesce(s.sent, 0) <> l.pieces
    WHEN o.status = 'packed' THEN coalesce(s.sent, 0) > l.pieces
    ELSE coalesce(s.sent, 0) > 0
END
