SELECT 'refunds add up', 'refund ' || r.id, format('%s, lines %s, delivery %s', r.amount_subunit, l.amount, r.delivery_subunit)
FROM payments_refund r
JOIN (SELECT refund_id, sum(amount_subunit) AS amount FROM payments_refundline GROUP BY 1) l ON l.refund_id = r.id
WHERE r.amount_subunit > l.amount + r.delivery_subunit
