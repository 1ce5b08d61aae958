SELECT 'reserved within on hand', 'size ' || sku, format('reserved %s, on hand %s', reserved, on_hand)
FROM catalog_variantsize
WHERE reserved < 0 OR reserved > on_hand
