SELECT 'every return has its movements', 'return line ' || r.id,
       format('%s %s of size %s: back %s, written off %s, instead %s', p.state, r.quantity,
              coalesce(g.exchange_to_id, l.instead_id, l.variant_size_id),
              coalesce(m.back, 0), coalesce(m.lost, 0), coalesce(m.instead, 0))
FROM orders_returnline r
JOIN orders_return p ON p.id = r.parcel_id
JOIN orders_orderline l ON l.id = r.order_line_id
LEFT JOIN orders_returnline g ON g.id = r.came_by_id
LEFT JOIN (
    SELECT source_id,
           sum(change) FILTER (WHERE reason = 'return') AS back,
           -sum(change) FILTER (WHERE reason = 'damaged') AS lost,
           -sum(change) FILTER (WHERE reason = 'sold') AS instead
    FROM catalog_stockmovement WHERE source_type = 'return_line' GROUP BY 1
) m ON m.source_id = r.id
CROSS JOIN LATERAL (SELECT p.state IN ('received', 'closed', 'unpaid') AS is_here) s
WHERE coalesce(m.back, 0) <> CASE WHEN s.is_here THEN r.quantity ELSE 0 END
   OR coalesce(m.lost, 0) <> CASE WHEN s.is_here AND r.condition = 'damaged' THEN r.quantity ELSE 0 END
   OR coalesce(m.instead, 0) <> CASE WHEN s.is_here AND r.exchange_to_id IS NOT NULL THEN r.quantity ELSE 0 END
