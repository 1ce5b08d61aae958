SELECT 'redemptions within limits', 'discount ' || d.id, format('%s of %s', count(*), d.limit_total)
FROM orders_discount d
JOIN orders_redemption r ON r.discount_id = d.id AND r.state = 'live'
WHERE d.limit_total IS NOT NULL
GROUP BY d.id
HAVING count(*) > d.limit_total
