SELECT 'a webhook that was applied found its money', 'event ' || e.key, format('%s, but no payment %s is so', e.event, e.reference)
FROM payments_providerevent e
LEFT JOIN payments_payment p ON p.reference = e.reference AND p.state = 'captured'
WHERE e.state = 'applied' AND e.event ~ '^(charge\.|refund\.)'
  AND (p.id IS NULL
       OR (e.event LIKE 'refund.%' AND NOT EXISTS (SELECT FROM payments_refund r WHERE r.payment_id = p.id))
       OR (e.event LIKE 'charge.dispute.%' AND NOT EXISTS (SELECT FROM payments_dispute d WHERE d.payment_id = p.id)))
