SELECT 'no key of a provider is kept', 'webhook ' || key, 'a secret key'
FROM payments_providerevent
WHERE body ~ 'sk_(live|test)_'
