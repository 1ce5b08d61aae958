-- What must always hold. Every row is one breach: the rule, what breaks it, and how.
CREATE VIEW invariant_violations (rule, subject, detail) AS

SELECT 'reserved within on hand', 'size ' || sku, format('reserved %s, on hand %s', reserved, on_hand)
FROM catalog_variantsize
WHERE reserved < 0 OR reserved > on_hand

UNION ALL
SELECT 'reserved is the sum of open reservations', 'size ' || s.sku,
       format('reserved %s, open reservations %s', s.reserved, coalesce(r.kept, 0))
FROM catalog_variantsize s
LEFT JOIN (SELECT variant_size_id, sum(quantity) AS kept FROM orders_reservation WHERE state = 'open' GROUP BY 1) r
    ON r.variant_size_id = s.id
WHERE s.reserved <> coalesce(r.kept, 0)

UNION ALL
SELECT 'on hand is the sum of its movements', 'size ' || s.sku,
       format('on hand %s, movements %s', s.on_hand, coalesce(m.moved, 0))
FROM catalog_variantsize s
LEFT JOIN (SELECT variant_size_id, sum(change) AS moved FROM catalog_stockmovement GROUP BY 1) m
    ON m.variant_size_id = s.id
WHERE s.on_hand <> coalesce(m.moved, 0)

UNION ALL
SELECT 'what was paid left the shelf once', 'order ' || o.number,
       format('line %s: sold %s of %s', l.id, coalesce(-m.change, 0),
              CASE WHEN o.paid_at IS NULL THEN 0 ELSE l.quantity END)
FROM orders_orderline l
JOIN orders_order o ON o.id = l.order_id
LEFT JOIN catalog_stockmovement m
    ON m.source_type = 'order_line' AND m.source_id = l.id AND m.reason = 'sold'
WHERE l.kind IN ('piece', 'component')
  AND coalesce(-m.change, 0) <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE l.quantity END

UNION ALL
SELECT 'a sale belongs to a line of the same size', 'movement ' || m.id, format('order line %s', m.source_id)
FROM catalog_stockmovement m
LEFT JOIN orders_orderline l ON l.id = m.source_id AND l.variant_size_id = m.variant_size_id
WHERE m.reason = 'sold' AND (m.source_type <> 'order_line' OR l.id IS NULL)

UNION ALL
SELECT 'reservations follow the order', 'order ' || o.number,
       format('%s, but reserved %s, consumed %s of %s', o.status, coalesce(r.open, 0), coalesce(r.consumed, 0), l.pieces)
FROM orders_order o
JOIN (SELECT order_id, sum(quantity) AS pieces FROM orders_orderline WHERE kind <> 'bundle' GROUP BY 1) l
    ON l.order_id = o.id
LEFT JOIN (
    SELECT order_id,
           sum(quantity) FILTER (WHERE state = 'open') AS open,
           sum(quantity) FILTER (WHERE state = 'consumed') AS consumed
    FROM orders_reservation GROUP BY 1
) r ON r.order_id = o.id
WHERE coalesce(r.open, 0) <> CASE WHEN o.status = 'pending_payment' THEN l.pieces ELSE 0 END
   OR coalesce(r.consumed, 0) <> CASE WHEN o.paid_at IS NOT NULL THEN l.pieces ELSE 0 END

UNION ALL
SELECT 'no hold is kept past its end', 'order ' || number, format('hold ended %s', hold_expires_at)
FROM orders_order
WHERE status = 'pending_payment' AND hold_expires_at < now() - interval '10 minutes'

UNION ALL
SELECT 'a paid order has one payment of its amount', 'order ' || o.number,
       format('total %s %s, applied %s', o.total_subunit, o.currency, coalesce(p.paid::text, 'none'))
