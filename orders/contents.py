"""What a bag holds, priced and with its parts: bag page, quote and order all read it here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from catalog import bundles, stock
from catalog.models import Bundle, Image, VariantSize
from catalog.pictures import picture
from catalog.pricing import compare_at, price_of
from core.money import Money
from orders.models import Bag, BagLine, BagPick


@dataclass(frozen=True)
class Part:
    """One physical piece of an item and what it costs within it (a share of the price where it is part of a bundle)."""

    size: VariantSize
    unit: Money


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

    @property
    def total(self) -> Money:
        return self.unit * self.quantity

    @property
    def former_total(self) -> Money | None:
        return self.compare_at * self.quantity if self.compare_at else None

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
        images = self.parts[0].size.variant.images.all() if self.parts else []
        return next((picture(image) for image in images), None)


def is_on_sale(size: VariantSize) -> bool:
    """The rule of ProductQuerySet.on_sale, for a size that is loaded with its variant, product and category."""
    product = size.variant.product
    is_shown = product.active and product.category.active and product.is_published(timezone.now())
    return size.active and size.variant.active and is_shown


def contents_of(bag: Bag) -> list[Item]:
    """The items of a bag in the order they were put in. Four queries, whatever it holds."""
    images = Image.objects.filter(state="ready").order_by("-is_primary", "position")
    sizes = (
        VariantSize.objects.priced()
        .select_related("variant__product__category", "variant__colour", "size")
        .prefetch_related(Prefetch("variant__images", images))
    )
    eligible = Bundle.eligible.through.objects.filter(
        bundle=OuterRef("line__bundle"), product=OuterRef("variant_size__variant__product")
    )
    picks = BagPick.objects.annotate(is_eligible=Exists(eligible)).order_by("position")
    lines = (
        BagLine.objects.filter(bag=bag)
        .select_related("bundle")
        .prefetch_related(
            Prefetch("variant_size", sizes),
            Prefetch("picks", picks.prefetch_related(Prefetch("variant_size", sizes))),
        )
        .order_by("pk")
    )
    return [_item(line) for line in lines]


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


def _item(line: BagLine) -> Item:
    if line.bundle is not None:
        rows: list[Any] = list(line.picks.all())
        picks = [row.variant_size for row in rows]
        shares = bundles.shares(line.bundle, picks) if picks else []
        return Item(
            line.pk,
            line.bundle.name,
            line.bundle.slug,
            line.quantity,
            Money(line.bundle.price_kobo),
            tuple(Part(size, Money(share)) for size, share in zip(picks, shares, strict=True)),
            line.bundle,
            all(row.is_eligible for row in rows),
        )
    size = line.variant_size
    assert size is not None  # a CHECK of the table: a line is of a bundle or of a size
    price = price_of(size)
    return Item(
        line.pk,
        size.variant.product.name,
        size.sku,
        line.quantity,
        price,
        (Part(size, price),),
        compare_at=compare_at(size),
    )
