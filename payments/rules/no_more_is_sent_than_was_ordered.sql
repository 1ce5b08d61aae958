SELECT 'no more is sent than was ordered', 'order line ' || l.id,
       format('ordered %s, sent %s, taken back %s', l.quantity, s.sent, l.taken_back)
FROM orders_orderline l
JOIN (SELECT order_line_id, sum(quantity) AS sent FROM orders_shipmentline GROUP BY 1) s ON s.order_line_id = l.id
WHERE s.sent + l.taken_back > l.quantity OR l.kind = 'bundle'
