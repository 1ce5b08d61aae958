SELECT 'redemptions within limits of a customer', 'discount ' || d.id,
       format('%s by one customer, of %s', count(*), d.limit_per_customer)
FROM orders_discount d
JOIN orders_redemption r ON r.discount_id = d.id AND r.state = 'live'
WHERE d.limit_per_customer IS NOT NULL
GROUP BY d.id, r.email_key
HAVING count(*) > d.limit_per_customer
UNION ALL
-- Counted is who ordered, in the one spelling of core.email_addresses.
SELECT 'redemptions within limits of a customer', 'redemption ' || r.id, 'counted for somebody else than its order is of'
FROM orders_redemption r
JOIN orders_order o ON o.id = r.order_id
WHERE o.erased_at IS NULL AND r.email_key <> regexp_replace(lower(o.email), '\+.*(?=@)|\.(?=.*@)', '', 'g')
