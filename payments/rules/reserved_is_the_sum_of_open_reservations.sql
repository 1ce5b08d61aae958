SELECT 'reserved is the sum of open reservations', 'size ' || s.sku,
       format('reserved %s, open reservations %s', s.reserved, coalesce(r.kept, 0))
FROM catalog_variantsize s
LEFT JOIN (SELECT variant_size_id, sum(quantity) AS kept FROM orders_reservation WHERE state = 'open' GROUP BY 1) r
    ON r.variant_size_id = s.id
WHERE s.reserved <> coalesce(r.kept, 0)
