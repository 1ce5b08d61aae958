SELECT 'nothing is given back while a bank decides', 'refund ' || r.id, format('dispute %s of payment %s', d.id, r.payment_id)
FROM payments_refund r
JOIN payments_dispute d ON d.payment_id = r.payment_id AND d.state = 'open' AND r.created_at > d.opened_at
WHERE r.state <> 'failed'
