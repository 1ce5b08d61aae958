-- All of it: was given back, is on its way, or waits for staff because it failed.
SELECT 'money of an ended order goes back', 'payment ' || p.reference,
       format('%s, taken %s, going back %s', o.status, p.captured_subunit, coalesce(r.amount, 0))
FROM payments_payment p
JOIN orders_order o ON o.id = p.order_id
LEFT JOIN LATERAL (
    SELECT sum(amount_subunit) AS amount FROM payments_refund
    WHERE payment_id = p.id AND (state <> 'failed' OR resolved_at IS NULL)
) r ON true
WHERE p.state = 'captured' AND p.outcome = 'applied' AND o.status IN ('cancelled', 'expired')
  AND coalesce(r.amount, 0) < least(p.amount_subunit, p.captured_subunit)
  AND NOT EXISTS (SELECT FROM payments_dispute d WHERE d.payment_id = p.id)
  AND (p.review_opened_at IS NULL OR p.review_closed_at IS NOT NULL)
