"""What every change of a bag goes through: its lock, the size that is meant, and what quantity and stock allow."""

from collections import Counter
from collections.abc import Sequence

from django.conf import settings

from catalog import bundles
from catalog.models import VariantSize
from core.errors import NotFound, ShopError
from orders import contents
from orders.models import Bag, BagPick


def lock(bag: Bag) -> None:
    """Locks the bag; what was ordered meanwhile can no longer change."""
    locked = Bag.objects.select_for_update(of=("self",), no_key=True).get(pk=bag.pk)
    if locked.state != Bag.State.OPEN:
        raise NotFound("This bag has become an order. Start a new one.", code="bag_ordered")


def touch(bag: Bag) -> None:
    """Notes when it was last changed."""
    bag.save(update_fields=["updated_at"])


def size_on_sale(sku: str, field: str) -> VariantSize:
    """Priced, with all that names it. Raises ShopError naming `field` for one that is not sold."""
    size = (
        VariantSize.objects.priced()
        .filter(sku=sku)
        .select_related("variant__product__category", "variant__colour", "size")
        .first()
        if "\0" not in sku
        else None
    )
    if size is None or not contents.is_on_sale(size):
        raise ShopError(
            f"There is no piece “{sku[:60]}” on sale. Choose a size again.", code="unknown_sku", field=field
        )
    return size


def check_quantity(quantity: int) -> None:
    """Raises ShopError naming `quantity`."""
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= settings.BAG_LINE_MAX:
        raise ShopError(
            f"Choose a quantity from 1 to {settings.BAG_LINE_MAX}. For more, write to us.",
            code="quantity",
            field="quantity",
        )


def write_picks(line_id: int, sizes: Sequence[VariantSize]) -> None:
    BagPick.objects.bulk_create(
        BagPick(line_id=line_id, variant_size=size, position=position) for position, size in enumerate(sizes)
    )


def check_stock(bag: Bag, sizes: Sequence[VariantSize], more: int, without: int | None = None, field: str = "") -> None:
    """Refuses what stock cannot cover already now, counted over the whole bag, but for the line `without`.

    Of a bundle the last piece that needs too many is named, since the ones before it could still be had.
    """
    held = contents.wanted(item for item in contents.contents_of(bag) if item.line_id != without)
    wanted = held + Counter({size.pk: more * count for size, count in Counter(sizes).items()})
    for index, size in reversed(list(enumerate(sizes))):
        if more > 0 and size.available < wanted[size.pk]:
            named = field or ("quantity" if len(sizes) == 1 else bundles.pick_field(index))
            raise ShopError(_shortage(size, held[size.pk]), code="out_of_stock", field=named)


def _shortage(size: VariantSize, in_bag: int) -> str:
    name = f"{size.variant.product.name} in {size.variant.colour.name}, {size.size.name}"
    if size.available == 0:
        return f"{name} is sold out. Choose another size or colour."
    have = f", and {in_bag} of them are in your bag already" if in_bag > 0 else ""
    return f"Only {size.available} of {name} left{have}. Choose fewer."
