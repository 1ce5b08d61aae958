SELECT 'no webhook waits for long', 'event ' || key, format('due %s, %s attempts', next_attempt_at, attempts)
FROM payments_providerevent
WHERE state = 'received' AND next_attempt_at < now() - interval '10 minutes'
