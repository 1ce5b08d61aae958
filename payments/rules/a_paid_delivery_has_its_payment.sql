SELECT 'a paid delivery has its payment', 'order ' || o.number,
       format('delivery %s; price %s %s, applied %s', o.quote_status, coalesce(q.state, 'none'), q.amount_subunit,
              coalesce(p.amount::text, 'none'))
FROM orders_order o
LEFT JOIN orders_deliveryquote q ON q.order_id = o.id AND q.state IN ('open', 'paid')
LEFT JOIN (
    SELECT order_id, quote_id, sum(amount_subunit) AS amount FROM payments_payment
    WHERE purpose = 'delivery' AND outcome = 'applied' GROUP BY 1, 2
) p ON p.order_id = o.id
WHERE coalesce(q.state, 'none') <> CASE o.quote_status WHEN 'quoted' THEN 'open' WHEN 'paid' THEN 'paid' ELSE 'none' END
   OR (p.order_id IS NOT NULL) <> (coalesce(q.state, 'none') = 'paid')
   OR (p.order_id IS NOT NULL AND (p.quote_id <> q.id OR p.amount <> q.amount_subunit))
