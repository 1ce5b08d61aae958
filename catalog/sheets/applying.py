"""Makes the differences of a sheet: all of them in one transaction, and only those that somebody looked at."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Model
from django.utils import timezone

from catalog import stock
from catalog.models import Product, StockMovement, Variant, VariantSize
from catalog.sheets.kinds import Kind
from catalog.sheets.plans import Change, Plan, Writes
from catalog.sheets.tables import Table
from core.audit_rows import made_by
from core.errors import Conflict, ShopError
from core.transactions import in_transaction

AT_ONCE = 500
NOTE_MAX = 200

M = TypeVar("M", bound=Model)


class NotApplied(ShopError):
    code = "import_refused"


class Outdated(Conflict):
    code = "import_outdated"

    def __init__(self) -> None:
        super().__init__(
            "The catalogue has changed since you looked, so nothing was applied. Look at the new differences."
        )


@in_transaction
def apply(kind: Kind, table: Table, seen: str, *, actor_id: int | None = None, note: str = "import") -> Plan:
    """`seen` is the fingerprint of the plan that somebody agreed to. Locks products, then sizes, each by primary key.

    Raises NotApplied for a sheet with errors and Outdated where the same sheet would make other differences by now;
    nothing is changed then. Twice is harmless: the second time there is no difference left.
    """
    _lock(table)
    plan = kind.plan(table)
    if plan.errors:
        told = "; ".join(map(str, plan.errors.shown[:20]))
        raise NotApplied(f"Nothing was imported. Wrong: {told}")
    if plan.fingerprint != seen:
        raise Outdated
    with made_by(actor_id):
        _write(plan.writes, actor_id, note[:NOTE_MAX])
    if actor_id is not None:
        _log(plan.changes, actor_id, note)
    return plan


def _lock(table: Table) -> None:
    slugs = {row.cells.get("product_slug", "") for row in table.rows}
    skus = {row.cells["sku"] for row in table.rows}
    by_sku = VariantSize.objects.filter(sku__in=skus).order_by()
    products = {*by_sku.values_list("variant__product", flat=True)}
    products |= {*Product.objects.filter(slug__in=slugs).order_by().values_list("pk", flat=True)}
    list(Product.objects.filter(pk__in=products).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    sizes = VariantSize.objects.filter(variant__product__in=products).order_by("pk")
    list(sizes.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _write(writes: Writes, actor_id: int | None, note: str) -> None:
    now = timezone.now()
    _update(Product, {pk: {**values, "updated_at": now} for pk, values in writes.products.items()})
    _update(VariantSize, writes.sizes)
    arrived = _create(writes)
    for counts, reason in ((writes.counts, StockMovement.Reason.COUNT), (arrived, StockMovement.Reason.RECEIVED)):
        for some in _in_parts(counts):
            stock.set_counts(some, reason, actor_id=actor_id, note=note)


def _update(model: type[M], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Rows are locked, so that a column that only others of them change is written as it stands."""
    rows = model._default_manager.in_bulk(changed)
    for pk, values in changed.items():
        for name, value in values.items():
            setattr(rows[pk], name, value)
    if rows:
        fields = sorted({name for values in changed.values() for name in values})
        model._default_manager.bulk_update(rows.values(), fields, batch_size=AT_ONCE)


def _create(writes: Writes) -> dict[int, int]:
    """New products, colours and sizes. Returns the pieces that came with them, by size id."""
    Product.objects.bulk_create(
        [Product(slug=slug, **values) for slug, values in writes.new_products.items()], batch_size=AT_ONCE
    )
    slugs = {new.slug for new in writes.new_sizes}
    products = dict(Product.objects.filter(slug__in=slugs).order_by().values_list("slug", "pk"))
    Variant.objects.bulk_create(_new_variants(writes, products), batch_size=AT_ONCE)
    found = Variant.objects.filter(product__in=products.values()).order_by()
    variants = {(product, colour): pk for product, colour, pk in found.values_list("product_id", "colour_id", "pk")}
    sizes = VariantSize.objects.bulk_create(
        [
            VariantSize(
                variant_id=variants[products[new.slug], new.colour_id], size_id=new.size_id, sku=new.sku, **new.values
            )
            for new in writes.new_sizes
        ],
        batch_size=AT_ONCE,
    )
    return {size.pk: new.on_hand for size, new in zip(sizes, writes.new_sizes, strict=True) if new.on_hand}


def _new_variants(writes: Writes, products: Mapping[str, int]) -> list[Variant]:
    """New colours stand behind those that a product has, in the order of the sheet."""
    last = Variant.objects.filter(product__in=products.values()).order_by().values_list("product")
    places: dict[int, int] = defaultdict(int, {pk: place + 1 for pk, place in last.annotate(Max("position"))})
    variants = []
    for (slug, colour_id), sku in writes.new_variants.items():
        product_id = products[slug]
        variants.append(Variant(product_id=product_id, colour_id=colour_id, sku=sku, position=places[product_id]))
        places[product_id] += 1
    return variants


def _in_parts(counts: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """By primary key. A statement compares each row with each of its counts, so that few at a time are quicker."""
    pairs = sorted(counts.items())
    for start in range(0, len(pairs), AT_ONCE):
        yield dict(pairs[start : start + AT_ONCE])


def _log(changes: list[Change], actor_id: int, note: str) -> None:
    """One entry in the staff log for each product, with every cell before and after."""
    told: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        told[change.product].append(change)
    products = Product.objects.filter(slug__in=told).only("name", "slug").in_bulk(field_name="slug")
    kind = ContentType.objects.get_for_model(Product)
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                user_id=actor_id,
                content_type=kind,
                object_id=str(products[slug].pk),
                object_repr=str(products[slug])[:200],
                action_flag=ADDITION if any(change.group == "product" for change in some) else CHANGE,
                change_message=f"{note}. " + "; ".join(map(str, some)),
            )
            for slug, some in told.items()
        ],
        batch_size=AT_ONCE,
    )
