-- The other way round from every_transition_has_its_mails: nobody is told of what did not happen, staff neither.
SELECT 'a mail of a step has its event', 'mail ' || m.id, format('%s about %s', m.kind, m.about)
FROM mailing_outgoingmail m
JOIN (VALUES ('order-received', 'placed'), ('order-paid', 'paid'), ('order-packed', 'packed'), ('order-shipped', 'shipped'),
             ('order-delivered', 'delivered'), ('order-cancelled', 'cancelled'), ('order-expired', 'expired'),
             ('order-cancelled-paid', 'cancelled-paid'), ('order-not-accepted', 'not-accepted'),
             ('order-rest-taken-out', 'rest-taken-out'), ('order-not-arrived', 'not-arrived'),
             ('staff-order-paid', 'paid')
     ) AS d (mail, event) ON d.mail = m.kind
LEFT JOIN orders_order o ON o.number = split_part(m.about, '/', 2)
LEFT JOIN orders_orderevent e ON e.order_id = o.id AND e.kind = d.event
WHERE m.about LIKE 'order/%' AND e.id IS NULL
