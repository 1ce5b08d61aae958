SELECT 'events form an unbroken path', 'order ' || number, format('%s starts at %s, not at %s', kind, from_status, before)
FROM (
    SELECT o.number, e.kind, e.from_status,
           coalesce(lag(e.to_status) OVER (PARTITION BY e.order_id ORDER BY e.id), '') AS before
    FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id
    WHERE e.to_status <> ''
) path
WHERE from_status <> before
