SELECT 'money that fulfilled nothing is in review', 'payment ' || reference, format('outcome %s', outcome)
FROM payments_payment
WHERE state = 'captured' AND outcome <> 'applied' AND review_opened_at IS NULL
