"""N pieces for one price: who may be picked, and what each pick is worth."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from catalog.currencies import NAIRA, Prices
from catalog.models import Bundle, Category, Product, VariantSize
from catalog.pricing import price_of
from core.errors import ShopError
from core.money import Money, allocate


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


def shares(bundle: Bundle, picks: Sequence[VariantSize], prices: Prices = NAIRA) -> list[int]:
    """The bundle's price, in subunits, shared over its picks by what each costs alone, for a fair refund of one piece.

    The shares add up to the price exactly. The same picks in another order have the same shares.
    """
    alone = [price_of(pick, prices).amount for pick in picks]
    order = sorted(range(len(picks)), key=lambda index: (-alone[index], picks[index].pk))
    shared = allocate(prices.of_bundle(bundle).amount, [alone[index] for index in order])
    return [share for _, share in sorted(zip(order, shared, strict=True))]


def products_of(category: Category) -> QuerySet[Product]:
    """All of a category and of the categories below it, on sale or not."""
    return Product.objects.filter(Q(category=category) | Q(category__parent=category)).order_by()


def preview(bundle: Bundle) -> tuple[str, list[str]]:
    """What customers read of a bundle, and what staff should look at before they do. Two queries."""
    price = Money(bundle.price_kobo)
    sizes = VariantSize.objects.on_sale().priced().filter(variant__product__bundles=bundle)
    in_stock = {size.pk: size for size in sizes if size.available > 0}.values()
    # A piece may be picked as often as there are pieces of it.
    alone = sorted(price_of(size).amount for size in in_stock for _ in range(min(size.available, bundle.pieces)))
    if len(alone) < bundle.pieces:
        return (
            f"Any {bundle.pieces} pieces, {price}.",
            [f"Only {len(alone)} pieces are in stock to pick from, and a bundle takes {bundle.pieces}."],
        )
    least = sum(alone[: bundle.pieces]) - bundle.price_kobo
    most = sum(alone[-bundle.pieces :]) - bundle.price_kobo
    if most <= 0:
        return f"Any {bundle.pieces} pieces, {price}.", ["No choice of pieces saves anything: singly they cost less."]
    saved = Money(most) if least == most else f"{Money(max(0, least))} to {Money(most)}"
    sentence = f"Any {bundle.pieces} pieces, {price}. You save {saved}."
    if least > 0:
        return sentence, []
    return sentence, [f"The cheapest choice costs {Money(least + bundle.price_kobo)} singly, so it saves nothing."]


def key_of(picks: Sequence[VariantSize]) -> str:
    """The same picks in any order have the same key."""
    return ",".join(str(pk) for pk in sorted(pick.pk for pick in picks))
