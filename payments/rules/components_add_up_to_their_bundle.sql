SELECT 'components add up to their bundle', 'order line ' || b.id,
       format('bundle %s, components %s', b.total_subunit, coalesce(c.amount, 0))
FROM orders_orderline b
LEFT JOIN (SELECT parent_id, sum(total_subunit) AS amount FROM orders_orderline WHERE kind = 'component' GROUP BY 1) c
    ON c.parent_id = b.id
WHERE b.kind = 'bundle' AND b.total_subunit <> coalesce(c.amount, 0)
