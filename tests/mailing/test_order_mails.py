"""The mails of real orders, as they lie in the outbox: one for each step, about what was really ordered."""

import pytest

from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import bag, checkout, events, lifecycle
from orders.models import Order
from payments import attempts
from payments.settlement import settle
from tests.factories import ADA, LAGOS_ISLAND, BundleFactory, VariantSizeFactory, bag_with, lagos, placed_order

pytestmark = pytest.mark.django_db


def mail_of(order: Order, kind: str) -> OutgoingMail:
    return outbox.compose(OutgoingMail.objects.get(about=f"order/{order.number}", kind=kind, recipient=order.email))


def an_order_of_a_bundle_and_a_piece() -> Order:
    lagos()
    sizes = [VariantSizeFactory() for _ in range(3)]
    bundle = BundleFactory(name="Any 3 briefs", eligible=[size.variant.product for size in sizes])
    mine = bag_with((VariantSizeFactory(variant__product__name="Ribbed legging"), 2))
    bag.add_bundle(mine, bundle.slug, [size.sku for size in sizes], 1)
    return checkout.place_order(mine, ADA, LAGOS_ISLAND)


def test_placing_an_order_writes_what_was_ordered_and_where_to_pay() -> None:
    order = an_order_of_a_bundle_and_a_piece()
    mail = mail_of(order, "order-received")
    assert order.number in mail.subject
    assert f"/pay/{order.token}/" in mail.text
    assert f"/pay/{order.token}/" in mail.html
    assert "2 x Ribbed legging, Black, size M: ₦17,000" in mail.text
    assert "1 x Any 3 briefs: ₦20,000" in mail.text
    assert mail.text.count("  - Everyday Brief") == 3
    assert f"Total: {order.total}" in mail.text


def test_each_step_of_an_order_writes_its_mail_once(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    for _ in range(2):
        settle(payment.reference)
    for _ in range(2):
        lifecycle.pack(order.pk, events.SYSTEM)
    for _ in range(2):
        lifecycle.ship(order.pk, events.SYSTEM, "GIG Logistics", "GIG-77")
    for _ in range(2):
        lifecycle.deliver(order.pk, events.SYSTEM)
    kinds = OutgoingMail.objects.filter(about=f"order/{order.number}").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["order-received", "order-paid", "order-packed", "order-shipped", "order-delivered"]
    assert "with GIG Logistics. Its tracking number is GIG-77." in mail_of(order, "order-shipped").text
    assert f"/orders/{order.token}/" in mail_of(order, "order-paid").html


def test_a_cancelled_order_is_told_that_it_was_not_paid() -> None:
    order = placed_order()
    lifecycle.cancel(order.pk, events.CUSTOMER)
    assert "It was not paid" in mail_of(order, "order-cancelled").text


def test_what_a_customer_writes_cannot_break_out_of_a_mail() -> None:
    contact = checkout.Contact(
        email="eve@prechi.test",
        full_name='<img src="https://evil.example/x.png">',
        phone="+2348031234567",
        street="<script>alert(1)</script> {{ settings.SECRET_KEY }}",
    )
    lagos()
    order = checkout.place_order(bag_with((VariantSizeFactory(), 1)), contact, LAGOS_ISLAND)
    mail = mail_of(order, "order-received")
    assert "<img" not in mail.html
    assert "<script" not in mail.html
    assert "{{ settings.SECRET_KEY }}" in mail.html
