"""What staff do: one dialog, one call into the shop, and its answer told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Image, StockMovement, VariantSize
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders.models import Order
from payments import attempts
from tests.admin.conftest import messages_of
from tests.factories import VariantFactory, VariantSizeFactory, placed_order

SUBMITTED = {"_form_submitted": "on"}


def do(desk: Client, action: str, pk: int, **fields: Any) -> Any:
    return desk.post(reverse(f"admin:{action}", args=[pk]), {**SUBMITTED, **fields}, follow=True)


def test_an_order_goes_out_step_by_step(desk: Client, paid_order: Order, owner: Any) -> None:
    do(desk, "orders_order_pack", paid_order.pk)
    do(desk, "orders_order_ship", paid_order.pk, carrier="GIG", tracking_number="GIG-77")
    answer = do(desk, "orders_order_deliver", paid_order.pk)
    paid_order.refresh_from_db()
    assert paid_order.status == "delivered"
    assert (paid_order.carrier, paid_order.tracking_number) == ("GIG", "GIG-77")
    assert f"{paid_order.number} is delivered" in messages_of(answer)
    steps = paid_order.events.filter(kind__in=["packed", "shipped", "delivered"])
    assert {(event.actor, event.actor_label) for event in steps} == {(owner, owner.email)}
    assert OutgoingMail.objects.filter(kind="order-shipped", about=f"order/{paid_order.number}").count() == 1


def test_looking_at_a_dialog_changes_nothing(desk: Client, paid_order: Order) -> None:
    for action in ("pack", "ship", "deliver", "cancel"):
        assert desk.get(reverse(f"admin:orders_order_{action}", args=[paid_order.pk])).status_code == 200
    paid_order.refresh_from_db()
    assert paid_order.status == "paid"


def test_only_what_fits_is_offered(desk: Client, paid_order: Order) -> None:
    page = desk.get(reverse("admin:orders_order_change", args=[paid_order.pk])).content.decode()
    offered = [name for name in ("pack", "ship", "deliver", "cancel") if f"/{paid_order.pk}/{name}/" in page]
    assert offered == ["pack", "cancel"]


def test_what_the_workflow_refuses_is_told(desk: Client, paid_order: Order) -> None:
    answer = do(desk, "orders_order_ship", paid_order.pk, carrier="GIG")
    assert "Only a packed order can be shipped" in messages_of(answer)
    paid_order.refresh_from_db()
    assert paid_order.status == "paid"


def test_shipping_wants_a_carrier(desk: Client, paid_order: Order) -> None:
    do(desk, "orders_order_pack", paid_order.pk)
    answer = do(desk, "orders_order_ship", paid_order.pk)
    assert "This field is required" in answer.content.decode()
    paid_order.refresh_from_db()
    assert paid_order.status == "packed"


def test_an_unpaid_order_is_cancelled_with_a_reason(desk: Client, sandbox: Sandbox, db: None) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = placed_order((size, 2))
    do(desk, "orders_order_cancel", order.pk, reason="Asked on the phone")
    order.refresh_from_db()
    size.refresh_from_db()
    assert (order.status, size.reserved) == ("cancelled", 0)
    assert order.events.get(kind="cancelled").data == {"reason": "Asked on the phone"}


def test_a_dialog_in_the_background_is_led_on(desk: Client, paid_order: Order) -> None:
    url = reverse("admin:orders_order_pack", args=[paid_order.pk])
    answer = desk.post(url, SUBMITTED, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("admin:orders_order_change", args=[paid_order.pk])


def test_whoever_may_only_look_does_nothing(desk_of: Callable[..., Client], paid_order: Order) -> None:
    desk = desk_of("orders.view_order")
    page = desk.get(reverse("admin:orders_order_change", args=[paid_order.pk]))
    assert page.status_code == 200
    assert "/pack/" not in page.content.decode()
    assert do(desk, "orders_order_pack", paid_order.pk).status_code == 403
    paid_order.refresh_from_db()
    assert paid_order.status == "paid"


def test_the_right_to_change_an_order_is_the_right_to_pack(desk_of: Callable[..., Client], paid_order: Order) -> None:
    do(desk_of("orders.view_order", "orders.change_order"), "orders_order_pack", paid_order.pk)
    paid_order.refresh_from_db()
    assert paid_order.status == "packed"


def test_asking_paystack_settles_a_payment(desk: Client, sandbox: Sandbox, db: None) -> None:
    order = placed_order()
    payment = attempts.start(order)
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    answer = do(desk, "payments_payment_ask_paystack", payment.pk)
    order.refresh_from_db()
    assert order.status == "paid"
    assert "Paystack answered: success" in messages_of(answer)


def test_a_silent_paystack_is_told(desk: Client, sandbox: Sandbox, settings: Any, db: None) -> None:
    payment = attempts.start(placed_order())
    settings.PAYSTACK_BASE_URL = "http://127.0.0.1:9"
    answer = do(desk, "payments_payment_ask_paystack", payment.pk)
    assert "does not answer" in messages_of(answer)


def test_stock_is_adjusted_into_the_ledger(desk: Client, owner: Any, db: None) -> None:
    size = VariantSizeFactory(on_hand=5)
    do(desk, "catalog_variantsize_adjust", size.pk, change="-2", reason="damaged", note="Moths")
    size.refresh_from_db()
    movement = StockMovement.objects.filter(variant_size=size).first()
    assert size.on_hand == 3
    assert movement is not None
    assert (movement.change, movement.reason, movement.actor, movement.note) == (-2, "damaged", owner, "Moths")


@pytest.mark.parametrize(
    "fields",
    [
        {"change": "-4", "reason": "loss"},
        {"change": "0", "reason": "count"},
        {"change": "1", "reason": "sold"},
        {"change": "many", "reason": "count"},
        {"change": "1"},
    ],
)
def test_an_adjustment_that_cannot_be_changes_nothing(desk: Client, db: None, fields: dict[str, str]) -> None:
    size = VariantSizeFactory(on_hand=5)
    placed_order((size, 2))
    do(desk, "catalog_variantsize_adjust", size.pk, **fields)
    assert VariantSize.objects.get(pk=size.pk).on_hand == 5


def test_a_mail_that_was_given_up_is_sent_again(desk: Client, nudges: list[Any], db: None) -> None:
    order = placed_order()
    mail = OutgoingMail.objects.get(about=f"order/{order.number}")
    answer = do(desk, "mailing_outgoingmail_requeue", mail.pk)
    assert "Only a mail that was given up" in messages_of(answer)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="dead", attempts=6, last_error="no")
    do(desk, "mailing_outgoingmail_requeue", mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("queued", 0, "")


def test_a_failed_picture_is_tried_again(desk: Client, db: None) -> None:
    image = Image.objects.create(variant=VariantFactory(), alt="Front", original="a/b.jpeg", state="failed", error="no")
    do(desk, "catalog_image_retry", image.pk)
    image.refresh_from_db()
    assert (image.state, image.error) == ("queued", "")


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "x"])
def test_a_row_that_is_gone_is_no_failure(desk: Client, sandbox: Sandbox, pk: Any) -> None:
    for action in (
        "orders_order_pack",
        "payments_payment_ask_paystack",
        "mailing_outgoingmail_requeue",
        "catalog_image_retry",
        "catalog_review_approve",
    ):
        assert do(desk, action, pk).status_code == 200
    assert do(desk, "catalog_variantsize_adjust", pk, change="1", reason="count").status_code == 200
