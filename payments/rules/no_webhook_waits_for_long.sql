SELECT 'no webhook waits for long', 'event ' || key, format('received %s, %s attempts', received_at, attempts)
FROM payments_providerevent
WHERE state = 'received' AND received_at < now() - interval '10 minutes'
