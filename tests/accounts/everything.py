"""A person who is in every table there is, for tests of what the shop hands out and forgets."""

from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import User
from catalog import alerts, reviews, wishlist
from catalog.models import ReviewInvitation, VariantSize
from devtools.sandbox.process import Sandbox
from mailing import newsletter, outbox, suppression
from mailing.models import OutgoingMail
from orders import checkout, events, lifecycle, returns, staff_orders
from orders.models import Order
from orders.returns import Wish
from payments import attempts, differences, disputes, offline, provider_events, refund_sending, refunds, settlement
from payments.models import Difference, Dispute, Payment, Refund
from tests.factories import ADA, LAGOS_ISLAND, DiscountFactory, UserFactory, VariantSizeFactory, bag_with, lagos
from tests.payments.conftest import hear, move, pay_at_paystack

PASSWORD = "a-long-password"
SECRETS = (
    *("adaeze", "okonkwo", "8031234567", "bourdillon", "falomo", "blue gate", "too tight"),
    *("papa ltd", "broad street"),
)
CONTACT = replace(ADA, email="Adaeze@Prechi.test", full_name="Adaeze Okonkwo", phone="+2348031234567")


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=9, variant__product__slug="brief")


@pytest.fixture
def ada(size: VariantSize) -> User:
    user: User = UserFactory(email="adaeze@prechi.test", full_name="Adaeze Okonkwo", phone="+2348031234567")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def order(ada: User, size: VariantSize, sandbox: Sandbox) -> Order:
    """Placed with an account, paid, delivered, in part sent back, reviewed: it is in every table there is."""
    lagos()
    DiscountFactory(code="ADA10")
    contact = replace(
        CONTACT,
        street="12 Bourdillon Road",
        landmark="Falomo bridge",
        billing_name="Papa Ltd",
        billing_address="4 Broad Street\nLagos",
    )
    order = checkout.place_order(
        bag_with((size, 2)), contact, LAGOS_ISLAND, user=ada, code="ADA10", note="At the blue gate."
    )
    payment = attempts.start(order)
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    hear("charge.success", {"id": 77, "reference": payment.reference, "customer": {"email": "Adaeze@Prechi.test"}})
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "GIG-7788")
    lifecycle.deliver(order.pk, events.SYSTEM)
    back = returns.request(order.pk, {order.lines.get().pk: Wish(1)}, "refund", "size", "Too tight.", events.CUSTOMER)
    returns.refuse(back.pk, events.SYSTEM, "Adaeze, it was worn.")
    token = ReviewInvitation.objects.get(order_number=order.number).token
    reviews.submit(token, reviews.Opinion(5, "true", "Soft", "Sits well.", "Adaeze O."), [], author=f"account {ada.pk}")
    return order


@pytest.fixture
def everything(order: Order, ada: User, size: VariantSize, sandbox: Sandbox, settings: Any) -> Order:
    gone = VariantSizeFactory(variant=size.variant, size__name="XL", on_hand=0)
    alerts.ask(gone.sku, "Adaeze@prechi.test", network_address="192.0.2.1")
    wishlist.add(wishlist.open_list(user_id=ada.pk), size.sku)
    newsletter.ask("Adaeze@Prechi.test", "footer", network_address="192.0.2.1")
    suppression.stop("adaeze@prechi.test", suppression.Reason.BOUNCED)
    bag_with((size, 1)).__class__.objects.filter(order=None, user=None).update(user=ada)
    word = disputes.Word(7, 1, "NGN", "fraud", "resolved", "declined", None)
    disputes.note(order.payments.get().pk, word)
    disputes.answered(Dispute.objects.get().pk, events.SYSTEM, "Adaeze Okonkwo signed for it")
    staff_orders.write_note(order.pk, "Adaeze, the rider calls at ten.", events.SYSTEM, tell_customer=True)
    words_of_money(order, sandbox)
    paid_by_transfer(ada, size, settings)
    for mail in OutgoingMail.objects.all():
        outbox.compose(mail)
    OutgoingMail.objects.filter(kind="order-packed").update(
        state="dead", last_error="422 validation_error: Adaeze@Prechi.test is no address"
    )
    return order


def words_of_money(order: Order, sandbox: Sandbox) -> None:
    """What Paystack and staff said of it, of this order and of what was paid on Paystack's dashboard."""
    customer = {"email": "Adaeze@Prechi.test", "first_name": "Adaeze", "last_name": "Okonkwo"}
    unknown = Difference.objects.create(
        kind="unknown", reference="DASH-1", amount_subunit=1, currency="NGN", email="Adaeze@prechi.test"
    )
    differences.looked_at(unknown.pk, "Adaeze paid for her sister", events.SYSTEM)
    hear("charge.success", {"id": 90, "reference": "DASH-1", "customer": {"first_name": "Adaeze"}})
    hear("charge.success", {"id": 91, "reference": "DASH-2", "customer": customer})
    seen = hear("charge.success", {"id": 92, "reference": "DASH-3", "metadata": {"for": "To adaeze@prechi.test."}})
    provider_events.looked_at(seen.pk, "Adaeze called about it", events.SYSTEM)
    hear("customeridentification.success", {"id": 93, **customer})
    hear("transfer.success", {"id": 94, "recipient": {"name": "Adaeze Okonkwo"}})
    sandbox.control("PUT", "faults", {"paystack.refund_step_ms": 3_600_000})
    refund = refunds.request(
        order.pk, amount=10_000, reason="Adaeze found it too tight", key="gift", actor=events.SYSTEM
    )
    move(sandbox, refund_sending.go_on(refund.pk), "processed")
    refund_sending.go_on(refund.pk)
    Refund.objects.filter(pk=refund.pk).update(problem="No answer: the bank of Adaeze Okonkwo")
    Payment.objects.filter(order=order).update(failure_reason="Declined for Adaeze Okonkwo")


def paid_by_transfer(ada: User, size: VariantSize, settings: Any) -> Order:
    """Another of her orders, long delivered, whose transfer names her on the bank's statement."""
    settings.OFFLINE_METHODS = ["bank"]
    order = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND, user=ada)
    offline.record(order.pk, "bank", "TRF ADAEZE OKONKWO 12", order.total_subunit, events.SYSTEM)
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "GIG-7799")
    lifecycle.deliver(order.pk, events.SYSTEM)
    return order


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def found_anywhere(*words: str) -> list[str]:
    """Tables and columns of the whole database in which one of the words stands."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f'SELECT lower(t::text) FROM "{table}" t')
            for (row,) in cursor.fetchall():
                found += [f"{table}: {word}" for word in words if word in row]
    return found


def send_the_last_word() -> None:
    """What still names the person is the mail that tells them; with it that goes too."""
    (last,) = OutgoingMail.objects.filter(kind=outbox.LAST_WORD, state="queued")
    assert outbox.send(last.pk)
