"""Another size or colour for a line of the bag, other pieces for a bundle in it; and what there is to choose from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog import bundles
from catalog.currencies import NAIRA, Prices
from catalog.models import VariantSize
from catalog.pricing import price_of
from core.errors import NotFound, ShopError
from core.money import Money
from core.transactions import in_transaction
from orders import bag_rows
from orders.contents import Item
from orders.models import Bag, BagLine

# One more than the largest bundle has: enough to be refused.
PICKS_READ = 13
FEW = 3


@dataclass(frozen=True)
class Choice:
    """A size that a line may be given. `price` only where the sizes of its product differ in it."""

    sku: str
    colour: str
    size: str
    available: int
    price: Money | None
    is_chosen: bool

    @property
    def is_low(self) -> bool:
        return self.available <= FEW


def choices_of(items: Iterable[Item], prices: Prices = NAIRA) -> dict[int, list[Choice]]:
    """Line id to every size of the same product, colour by colour, for single pieces. One query, whatever it holds."""
    pieces = {item.line_id: item.parts[0].size for item in items if item.bundle is None}
    products = {size.variant.product_id for size in pieces.values()}
    found = (
        VariantSize.objects.on_sale()
        .priced()
        .filter(variant__product__in=products)
        .select_related("variant__product", "variant__colour", "size")
        .order_by("variant__position", "variant", "size__position")
    )
    of_product: dict[int, list[VariantSize]] = {}
    for size in found:
        of_product.setdefault(size.variant.product_id, []).append(size)
    return {line: _choices(held, of_product.get(held.variant.product_id, []), prices) for line, held in pieces.items()}


def _choices(held: VariantSize, sizes: list[VariantSize], prices: Prices) -> list[Choice]:
    priced = [(size, price_of(size, prices)) for size in sizes]
    differ = len({price.amount for _, price in priced}) > 1
    return [
        Choice(
            size.sku,
            size.variant.colour.name,
            size.size.name,
            size.available,
            price if differ else None,
            size.pk == held.pk,
        )
        for size, price in priced
    ]


@in_transaction
def change_size(bag: Bag, line_id: int, sku: str, quantity: int | None = None) -> int:
    """Gives a piece in the bag another size or colour, and with `quantity` another number. Returns its line's id now.

    A size that another line has already joins that line. Raises ShopError naming `sku` or `quantity`, and NotFound for
    a line that is not in this bag.
    """
    size = bag_rows.size_on_sale(sku, "sku")
    bag_rows.lock(bag)
    line = _line(bag, line_id)
    if line.variant_size is None:
        raise ShopError("This line is a bundle. Change its picks instead.", code="bundle", field="sku")
    if line.variant_size.variant.product_id != size.variant.product_id:
        raise ShopError(
            f"{size.variant.product.name} is another piece. Put it into the bag by itself.",
            code="another_product",
            field="sku",
        )
    quantity = line.quantity if quantity is None else quantity
    twin = BagLine.objects.filter(bag=bag, variant_size=size).exclude(pk=line_id).first()
    total = quantity + (twin.quantity if twin else 0)
    bag_rows.check_quantity(total)
    bag_rows.check_stock(bag, [size], quantity, without=line_id)
    if twin is not None:
        line.delete()
    kept = twin or line
    BagLine.objects.filter(pk=kept.pk).update(quantity=total, variant_size=size, seen_kobo=price_of(size).amount)
    bag_rows.touch(bag)
    return kept.pk


@in_transaction
def change_picks(bag: Bag, line_id: int, skus: Sequence[str], quantity: int | None = None) -> int:
    """Gives a bundle in the bag other pieces, and with `quantity` another number. Returns the line that holds them now.

    Pieces that another line of this bundle has already join that line. Raises as add_bundle does, and NotFound for a
    line that is not in this bag.
    """
    sizes = [bag_rows.size_on_sale(sku, bundles.pick_field(index)) for index, sku in enumerate(skus[:PICKS_READ])]
    bag_rows.lock(bag)
    line = _line(bag, line_id)
    if line.bundle is None:
        raise ShopError("This line is a single piece, which has no picks.", code="no_bundle", field="picks")
    if not line.bundle.active:
        raise ShopError(f"{line.bundle.name} is no longer sold. Take it out.", code="unknown_bundle", field="bundle")
    bundles.check_picks(line.bundle, sizes)
    quantity = line.quantity if quantity is None else quantity
    key = bundles.key_of(sizes)
    twin = BagLine.objects.filter(bag=bag, bundle=line.bundle, picks_key=key).exclude(pk=line_id).first()
    total = quantity + (twin.quantity if twin else 0)
    bag_rows.check_quantity(total)
    bag_rows.check_stock(bag, sizes, quantity, without=line_id)
    if twin is not None:
        line.delete()
    else:
        line.picks.all().delete()
        bag_rows.write_picks(line_id, sizes)
    kept = twin or line
    BagLine.objects.filter(pk=kept.pk).update(quantity=total, picks_key=key, seen_kobo=line.bundle.price_kobo)
    bag_rows.touch(bag)
    return kept.pk


def _line(bag: Bag, line_id: int) -> BagLine:
    line = BagLine.objects.select_related("bundle", "variant_size__variant").filter(bag=bag, pk=line_id).first()
    if line is None:
        raise NotFound("This line is not in your bag any more.")
    return line
