SELECT 'money that fulfilled nothing is in review', 'payment ' || p.reference, format('outcome %s', p.outcome)
FROM payments_payment p
WHERE p.state = 'captured' AND p.outcome <> 'applied'
  AND (p.review_opened_at IS NULL
       OR (p.review_closed_at IS NOT NULL AND p.captured_subunit > (
            SELECT coalesce(sum(back.amount_subunit), 0) FROM (
                SELECT r.amount_subunit FROM payments_refund r
                WHERE r.payment_id = p.id AND r.state IN ('processed', 'by-hand')
                UNION ALL
                SELECT d.amount_subunit FROM payments_dispute d WHERE d.payment_id = p.id AND d.state = 'lost'
            ) back)))
