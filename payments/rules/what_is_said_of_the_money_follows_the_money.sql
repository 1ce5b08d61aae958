SELECT 'what is said of the money follows the money', 'order ' || o.number, format('%s, paid at %s', o.payment_status, o.paid_at)
FROM orders_order o
WHERE (o.paid_at IS NOT NULL AND o.payment_status = 'unpaid')
   OR (o.paid_at IS NULL AND o.payment_status = 'paid')
   OR (o.payment_status = 'refund_due' AND NOT EXISTS (
        SELECT 1 FROM payments_payment p WHERE p.order_id = o.id AND p.state = 'captured'))
