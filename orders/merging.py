"""A guest signs in: what is in the guest's bag goes into the account's."""

from accounts.models import User
from core.transactions import in_transaction
from orders import bag as bags
from orders.contents import Item, contents_of
from orders.models import Bag


@in_transaction
def merge(token: str | None, user: User) -> list[str]:
    """Puts the guest's bag with this token into the customer's open one; harmless twice.

    Quantities of the same pieces are added up, as far as stock and the limits of a bag allow. Returns, for the
    shopper, a sentence about each line of which less came along than was asked for. Locks both bags.
    """
    guest = bags.find(token)
    if guest is None or guest.user_id is not None:
        return []
    own = bags.open_bag(None, user)
    locked = {bag.pk: bag for bag in _locked(guest, own)}
    if [bag.state for bag in locked.values()] != [Bag.State.OPEN] * 2:
        return []  # ordered, or merged, in the very same moment
    notices = [notice for item in contents_of(guest) if (notice := _move(own, item))]
    if guest.code:
        bags.set_code(own, guest.code)
    Bag.objects.filter(pk=guest.pk).update(state=Bag.State.MERGED)
    return notices


def _locked(*several: Bag) -> list[Bag]:
    rows = Bag.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[bag.pk for bag in several])
    return list(rows.order_by("pk"))


def _move(own: Bag, item: Item) -> str:
    slug = item.bundle.slug if item.bundle else ""
    return bags.add_what_can_be_had(own, item.name, [part.size.sku for part in item.parts], item.quantity, slug)
