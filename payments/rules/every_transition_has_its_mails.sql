-- As orders/transitions.py declares them, which a test holds against this list. Whether staff were told as well hangs on
-- whom the settings name, and is looked after by the tests of their mails.
SELECT 'every transition has its mails', 'order ' || o.number, format('%s without its mail %s', e.kind, d.mail)
FROM orders_orderevent e
JOIN orders_order o ON o.id = e.order_id
JOIN (VALUES ('placed', 'order-received'), ('paid', 'order-paid'), ('packed', 'order-packed'), ('shipped', 'order-shipped'),
             ('delivered', 'order-delivered'), ('cancelled', 'order-cancelled'), ('expired', 'order-expired'),
             ('cancelled-paid', 'order-cancelled-paid'), ('not-accepted', 'order-not-accepted'),
             ('rest-taken-out', 'order-rest-taken-out'), ('not-arrived', 'order-not-arrived')
     ) AS d (event, mail) ON d.event = e.kind
LEFT JOIN mailing_outgoingmail m ON m.about = 'order/' || o.number AND m.kind = d.mail
WHERE m.id IS NULL
