SELECT 'a dispute stands in its order''s timeline', 'dispute ' || d.id, format('state %s', d.state)
FROM payments_dispute d
JOIN payments_payment p ON p.id = d.payment_id
WHERE (SELECT count(*) FROM orders_orderevent e
       WHERE e.order_id = p.order_id AND e.key = d.id::text AND e.kind IN ('disputed', 'dispute-' || d.state))
      <> CASE d.state WHEN 'open' THEN 1 ELSE 2 END
