SELECT 'an order that a client was told of exists', 'request key ' || k.key, format('told of %s', told.number)
FROM core_idempotencykey k
CROSS JOIN LATERAL (SELECT (k.answer #>> '{}')::jsonb ->> 'number' AS number) told
LEFT JOIN orders_order o ON o.number = told.number
WHERE k.scope LIKE 'orders.place %' AND k.status_code = 201 AND o.id IS NULL
