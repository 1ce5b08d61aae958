SELECT 'events lead to the status', 'order ' || o.number, format('status %s, last event to %s', o.status, last.to_status)
FROM orders_order o
LEFT JOIN LATERAL (
    SELECT to_status FROM orders_orderevent e WHERE e.order_id = o.id AND to_status <> '' ORDER BY id DESC LIMIT 1
) last ON true
WHERE o.status IS DISTINCT FROM last.to_status
