SELECT 'every refund has its mails', 'refund ' || r.id, format('%s without its mail %s', r.state, d.kind)
FROM payments_refund r
JOIN payments_payment p ON p.id = r.payment_id
JOIN orders_order o ON o.id = p.order_id
CROSS JOIN (VALUES ('refund-started', false), ('refund-done', true)) AS d (kind, at_the_end)
LEFT JOIN mailing_outgoingmail m ON m.about = format('order/%s/refund/%s', o.number, r.id) AND m.kind = d.kind
WHERE m.id IS NULL AND (NOT d.at_the_end OR r.state IN ('processed', 'by-hand'))
