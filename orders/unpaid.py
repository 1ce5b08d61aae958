"""How many orders one person may leave unpaid at once: each keeps its pieces from everybody else."""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import User
from core.email_addresses import EmailKey, email_key
from core.errors import Conflict
from core.prepared import Given, Prepared, run
from orders.models import Order


class TooManyUnpaid(Conflict):
    code = "too_many_unpaid"


def check(email: str, phone: str, user: User | None) -> None:
    """Raises TooManyUnpaid for somebody who has settings.UNPAID_ORDERS_MAX orders waiting for payment already.

    A customer who is signed in is told by the account, a guest by e-mail address or phone number. Locks these until
    the transaction ends, so that orders sent at once are counted too.
    """
    _queue_up([f"account {user.pk}"] if user else sorted([f"e-mail {email_key(email)}", f"phone {phone}"]))
    if len(_waiting(email, phone, user)) >= settings.UNPAID_ORDERS_MAX:
        whose = "of yours" if user else "with this e-mail address or phone number"
        raise TooManyUnpaid(
            f"{settings.UNPAID_ORDERS_MAX} orders {whose} wait for payment, and each keeps its pieces from others. Pay "
            "or cancel one by the link in its mail, then order again.",
            field="email",
        )


def _waiting(email: str, phone: str, user: User | None) -> list[Order]:
    """Orders of guests and of accounts are counted apart, so that nobody uses up what belongs to somebody else."""
    if user:
        return _OF_ACCOUNT.all(user=user.pk)
    # Not for the database to sort out: to look through all orders of guests may seem the quickest way to it.
    return [order for order in _OF_GUEST.all(email=email_key(email), phone=phone) if order.user_id is None]


def _unpaid() -> QuerySet[Any]:
    return Order.objects.filter(status=Order.Status.PENDING_PAYMENT).order_by().only("user")


_OF_ACCOUNT = Prepared(lambda: _unpaid().filter(user=Given("user")))
_OF_GUEST = Prepared(
    lambda: _unpaid().alias(email_key=EmailKey("email")).filter(Q(email_key=Given("email")) | Q(phone=Given("phone"))),
    # A plan made for a young shop reads all of its few unpaid orders, and would still do so for thousands.
    keeps_plan=False,
)


def _queue_up(names: list[str]) -> None:
    """Waits for those with the same name, in the order given; nothing else takes these locks."""
    locks = ", ".join(["pg_advisory_xact_lock(hashtextextended(%s, 0))"] * len(names))
    run(f"SELECT {locks}", names)
