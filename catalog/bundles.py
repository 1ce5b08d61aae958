"""N pieces for one price: who may be picked, and what each pick is worth."""

from collections.abc import Sequence

from catalog.models import Bundle, VariantSize
from catalog.pricing import price_of
from core.errors import ShopError
from core.money import allocate


def check_picks(bundle: Bundle, picks: Sequence[VariantSize]) -> None:
    """Raises ShopError unless exactly the right number of eligible, active sizes was picked. Repeats are allowed."""
    if len(picks) != bundle.pieces:
        raise ShopError(
            f"{bundle.name} is made of {bundle.pieces} pieces; you picked {len(picks)}.",
            code="wrong_number_of_picks",
            field="picks",
        )
    eligible = set(bundle.eligible.values_list("pk", flat=True))
    for index, pick in enumerate(picks):
        if pick.variant.product_id not in eligible:
            raise ShopError(
                f"{pick.variant.product.name} cannot be part of {bundle.name}. Pick another piece.",
                code="not_eligible",
                field=pick_field(index),
            )


def pick_field(index: int) -> str:
    """The name of a pick in errors, counted from nought as the API counts them."""
    return f"picks.{index}.sku"


def shares(bundle: Bundle, picks: Sequence[VariantSize]) -> list[int]:
    """The bundle's price in kobo shared over its picks by what each costs alone, for a fair refund of one piece.

    The shares add up to the price exactly. The same picks in another order have the same shares.
    """
    prices = [price_of(pick).amount for pick in picks]
    order = sorted(range(len(picks)), key=lambda index: (-prices[index], picks[index].pk))
    shared = allocate(bundle.price_kobo, [prices[index] for index in order])
    return [share for _, share in sorted(zip(order, shared, strict=True))]


def key_of(picks: Sequence[VariantSize]) -> str:
    """The same picks in any order have the same key."""
    return ",".join(str(pk) for pk in sorted(pick.pk for pick in picks))
