"""What every change of a bag goes through: its lock, the size that is meant, and what quantity and stock allow."""

from collections import Counter
from collections.abc import Sequence

from django.conf import settings

from catalog import bundles
from catalog.models import VariantSize
from core.errors import NotFound, ShopError
from orders import contents
from orders.models import Bag, BagPick


class TooMany(ShopError):
    """Refused for the number alone: of the same as many as `possible` could still be put in, nought where none."""

    def __init__(self, message: str, *, possible: int, code: str, field: str) -> None:
        super().__init__(message, code=code, field=field)
        self.possible = max(0, possible)


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


def check_quantity(quantity: int, held: int = 0) -> None:
    """On top of `held` in the same line. Raises TooMany naming `quantity`."""
    most = settings.BAG_LINE_MAX
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= held + quantity <= most:
        message = f"Choose a quantity from 1 to {most}. For more, write to us."
        raise TooMany(message, possible=most - held, code="quantity", field="quantity")


def write_picks(line_id: int, sizes: Sequence[VariantSize]) -> None:
    BagPick.objects.bulk_create(
        BagPick(line_id=line_id, variant_size=size, position=position) for position, size in enumerate(sizes)
    )


def check_stock(bag: Bag, sizes: Sequence[VariantSize], more: int, without: int | None = None, field: str = "") -> None:
    """Refuses what stock cannot cover already now, counted over the whole bag, but for the line `without`.

    Raises TooMany. Of a bundle the last piece that falls short is named, since the ones before it could still be had.
    """
    held = contents.wanted(item for item in contents.contents_of(bag) if item.line_id != without)
    each = Counter(size.pk for size in sizes)
    for index, size in reversed(list(enumerate(sizes))):
        possible = (size.available - held[size.pk]) // each[size.pk]
        if more > 0 and possible < more:
            named = field or ("quantity" if len(sizes) == 1 else bundles.pick_field(index))
            message = _shortage(size, held[size.pk])
            raise TooMany(message, possible=possible, code="out_of_stock", field=named)


def _shortage(size: VariantSize, in_bag: int) -> str:
    name = f"{size.variant.product.name} in {size.variant.colour.name}, {size.size.name}"
    if size.available == 0:
        return f"{name} is sold out. Choose another size or colour."
    have = f", and {in_bag} of them are in your bag already" if in_bag > 0 else ""
    return f"Only {size.available} of {name} left{have}. Choose fewer."
