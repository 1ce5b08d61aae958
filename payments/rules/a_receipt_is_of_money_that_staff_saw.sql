SELECT 'a receipt is of money that staff saw', 'receipt ' || r.id, format('payment %s, %s %s', p.reference, p.state, p.outcome)
FROM payments_receipt r
JOIN payments_payment p ON p.id = r.payment_id
WHERE p.state <> 'captured' OR p.outcome <> 'applied' OR p.provider_transaction_id IS NOT NULL
   OR p.captured_subunit <> p.amount_subunit OR p.captured_currency <> p.currency OR p.channel <> r.method
   OR NOT EXISTS (SELECT 1 FROM orders_orderevent e
                  WHERE e.order_id = p.order_id AND e.kind = 'paid-offline' AND e.key = p.reference)
