SELECT 'ratings kept on the product equal its approved reviews', 'product ' || p.slug,
       format('kept %s reviews, %s stars; approved %s, %s', p.rating_count, p.rating_sum, coalesce(r.n, 0), coalesce(r.stars, 0))
FROM catalog_product p
LEFT JOIN (
    SELECT product_id, count(*) AS n, sum(stars) AS stars,
           ARRAY[count(*) FILTER (WHERE stars = 1), count(*) FILTER (WHERE stars = 2), count(*) FILTER (WHERE stars = 3),
                 count(*) FILTER (WHERE stars = 4), count(*) FILTER (WHERE stars = 5)]::integer[] AS star_counts,
           ARRAY[count(*) FILTER (WHERE fit = 'small'), count(*) FILTER (WHERE fit = 'true'),
                 count(*) FILTER (WHERE fit = 'large')]::integer[] AS fit_counts
    FROM catalog_review WHERE state = 'approved' GROUP BY 1
) r ON r.product_id = p.id
WHERE (p.rating_count, p.rating_sum, p.star_counts, p.fit_counts) IS DISTINCT FROM
      (coalesce(r.n, 0), coalesce(r.stars, 0), coalesce(r.star_counts, '{0,0,0,0,0}'), coalesce(r.fit_counts, '{0,0,0}'))
