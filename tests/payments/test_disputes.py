"""A bank takes the customer's side: staff are told by when to answer, nothing is given back meanwhile, and what is lost
counts as given back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Order
from payments import attempts, audit, cancellation, disputes, periodic, refund_sending, refunds
from payments.models import Dispute, Payment, Refund
from tests.admin.conftest import desk as desk
from tests.admin.conftest import desk_of as desk_of
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import placed_order
from tests.payments.conftest import at_paystack, hear, pay_at_paystack

pytestmark = pytest.mark.django_db
Buy = Callable[..., Order]
DESK = "desk@prechi.test"


@pytest.fixture(autouse=True)
def staff_read_mail(settings: Any) -> None:
    settings.STAFF_EMAILS = [DESK]


def told(payment: Payment, step: str = "create", number: int = 71, **more: Any) -> Any:
    """The webhook of one step, in the shape of Paystack's samples."""
    data = {
        "id": number,
        "refund_amount": payment.amount_subunit,
        "currency": "NGN",
        "status": "awaiting-merchant-feedback",
        "resolution": None,
        "domain": "test",
        "transaction": {"id": payment.provider_transaction_id, "reference": payment.reference, "domain": "test"},
        "transaction_reference": None,
        "category": "chargeback",
        "dueAt": (timezone.now() + timedelta(hours=16)).isoformat(),
        "resolvedAt": None,
    }
    return hear(f"charge.dispute.{step}", data | more)


def closed(payment: Payment, resolution: str, **more: Any) -> Any:
    now = timezone.now().isoformat()
    return told(payment, "resolve", status="resolved", resolution=resolution, resolvedAt=now, **more)


def mails(kind: str) -> list[str]:
    return list(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def standing(order: Order) -> str:
    order.refresh_from_db()
    return order.payment_status


def test_staff_are_told_by_when_to_answer(bought: Buy) -> None:
    order = bought()
    webhook = told(order.payments.get())
    assert (webhook.state, webhook.reference) == ("applied", order.payments.get().reference)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.amount_subunit, dispute.category) == ("open", order.total_subunit, "chargeback")
    assert timedelta(hours=15) < dispute.due_at - timezone.now() <= timedelta(hours=16)
    assert (standing(order), mails("staff-dispute")) == ("disputed", [DESK])
    assert order.events.filter(kind="disputed").count() == 1


def test_the_sandbox_tells_it_in_the_same_shape(sandbox: Sandbox, bought: Buy) -> None:
    payment = bought().payments.get()
    path = f"paystack/transactions/{payment.reference}/dispute"
    told_by_sandbox = sandbox.control("POST", path, {"event": "create"})
    assert hear("charge.dispute.create", told_by_sandbox).state == "applied"
    lost = sandbox.control("POST", path, {"event": "resolve", "resolution": "auto-accepted"})
    hear("charge.dispute.resolve", lost)
    assert (Dispute.objects.get().state, standing(payment.order)) == ("lost", "refunded")


def test_each_step_twice_and_in_any_order_is_the_same(bought: Buy) -> None:
    order = bought()
    payment = order.payments.get()
    closed(payment, "declined")
    for step in ("remind", "create", "remind", "create"):
        told(payment, step)
    closed(payment, "declined")
    assert (Dispute.objects.get().state, standing(order)) == ("won", "paid")
    assert mails("staff-dispute-closed") == [DESK]
    assert mails("staff-dispute") == []  # it was over before anybody could answer


def test_a_reminder_that_overtakes_the_beginning_is_enough(bought: Buy) -> None:
    payment = bought().payments.get()
    told(payment, "remind")
    told(payment, "create")
    assert Dispute.objects.get().state == "open"
    assert mails("staff-dispute") == [DESK]


@pytest.mark.parametrize("resolution", ["merchant-accepted", "auto-accepted"])
def test_what_is_lost_counts_as_given_back(bought: Buy, resolution: str) -> None:
    order = bought()
    payment = order.payments.get()
    told(payment)
    closed(payment, resolution)
    assert (Dispute.objects.get().state, standing(order)) == ("lost", "refunded")
    with pytest.raises(Conflict, match="given back already"):
        refunds.request(order.pk, reason="Torn", key="k", actor=events.SYSTEM)


def test_a_part_that_is_lost_leaves_the_rest(bought: Buy) -> None:
    order = bought()
    payment = order.payments.get()
    closed(payment, "merchant-accepted", refund_amount=100_00)
    assert standing(order) == "partly_refunded"
    with pytest.raises(ShopError, match="can still be given back"):
        refunds.request(order.pk, amount=order.total_subunit, reason="Torn", key="k", actor=events.SYSTEM)


def test_nothing_is_given_back_while_the_bank_decides(bought: Buy) -> None:
    order = bought()
    payment = order.payments.get()
    told(payment)
    with pytest.raises(Conflict, match="disputed"):
        refunds.request(order.pk, reason="Torn", key="k", actor=events.SYSTEM)
    with pytest.raises(Conflict, match="disputed"):
        cancellation.cancel(order, events.SYSTEM, by_staff=True)
    order.refresh_from_db()
    assert (order.status, Refund.objects.count()) == ("paid", 0)
    closed(payment, "declined")
    assert refunds.request(order.pk, reason="Torn", key="k", actor=events.SYSTEM).amount_subunit == order.total_subunit


