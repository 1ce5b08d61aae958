"""How many products each value of a filter would give."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from catalog.filters import ON, Filters, rows_of, tags_of
from catalog.models import Category
from catalog.search import Words

COLUMNS = ("what", "kind", "value", "name", "hex", "place", "count")
TOTAL = "total"
KINDS = ("category", "gender", "colour", "size")
# On or off, with the name of what is left.
FLAGS = {"in_stock": "In stock", "new": "New"}
# Beyond this many hits nobody is helped by an exact figure, and counting would take as long as the catalogue is large.
COUNTED_MAX = 1_000

# Every value that occurs in a category or the whole shop, with its name, its place and its count. Kept, not counted.
# Categories are those of the whole shop: one can be changed for another.
KEPT = """
SELECT 'kept', kept.kind, coalesce(category.slug, kept.value) AS value,
    coalesce(category.name, colour.name, kept.value), colour.hex,
    coalesce(category.position, colour.position, size.position, 0), kept.count
FROM catalog_facetcount kept
LEFT JOIN catalog_category category ON kept.kind = 'category' AND category.id::text = kept.value
LEFT JOIN catalog_colour colour ON kept.kind = 'colour' AND colour.slug = kept.value
LEFT JOIN catalog_size size ON kept.kind = 'size' AND size.name = kept.value
WHERE kept.scope = CASE kept.kind WHEN 'category' THEN 0 ELSE %s END AND kept.count > 0
"""
# What cannot be bought now. It comes and goes with every order, so it is not kept, and it is seldom much.
SOLD_OUT = "SELECT 'kept', 'sold_out', '', '', '', 0, count(*) FROM ({rows}) v"
COUNT_OF_KIND = {
    "category": "SELECT DISTINCT product_id, category.slug AS value FROM {hits} JOIN catalog_category category"
    " ON category.id IN (category_id, department_id)",
    "gender": "SELECT product_id, gender AS value FROM {hits}",
    "colour": "SELECT product_id, unnest(colours) AS value FROM {hits}",
    "size": "SELECT product_id, unnest(sizes) AS value FROM {hits}",
    "in_stock": "SELECT '' AS value FROM {hits} WHERE NOT sold_out",
    "new": "SELECT '' AS value FROM {hits} WHERE is_new",
}
# Where colour, size and stock are asked of one size together, its tag says which other value goes with them.
COUNT_OF_TAG = {
    "colour": "SELECT DISTINCT product_id, split_part(ltrim(tag, '+'), '|', 1) AS value FROM {hits}, unnest(tags) tag"
    " WHERE starts_with(tag, '+') = %s AND split_part(tag, '|', 2) = ANY(%s)",
    "size": "SELECT DISTINCT product_id, split_part(tag, '|', 2) AS value FROM {hits}, unnest(tags) tag"
    " WHERE starts_with(tag, '+') = %s AND split_part(ltrim(tag, '+'), '|', 1) = ANY(%s)",
}
# The words are looked up but once: whoever ranks what they found begins with these.
FOUND = "SELECT 'found', '', coalesce(string_agg(product_id::text, ' '), ''), '', '', 0, 0 FROM hits"
IN_STOCK_OF_TAG = "SELECT '' AS value FROM {hits} WHERE tags && %s::varchar[]"

Rows = list[dict[str, Any]]
Statement = tuple[str, list[Any]]


@dataclass(frozen=True)
class Counts:
    """`total` stops at COUNTED_MAX where `is_capped`; then a facet's count may be None, for too many to count.

    `found` are the products (ids) that the words of a search found, in no order; some of them where it `is_capped`.
    """

    total: int
    is_capped: bool
    facets: dict[str, Rows]
    found: list[int]


def counts_of(filters: Filters, words: Words | None, scope: Category | None) -> Counts:
    """Every facet, counted as if nothing of its own kind were chosen. One query, which is no slower in a large shop.

    What nobody filtered is kept (FacetCount); what somebody did is counted in the first hits.
    """
    sources: dict[str, Statement] = {}
    source_of: dict[str, str] = {}
    for kind in (TOTAL, *KINDS):
        asked = filters.but(kind) if kind in KINDS else filters
        if words or asked.any:
            # Kinds of which nothing is chosen share their hits.
            source_of[kind] = f"but_{kind}" if asked != filters else "hits"
            if source_of[kind] not in sources:
                hits = _hits(asked, words, scope, is_tagged=filters.is_of_sizes)
                sources[source_of[kind]] = hits if asked == filters else _if_few(hits)
    asked_of = [kind for kind in KINDS if kind in source_of]
    statements = [_count(kind, source_of[kind], filters) for kind in asked_of]
    # A flag needs no hits of its own: on, it gives what is found; off, some of that.
    statements += [_count(flag, "hits", filters) for flag in FLAGS] if TOTAL in source_of else [_sold_out(scope)]
    statements += [(FOUND, [])] if words else []
    found = _asked(sources, statements, scope)
    count_of = {row["kind"]: row["count"] for row in found if row["what"] == "hits"}
    total_is_capped = count_of.get("hits", 0) > COUNTED_MAX
    counted = {(row["kind"], row["value"]): row["count"] for row in found if row["what"] == "counted"}
    kept = _kept(found)
    facets: dict[str, Rows] = {}
    for kind in KINDS:
        source = source_of.get(kind)
        capped = bool(source) and (total_is_capped or count_of[source] > COUNTED_MAX)
        counts = [
            None if capped else counted.get((kind, row["value"]), 0) if source else row["count"] for row in kept[kind]
        ]
        rows = [_facet(kind, row, count, filters) for row, count in zip(kept[kind], counts, strict=True)]
        facets[kind] = [row for row in rows if row["count"] != 0 or row["chosen"]]
    total = count_of["hits"] if TOTAL in source_of else sum(row["count"] for row in kept[TOTAL])
    of_flags = {flag: counted.get((flag, ""), 0) for flag in FLAGS} if TOTAL in source_of else _kept_flags(kept, total)
    for flag, count in of_flags.items():
        row = _flag(flag, None if total_is_capped else count, filters)
        facets[flag] = [row] if row["count"] != 0 or row["chosen"] else []
    ids = [int(value) for row in found if row["what"] == "found" for value in row["value"].split()]
    return Counts(COUNTED_MAX if total_is_capped else total, total_is_capped, facets, ids)


def _sold_out(scope: Category | None) -> Statement:
    rows = rows_of(Filters(), None, scope).filter(sold_out=True).order_by().values_list("pk")
    sql, params = rows[: COUNTED_MAX + 1].query.sql_with_params()
    return SOLD_OUT.format(rows=sql), list(params)


def _kept_flags(kept: dict[str, Rows], total: int) -> dict[str, int | None]:
    sold_out = sum(row["count"] for row in kept["sold_out"])
    new = sum(row["count"] for row in kept["new"])
    return {"in_stock": None if sold_out > COUNTED_MAX else total - sold_out, "new": new}


def _asked(sources: dict[str, Statement], counts: list[Statement], scope: Category | None) -> Rows:
    """What is kept, how many hits each source has, and the counts: in one statement."""
    parts: list[Statement] = [(KEPT, [scope.pk if scope else 0])]
    parts += [(f"SELECT 'hits', '{name}', '', '', '', 0, count(*) FROM {name}", []) for name in sources]  # noqa: S608
    parts += counts
    clauses = ", ".join(f"{name} AS ({sql})" for name, (sql, _) in sources.items())
    sql = (f"WITH {clauses} " if clauses else "") + " UNION ALL ".join(sql for sql, _ in parts)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, params in [*sources.values(), *parts] for value in params])
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def _kept(found: Rows) -> dict[str, Rows]:
    kept: dict[str, Rows] = defaultdict(list)
    for row in sorted((row for row in found if row["what"] == "kept"), key=lambda row: (row["place"], row["name"])):
        kept[row["kind"]].append(row)
    return kept


def _hits(filters: Filters, words: Words | None, scope: Category | None, *, is_tagged: bool) -> Statement:
    columns = ["product_id", "category_id", "department_id", "gender", "is_new", "sold_out", "colours", "sizes"]
    columns += ["tags"] if is_tagged else []  # they are most of a row
    rows = rows_of(filters, words, scope).order_by().values_list(*columns)
    sql, params = rows[: COUNTED_MAX + 1].query.sql_with_params()
    return sql, list(params)


def _if_few(more: Statement) -> Statement:
    """Without one filter there are more than with all of them: where those are too many already, these are not read."""
    sql, params = more
    return f"SELECT * FROM ({sql}) more WHERE (SELECT count(*) FROM hits) <= {COUNTED_MAX}", params  # noqa: S608


def _count(kind: str, hits: str, filters: Filters) -> Statement:
    values, params = COUNT_OF_KIND[kind], []
    others = {"colour": filters.size, "size": filters.colour}.get(kind, ())
    if kind in COUNT_OF_TAG and (others or filters.in_stock):
        values, params = COUNT_OF_TAG[kind], [filters.in_stock, list(others or ("",))]
    if kind == "in_stock" and filters.is_of_sizes:
        values, params = IN_STOCK_OF_TAG, [tags_of(replace(filters, in_stock=True))]
    # Only names of ours are put in; what people typed is a parameter. Of too many hits nothing is told, nor counted.
    few = f"(SELECT * FROM {hits} WHERE (SELECT count(*) FROM {hits}) <= {COUNTED_MAX}) few"  # noqa: S608
    counted = values.format(hits=few)
    return f"SELECT 'counted', '{kind}', value, '', '', 0, count(*) FROM ({counted}) v GROUP BY value", params  # noqa: S608


def _facet(kind: str, row: dict[str, Any], count: int | None, filters: Filters) -> dict[str, Any]:
    name = row["name"].capitalize() if kind == "gender" else row["name"]
    facet = {"value": row["value"], "name": name, "count": count, "chosen": row["value"] in getattr(filters, kind)}
    return {**facet, "hex": row["hex"]} if kind == "colour" else facet


def _flag(flag: str, count: int | None, filters: Filters) -> dict[str, Any]:
    return {"value": ON, "name": FLAGS[flag], "count": count, "chosen": getattr(filters, flag)}
