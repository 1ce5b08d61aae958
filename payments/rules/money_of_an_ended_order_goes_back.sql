SELECT 'money of an ended order goes back', 'payment ' || p.reference, format('%s, taken %s', o.status, p.captured_subunit)
FROM payments_payment p
JOIN orders_order o ON o.id = p.order_id
WHERE p.state = 'captured' AND p.outcome = 'applied' AND o.status IN ('cancelled', 'expired')
  AND NOT EXISTS (SELECT FROM payments_refund r WHERE r.payment_id = p.id)
  AND NOT EXISTS (SELECT FROM payments_dispute d WHERE d.payment_id = p.id)
  AND (p.review_opened_at IS NULL OR p.review_closed_at IS NOT NULL)