@pytest.mark.parametrize(
    ("resolution", "state", "is_resolved", "sent"),
    [("declined", "pending", False, 1), ("auto-accepted", "failed", True, 0)],
)
def test_a_refund_that_was_not_sent_yet_waits_for_the_bank(
    sandbox: Sandbox, bought: Buy, resolution: str, state: str, is_resolved: bool, sent: int
) -> None:
    """Where the bank took the money, sending it too would give it back twice."""
    sandbox.control("PUT", "faults", {"paystack.refund_step_ms": 3_600_000})
    order = bought()
    payment = order.payments.get()
    refund = refunds.request(order.pk, reason="Torn", key="k", actor=events.SYSTEM)
    told(payment)
    assert refund_sending.go_on(refund.pk).state == "requested"
    assert at_paystack(sandbox)[payment.reference] == []
    closed(payment, resolution)
    refund = refund_sending.go_on(refund.pk)
    assert (refund.state, refund.resolved_at is not None) == (state, is_resolved)
    assert len(at_paystack(sandbox)[payment.reference]) == sent
    assert standing(order) == ("refund_due" if sent else "refunded")


def test_a_dispute_of_nothing_of_ours_is_kept_for_review(bought: Buy) -> None:
    payment = bought().payments.get()
    assert told(payment, transaction={"id": 1, "reference": "other"}).state == "review"
    assert told(payment, domain="live", number=72).state == "review"
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("oddity", [{"refund_amount": "much"}, {"refund_amount": None, "transaction": []}])
def test_what_cannot_be_read_is_tried_again_and_not_lost(bought: Buy, oddity: dict[str, Any]) -> None:
    payment = bought().payments.get()
    assert told(payment, **oddity).state in ("received", "review")
    assert not Dispute.objects.exists()


def test_money_that_nobody_told_us_of_is_recorded_first(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay_at_paystack(sandbox, payment)
    assert told(payment).state == "applied"
    assert standing(order) == "disputed"


def test_staff_are_reminded_once_before_the_day(bought: Buy) -> None:
    payment = bought().payments.get()
    told(payment)
    assert periodic.remind_of_disputes() == 0
    Dispute.objects.update(due_at=timezone.now() + timedelta(hours=3))
    assert (periodic.remind_of_disputes(), periodic.remind_of_disputes()) == (1, 0)
    assert mails("staff-dispute-due") == [DESK]


def test_what_was_answered_is_not_reminded_of(bought: Buy) -> None:
    told(bought().payments.get())
    Dispute.objects.update(due_at=timezone.now() + timedelta(hours=3))
    disputes.answered(Dispute.objects.get().pk, events.SYSTEM, "Sent the courier's slip")
    assert periodic.remind_of_disputes() == 0


def test_the_board_shows_what_is_to_answer_the_most_pressing_first(desk: Client, bought: Buy) -> None:
    late, soon = bought().payments.get(), bought().payments.get()
    told(late, number=1, dueAt=(timezone.now() - timedelta(hours=1)).isoformat())
    told(soon, number=2, dueAt=(timezone.now() + timedelta(hours=5)).isoformat())
    page = desk.get(reverse("admin:payments_dispute_changelist") + "?view=to_answer").text
    assert page.index(late.order.number) < page.index(soon.order.number)
    assert "Overdue" in page
    assert "disputes to answer" in desk.get(reverse("admin:index")).text
    order_page = desk.get(reverse("admin:orders_order_change", args=[late.order_id])).text
    assert "Disputed" in order_page


def test_staff_write_down_that_they_answered(desk: Client, owner: Any, bought: Buy) -> None:
    order = bought()
    told(order.payments.get())
    address = reverse("admin:payments_dispute_answered", args=[Dispute.objects.get().pk])
    for _ in range(2):
        answer = desk.post(address, {"_form_submitted": "on", "note": "Sent the courier's slip"}, follow=True)
    assert "answered" in messages_of(answer)
    dispute = Dispute.objects.get()
    assert (dispute.answered_by, dispute.answer) == (owner.email, "Sent the courier's slip")
    assert order.events.get(kind="dispute-answered").actor == owner
    assert order.number not in desk.get(reverse("admin:payments_dispute_changelist") + "?view=to_answer").text


def test_who_may_only_look_answers_nothing(desk_of: Callable[..., Client], bought: Buy) -> None:
    told(bought().payments.get())
    dispute = Dispute.objects.get()
    looker = desk_of("payments.view_dispute")
    assert looker.get(reverse("admin:payments_dispute_change", args=[dispute.pk])).status_code == 200
    address = reverse("admin:payments_dispute_answered", args=[dispute.pk])
    assert looker.post(address, {"_form_submitted": "on", "note": "x"}).status_code == 403


def test_a_closed_one_has_its_time_in_the_database(bought: Buy) -> None:
    told(bought().payments.get())
    with pytest.raises(IntegrityError, match="dispute_closed_has_its_time"), transaction.atomic():
        Dispute.objects.update(state="lost")


@pytest.mark.breaks_invariants
def test_the_audit_sees_a_dispute_that_the_order_does_not_tell(bought: Buy) -> None:
    order = bought()
    told(order.payments.get())
    Order.objects.filter(pk=order.pk).update(payment_status="paid")
    assert "what is said of the money follows the money" in " ".join(str(found) for found in audit.violations())


@pytest.mark.breaks_invariants
def test_the_audit_sees_money_asked_back_in_the_midst_of_it(bought: Buy) -> None:
    payment = bought().payments.get()
    told(payment)
    Dispute.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    Refund.objects.create(payment=payment, key="x", amount_subunit=1, currency="NGN", reason="x", requested_by="x")
    assert "nothing is given back while a bank decides" in " ".join(str(found) for found in audit.violations())
