"""The whole table of what may become of an order: every status against everything that can be asked of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone

from core.errors import ShopError
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events, lifecycle, transitions
from orders.models import Order, OrderEvent
from payments import cancellation
from tests.factories import paid, placed_order

pytestmark = pytest.mark.django_db

STATUSES = ["pending_payment", "paid", "packed", "shipped", "delivered", "cancelled", "expired"]
STAFF = events.Actor("fulfilment@prechi.test")
ASKED: dict[str, Callable[[Order], object]] = {
    "pay": paid,
    "pack": lambda order: lifecycle.pack(order.pk, STAFF),
    "ship": lambda order: lifecycle.ship(order.pk, STAFF, "GIG"),
    "deliver": lambda order: lifecycle.deliver(order.pk, STAFF),
    "customer cancels": lambda order: cancellation.cancel(order, events.CUSTOMER),
    "staff cancel": lambda order: cancellation.cancel(order, STAFF, "Asked for", by_staff=True),
    "hold ends": lambda order: lifecycle.expire(order.pk),
    "more time": lambda order: lifecycle.extend_hold(order.pk, events.CUSTOMER),
}
# Asked of an order in this status: the status that it has then, its event and the mail to its customer.
MAY: dict[tuple[str, str], tuple[str, str, str]] = {
    ("pending_payment", "pay"): ("paid", "paid", "order-paid"),
    ("pending_payment", "customer cancels"): ("cancelled", "cancelled", "order-cancelled"),
    ("pending_payment", "staff cancel"): ("cancelled", "cancelled", "order-cancelled"),
    ("pending_payment", "hold ends"): ("expired", "expired", "order-expired"),
    ("pending_payment", "more time"): ("pending_payment", "hold-extended", ""),
    ("paid", "pack"): ("packed", "packed", "order-packed"),
    ("paid", "customer cancels"): ("cancelled", "cancelled-paid", "order-cancelled-paid"),
    ("paid", "staff cancel"): ("cancelled", "cancelled-paid", "order-cancelled-paid"),
    ("packed", "ship"): ("shipped", "shipped", "order-shipped"),
    ("packed", "staff cancel"): ("cancelled", "cancelled-paid", "order-cancelled-paid"),
    ("shipped", "deliver"): ("delivered", "delivered", "order-delivered"),
    ("cancelled", "pay"): ("paid", "paid", "order-paid"),
    ("expired", "pay"): ("paid", "paid", "order-paid"),
}
# Done already: asked once more, nothing happens and nobody is told off.
AGAIN = {("packed", "pack"), ("shipped", "ship"), ("delivered", "deliver")}
AGAIN |= {("cancelled", "customer cancels"), ("cancelled", "staff cancel")}
# What an order's page says of it.
SAID = {
    "pending_payment": "Held for you until",
    "paid": "Cancel the order",
    "packed": "Packed",
    "shipped": "with GIG",
    "delivered": "Send something back",
    "cancelled": "This order is cancelled",
    "expired": "This order was not paid in time",
}
PAIRS = [(status, asked) for status in STATUSES for asked in ASKED]
# Money that comes for an order that is paid is a matter of payments, not of its status (tests/purchase/test_settle.py).
FORBIDDEN = [pair for pair in PAIRS if pair not in MAY and pair not in AGAIN and pair[1] != "pay"]


def order_in(status: str) -> Order:
    order = placed_order()
    way = {"cancelled": ["customer cancels"], "expired": ["hold ends"]}.get(status, ["pay", "pack", "ship", "deliver"])
    for step in way:
        if order.status == status:
            break
        _ask(order, step)
        order.refresh_from_db()
    assert order.status == status
    return order


def _ask(order: Order, asked: str) -> None:
    if asked == "hold ends":
        Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))
    ASKED[asked](order)


def written(order: Order) -> tuple[int, int]:
    return OrderEvent.objects.filter(order=order).count(), OutgoingMail.objects.count()


@pytest.mark.parametrize(("status", "asked"), list(MAY))
def test_what_may_be_done_is_done_noted_and_told(sandbox: Sandbox, status: str, asked: str) -> None:
    order = order_in(status)
    target, event, mail = MAY[status, asked]
    _ask(order, asked)
    order.refresh_from_db()
    assert order.status == target
    last = order.events.filter(kind=event).latest("id")
    assert last.actor_label
    if target != status:
        assert (last.from_status, last.to_status) == (status, target)
    if mail:
        assert OutgoingMail.objects.filter(about=f"order/{order.number}", kind=mail).count() == 1


@pytest.mark.parametrize(("status", "asked"), sorted(AGAIN))
def test_what_is_done_already_is_not_done_twice(sandbox: Sandbox, status: str, asked: str) -> None:
    order = order_in(status)
    before = written(order)
    _ask(order, asked)
    order.refresh_from_db()
    assert (order.status, written(order)) == (status, before)


@pytest.mark.parametrize(("status", "asked"), FORBIDDEN)
def test_what_may_not_be_done_changes_nothing(sandbox: Sandbox, status: str, asked: str) -> None:
    order = order_in(status)
    before = written(order)
    if asked == "hold ends":
        _ask(order, asked)
    else:
        with pytest.raises(ShopError, match=order.number):
            _ask(order, asked)
    order.refresh_from_db()
    assert (order.status, written(order)) == (status, before)


@pytest.mark.parametrize("status", STATUSES)
def test_the_page_of_an_order_says_where_it_stands(sandbox: Sandbox, status: str) -> None:
    order = order_in(status)
    page = Client().get(f"/orders/{order.token}/")
    assert page.status_code == 200
    assert SAID[status] in page.text


def test_the_table_here_is_the_table_of_the_shop() -> None:
    """A transition that is added there must be added here."""
    there = {
        (source, transition.event, transition.target, transition.mail)
        for transition in transitions.TRANSITIONS
        for source in transition.sources
        if source
    }
    here = {(status, event, target, mail) for (status, _), (target, event, mail) in MAY.items() if mail}
    assert there == here


def test_every_mail_of_the_table_has_its_texts() -> None:
    for transition in (*transitions.TRANSITIONS, *transitions.ON_DELIVERY, *transitions.BY_THE_WAY):
        for kind in filter(None, [transition.mail, transition.staff_mail]):
            for ending in ("subject.txt", "txt", "html"):
                assert get_template(f"mail/{kind}.{ending}")
