"""Writes what lists, facets and search read (catalog.models.listings), from the products as they are now.

One writer at a time: a refresher takes an advisory lock, or leaves the work to whoever holds it. Only the hourly count
of sales waits for its turn.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from catalog import price_history
from catalog.models import CatalogueChange, Product, VariantSize
from catalog.models.prices import compare_at_price, lowest_before

# Any number will do that no other advisory lock of the shop uses.
REFRESHING = 7_302_001
PRODUCTS_AT_ONCE = 500
# Somebody who waits for an answer brings the rows of so few products up to date; more are left to the sweep.
FEW = 100
ROWS_OF_PRODUCT = 20
# Product and bundle of a change of neither, such as a rate.
EVERYWHERE = (None, None)
SALES_COUNT_DAYS = 90

# What products count for: in the whole shop (scope 0), in their category and in the department above it. Read from the
# rows themselves, so that what was added is what is taken away.
COUNTS = """
SELECT scope, kind, value, count(*) AS count
FROM catalog_listingrow listed
CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY[0, category_id, department_id]) AS scope) scopes
CROSS JOIN LATERAL (
    SELECT 'total' AS kind, '' AS value
    UNION ALL SELECT 'gender', gender
    UNION ALL SELECT 'new', '' WHERE is_new
    UNION ALL SELECT DISTINCT 'category', unnest(ARRAY[category_id, department_id])::text
    UNION ALL SELECT 'colour', unnest(colours)
    UNION ALL SELECT 'size', unnest(sizes)
) facet
WHERE product_id = ANY(%s)
GROUP BY scope, kind, value
"""
TAKE_COUNTS = f"""
UPDATE catalog_facetcount kept SET count = kept.count - gone.count FROM ({COUNTS}) gone
WHERE (kept.scope, kept.kind, kept.value) = (gone.scope, gone.kind, gone.value)
"""  # noqa: S608 - nothing but the text above
ADD_COUNTS = f"""
INSERT INTO catalog_facetcount (scope, kind, value, count) {COUNTS}
ON CONFLICT (scope, kind, value) DO UPDATE SET count = catalog_facetcount.count + excluded.count
"""

RATE = """
SELECT naira, round_up_to AS step FROM catalog_exchangerate
WHERE currency = 'USD' AND starts_at <= statement_timestamp() ORDER BY starts_at DESC LIMIT 1
"""
# Converted prices keep the order of their naira at any rate, rounded up as they are. A fixed price stands behind all
# that are shown as no more than it, and so many fractions of a kobo further as it is cents above a rounded price.
FRACTIONS = 10_000
AMONG_CONVERTED = (
    f"floor(div({{cents}}, rate.step) * rate.step * rate.naira)::bigint * {FRACTIONS} + mod({{cents}}, rate.step)"
)
# Another rate moves fixed prices, and no other row.
MOVED = f"""
SELECT product_id, place FROM catalog_listingrow CROSS JOIN ({RATE}) rate
CROSS JOIN LATERAL (SELECT {AMONG_CONVERTED.format(cents="lowest_cents")} AS place) now_at
WHERE lowest_cents IS NOT NULL AND by_usd <> place
"""  # noqa: S608 - nothing but the text above
FOLLOW_RATE = f"""
UPDATE catalog_listingrow listed SET by_usd = moved.place, by_usd_down = -moved.place FROM ({MOVED}) moved
WHERE moved.product_id = listed.product_id
"""  # noqa: S608

WRITE = """
WITH offer (product_id, colour, colour_name, size, price, compare_at, lowest_before, sellable) AS ({offers}),
summary AS (
    SELECT product_id, min(price) AS lowest, max(price) AS highest, NOT bool_or(sellable) AS sold_out,
        array_agg(DISTINCT colour) AS colours, array_agg(DISTINCT size) AS sizes,
        string_agg(DISTINCT colour_name, ' ') AS colour_names,
        (array_agg(compare_at ORDER BY price, compare_at NULLS FIRST))[1] AS compare_at,
        (array_agg(lowest_before ORDER BY price, compare_at NULLS FIRST))[1] AS lowest_before
    FROM offer GROUP BY product_id
),
tagged AS (
    SELECT product_id, array_agg(DISTINCT tag) AS tags
    FROM offer CROSS JOIN LATERAL unnest(
        ARRAY['|', colour || '|', '|' || size, colour || '|' || size]
        || CASE WHEN sellable
            THEN ARRAY['+|', '+' || colour || '|', '+|' || size, '+' || colour || '|' || size]
            ELSE '{{}}'::text[] END
    ) AS tag
    GROUP BY product_id
),
sold AS (
    SELECT variant.product_id, -sum(movement.change) AS pieces
    FROM catalog_stockmovement movement
    JOIN catalog_variantsize size ON size.id = movement.variant_size_id
    JOIN catalog_variant variant ON variant.id = size.variant_id
    WHERE variant.product_id = ANY(%s) AND movement.reason = 'sold'
        AND movement.created_at > now() - make_interval(days => %s)
    GROUP BY variant.product_id
)
INSERT INTO catalog_listingrow (
    product_id, category_id, department_id, gender, is_new, sold_out, lowest_kobo, highest_kobo, compare_at_kobo,
    lowest_before_kobo, colours, sizes, tags, search, words, by_newest, by_price, by_price_down, by_sales,
    lowest_cents, highest_cents, by_usd, by_usd_down
)
SELECT product.id, category.id, department.id, product.gender, product.is_new, summary.sold_out,
    summary.lowest, summary.highest, summary.compare_at, summary.lowest_before, summary.colours, summary.sizes,
    tagged.tags || ARRAY['@' || category.slug, '@' || department.slug],
    setweight(to_tsvector('english', text.name), 'A') || setweight(to_tsvector('simple', text.name), 'A')
        || setweight(to_tsvector('english', about), 'B') || setweight(to_tsvector('simple', about), 'B')
        || setweight(to_tsvector('english', plain_letters(concat_ws(' ', product.fabric, product.description))), 'D'),
    to_tsvector('simple', concat_ws(' ', text.name, about)),
    -extract(epoch FROM product.publish_at)::bigint, summary.lowest, -summary.lowest, -coalesce(sold.pieces, 0),
    fixed.lowest, fixed.highest, in_dollars.place, -in_dollars.place
