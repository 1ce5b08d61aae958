SELECT 'a webhook that was applied found its money', 'event ' || e.key, format('payment %s is not captured', e.reference)
FROM payments_providerevent e
LEFT JOIN payments_payment p ON p.reference = e.reference AND p.state = 'captured'
WHERE e.event = 'charge.success' AND e.state = 'applied' AND p.id IS NULL
