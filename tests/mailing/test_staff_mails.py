"""What the staff are told by mail: each thing once, to everybody who is named, and never in the way of a customer."""

from typing import Any

import pytest
from django.db.models.functions import Now
from django_celery_results.models import TaskResult

from catalog import low_stock
from catalog.models import VariantSize
from mailing import outbox
from mailing.models import OutgoingMail, StaffNotice
from orders import emails, events, lifecycle
from orders.models import Order
from payments import dead_letters
from payments.models import ProviderEvent
from tests.factories import VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db
STAFF = ["owner@prechi.test", "packing@prechi.test"]


@pytest.fixture(autouse=True)
def _somebody_is_told(settings: Any) -> None:
    settings.STAFF_EMAILS = STAFF


def told(kind: str) -> list[OutgoingMail]:
    return [outbox.compose(mail) for mail in OutgoingMail.objects.filter(kind=kind).order_by("pk")]


def subjects() -> set[str]:
    return set(StaffNotice.objects.values_list("subject", flat=True))


@pytest.mark.breaks_invariants
def test_everybody_who_is_named_learns_of_a_paid_order_once(nudges: Any) -> None:
    order = placed_order()
    assert told("staff-order-paid") == []
    lifecycle.mark_paid(lifecycle.lock(order.pk), events.PAYSTACK)
    emails.tell_staff("staff-order-paid", order)
    mails = told("staff-order-paid")
    assert sorted(mail.recipient for mail in mails) == STAFF
    for mail in mails:
        assert mail.about == f"order/{order.number}"
        assert order.number in mail.subject
        assert f"/admin/orders/order/{order.pk}/change/" in mail.text


@pytest.mark.breaks_invariants
def test_an_order_abroad_asks_for_a_price_of_delivery_when_it_is_paid() -> None:
    order = placed_order()
    Order.objects.filter(pk=order.pk).update(quote_status=Order.QuoteStatus.AWAITING)
    lifecycle.mark_paid(lifecycle.lock(order.pk), events.PAYSTACK)
    assert len(told("staff-quote-needed")) == len(STAFF)


@pytest.mark.breaks_invariants
def test_money_that_came_too_late_is_told() -> None:
    order = placed_order()
    for _ in range(2):
        lifecycle.owe_refund(order, events.PAYSTACK, "PR-1-1")
    mails = told("staff-paid-late")
    assert len(mails) == len(STAFF)
    assert "Payment PR-1-1" in mails[0].text


@pytest.mark.breaks_invariants
def test_where_nobody_is_named_nobody_is_told(settings: Any) -> None:
    settings.STAFF_EMAILS = []
    lifecycle.mark_paid(lifecycle.lock(placed_order().pk), events.PAYSTACK)
    assert told("staff-order-paid") == []


@pytest.mark.breaks_invariants
def test_a_size_that_runs_low_is_told_once_and_again_when_it_is_low_again() -> None:
    size = VariantSizeFactory()
    rows = VariantSize.objects.filter(pk=size.pk)
    rows.update(on_hand=2, low_stock_threshold=3)
    assert [low_stock.tell(), low_stock.tell()] == [1, 0]
    assert f"({size.sku}): 2 left" in told("staff-low-stock")[0].text
    rows.update(on_hand=50)
    assert low_stock.tell() == 0
    rows.update(on_hand=1)
    assert low_stock.tell() == 1
    assert len(told("staff-low-stock")) == 2 * len(STAFF)


def test_work_that_was_given_up_is_told_once_without_what_it_holds() -> None:
    mail = OutgoingMail.objects.create(
        kind="account-reset",
        about="account/1",
        recipient="ada@prechi.test",
        subject="x",
        text="key-to-it",
        state="dead",
    )
    event = ProviderEvent.objects.create(
        provider="paystack", key="k", event="charge.success", reference="PR-1", body="secret", state="dead"
    )
    for number in range(2):
        TaskResult.objects.create(task_id=str(number), task_name="catalog.tasks.x", status="FAILURE", date_done=Now())
    assert [dead_letters.tell(), dead_letters.tell()] == [3, 0]
    assert subjects() == {f"mail/{mail.pk}", f"webhook/{event.pk}", "job/catalog.tasks.x"}
    text = told("staff-failed-jobs")[0].text
    assert f"/admin/mailing/outgoingmail/{mail.pk}/change/" in text
    assert "key-to-it" not in text
    assert "ada@prechi.test" not in text


def test_a_staff_mail_that_cannot_be_sent_makes_no_other() -> None:
    OutgoingMail.objects.create(kind="staff-low-stock", about="staff/1", recipient=STAFF[0], subject="x", state="dead")
    assert dead_letters.tell() == 0
