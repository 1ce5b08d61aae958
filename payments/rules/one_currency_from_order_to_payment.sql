SELECT 'one currency from order to payment', 'payment ' || p.reference, format('%s for %s', p.currency, o.currency)
FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
WHERE p.currency <> o.currency
