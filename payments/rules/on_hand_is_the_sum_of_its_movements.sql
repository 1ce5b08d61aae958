SELECT 'on hand is the sum of its movements', 'size ' || s.sku,
       format('on hand %s, movements %s', s.on_hand, coalesce(m.moved, 0))
FROM catalog_variantsize s
LEFT JOIN (SELECT variant_size_id, sum(change) AS moved FROM catalog_stockmovement GROUP BY 1) m
    ON m.variant_size_id = s.id
WHERE s.on_hand <> coalesce(m.moved, 0)