FROM orders_order o
LEFT JOIN (
    SELECT order_id, count(*) AS n, sum(captured_subunit) AS paid, min(captured_currency) AS currency
    FROM payments_payment WHERE state = 'captured' AND outcome = 'applied' AND purpose = 'items' GROUP BY 1
) p ON p.order_id = o.id
WHERE (o.paid_at IS NOT NULL AND o.total_subunit > 0
       AND (coalesce(p.n, 0) <> 1 OR p.paid <> o.total_subunit OR p.currency <> o.currency))
   OR (o.paid_at IS NULL AND coalesce(p.n, 0) > 0)

UNION ALL
SELECT 'money that fulfilled nothing is in review', 'payment ' || reference, format('outcome %s', outcome)
FROM payments_payment
WHERE state = 'captured' AND outcome <> 'applied' AND review_opened_at IS NULL

UNION ALL
SELECT 'the total adds up', 'order ' || o.number,
       format('lines %s, subtotal %s, total %s', coalesce(l.amount, 0), o.subtotal_subunit, o.total_subunit)
FROM orders_order o
LEFT JOIN (SELECT order_id, sum(total_subunit) AS amount FROM orders_orderline WHERE kind <> 'component' GROUP BY 1) l
    ON l.order_id = o.id
WHERE coalesce(l.amount, 0) <> o.subtotal_subunit
   OR o.total_subunit <> o.subtotal_subunit - o.discount_subunit + o.delivery_subunit + o.tax_subunit

UNION ALL
SELECT 'components add up to their bundle', 'order line ' || b.id,
       format('bundle %s, components %s', b.total_subunit, coalesce(c.amount, 0))
FROM orders_orderline b
LEFT JOIN (SELECT parent_id, sum(total_subunit) AS amount FROM orders_orderline WHERE kind = 'component' GROUP BY 1) c
    ON c.parent_id = b.id
WHERE b.kind = 'bundle' AND b.total_subunit <> coalesce(c.amount, 0)

UNION ALL
SELECT 'one currency from order to payment', 'payment ' || p.reference, format('%s for %s', p.currency, o.currency)
FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
WHERE p.currency <> o.currency

UNION ALL
SELECT 'an ordered bag has its order', 'bag ' || b.id, b.state
FROM orders_bag b LEFT JOIN orders_order o ON o.bag_id = b.id
WHERE (b.state = 'ordered') <> (o.id IS NOT NULL)

UNION ALL
SELECT 'no webhook waits for long', 'event ' || key, format('received %s, %s attempts', received_at, attempts)
FROM payments_providerevent
WHERE state = 'received' AND received_at < now() - interval '10 minutes'

UNION ALL
SELECT 'every transition has its mails', 'order ' || o.number, format('%s without its mail %s', e.kind, d.mail)
FROM orders_orderevent e
JOIN orders_order o ON o.id = e.order_id
JOIN (VALUES ('placed', 'order-received'), ('paid', 'order-paid'), ('shipped', 'order-shipped'),
             ('delivered', 'order-delivered'), ('cancelled', 'order-cancelled'), ('expired', 'order-expired')
     ) AS d (event, mail) ON d.event = e.kind
LEFT JOIN mailing_outgoingmail m ON m.about = 'order/' || o.number AND m.kind = d.mail
WHERE m.id IS NULL

UNION ALL
SELECT 'events lead to the status', 'order ' || o.number, format('status %s, last event to %s', o.status, last.to_status)
FROM orders_order o
LEFT JOIN LATERAL (
    SELECT to_status FROM orders_orderevent e WHERE e.order_id = o.id AND to_status <> '' ORDER BY id DESC LIMIT 1
) last ON true
WHERE o.status IS DISTINCT FROM last.to_status

UNION ALL
SELECT 'events form an unbroken path', 'order ' || number, format('%s starts at %s, not at %s', kind, from_status, before)
FROM (
    SELECT o.number, e.kind, e.from_status,
           coalesce(lag(e.to_status) OVER (PARTITION BY e.order_id ORDER BY e.id), '') AS before
    FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id
    WHERE e.to_status <> ''
) path
WHERE from_status <> before

UNION ALL
SELECT 'no card number is kept', 'webhook ' || key, 'a run of 13 to 19 digits that looks like a card'
FROM payments_providerevent
WHERE body ~ '"(card_number|pan|cvv)"'
