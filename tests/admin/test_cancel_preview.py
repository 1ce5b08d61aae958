"""Before staff cancel an order they read the mail that its customer would get, to the letter. Nothing of it stays."""

import html
import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from psycopg.errors import LockNotAvailable

from core import transactions
from mailing.models import OutgoingMail
from mailing.render import Rendered, render
from orders import events, lifecycle
from orders.models import Order
from payments import attempts, cancellation
from payments.models import Dispute, Refund
from tests.factories import VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db
WHY = "The last two were torn"


def dialog(desk: Client, order: Order) -> str:
    return desk.get(reverse("admin:orders_order_cancel", args=[order.pk])).text


def shown(page: str) -> str:
    found = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    return html.unescape(found[1]).rstrip() if found else ""


def cancelled(desk: Client, order: Order) -> OutgoingMail:
    address = reverse("admin:orders_order_cancel", args=[order.pk])
    desk.post(address, {"_form_submitted": "on", "reason": WHY, "restock": "on"})
    return OutgoingMail.objects.get(about=f"order/{order.number}", kind__startswith="order-cancelled")


def everything(order: Order) -> tuple[Any, ...]:
    line = order.lines.get()
    size = line.variant_size
    size.refresh_from_db()
    order.refresh_from_db()
    return (
        *(order.status, order.payment_status, order.closed_at, order.events.count(), line.taken_back),
        *(size.on_hand, size.reserved, OutgoingMail.objects.count(), Refund.objects.count()),
    )


@pytest.mark.parametrize("is_packed", [False, True])
def test_of_a_paid_order_it_is_the_mail_that_goes_out(desk: Client, paid_order: Order, is_packed: bool) -> None:
    if is_packed:
        desk.post(reverse("admin:orders_order_pack", args=[paid_order.pk]), {"_form_submitted": "on"})
    before = everything(paid_order)
    told = shown(dialog(desk, paid_order))
    assert everything(paid_order) == before
    assert "[your reason]" in told
    mail = cancelled(desk, paid_order)
    texts = render(mail.kind, mail.facts)
    assert told.replace("[your reason]", WHY) == f"{texts.subject}\n\n{texts.text.rstrip()}"


@pytest.mark.usefixtures("sandbox")
def test_of_an_unpaid_order_too_and_paystack_is_not_asked(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    order = placed_order((VariantSizeFactory(on_hand=5), 2))
    attempts.start(order)
    before = everything(order)
    with monkeypatch.context() as patched:
        patched.delattr(cancellation, "settle")
        told = shown(dialog(desk, order))
    assert everything(order) == before
    mail = cancelled(desk, order)
    texts = render(mail.kind, mail.facts)
    assert told.replace("[your reason]", WHY) == f"{texts.subject}\n\n{texts.text.rstrip()}"


@pytest.mark.breaks_invariants
def test_what_stands_against_it_is_told_instead(desk: Client, paid_order: Order) -> None:
    Dispute.objects.create(payment=paid_order.payments.get(), provider_dispute_id=1, amount_subunit=1, currency="NGN")
    page = dialog(desk, paid_order)
    assert shown(page) == ""
    assert "dispute" in page
    paid_order.refresh_from_db()
    assert paid_order.status == "paid"


@pytest.mark.parametrize("is_lost", [False, True], ids=["cancelled", "lost on its way"])
def test_one_that_is_cancelled_already_gets_no_mail(desk: Client, paid_order: Order, is_lost: bool) -> None:
    """Whoever looks at its page since before that is offered to cancel it still."""
    if is_lost:
        lifecycle.pack(paid_order.pk, events.SYSTEM)
        lifecycle.ship(paid_order.pk, events.SYSTEM, "GIG")
        cancellation.end_not_arrived(paid_order.pk, events.SYSTEM, WHY, restock=False)
    else:
        cancelled(desk, paid_order)
    page = dialog(desk, paid_order)
    assert shown(page) == ""
    assert f"Order {paid_order.number} is cancelled already." in page


@pytest.mark.django_db(transaction=True)
def test_while_somebody_else_holds_it_staff_are_told_to_try_again(
    desk: Client, paid_order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(order_id: int) -> Order:
        raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()

    monkeypatch.setattr(lifecycle, "lock", held)
    monkeypatch.setattr(transactions, "TRIES", 1)
    page = dialog(desk, paid_order)
    assert shown(page) == ""
    assert "The shop is very busy with these items just now." in page


def test_it_is_written_when_nothing_is_held_any_more(
    desk: Client, paid_order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who buys the same pieces waits for a template."""
    stood: list[str] = []

    def written(kind: str, facts: dict[str, Any]) -> Rendered:
        stood.append(Order.objects.get(pk=paid_order.pk).status)
        return render(kind, facts)

    monkeypatch.setattr(cancellation, "render", written)
    assert "is cancelled" in shown(dialog(desk, paid_order))
    assert stood == ["paid"]
