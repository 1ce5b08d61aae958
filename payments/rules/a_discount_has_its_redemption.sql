SELECT 'a discount has its redemption', 'order ' || o.number,
       format('discount %s, redeemed %s', o.discount_subunit, coalesce(r.amount, 0))
FROM orders_order o
LEFT JOIN (SELECT order_id, sum(amount_subunit) AS amount FROM orders_redemption GROUP BY 1) r ON r.order_id = o.id
WHERE o.discount_subunit <> coalesce(r.amount, 0)