FROM ({on_sale}) AS shown (id)
JOIN catalog_product product ON product.id = shown.id
JOIN catalog_category category ON category.id = product.category_id
JOIN catalog_category department ON department.id = coalesce(category.parent_id, category.id)
JOIN summary ON summary.product_id = product.id
JOIN tagged ON tagged.product_id = product.id
LEFT JOIN sold ON sold.product_id = product.id
LEFT JOIN LATERAL (
    SELECT greatest(1, div(2 * cents * summary.lowest + base, 2 * base))::bigint AS lowest,
        greatest(1, div(2 * cents * summary.highest + base, 2 * base))::bigint AS highest
    FROM (SELECT product.usd_price_cents::numeric AS cents, product.base_price_kobo::numeric AS base) whole
    WHERE cents IS NOT NULL
) fixed ON true
LEFT JOIN ({rate}) rate ON true
CROSS JOIN LATERAL (SELECT coalesce({among_converted}, summary.lowest * {fractions}) AS place) in_dollars
CROSS JOIN LATERAL (
    SELECT plain_letters(product.name) AS name,
        plain_letters(concat_ws(' ', category.name, department.name, summary.colour_names, product.gender)) AS about
) text
"""


def apply_changes(limit: int | None = None) -> int:
    """Brings the rows of changed products up to date. Returns how many changes were applied; harmless twice.

    With changes of more than `limit` products waiting it leaves them all to the sweep, for somebody's page is waiting.
    """
    if limit is not None and not _are_few(limit):
        return 0
    applied = 0
    while batch := _apply_batch():
        applied += batch
    return applied


def _are_few(limit: int) -> bool:
    """Two queries at most, whatever waits. A product that was changed has a row for each of its sizes."""
    most = limit * ROWS_OF_PRODUCT
    rows = CatalogueChange.objects.filter(applied=False).order_by("id").values_list("product_id", "bundle_id")
    waiting = list(rows[: most + 1])
    if not 0 < len(waiting) <= most or len({product for product, _ in waiting}) > limit:
        return False
    return EVERYWHERE not in waiting or _moved_by_rate(limit + 1) <= limit


def _moved_by_rate(most: int) -> int:
    """How many fixed prices stand where another rate put them, counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({MOVED} LIMIT %s) moved", [most])  # noqa: S608 - our own text
        return int(cursor.fetchone()[0])


