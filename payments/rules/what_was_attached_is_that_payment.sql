SELECT 'what was attached is that payment', 'difference ' || d.id, format('%s, payment %s', d.reference, p.reference)
FROM payments_difference d
JOIN payments_payment p ON p.id = d.payment_id
WHERE d.closed_how = 'attached' AND p.reference <> d.reference
