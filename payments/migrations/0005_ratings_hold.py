from pathlib import Path

from django.db import migrations

# Rules are added to the view as it stands: what others added before stays.
MORE = """
DO $more$ BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW invariant_violations (rule, subject, detail) AS '
        || rtrim(pg_get_viewdef('invariant_violations'::regclass), ';') || $rules$
UNION ALL
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

UNION ALL
SELECT 'helpful counts equal their votes', 'review ' || r.id, format('kept %s, votes %s', r.helpful_count, coalesce(v.n, 0))
FROM catalog_review r
LEFT JOIN (SELECT review_id, count(*) AS n FROM catalog_reviewvote GROUP BY 1) v ON v.review_id = r.id
WHERE r.helpful_count <> coalesce(v.n, 0)
$rules$;
END $more$;
"""
LESS = "DROP VIEW invariant_violations;" + (Path(__file__).parent / "0003_invariants.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0004_dead_letters"),
        ("catalog", "0009_reviews"),
    ]

    operations = [migrations.RunSQL(MORE, LESS)]
