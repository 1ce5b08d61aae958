-- Of what was first sent with the order, and of what an exchange gave for it, once that was sent too.
SELECT 'no more comes back than was sent', 'order line ' || l.id,
       format('sent %s, back %s', coalesce(s.sent, 0), r.back)
FROM orders_orderline l
JOIN (
    SELECT x.order_line_id, sum(x.quantity) AS back
    FROM orders_returnline x JOIN orders_return p ON p.id = x.parcel_id
    WHERE x.came_by_id IS NULL AND p.state NOT IN ('refused', 'lost') GROUP BY 1
) r ON r.order_line_id = l.id
LEFT JOIN (SELECT order_line_id, sum(quantity) AS sent FROM orders_shipmentline GROUP BY 1) s ON s.order_line_id = l.id
WHERE r.back > coalesce(s.sent, 0)
UNION ALL
SELECT 'no more comes back than was sent', 'return line ' || r.came_by_id,
       format('sent in exchange %s, back %s', coalesce(g.quantity, 0), r.back)
FROM (
    SELECT x.came_by_id, x.order_line_id, sum(x.quantity) AS back
    FROM orders_returnline x JOIN orders_return p ON p.id = x.parcel_id
    WHERE x.came_by_id IS NOT NULL AND p.state NOT IN ('refused', 'lost') GROUP BY 1, 2
) r
LEFT JOIN (
    SELECT x.id, x.order_line_id, x.quantity FROM orders_returnline x JOIN orders_return p ON p.id = x.parcel_id
    WHERE x.exchange_to_id IS NOT NULL AND p.state = 'closed' AND p.sent_at IS NOT NULL
) g ON g.id = r.came_by_id AND g.order_line_id = r.order_line_id
WHERE r.back > coalesce(g.quantity, 0)
