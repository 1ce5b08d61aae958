SELECT 'a paid order has one payment of its amount', 'order ' || o.number,
       format('total %s %s, applied %s', o.total_subunit, o.currency, coalesce(p.paid::text, 'none'))
FROM orders_order o
LEFT JOIN (
    -- Where the customer bears Paystack's fee, what was captured is the total and the fee.
    SELECT order_id, count(*) AS n, min(captured_currency) AS currency,
           sum(captured_subunit - CASE WHEN captured_subunit - amount_subunit BETWEEN 1 AND coalesce(fees_subunit, 0)
                                       THEN captured_subunit - amount_subunit ELSE 0 END) AS paid
    FROM payments_payment WHERE state = 'captured' AND outcome = 'applied' AND purpose = 'items' GROUP BY 1
) p ON p.order_id = o.id
WHERE (o.paid_at IS NOT NULL AND o.total_subunit > 0
       AND (coalesce(p.n, 0) <> 1 OR p.paid <> o.total_subunit OR p.currency <> o.currency))
   OR (o.paid_at IS NULL AND coalesce(p.n, 0) > 0)
