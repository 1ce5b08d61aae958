"""What a discount would do to a bag that nobody has: for staff, before customers meet it."""

from collections.abc import Sequence

from django.db import transaction

from orders import bag as bags
from orders import baskets
from orders.baskets import Wanted
from orders.delivery import Destination
from orders.models import Discount
from orders.pricing import Quote, quote


def try_out(
    discount_id: int,
    wanted: Sequence[Wanted],
    destination: Destination | None,
    *,
    currency: str = "NGN",
    email: str = "",
) -> Quote:
    """The quote of these pieces and bundles as if the discount were switched on; nothing of it stays.

    It is the calculation of every order, on a bag that is rolled back. Raises ShopError as baskets.fill and quote do.
    """
    with transaction.atomic():
        bag = bags.open_bag()
        baskets.fill(bag, wanted)
        Discount.objects.filter(pk=discount_id, active=False).update(active=True)
        code = Discount.objects.values_list("code", flat=True).get(pk=discount_id)
        priced = quote(bag, destination, code, currency, email=email)
        transaction.set_rollback(True)
    return priced
