-- Back on sale or written off: the ledger has them back once, and their line knows it.
SELECT 'what a refund took out is in the ledger', 'refund line ' || rl.id,
       format('took out %s, the ledger has %s, the line %s', rl.quantity, coalesce(m.back, 0), l.taken_back)
FROM payments_refundline rl
JOIN orders_orderline l ON l.id = rl.order_line_id
LEFT JOIN (
    SELECT source_id, sum(change) AS back FROM catalog_stockmovement
    WHERE source_type = 'refund_line' AND reason = 'return' GROUP BY 1
) m ON m.source_id = rl.id
WHERE coalesce(m.back, 0) <> CASE WHEN rl.restocked THEN rl.quantity ELSE 0 END
   OR (rl.restocked AND l.taken_back < rl.quantity)
