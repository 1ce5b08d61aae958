SELECT 'no more comes back than was sent', 'order line ' || l.id,
       format('sent %s, back %s', coalesce(s.sent, 0), r.back)
FROM orders_orderline l
JOIN (
    SELECT x.order_line_id, sum(x.quantity) AS back
    FROM orders_returnline x JOIN orders_return p ON p.id = x.parcel_id
    WHERE p.state NOT IN ('refused', 'lost') GROUP BY 1
) r ON r.order_line_id = l.id
LEFT JOIN (SELECT order_line_id, sum(quantity) AS sent FROM orders_shipmentline GROUP BY 1) s ON s.order_line_id = l.id
WHERE r.back > coalesce(s.sent, 0)
