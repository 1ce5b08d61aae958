"""What a bag holds, priced and with its parts: bag page, quote and order all read it here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from catalog import bundles, stock
from catalog.cards import image_data
from catalog.currencies import NAIRA, Prices
from catalog.models import Bundle, Image, VariantSize
from catalog.pictures import picture, thumbnail_of
from catalog.pricing import compare_at, price_of
from core.money import Money
from core.prepared import Given, IsOneOf, Prepared
from orders.models import Bag, BagLine, BagPick

# Long texts and figures of a product that no bag and no order says anything of.
UNREAD = ("description", "fabric", "care", "star_counts", "fit_counts")


@dataclass(frozen=True)
class Part:
    """One physical piece of an item and what it costs within it (a share of the price where it is part of a bundle).

    `alone` is what it costs without the bundle.
    """

    size: VariantSize
    unit: Money
    alone: Money


@dataclass(frozen=True)
class Item:
    """A line of the bag, priced."""

    line_id: int
    name: str
    sku: str
    quantity: int
    unit: Money
    parts: tuple[Part, ...]
    bundle: Bundle | None = None
    may_be_picked: bool = True
    compare_at: Money | None = None
    seen: Money | None = None

    @property
    def total(self) -> Money:
        return self.unit * self.quantity

    @property
    def former_total(self) -> Money | None:
        return self.compare_at * self.quantity if self.compare_at else None

    @property
    def saving(self) -> Money:
        """Of a bundle, against its pieces bought singly today; nought where there is none."""
        single = sum(part.alone.amount for part in self.parts) if self.bundle else 0
        return Money(max(0, single - self.unit.amount), self.unit.currency) * self.quantity

    @property
    def is_on_sale(self) -> bool:
        """A bundle only with pieces that may still be picked for it: staff may have taken one off the list since."""
        whole = self.bundle is None or (self.bundle.active and len(self.parts) == self.bundle.pieces)
        whole = whole and self.may_be_picked
        return whole and all(is_on_sale(part.size) for part in self.parts)

    @property
    def builder_url(self) -> str:
        """Where the pieces of this bundle are changed; "" for a single piece."""
        if self.bundle is None:
            return ""
        fields: dict[str, str] = {}
        for number, part in enumerate(self.parts, start=1):
            fields |= {f"piece_{number}": part.size.variant.sku, f"size_{number}": part.size.size.name}
        return f"{self.bundle.get_absolute_url()}?{urlencode({**fields, 'line': str(self.line_id)})}"

    @property
    def picture(self) -> dict[str, object] | None:
        return picture(Image(**self._image)) if self._image else None

    @property
    def thumbnail(self) -> str:
        """The address of one small picture; "" without."""
        return thumbnail_of(self._image)

    @property
    def _image(self) -> dict[str, Any] | None:
        return self.parts[0].size.image if self.parts else None  # type: ignore[attr-defined]


def is_on_sale(size: VariantSize) -> bool:
    """The rule of ProductQuerySet.on_sale, for a size that is loaded with its variant, product and category."""
    product = size.variant.product
    is_shown = product.active and product.category.active and product.is_published(timezone.now())
    return size.active and size.variant.active and is_shown


def contents_of(bag: Bag, prices: Prices = NAIRA) -> list[Item]:
    """The items of a bag in the order they were put in. Two queries, three with bundles in it, whatever it holds."""
    lines = _LINES.all(bag=bag.pk)
    picks: dict[int, list[BagPick]] = {}
    if any(line.bundle_id for line in lines):
        for pick in _PICKS.all(bag=bag.pk):
            picks.setdefault(pick.line_id, []).append(pick)
    held = {line.variant_size_id for line in lines} | {pick.variant_size_id for some in picks.values() for pick in some}
    sizes = {size.pk: size for size in _SIZES.all(sizes=sorted(held - {None}))}
    return [_item(line, picks.get(line.pk, []), sizes, prices) for line in lines]


def wanted(items: Iterable[Item]) -> Counter[int]:
    """Pieces by size id, summed over the whole bag: the same size in two bundles is asked of one stock."""
    pieces: Counter[int] = Counter()
    for item in items:
        for part in item.parts:
            pieces[part.size.pk] += item.quantity
    return pieces


def shortages(items: Iterable[Item]) -> list[stock.Shortage]:
    """Sizes that cannot cover the whole bag, by a read that locks nothing."""
    items = list(items)
    sizes = {part.size.pk: part.size for item in items for part in item.parts}
    return stock.shortages(wanted(items), sizes.values())


def _item(line: BagLine, picks: list[BagPick], sizes: dict[int, VariantSize], prices: Prices) -> Item:
    if line.bundle is not None:
        picked = [sizes[pick.variant_size_id] for pick in picks]
        shares = bundles.shares(line.bundle, picked, prices) if picked else []
        unit = prices.of_bundle(line.bundle)
        return Item(
            line.pk,
            line.bundle.name,
            line.bundle.slug,
            line.quantity,
            unit,
            tuple(
                Part(size, Money(share, prices.currency), price_of(size, prices))
                for size, share in zip(picked, shares, strict=True)
            ),
            line.bundle,
            all(pick.is_eligible for pick in picks),  # type: ignore[attr-defined]
            seen=_seen(line, line.bundle.price_kobo, unit, prices),
        )
    size = sizes[line.variant_size_id or 0]  # a CHECK of the table: a line is of a bundle or of a size
    price = price_of(size, prices)
    return Item(
        line.pk,
        size.variant.product.name,
        size.sku,
        line.quantity,
        price,
        (Part(size, price, price),),
        compare_at=compare_at(size, prices),
        seen=_seen(line, price_of(size).amount, price, prices),
    )


def _seen(line: BagLine, now: int, unit: Money, prices: Prices) -> Money | None:
    """The price that was seen, which is kept in naira (`now` is today's), in the currency of `unit`."""
    if line.seen_kobo is None or line.seen_kobo == now:
        return None if line.seen_kobo is None else unit
    # As much dearer or cheaper in any currency, so that a rate or a fixed price is no change of the piece's.
    if prices.naira is None:
        return Money(line.seen_kobo)
    return Money((2 * unit.amount * line.seen_kobo + now) // (2 * now), unit.currency)


def _sizes() -> QuerySet[VariantSize]:
    """Priced, with all that names them, tells whether they are on sale, and shows them: `image` is plain data."""
    images = Image.objects.filter(variant=OuterRef("variant"), state=Image.State.READY)
    first = images.order_by("-is_primary", "position").values(data=image_data())[:1]
    return (
        VariantSize.objects.priced()
        .select_related("variant__product__category", "variant__colour", "size")
        .defer(*(f"variant__product__{name}" for name in UNREAD))
        .annotate(image=Subquery(first))
        .order_by()
    )


def _picks() -> QuerySet[BagPick]:
    eligible = Bundle.eligible.through.objects.filter(
        bundle=OuterRef("line__bundle"), product=OuterRef("variant_size__variant__product")
    )
    return BagPick.objects.annotate(is_eligible=Exists(eligible)).order_by("position")


_LINES = Prepared(lambda: BagLine.objects.filter(bag=Given("bag")).select_related("bundle").order_by("pk"))
_PICKS = Prepared(lambda: _picks().filter(line__bag=Given("bag")))
_SIZES = Prepared(lambda: _sizes().filter(IsOneOf("pk", Given("sizes"))))
