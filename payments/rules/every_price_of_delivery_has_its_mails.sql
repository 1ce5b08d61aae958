SELECT 'every price of delivery has its mails', 'delivery quote ' || q.id, format('%s without its mail %s', q.state, d.mail)
FROM orders_deliveryquote q
JOIN orders_order o ON o.id = q.order_id
CROSS JOIN (VALUES ('delivery-quote', false), ('delivery-paid', true)) AS d (mail, is_of_paid)
LEFT JOIN mailing_outgoingmail m ON m.about = format('order/%s/quote/%s', o.number, q.id) AND m.kind = d.mail
WHERE m.id IS NULL AND (q.state = 'paid' OR NOT d.is_of_paid)
