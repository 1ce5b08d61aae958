"""What changes by the clock alone: sales and exchange rates begin, sales end, products
are published and taken off sale.

Prices and publication are computed by the moment, so nothing has to happen for them to be right where they are charged.
What was written down or cached before has to be brought up to date, and that is noted here like any other change.
"""

from django.db import connection, transaction

# Each of these is the end of an index.
NEXT = """
SELECT extract(epoch FROM least(
    (SELECT min(starts_at) FROM catalog_sale WHERE active AND starts_at > statement_timestamp()),
    (SELECT min(ends_at) FROM catalog_sale WHERE active AND ends_at > statement_timestamp()),
    (SELECT min(publish_at) FROM catalog_product WHERE active AND publish_at > statement_timestamp()),
    (SELECT min(starts_at) FROM catalog_exchangerate WHERE starts_at > statement_timestamp()),
    (SELECT min(unpublish_at) FROM catalog_product WHERE active AND unpublish_at > statement_timestamp())
) - statement_timestamp())::float8
"""
NOTE = """
INSERT INTO catalog_cataloguechange (product_id)
SELECT price.product_id FROM catalog_saleprice price JOIN catalog_sale sale ON sale.id = price.sale_id
WHERE sale.active AND (
    (sale.starts_at > %(since)s AND sale.starts_at <= %(now)s) OR (sale.ends_at > %(since)s AND sale.ends_at <= %(now)s)
)
UNION SELECT id FROM catalog_product WHERE active AND publish_at > %(since)s AND publish_at <= %(now)s
UNION SELECT id FROM catalog_product WHERE active AND unpublish_at > %(since)s AND unpublish_at <= %(now)s
UNION SELECT NULL FROM catalog_exchangerate WHERE starts_at > %(since)s AND starts_at <= %(now)s
"""


def seconds_left() -> float | None:
    """Until the next price or publication falls due, by the database's clock; None where nothing is planned. One cheap
    query."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT)
        left: float | None = cursor.fetchone()[0]
    return left


def apply_due() -> int:
    """Notes the products for which something fell due since the last time. Returns how many; catalog.freshness follows.

    By the database's clock. Harmless twice; while another process does it, it leaves the work to that one.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # The row is made by a migration; where somebody emptied the table, a day is looked back.
        cursor.execute(
            "INSERT INTO catalog_published (id, until) VALUES (1, statement_timestamp() - interval '1 day')"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute("SELECT until, statement_timestamp() FROM catalog_published WHERE id = 1 FOR UPDATE SKIP LOCKED")
        window = cursor.fetchone()
        if window is None:
            return 0
        cursor.execute(NOTE, {"since": window[0], "now": window[1]})
        noted = cursor.rowcount
        if noted:
            cursor.execute("UPDATE catalog_published SET until = %s WHERE id = 1", [window[1]])
    return noted
