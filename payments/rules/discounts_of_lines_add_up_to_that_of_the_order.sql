SELECT 'discounts of lines add up to that of the order', 'order ' || o.number,
       format('lines %s, order %s', coalesce(l.discount, 0), o.discount_subunit)
FROM orders_order o
LEFT JOIN (SELECT order_id, sum(discount_subunit) AS discount FROM orders_orderline WHERE kind <> 'component' GROUP BY 1) l
    ON l.order_id = o.id
WHERE o.discount_subunit <> coalesce(l.discount, 0)
