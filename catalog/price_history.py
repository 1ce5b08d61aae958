"""The record of prices: what each size cost, since when, and how low it had been in the 30 days before.

It is what makes a "was" price honest: beside every former price the lowest price of the 30 days before the present one
is told. It is fixed in the moment that a price begins, for nothing that comes later can change it.
"""

from collections.abc import Sequence

from django.db import connection

from catalog.models import VariantSize
from catalog.models.prices import price_now

DAYS = 30

# A price counts for these days if it held in them: until the next one began, or still. Read in one pass over the
# history of these sizes, for "the last row of each size" one by one is a trap: a planner that believes in few sizes
# walks the key of the whole table back for every one of them.
RECORD = """
WITH size (id, price) AS MATERIALIZED ({sizes}),
held AS (
    SELECT variant_size_id, price_kobo, lead(recorded_at) OVER (PARTITION BY variant_size_id ORDER BY id) AS ended_at
    FROM catalog_pricerecord WHERE variant_size_id IN (SELECT id FROM size)
),
known AS (
    SELECT variant_size_id, min(price_kobo) FILTER (WHERE ended_at IS NULL) AS latest,
        min(price_kobo) FILTER (WHERE ended_at IS NULL OR ended_at > statement_timestamp() - make_interval(days => %s))
            AS lowest
    FROM held GROUP BY variant_size_id
)
INSERT INTO catalog_pricerecord (variant_size_id, price_kobo, lowest_before_kobo)
SELECT size.id, size.price, known.lowest
FROM size LEFT JOIN known ON known.variant_size_id = size.id
WHERE known.latest IS DISTINCT FROM size.price
"""


def record(products: Sequence[int]) -> int:
    """Writes a row for every size of these products (ids) whose price is another than the last one recorded.

    Returns how many. Harmless twice; side by side it is not, so it runs where catalog.listing_rows is alone.
    """
    sizes, params = (
        VariantSize.objects.filter(variant__product__in=list(products))
        .order_by()
        .values_list("pk", price_now())
        .query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(RECORD.format(sizes=sizes), [*params, DAYS])
        return cursor.rowcount
