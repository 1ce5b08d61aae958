"""What staff write down to be ordered, or tried: it goes into a bag by the rules of every bag."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import ShopError
from orders import bag as bags
from orders.models import Bag


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of one size; or, where `bundle` is the slug of one, a bundle with the SKU for each of its slots."""

    skus: Sequence[str]
    quantity: int = 1
    bundle: str = ""


def fill(bag: Bag, wanted: Sequence[Wanted]) -> None:
    """Raises as bag.add and bag.add_bundle do, with the field of the one at fault, counted from nought:
    `wanted.2.quantity`, `wanted.0.picks.1.sku`. What came before it is in the bag then.
    """
    for index, one in enumerate(wanted):
        try:
            if one.bundle:
                bags.add_bundle(bag, one.bundle, one.skus, one.quantity)
            else:
                bags.add(bag, one.skus[0], one.quantity)
        except ShopError as error:
            error.field = f"wanted.{index}.{error.field}"
            raise
