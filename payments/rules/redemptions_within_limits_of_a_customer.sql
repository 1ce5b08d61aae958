SELECT 'redemptions within limits of a customer', 'discount ' || d.id,
       format('%s by one customer, of %s', count(*), d.limit_per_customer)
FROM orders_discount d
JOIN orders_redemption r ON r.discount_id = d.id AND r.state = 'live'
WHERE d.limit_per_customer IS NOT NULL
GROUP BY d.id, r.email_key
HAVING count(*) > d.limit_per_customer
