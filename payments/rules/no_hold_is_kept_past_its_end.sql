SELECT 'no hold is kept past its end', 'order ' || number, format('hold ended %s', hold_expires_at)
FROM orders_order
WHERE status = 'pending_payment' AND NOT pay_on_delivery AND hold_expires_at < now() - interval '10 minutes'
