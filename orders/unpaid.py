"""How many orders one person may leave unpaid at once: each keeps its pieces from everybody else.

Fewer may be on their way to be paid at the door, for the shop carries each of them there and perhaps back. Whoever
writes another e-mail address and phone number each time is held up by where the orders come from.
"""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import User
from core.email_addresses import EmailKey, email_key
from core.errors import Conflict, ShopError
from core.prepared import Given, Prepared, read
from orders.models import Order


class TooManyUnpaid(Conflict):
    code = "too_many_unpaid"


class TooManyAtTheDoor(Conflict):
    code = "too_many_on_delivery"


class TooManyFromHere(ShopError):
    status = 429
    code = "too_many_unpaid_here"


def network_key(address: str) -> str:
    """What an order keeps of the network address that it came from: enough to count by, and not the address."""
    return salted_hmac(__name__, address, algorithm="sha256").hexdigest()[:32] if address else ""


def check(email: str, phone: str, user: User | None, *, network: str = "", pay_on_delivery: bool = False) -> None:
    """Raises TooManyUnpaid for somebody who has settings.UNPAID_ORDERS_MAX orders waiting for payment already.

    With `pay_on_delivery` also TooManyAtTheDoor, for settings.PAY_ON_DELIVERY_ORDERS_MAX that are still owed there.
    A customer who is signed in is told by the account, a guest by e-mail address or phone number. Locks these until
    the transaction ends, so that orders sent at once are counted too. Raises TooManyFromHere for a guest whose
    `network` (a network_key) has settings.UNPAID_ORDERS_OF_NETWORK_MAX waiting; nobody queues up for that, for many
    share one: it may be passed by a few that were sent at once.
    """
    names = [f"account {user.pk}"] if user else sorted([f"e-mail {email_key(email)}", f"phone {phone}"])
    if _queue_up(names, "" if user else network):
        raise TooManyFromHere(
            "Many orders from your network wait for payment, and each keeps its pieces from others. Pay for one of "
            "yours, sign in to order with your account, or try again in a few minutes. Nothing was ordered."
        )
    waiting = _waiting(email, phone, user)
    whose = "of yours" if user else "with this e-mail address or phone number"
    if len(waiting) >= settings.UNPAID_ORDERS_MAX:
        raise TooManyUnpaid(
            f"{settings.UNPAID_ORDERS_MAX} orders {whose} wait for payment, and each keeps its pieces from others. Pay "
            "or cancel one by the link in its mail, then order again.",
            field="email",
        )
    if pay_on_delivery:
        owed = sum(order.pay_on_delivery for order in waiting) + _on_their_way(email, phone, user)
        if owed >= settings.PAY_ON_DELIVERY_ORDERS_MAX:
            raise TooManyAtTheDoor(
                f"{owed} orders {whose} are still to be paid at the door. Pay this one with Paystack, or order again "
                "when one of those is paid.",
                field="pay_on_delivery",
            )


def _waiting(email: str, phone: str, user: User | None) -> list[Order]:
    """Orders of guests and of accounts are counted apart, so that nobody uses up what belongs to somebody else."""
    if user:
        return _OF_ACCOUNT.all(user=user.pk)
    # Not for the database to sort out: to look through all orders of guests may seem the quickest way to it.
    return [order for order in _OF_GUEST.all(email=email_key(email), phone=phone) if order.user_id is None]


def _on_their_way(email: str, phone: str, user: User | None) -> int:
    """Those that were packed or sent unpaid. What a shop has on its way at any moment is little to look through."""
    as_guest = Q(user__isnull=True) & (Q(email_key=email_key(email)) | Q(phone=phone))
    owed = Order.objects.filter(
        status__in=(Order.Status.PACKED, Order.Status.SHIPPED), pay_on_delivery=True, paid_at__isnull=True
    )
    return owed.alias(email_key=EmailKey("email")).filter(Q(user=user) if user else as_guest).count()


def _unpaid() -> QuerySet[Any]:
    return Order.objects.filter(status=Order.Status.PENDING_PAYMENT).order_by().only("user", "pay_on_delivery")


_OF_ACCOUNT = Prepared(lambda: _unpaid().filter(user=Given("user")))
_OF_GUEST = Prepared(
    lambda: _unpaid().alias(email_key=EmailKey("email")).filter(Q(email_key=Given("email")) | Q(phone=Given("phone"))),
    # A plan made for a young shop reads all of its few unpaid orders, and would still do so for thousands.
    keeps_plan=False,
)


def _queue_up(names: list[str], network: str) -> bool:
    """Waits for those with the same name, in the order given; nothing else takes these locks. Returns whether the
    network has as many orders of guests as it may: asked in the same statement, for each costs a way to and fro."""
    locks = ", ".join(["pg_advisory_xact_lock(hashtextextended(%s, 0))"] * len(names))
    if not network:
        read(f"SELECT {locks}", names)
        return False
    most = settings.UNPAID_ORDERS_OF_NETWORK_MAX
    ((*_, is_full),) = read(f"SELECT {locks}, {_IS_FULL}", [*names, network, most - 1])
    return bool(is_full)


_IS_FULL = """EXISTS (
    SELECT FROM orders_order WHERE ordered_from = %s AND status = 'pending_payment' AND user_id IS NULL OFFSET %s
)"""
