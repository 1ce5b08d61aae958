"""Discounts that take off everything: such an order counts as paid, and no payment of nothing is opened."""

import pytest
from django.test import Client

from core.errors import Conflict
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Discount, Order
from payments import attempts, cancellation
from tests.factories import DiscountFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
FORM = {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "1 Road", "phone": "08031234567"}
FORM |= {"email": "ada@prechi.test", "full_name": "Ada", "consent": "on", "expected_total": "0", "code": "ALL"}


@pytest.fixture
def shopper(client: Client) -> Client:
    lagos()
    DiscountFactory(code="ALL", basis_points=10_000, stacks=True)
    DiscountFactory(code="", name="We deliver", kind=Discount.Kind.FREE_DELIVERY, stacks=True)
    client.cookies["bag"] = bag_with((VariantSizeFactory(on_hand=5), 2)).token
    return client


def order() -> Order:
    return Order.objects.get()


def test_it_is_paid_when_it_is_placed(shopper: Client) -> None:
    answer = shopper.post("/checkout/", FORM)
    assert answer.status_code == 307
    assert shopper.post(answer.headers["Location"]).headers["Location"] == order().get_absolute_url()
    assert (order().total_subunit, order().status, order().payment_status) == (0, "paid", "paid")
    assert list(order().events.values_list("kind", flat=True)) == ["placed", "paid"]
    assert not order().payments.exists()
    size = order().lines.get().variant_size
    assert size
    assert (size.on_hand, size.reserved) == (3, 0)
    assert shopper.get(order().get_absolute_url()).status_code == 200


def test_over_the_api_too(shopper: Client) -> None:
    address = {name: FORM[name] for name in ("country", "state", "area", "street")}
    body = {name: FORM[name] for name in ("email", "full_name", "phone", "code")} | {"address": address}
    answer = shopper.post(
        "/api/v1/orders/",
        body | {"bag": shopper.cookies["bag"].value, "expected_total": 0},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["status"]) == (201, "paid")
    assert shopper.post(f"/api/v1/orders/{order().token}/payments/").status_code == 409


def test_no_payment_is_opened(shopper: Client) -> None:
    shopper.post("/checkout/", FORM)
    with pytest.raises(Conflict, match="there is nothing to pay"):
        attempts.start(order())


def test_its_mails_ask_for_nothing(shopper: Client) -> None:
    shopper.post("/checkout/", FORM)
    cancellation.cancel(order(), events.CUSTOMER)
    mails = {mail.kind: outbox.compose(mail) for mail in OutgoingMail.objects.all()}
    assert set(mails) == {"order-received", "order-paid", "order-cancelled-paid"}
    for mail in mails.values():
        said = mail.subject + mail.text
        assert not any(word in said.lower() for word in ("pay now", "pay by", "we received", "we refund", "₦0 ")), said
    assert mails["order-received"].subject == f"Your order {order().number}"
    assert "There is nothing to pay, and every piece is yours." in mails["order-received"].html


def test_its_page_offers_to_cancel_and_no_money(shopper: Client) -> None:
    shopper.post("/checkout/", FORM)
    page = shopper.get(order().get_absolute_url()).text
    assert ">Cancel the order</button>" in page
    assert "give my money back" not in page
    assert "All you paid goes back" not in page


def test_cancelled_its_pieces_are_back(shopper: Client) -> None:
    shopper.post("/checkout/", FORM)
    cancelled = cancellation.cancel(order(), events.CUSTOMER)
    assert (cancelled.status, cancelled.payments.count()) == ("cancelled", 0)
    assert "no money goes back" in shopper.get(cancelled.get_absolute_url()).text
    notices = shopper.get(f"/api/v1/orders/{cancelled.token}/").json()["notices"]
    assert [notice["code"] for notice in notices] == ["cancelled"]
    size = order().lines.get().variant_size
    assert size
    assert (size.on_hand, size.reserved) == (5, 0)


@pytest.mark.parametrize(("left", "is_placed"), [(49_99, False), (50_00, True)])
def test_what_is_more_than_nought_but_too_little_to_be_paid_is_not_ordered(
    shopper: Client, left: int, is_placed: bool
) -> None:
    """No provider would take it, and its pieces would be kept for nobody."""
    size = VariantSizeFactory(on_hand=5)
    shopper.cookies["bag"] = bag_with((size, 1)).token
    off = size.variant.product.base_price_kobo - left
    DiscountFactory(code="NEARLY", kind=Discount.Kind.FIXED, basis_points=0, amount_kobo=off, stacks=True)
    answer = shopper.post("/checkout/", {**FORM, "code": "NEARLY", "expected_total": str(left)})
    assert (answer.status_code, Order.objects.exists()) == ((307, True) if is_placed else (400, False))
    assert is_placed or "less than ₦50 cannot be paid" in answer.text
