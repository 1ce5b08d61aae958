SELECT 'the total adds up', 'order ' || o.number,
       format('lines %s, subtotal %s, total %s', coalesce(l.amount, 0), o.subtotal_subunit, o.total_subunit)
FROM orders_order o
LEFT JOIN (SELECT order_id, sum(total_subunit) AS amount FROM orders_orderline WHERE kind <> 'component' GROUP BY 1) l
    ON l.order_id = o.id
WHERE coalesce(l.amount, 0) <> o.subtotal_subunit
   OR o.total_subunit <> o.subtotal_subunit - o.discount_subunit + o.delivery_subunit + o.tax_subunit
