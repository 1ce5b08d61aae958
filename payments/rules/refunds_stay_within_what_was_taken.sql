SELECT 'refunds stay within what was taken', 'payment ' || p.reference,
       format('captured %s, refunded or asked for %s', coalesce(p.captured_subunit, 0), r.amount)
FROM payments_payment p
JOIN (SELECT payment_id, sum(amount_subunit) AS amount, count(DISTINCT currency) AS currencies, min(currency) AS currency
      FROM payments_refund WHERE state <> 'failed' GROUP BY 1) r ON r.payment_id = p.id
WHERE r.amount > coalesce(p.captured_subunit, 0) OR r.currencies > 1 OR r.currency <> p.captured_currency
