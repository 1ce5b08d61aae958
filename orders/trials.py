"""What a discount would do to a bag that nobody has: for staff, before customers meet it."""

from collections.abc import Mapping

from django.db import transaction

from orders import bag as bags
from orders.delivery import Destination
from orders.models import Discount
from orders.pricing import Quote, quote


def try_out(
    discount_id: int,
    pieces: Mapping[str, int],
    destination: Destination | None,
    *,
    currency: str = "NGN",
    email: str = "",
) -> Quote:
    """The quote of these pieces (SKU to quantity) as if the discount were switched on; nothing of it stays.

    It is the calculation of every order, on a bag that is rolled back. Raises ShopError as bag.add and quote do.
    """
    with transaction.atomic():
        bag = bags.open_bag()
        for sku, quantity in pieces.items():
            bags.add(bag, sku, quantity)
        Discount.objects.filter(pk=discount_id, active=False).update(active=True)
        code = Discount.objects.values_list("code", flat=True).get(pk=discount_id)
        priced = quote(bag, destination, code, currency, email=email)
        transaction.set_rollback(True)
    return priced
