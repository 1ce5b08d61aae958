"""The timeline of an order tells staff in words what became of each of its returns."""

import pytest
from django.test import Client
from django.urls import reverse

from adminpanel.timeline import details, what
from catalog.models import VariantSize
from orders import events, exchanges, return_changes, returns
from orders.models import Order, OrderEvent, Return
from orders.returns import Wish
from tests.factories import VariantSizeFactory, delivered_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def medium() -> VariantSize:
    return VariantSizeFactory(on_hand=5, price_kobo=900_000, size__name="M")


@pytest.fixture
def order(medium: VariantSize) -> Order:
    return delivered_order((medium, 1))


def ask(order: Order, kind: str = "refund", size: str = "") -> Return:
    return returns.request(order.pk, {order.lines.get().pk: Wish(1, size)}, kind, "size", "", events.CUSTOMER)


def told(order: Order) -> dict[str, str]:
    found = order.events.filter(kind__startswith="return-").order_by("pk")
    return {what(event): details(event) for event in found}


def test_each_step_of_an_exchange_names_its_return(order: Order, medium: VariantSize, desk: Client) -> None:
    large = VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=medium.variant, size__name="L")
    found = ask(order, "exchange", large.sku)
    returns.approve(found.pk, events.SYSTEM, "Send it to the shop.")
    returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
    exchanges.send(found.pk, "GIG Logistics", "GIG-77", events.SYSTEM)
    assert told(order) == {
        f"Return {found.pk} is asked for": "Reason: It does not fit",
        f"Return {found.pk} may be sent back": "Send it to the shop.",
        f"Return {found.pk} has arrived": f"{medium.sku}: 1 as new, back on sale",
        f"Return {found.pk} is done: the other size is with the courier": (
            "Carrier: GIG Logistics; Tracking number: GIG-77"
        ),
    }
    page = desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
    assert "Waiting for payment → Paid" in page
    assert f"{order.pk}: return-" not in page
    assert f"{medium.sku}: 1 as new, back on sale" in page
    assert f"Return {found.pk} has arrived" in page
    assert f"Return {found.pk} has arrived" in desk.get(reverse("admin:orders_orderevent_changelist")).text


def test_one_that_is_changed_lost_or_refused_is_told_too(order: Order, medium: VariantSize) -> None:
    large = VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=medium.variant, size__name="L")
    found = ask(order, "exchange", large.sku)
    returns.approve(found.pk, events.SYSTEM)
    return_changes.give_money_instead(found.pk, events.SYSTEM, "")
    return_changes.give_up(found.pk, events.SYSTEM)
    other = ask(order)
    returns.refuse(other.pk, events.SYSTEM, "It is worn.")
    assert told(order) == {
        f"Return {found.pk} is asked for": "Reason: It does not fit",
        f"Return {found.pk} may be sent back": "",
        f"Return {found.pk} is for something else now": "Instead: money",
        f"Return {found.pk} did not arrive": "",
        f"Return {other.pk} is asked for": "Reason: It does not fit",
        f"Return {other.pk} is refused": "It is worn.",
    }


def test_of_any_other_event_the_name_and_what_it_says(order: Order) -> None:
    event = OrderEvent(order=order, kind="paid-offline", data={"amount": "₦5", "reference": "", "method": "cash"})
    assert (what(event), details(event)) == ("Paid offline", "Amount: ₦5; Method: cash")
    assert details(OrderEvent(order=order, kind="note", data={"text": "Called twice."})) == "Called twice."
