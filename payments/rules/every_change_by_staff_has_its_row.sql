-- What is there now is what the last row of it says; each row begins where the one before ended (core/audit_rows.py).
-- Of stock on_hand_is_the_sum_of_its_movements says the same.
SELECT 'every change by staff has its row', coalesce(held.source, last.source) || ' ' || coalesce(held.row_id, last.row_id),
       format('now %s, last row %s', coalesce(held.now::text, 'gone'), coalesce(last.after::text, 'none'))
FROM (
    SELECT 'core_switch' AS source, x.name AS row_id, in_utc(x) AS now
    FROM (SELECT name, "on", note FROM core_switch) x
    UNION ALL
    SELECT 'catalog_category', x.id::text, in_utc(x)
    FROM (SELECT id, minimum_quantity, exempting_category_id, final_sale, active FROM catalog_category) x
    UNION ALL
    SELECT 'catalog_product', x.id::text, in_utc(x)
    FROM (SELECT id, base_price_kobo, compare_at_kobo, usd_price_cents FROM catalog_product) x
    UNION ALL
    SELECT 'catalog_variantsize', x.id::text, in_utc(x)
    FROM (SELECT id, price_kobo FROM catalog_variantsize WHERE price_kobo IS NOT NULL) x
    UNION ALL
    SELECT 'catalog_bundle', x.id::text, in_utc(x)
    FROM (SELECT id, price_kobo, usd_price_cents, pieces FROM catalog_bundle) x
    UNION ALL
    SELECT 'catalog_sale', x.id::text, in_utc(x) FROM (SELECT id, name, starts_at, ends_at, active FROM catalog_sale) x
    UNION ALL
    SELECT 'catalog_saleprice', x.id::text, in_utc(x)
    FROM (SELECT id, sale_id, product_id, variant_size_id, price_kobo FROM catalog_saleprice) x
    UNION ALL
    SELECT 'catalog_exchangerate', x.id::text, in_utc(x)
    FROM (SELECT id, currency, naira, round_up_to, starts_at FROM catalog_exchangerate) x
    UNION ALL
    SELECT 'orders_zone', x.id::text, in_utc(x) FROM (
        SELECT id, fee_kobo, free_from_kobo, usd_fee_cents, usd_free_from_cents, tax_basis_points, min_days, max_days, active,
               pay_on_delivery
        FROM orders_zone
    ) x
    UNION ALL
    SELECT 'orders_deliverymethod', x.id::text, in_utc(x) FROM (
        SELECT id, zone_id, name, fee_kobo, usd_fee_cents, min_days, max_days, active FROM orders_deliverymethod
    ) x
    UNION ALL
    SELECT 'orders_zonearea', x.id::text, in_utc(x) FROM (SELECT id, zone_id, country, state, area FROM orders_zonearea) x
    UNION ALL
    SELECT 'orders_discount', x.id::text, in_utc(x) FROM (
        SELECT id, code, kind, basis_points, amount_kobo, starts_on, ends_on, time_zone, minimum_kobo, first_order_only,
               limit_total, limit_per_customer, stacks, active
        FROM orders_discount
    ) x
    UNION ALL
    SELECT 'orders_discount_categories', x.id::text, in_utc(x) FROM orders_discount_categories x
    UNION ALL
    SELECT 'orders_deliveryquote', x.id::text, in_utc(x)
    FROM (SELECT id, order_id, amount_subunit, state FROM orders_deliveryquote) x
    UNION ALL
    SELECT 'payments_refund', x.id::text, in_utc(x) FROM (
        SELECT id, payment_id, amount_subunit, currency, delivery_subunit, state, resolved_at FROM payments_refund
    ) x
    UNION ALL
    SELECT 'accounts_user', x.id::text, in_utc(x) FROM (
        SELECT id, is_staff, is_superuser, is_active FROM accounts_user
        WHERE is_staff OR is_superuser OR NOT is_active
           OR id::text IN (SELECT row_id FROM core_auditrow WHERE source = 'accounts_user')
    ) x
    UNION ALL
    SELECT 'accounts_user_groups', x.id::text, in_utc(x) FROM accounts_user_groups x
    UNION ALL
    SELECT 'accounts_user_user_permissions', x.id::text, in_utc(x) FROM accounts_user_user_permissions x
    UNION ALL
    SELECT 'auth_group', x.id::text, in_utc(x) FROM auth_group x
    UNION ALL
    SELECT 'auth_group_permissions', x.id::text, in_utc(x) FROM auth_group_permissions x
) held
FULL JOIN (
    SELECT DISTINCT ON (source, row_id) source, row_id, after FROM core_auditrow ORDER BY source, row_id, id DESC
) last ON last.source = held.source AND last.row_id = held.row_id
WHERE CASE
    WHEN held.now IS NULL THEN jsonb_strip_nulls(last.after) <> '{}'
    ELSE (held.now @> last.after) IS NOT TRUE
END
UNION ALL
SELECT 'every change by staff has its row', source || ' ' || row_id,
       format('row %s begins at %s, the one before ended at %s', id, coalesce(before::text, 'nothing'),
              coalesce(ended::text, 'nothing'))
FROM (
    SELECT id, source, row_id, before, lag(after) OVER (PARTITION BY source, row_id ORDER BY id) AS ended
    FROM core_auditrow
) course
WHERE before IS DISTINCT FROM ended
  -- Customers, and sizes at the price of their product, have no row until that changes.
  AND NOT (ended IS NULL AND before IN ('{"price_kobo": null}', '{"is_staff": false, "is_superuser": false, "is_active": true}'))
