-- Of an exchange that was not sent, what had left the shelf for it is there again, or written off.
SELECT 'every return has its movements', 'return line ' || r.id,
       format('%s %s of size %s: back %s, written off %s, instead %s; of that not sent %s, written off %s', p.state, r.quantity,
              coalesce(g.exchange_to_id, l.instead_id, l.variant_size_id),
              coalesce(m.back, 0), coalesce(m.lost, 0), coalesce(m.instead, 0),
              coalesce(n.back, 0), coalesce(n.lost, 0))
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
LEFT JOIN (
    SELECT source_id,
           sum(change) FILTER (WHERE reason = 'return') AS back,
           -sum(change) FILTER (WHERE reason = 'damaged') AS lost
    FROM catalog_stockmovement WHERE source_type = 'not_sent' GROUP BY 1
) n ON n.source_id = r.id
CROSS JOIN LATERAL (SELECT p.state IN ('received', 'closed', 'unpaid') AS is_here) s
WHERE coalesce(m.back, 0) <> CASE WHEN s.is_here THEN r.quantity ELSE 0 END
   OR coalesce(m.lost, 0) <> CASE WHEN s.is_here AND r.condition = 'damaged' THEN r.quantity ELSE 0 END
   OR coalesce(m.instead, 0) <> CASE WHEN s.is_here AND coalesce(r.exchange_to_id, r.stayed_id) IS NOT NULL THEN r.quantity ELSE 0 END
   OR coalesce(n.back, 0) <> CASE WHEN r.stayed_id IS NOT NULL THEN r.quantity ELSE 0 END
   OR coalesce(n.lost, 0) <> CASE WHEN r.stayed_as = 'damaged' THEN r.quantity ELSE 0 END
