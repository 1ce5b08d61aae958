SELECT 'discounts of components add up to their bundle', 'order line ' || b.id,
       format('bundle %s, components %s', b.discount_subunit, coalesce(c.discount, 0))
FROM orders_orderline b
LEFT JOIN (
    SELECT parent_id, sum(discount_subunit) AS discount FROM orders_orderline WHERE kind = 'component' GROUP BY 1
) c ON c.parent_id = b.id
WHERE b.kind = 'bundle' AND b.discount_subunit <> coalesce(c.discount, 0)
