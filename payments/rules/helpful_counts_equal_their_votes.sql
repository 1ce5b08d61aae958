SELECT 'helpful counts equal their votes', 'review ' || r.id, format('kept %s, votes %s', r.helpful_count, coalesce(v.n, 0))
FROM catalog_review r
LEFT JOIN (SELECT review_id, count(*) AS n FROM catalog_reviewvote GROUP BY 1) v ON v.review_id = r.id
WHERE r.helpful_count <> coalesce(v.n, 0)