def _apply_batch() -> int:
    with transaction.atomic():
        if not _alone():
            return 0
        waiting = CatalogueChange.objects.filter(applied=False).order_by("id")
        changes = list(waiting.values_list("id", "product_id", "bundle_id")[: PRODUCTS_AT_ONCE * 10])
        products = set(sorted({product for _, product, _ in changes if product})[:PRODUCTS_AT_ONCE])
        done = [change for change, product, _ in changes if product is None or product in products]
        if any((product, bundle) == EVERYWHERE for _, product, bundle in changes):
            _follow_rate()
        if products:
            price_history.record(sorted(products))
            refresh(sorted(products))
        if done:
            CatalogueChange.objects.filter(pk__in=done).update(applied=True)
    return len(done)


def _follow_rate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW_RATE)


def refresh(products: Sequence[int]) -> None:
    """Writes the rows and counts of these products (ids) anew. Runs in the caller's transaction, which is alone."""
    ids = list(products)
    offers, offers_params = (
        VariantSize.objects.priced()
        .annotate(compare_at=compare_at_price(), lowest_before_kobo=lowest_before())
        .filter(active=True, variant__active=True, variant__product__in=ids)
        .order_by()
        .values_list(
            "variant__product",
            "variant__colour__slug",
            "variant__colour__name",
            "size__name",
            "price_now",
            "compare_at",
            "lowest_before_kobo",
            ExpressionWrapper(Q(on_hand__gt=F("reserved")), output_field=BooleanField()),
        )
        .query.sql_with_params()
    )
    on_sale, on_sale_params = (
        Product.objects.on_sale().filter(pk__in=ids).order_by().values_list("pk").query.sql_with_params()
    )
    write = WRITE.format(
        offers=offers,
        on_sale=on_sale,
        rate=RATE,
        among_converted=AMONG_CONVERTED.format(cents="fixed.lowest"),
        fractions=FRACTIONS,
    )
    with connection.cursor() as cursor:
        cursor.execute(TAKE_COUNTS, [ids])
        cursor.execute("DELETE FROM catalog_listingrow WHERE product_id = ANY(%s)", [ids])
        cursor.execute(write, [*offers_params, ids, SALES_COUNT_DAYS, *on_sale_params])
        cursor.execute(ADD_COUNTS, [ids])


def count_sales() -> int:
    """Brings the order of best sellers up to date. Returns how many products moved."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Else a page that refreshes one of these rows would wait for the count of all of them, or deadlock with it.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REFRESHING])
        cursor.execute(
            """
            WITH sold AS (
                SELECT variant.product_id, -sum(movement.change) AS pieces
                FROM catalog_stockmovement movement
                JOIN catalog_variantsize size ON size.id = movement.variant_size_id
                JOIN catalog_variant variant ON variant.id = size.variant_id
                WHERE movement.reason = 'sold' AND movement.created_at > now() - make_interval(days => %s)
                GROUP BY variant.product_id
            )
            UPDATE catalog_listingrow listed SET by_sales = -coalesce(sold.pieces, 0)
            FROM catalog_listingrow same LEFT JOIN sold USING (product_id)
            WHERE same.product_id = listed.product_id AND listed.by_sales <> -coalesce(sold.pieces, 0)
            """,
            [SALES_COUNT_DAYS],
        )
        return cursor.rowcount


def position() -> int:
    """A number that has grown whenever anything that lists show may have changed. One read, no lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM catalog_cataloguechange_id_seq")
        return int(cursor.fetchone()[0])


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [REFRESHING])
        return bool(cursor.fetchone()[0])
