SELECT 'an ordered bag has its order', 'bag ' || b.id, b.state
FROM orders_bag b LEFT JOIN orders_order o ON o.bag_id = b.id
WHERE (b.state = 'ordered') <> (o.id IS NOT NULL)
