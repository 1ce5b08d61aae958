"""Delivery abroad: items first, then the price that staff made, by a link of its own; a new price ends the old link."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import checkout, delivery_quotes, events, lifecycle
from orders.delivery import Destination
from orders.lifecycle import NotAllowed
from orders.models import DeliveryQuote, Order
from payments import attempts, audit, cancellation, refunds, settlement
from payments.models import Payment, Refund
from payments.paystack import Transaction
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import ADA, DiscountFactory, VariantSizeFactory, bag_with, paid, placed_order
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db

FEE = 4_500_000


@pytest.fixture
def unpaid() -> Order:
    return checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, Destination("CA"))


@pytest.fixture
def order(unpaid: Order) -> Order:
    return paid(unpaid)


def priced(order: Order, amount: int = FEE, note: str = "") -> DeliveryQuote:
    return delivery_quotes.make(order.pk, amount, events.SYSTEM, note)


def mails(kind: str) -> list[str]:
    return list(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def now(row: Any) -> Any:
    row.refresh_from_db()
    return row


def test_staff_price_it_the_customer_pays_and_it_ships(
    sandbox: Sandbox,
    client: Client,
    desk: Client,  # noqa: F811
    order: Order,
    settings: Any,
) -> None:
    settings.STAFF_EMAILS = ["desk@prechi.test"]
    change = reverse("admin:orders_order_change", args=[order.pk])
    assert "Price the delivery" in desk.get(change).text
    address = reverse("admin:orders_order_quote_delivery", args=[order.pk])
    desk.post(address, {"_form_submitted": "on", "amount": "45,000", "note": "By DHL, five days."}, follow=True)
    quote = DeliveryQuote.objects.get()
    assert (quote.amount_subunit, now(order).quote_status, mails("delivery-quote")) == (FEE, "quoted", [order.email])
    assert quote.get_absolute_url() in client.get(order.get_absolute_url()).text
    page = client.get(quote.get_absolute_url()).text
    assert "₦45,000" in page
    assert "By DHL, five days." in page
    lifecycle.pack(order.pk, events.SYSTEM)
    with pytest.raises(NotAllowed, match="not paid yet"):
        lifecycle.ship(order.pk, events.SYSTEM, "DHL")

    went = client.post(quote.get_absolute_url())
    payment = Payment.objects.get(quote=quote)
    assert (went.status_code, went.headers["Location"]) == (302, payment.authorization_url)
    assert (payment.amount_subunit, payment.purpose) == (FEE, "delivery")
    pay_at_paystack(sandbox, payment)
    back = client.get(f"/pay/return/?reference={payment.reference}").text
    assert "Thank you. The delivery is paid." in back
    assert (now(order).quote_status, now(quote).state, order.status) == ("paid", "paid", "packed")
    assert (mails("delivery-paid"), mails("staff-delivery-paid")) == ([order.email], ["desk@prechi.test"])
    assert "for the delivery are paid" in client.get(quote.get_absolute_url()).text
    assert "Delivery, paid apart:" in client.get(order.get_absolute_url()).text
    assert "It was paid with ₦45,000" in client.get(reverse("payments:invoice", args=[order.token])).text
    assert lifecycle.ship(order.pk, events.SYSTEM, "DHL").status == "shipped"
    assert "Price the delivery" not in desk.get(change).text


def test_a_new_price_ends_the_link_of_the_old(client: Client, order: Order) -> None:
    old = priced(order)
    new = priced(order, 3_900_000)
    assert [quote.state for quote in order.delivery_quotes.order_by("pk")] == ["superseded", "open"]
    page = client.get(old.get_absolute_url()).text
    assert "This price was replaced." in page
    assert "₦39,000" in page
    assert new.get_absolute_url() in page
    answer = client.post(old.get_absolute_url(), follow=True)
    assert "newer price" in answer.text
    assert not Payment.objects.filter(purpose="delivery").exists()


def test_the_same_price_again_changes_nothing(order: Order) -> None:
    assert priced(order).pk == priced(order).pk
    assert len(mails("delivery-quote")) == 1


def test_money_for_a_replaced_price_goes_back(sandbox: Sandbox, client: Client, order: Order) -> None:
    old = priced(order)
    payment = attempts.start(order, old)
    priced(order, 3_900_000)
    pay_at_paystack(sandbox, payment)
    payment = settlement.settle(payment.reference)
    refund = Refund.objects.get(payment=payment)
    assert (payment.outcome, payment.in_review, refund.amount_subunit) == ("replaced", True, FEE)
    assert (now(order).quote_status, order.payment_status) == ("quoted", "paid")
    assert "price that does not count any more" in client.get(f"/pay/return/?reference={payment.reference}").text
    settlement.settle(payment.reference)
    assert Refund.objects.count() == 1


def test_paid_twice_the_second_goes_back(sandbox: Sandbox, order: Order) -> None:
    quote = priced(order)
    first = attempts.start(order, quote)
    Payment.objects.filter(pk=first.pk).update(authorization_url="")  # its page was lost, so another is opened
    second = attempts.start(order, quote)
    for payment in (first, second):
        pay_at_paystack(sandbox, payment)
        settlement.settle(payment.reference)
    assert (now(first).outcome, now(second).outcome) == ("applied", "duplicate")
    refund = Refund.objects.get()
    assert (refund.payment, refund.reason) == (second, f"The delivery of order {order.number} was paid before.")


def test_what_was_paid_for_it_goes_back_alone(sandbox: Sandbox, order: Order, desk: Client) -> None:  # noqa: F811
    payment = attempts.start(order, priced(order))
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    page = reverse("admin:payments_payment_change", args=[payment.pk])
    address = reverse("admin:payments_payment_give_back_delivery", args=[payment.pk])
    assert address in desk.get(page).text
    for _ in range(2):
        desk.post(address, {"_form_submitted": "on", "reason": "The courier lost it"})
    assert [refund.amount_subunit for refund in payment.refunds.all()] == [FEE]
    assert address not in desk.get(page).text


def test_given_back_it_was_a_gift_and_the_parcel_leaves(sandbox: Sandbox, order: Order, desk: Client) -> None:  # noqa: F811
    payment = attempts.start(order, priced(order))
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    address = reverse("admin:payments_payment_give_back_delivery", args=[payment.pk])
    assert "as a gift" in desk.get(address).text
    refunds.give_back_delivery(payment.pk, reason="For the wait", actor=events.SYSTEM)
    with pytest.raises(NotAllowed, match="is paid already"):
        priced(order)
    lifecycle.pack(order.pk, events.SYSTEM)
    assert lifecycle.ship(order.pk, events.SYSTEM, "DHL").status == "shipped"


def test_what_paid_the_items_is_no_delivery(order: Order) -> None:
    with pytest.raises(Conflict, match="did not pay for a delivery"):
        refunds.give_back_delivery(order.payments.get().pk, reason="Late", actor=events.SYSTEM)


@pytest.mark.parametrize("captured", [FEE - 1, FEE + 1])
def test_exactly_that_amount_pays_it(order: Order, captured: int) -> None:
    payment = attempt_of(order, priced(order))
    payment = settlement.record_money(payment.pk, money(payment, captured))
    assert (payment.outcome, payment.in_review, now(order).quote_status) == ("mismatch", True, "quoted")


def test_another_currency_does_not_pay_it(order: Order) -> None:
    payment = attempt_of(order, priced(order))
    assert settlement.record_money(payment.pk, money(payment, FEE, currency="USD")).outcome == "mismatch"
    assert now(order).quote_status == "quoted"


def test_cancelling_gives_both_back(sandbox: Sandbox, unpaid: Order) -> None:
    order = unpaid
    items = attempts.start(order)
    pay_at_paystack(sandbox, items)
    settlement.settle(items.reference)
    delivery = attempts.start(order, priced(order))
    pay_at_paystack(sandbox, delivery)
    settlement.settle(delivery.reference)
    cancellation.cancel(now(order), events.CUSTOMER)
    assert {refund.payment_id: refund.amount_subunit for refund in Refund.objects.all()} == {
        items.pk: order.total_subunit,
        delivery.pk: FEE,
    }


def test_of_an_order_of_nothing_the_delivery_goes_back_and_everywhere_it_says_so(
    sandbox: Sandbox, client: Client
) -> None:
    DiscountFactory(code="ALL", basis_points=10_000)
    order = checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, Destination("CA"), code="ALL")
    assert (order.total_subunit, order.status) == (0, "paid")
    payment = attempts.start(order, priced(order))
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    assert "Cancel and give my money back" in client.get(order.get_absolute_url()).text
    cancellation.cancel(now(order), events.CUSTOMER)
    assert Refund.objects.get().amount_subunit == FEE
    page = client.get(order.get_absolute_url()).text
    assert "no money goes back" not in page
    assert "Its money goes back the way you paid" in page
    (notice,) = client.get(f"/api/v1/orders/{order.token}/").json()["notices"]
    assert (notice["code"], "goes back the way you paid" in notice["message"]) == ("money_back", True)


def test_a_cancelled_order_takes_no_more_money(sandbox: Sandbox, client: Client, order: Order) -> None:
    quote = priced(order)
    payment = attempts.start(order, quote)
    cancellation.cancel(now(order), events.CUSTOMER)
    assert "nothing to pay for this delivery any more" in client.get(quote.get_absolute_url()).text
    with pytest.raises(Conflict, match="no delivery is to be paid"):
        attempts.start(order, quote)
    pay_at_paystack(sandbox, payment)
    assert settlement.settle(payment.reference).outcome == "replaced"
    assert Refund.objects.get(payment=payment).amount_subunit == FEE


@pytest.mark.parametrize(
    ("amount", "note", "problem"),
    [
        (0, "", "more than nought"),
        (-1, "", "more than nought"),
        (1, "x" * 301, "300"),
        (49_99, "", "less than ₦50 cannot be paid"),
    ],
)
def test_what_is_no_price_is_refused(order: Order, amount: int, note: str, problem: str) -> None:
    with pytest.raises(ShopError, match=problem):
        priced(order, amount, note)
    assert (now(order).quote_status, mails("delivery-quote")) == ("awaiting", [])


def test_it_is_priced_once_the_items_are_paid(unpaid: Order) -> None:
    with pytest.raises(NotAllowed, match="once the items are paid"):
        priced(unpaid)


def test_an_order_with_a_fee_is_not_priced() -> None:
    with pytest.raises(NotAllowed, match="has a fee already"):
        priced(paid(placed_order((VariantSizeFactory(), 1))))


def test_one_price_is_in_force_in_the_database(order: Order) -> None:
    priced(order)
    with pytest.raises(IntegrityError, match="delivery_quote_one_in_force"), transaction.atomic():
        DeliveryQuote.objects.create(order=order, amount_subunit=1, made_by="x")


def test_nobody_guesses_a_link(client: Client, order: Order) -> None:
    quote = priced(order)
    address = quote.get_absolute_url()
    assert client.get(address[:-2] + ("y/" if address.endswith("x/") else "x/")).status_code == 404
    assert client.get(reverse("payments:delivery", args=[order.token])).status_code == 404


def test_over_the_api(sandbox: Sandbox, client: Client, order: Order) -> None:
    url = f"/api/v1/orders/{order.token}/"
    pay = {"path": f"{url}delivery/payments/", "headers": {"Idempotency-Key": "a" * 20}}
    assert client.post(**pay).json()["code"] == "not_payable"
    priced(order, note="By DHL.")
    delivery = client.get(url).json()["delivery"]
    assert (delivery["quote_status"], delivery["price"]["amount"]["amount"]) == ("quoted", FEE)
    answers = [client.post(pay["path"], headers={"Idempotency-Key": "b" * 20}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert answers[0].json()["amount"]["amount"] == FEE


@pytest.mark.breaks_invariants
def test_the_audit_sees_a_delivery_that_is_called_paid(order: Order) -> None:
    priced(order)
    Order.objects.filter(pk=order.pk).update(quote_status="paid")
    assert "a paid delivery has its payment" in " ".join(str(violation) for violation in audit.violations())


@pytest.mark.breaks_invariants
def test_the_audit_sees_a_price_that_nobody_was_told(order: Order) -> None:
    priced(order)
    OutgoingMail.objects.filter(kind="delivery-quote").delete()
    assert "every price of delivery has its mails" in " ".join(str(violation) for violation in audit.violations())


def money(payment: Payment, amount: int, currency: str = "NGN") -> Transaction:
    return Transaction(
        900_000_000 + payment.pk, payment.reference, "success", amount, payment.amount_subunit + 7, currency, "test",
        "card", 0, timezone.now(), "",
    )  # fmt: skip


def attempt_of(order: Order, quote: DeliveryQuote) -> Payment:
    return Payment.objects.create(
        order=order, quote=quote, purpose="delivery", reference="D-1", amount_subunit=FEE, currency="NGN"
    )
