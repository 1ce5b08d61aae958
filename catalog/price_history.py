"""The record of prices: what each size cost, since when, and how low it had been in the 30 days before.

It is what makes a "was" price honest: beside every former price the lowest price of the 30 days before the present one
is told. It is fixed in the moment that a price begins, for nothing that comes later can change it.
"""

from collections.abc import Sequence

from django.db import connection

from catalog.models import VariantSize
from catalog.models.prices import price_now

DAYS = 30

# Ordered as the index of one size is, for the key of the table alone would be walked from its end for every size.
# A price counts for these days that was recorded within them, and the one that held when they began.
RECORD = """
INSERT INTO catalog_pricerecord (variant_size_id, price_kobo, lowest_before_kobo)
SELECT size.id, size.price, CASE WHEN latest.price_kobo IS NOT NULL THEN (
    SELECT min(earlier.price_kobo) FROM catalog_pricerecord earlier
    WHERE earlier.variant_size_id = size.id AND earlier.id >= coalesce((
        SELECT held.id FROM catalog_pricerecord held
        WHERE held.variant_size_id = size.id AND held.recorded_at <= statement_timestamp() - make_interval(days => %s)
        ORDER BY held.variant_size_id, held.id DESC LIMIT 1
    ), 0)
) END
FROM ({sizes}) AS size (id, price)
LEFT JOIN LATERAL (
    SELECT price_kobo FROM catalog_pricerecord latest
    WHERE latest.variant_size_id = size.id ORDER BY latest.variant_size_id, latest.id DESC LIMIT 1
) latest ON true
WHERE latest.price_kobo IS DISTINCT FROM size.price
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
        cursor.execute(RECORD.format(sizes=sizes), [DAYS, *params])
        return cursor.rowcount
