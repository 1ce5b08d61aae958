-- orders/transitions.py, which a test holds against this list. That none but an order to be paid at the door is packed
-- unpaid is a CHECK of the table.
SELECT 'every step of an order is allowed', 'order ' || o.number, format('%s from %s to %s', e.kind, e.from_status, e.to_status)
FROM orders_orderevent e
JOIN orders_order o ON o.id = e.order_id
LEFT JOIN (VALUES
    ('placed', '', 'pending_payment'),
    ('paid', 'pending_payment', 'paid'),
    ('paid', 'expired', 'paid'),
    ('paid', 'cancelled', 'paid'),
    ('packed', 'paid', 'packed'),
    ('shipped', 'packed', 'shipped'),
    ('delivered', 'shipped', 'delivered'),
    ('cancelled', 'pending_payment', 'cancelled'),
    ('cancelled-paid', 'paid', 'cancelled'),
    ('cancelled-paid', 'packed', 'cancelled'),
    ('expired', 'pending_payment', 'expired'),
    ('packed', 'pending_payment', 'packed'),
    ('cancelled', 'packed', 'cancelled'),
    ('not-accepted', 'shipped', 'cancelled'),
    ('rest-taken-out', 'packed', 'shipped'),
    ('not-arrived', 'shipped', 'cancelled')
) AS allowed (event, source, target)
    ON (allowed.event, allowed.source, allowed.target) = (e.kind, e.from_status, e.to_status)
WHERE e.to_status <> '' AND allowed.event IS NULL
