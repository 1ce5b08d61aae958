-- payments/standing.py reckons the same.
SELECT 'what is said of the money follows the money', 'order ' || o.number,
       format('%s, paid at %s; taken %s, given back %s', o.payment_status, o.paid_at, m.taken, m.back)
FROM orders_order o
CROSS JOIN LATERAL (
    SELECT count(*) AS payments,
           coalesce(sum(least(p.amount_subunit, p.captured_subunit)), 0) AS taken,
           coalesce(sum(r.back), 0) + coalesce(sum(d.lost), 0) AS back,
           coalesce(bool_or(r.owed), false) AS owed,
           coalesce(bool_or(d.open), false) AS disputed
    FROM payments_payment p
    LEFT JOIN LATERAL (
        SELECT sum(amount_subunit) FILTER (WHERE state IN ('processed', 'by-hand')) AS back,
               bool_or(state IN ('requested', 'pending', 'processing', 'needs-attention')
                       OR (state = 'failed' AND resolved_at IS NULL)) AS owed
        FROM payments_refund WHERE payment_id = p.id
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT sum(amount_subunit) FILTER (WHERE state = 'lost') AS lost, bool_or(state = 'open') AS open
        FROM payments_dispute WHERE payment_id = p.id
    ) d ON true
    WHERE p.order_id = o.id AND p.state = 'captured' AND p.outcome IN ('applied', 'late')
) m
WHERE o.payment_status <> CASE
    WHEN m.payments = 0 THEN CASE WHEN o.paid_at IS NULL THEN 'unpaid' ELSE 'paid' END
    WHEN m.disputed THEN 'disputed'
    WHEN m.owed THEN 'refund_due'
    WHEN m.back >= m.taken THEN 'refunded'
    WHEN o.paid_at IS NULL OR o.status = 'cancelled' THEN 'refund_due'
    WHEN m.back > 0 THEN 'partly_refunded'
    ELSE 'paid'
END
