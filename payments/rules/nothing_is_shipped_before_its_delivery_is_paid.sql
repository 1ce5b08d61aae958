-- Not a single parcel of it either.
SELECT 'nothing is shipped before its delivery is paid', 'order ' || o.number, format('%s, delivery %s', o.status, o.quote_status)
FROM orders_order o
WHERE o.quote_status IN ('awaiting', 'quoted')
  AND (o.status IN ('shipped', 'delivered') OR EXISTS (SELECT FROM orders_shipment s WHERE s.order_id = o.id))
