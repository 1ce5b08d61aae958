"""Money back: asked for once, sent once, looked up when nobody knows, done only when Paystack says so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalog.models import ReviewInvitation
from core.errors import Conflict, ShopError
from core.http import ProviderUnavailable
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events, lifecycle
from orders.models import Order
from payments import periodic, refund_sending, refunds
from payments.models import Payment, Refund
from tests.factories import VariantSizeFactory, delivered, placed_order
from tests.payments.conftest import at_paystack, hear, move, paid_through_paystack

pytestmark = pytest.mark.django_db
Buy = Callable[..., Order]


def ask(order: Order, key: str = "key-1", **what: Any) -> Refund:
    refund = refunds.request(order.pk, reason="One was torn.", key=key, actor=events.SYSTEM, **what)
    order.refresh_from_db()
    return refund


def mails(order: Order, kind: str) -> int:
    return OutgoingMail.objects.filter(about__startswith=f"order/{order.number}/refund/", kind=kind).count()


def let_time_pass() -> None:
    Refund.objects.update(sent_at=timezone.now() - timezone.timedelta(hours=1), checked_at=None)


def test_the_whole_order_goes_back(slow_refunds: Sandbox, bought: Buy, nudges: list[Any]) -> None:
    order = bought()
    refund = ask(order)
    assert (refund.state, refund.amount_subunit, refund.currency) == ("requested", order.total_subunit, "NGN")
    assert order.payment_status == "refund_due"
    assert mails(order, "refund-started") == 1
    assert mails(order, "refund-done") == 0

    refund = refund_sending.go_on(refund.pk)
    reference = refund.payment.reference
    assert refund.state == "pending"
    assert [row["amount"] for row in at_paystack(slow_refunds)[reference]] == [order.total_subunit]

    for status in ("processing", "processed"):
        move(slow_refunds, refund, status)
        refund = refund_sending.go_on(refund.pk)
        assert refund.state == status
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("paid", "refunded")
    assert mails(order, "refund-done") == 1
    assert [event.kind for event in order.events.filter(kind__startswith="refund")] == ["refund-requested", "refunded"]


def test_it_is_sent_after_the_commit_by_a_task(
    bought: Buy, nudges: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    order = bought()
    with django_capture_on_commit_callbacks(execute=True):
        refund = ask(order)
    assert ("payments.refund_tasks.send", (refund.pk,)) in nudges


def test_one_request_is_one_refund_however_often_it_is_sent(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    first = ask(order, amount=100_00)
    assert ask(order, amount=100_00).pk == first.pk
    for _ in range(3):
        refund_sending.go_on(first.pk)
    assert len(at_paystack(slow_refunds)[first.payment.reference]) == 1
    assert mails(order, "refund-started") == 1


def test_a_key_of_another_order_is_refused(bought: Buy) -> None:
    ask(bought(), amount=100_00)
    with pytest.raises(Conflict) as refusal:
        ask(bought(), amount=100_00)
    assert refusal.value.code == "key_used"


def test_one_at_a_time(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    ask(order, amount=100_00)
    with pytest.raises(Conflict, match="is under way"):
        ask(order, "key-2", amount=100_00)


def test_a_part_then_the_rest(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    part = refund_sending.go_on(ask(order, amount=100_00).pk)
    move(slow_refunds, part, "processed")
    refund_sending.go_on(part.pk)
    order.refresh_from_db()
    assert order.payment_status == "partly_refunded"
    rest = ask(order, "key-2")
    assert rest.amount_subunit == order.total_subunit - 100_00
    move(slow_refunds, refund_sending.go_on(rest.pk), "processed")
    refund_sending.go_on(rest.pk)
    order.refresh_from_db()
    assert order.payment_status == "refunded"
    with pytest.raises(Conflict, match="given back already"):
        ask(order, "key-3")


@pytest.mark.parametrize("amount", [0, -1, 10**9])
def test_never_more_than_was_taken(bought: Buy, amount: int) -> None:
    order = bought()
    with pytest.raises(ShopError, match="can still be given back") as refusal:
        ask(order, amount=amount)
    assert refusal.value.field == "amount"
    assert not Refund.objects.exists()
    assert order.payment_status == "paid"


@pytest.mark.breaks_invariants
def test_the_database_refuses_more_than_was_taken_too(bought: Buy) -> None:
    payment = Payment.objects.get(order=bought())
    taken = payment.captured_subunit or 0
    about = {"payment": payment, "currency": "NGN", "reason": "x", "requested_by": "x"}
    done = {"state": "processed", "finished_at": timezone.now()}
    with pytest.raises(IntegrityError, match="less than all its refunds"), transaction.atomic():
        Refund.objects.create(key="a", amount_subunit=taken + 1, **about)
    Refund.objects.create(key="b", amount_subunit=1, **about)
    with pytest.raises(IntegrityError, match="less than all its refunds"), transaction.atomic():
        Refund.objects.create(key="c", amount_subunit=taken, **about, **done)
    with pytest.raises(IntegrityError, match="refund_one_in_flight_per_payment"), transaction.atomic():
        Refund.objects.create(key="d", amount_subunit=1, **about)


def test_what_was_not_paid_is_not_given_back() -> None:
    with pytest.raises(Conflict, match="No money was taken"):
        ask(placed_order())


def test_pieces_of_a_line_go_back_for_what_was_paid_for_them(bought: Buy) -> None:
    order = bought(3)
    line = order.lines.get()
    refund = ask(order, lines={line.pk: 2})
    assert refund.amount_subunit == line.unit_price_subunit * 2
    assert [(row.order_line_id, row.quantity) for row in refund.lines.all()] == [(line.pk, 2)]


def test_delivery_goes_back_once(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    refund = refund_sending.go_on(ask(order, delivery=True).pk)
    assert refund.amount_subunit == order.delivery_subunit
    move(slow_refunds, refund, "processed")
    refund_sending.go_on(refund.pk)
    with pytest.raises(ShopError, match="refunded before"):
        ask(order, "key-2", delivery=True)


def test_refunded_pieces_go_back_on_sale_while_they_are_in_the_shop(bought: Buy) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = bought(3, size)
    ask(order, lines={order.lines.get().pk: 2}, restock=True)
    size.refresh_from_db()
    assert size.on_hand == 4
    movement = size.movements.get(reason="return")
    assert (movement.change, movement.source_type) == (2, "refund_line")


def test_who_never_got_a_piece_is_not_asked_what_they_think_of_it(sandbox: Sandbox) -> None:
    kept, taken_out = VariantSizeFactory(on_hand=5), VariantSizeFactory(on_hand=5)
    order = placed_order((kept, 1), (taken_out, 1))
    paid_through_paystack(sandbox, order)
    ask(order, lines={order.lines.get(sku=taken_out.sku).pk: 1}, restock=True)
    delivered(order)
    invited = ReviewInvitation.objects.filter(order_number=order.number)
    assert [invitation.order_line for invitation in invited] == [order.lines.get(sku=kept.sku).pk]


def test_pieces_that_were_shipped_come_back_by_a_return(bought: Buy) -> None:
    order = bought()
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    with pytest.raises(ShopError, match="by a return"), transaction.atomic():
        ask(order, lines={order.lines.get().pk: 1}, restock=True)
    assert not Refund.objects.exists()


# --- When nobody knows


@pytest.mark.parametrize("fault", ["reset_after_work", "500_after_work", "truncated"])
def test_a_lost_answer_is_looked_up_and_not_repeated(slow_refunds: Sandbox, bought: Buy, fault: str) -> None:
    refund = ask(bought(), amount=100_00)
    slow_refunds.control("PUT", "faults", {"paystack.refund.fault": {"value": fault, "times": 1}})
    with pytest.raises(ProviderUnavailable):
        refund_sending.go_on(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "requested"
    assert "No answer" in refund.problem
    let_time_pass()
    assert refund_sending.go_on(refund.pk).state == "pending"
    assert len(at_paystack(slow_refunds)[refund.payment.reference]) == 1


def test_a_refund_that_cannot_be_looked_up_is_not_taken_for_refused(
    slow_refunds: Sandbox, bought: Buy, settings: Any
) -> None:
    """It may be under way: asked for anew, the money would go back twice."""
    refund = ask(bought(), amount=100_00)
    slow_refunds.control("PUT", "faults", {"paystack.refund.fault": {"value": "reset_after_work", "times": 1}})
    with pytest.raises(ProviderUnavailable):
        refund_sending.go_on(refund.pk)
    let_time_pass()
    right_key, settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_SECRET_KEY, "sk_test_of_somebody_else"
    with pytest.raises(ProviderUnavailable, match="Invalid key"):
        refund_sending.go_on(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "requested"
    settings.PAYSTACK_SECRET_KEY = right_key
    let_time_pass()
    assert refund_sending.go_on(refund.pk).state == "pending"
    assert len(at_paystack(slow_refunds)[refund.payment.reference]) == 1


def test_what_never_arrived_is_sent_again(slow_refunds: Sandbox, bought: Buy) -> None:
    refund = ask(bought(), amount=100_00)
    slow_refunds.control("PUT", "faults", {"paystack.refund.fault": {"value": "500", "times": 1}})
    with pytest.raises(ProviderUnavailable):
        refund_sending.go_on(refund.pk)
    let_time_pass()
    assert periodic.sweep_refunds() == 1
    refund.refresh_from_db()
    assert refund.state == "pending"
    assert len(at_paystack(slow_refunds)[refund.payment.reference]) == 1


def test_nobody_sends_while_another_is_at_it(slow_refunds: Sandbox, bought: Buy) -> None:
    refund = ask(bought(), amount=100_00)
    Refund.objects.update(sent_at=timezone.now(), attempts=1)
    assert refund_sending.go_on(refund.pk).state == "requested"
    assert refund_sending.due() == []
    assert at_paystack(slow_refunds)[refund.payment.reference] == []


def test_who_read_it_before_another_sent_it_does_not_send_it_again(
    slow_refunds: Sandbox, bought: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = ask(bought(), amount=100_00)
    slow_refunds.control("PUT", "faults", {"paystack.refund.fault": {"value": "reset_after_work", "times": 1}})
    is_disputed = refund_sending.is_disputed

    def another_is_quicker(payments: list[Payment]) -> bool:
        """Between reading and claiming: its answer is lost, and its lease over."""
        monkeypatch.setattr(refund_sending, "is_disputed", is_disputed)
        with pytest.raises(ProviderUnavailable):
            refund_sending.go_on(refund.pk)
        let_time_pass()
        return False

    monkeypatch.setattr(refund_sending, "is_disputed", another_is_quicker)
    assert refund_sending.go_on(refund.pk).state == "requested"
    assert len(at_paystack(slow_refunds)[refund.payment.reference]) == 1
    assert refund_sending.go_on(refund.pk).state == "pending"
    assert len(at_paystack(slow_refunds)[refund.payment.reference]) == 1


def test_a_refusal_reopens_what_is_owed(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": False})
    refund = refund_sending.go_on(ask(order, amount=100_00).pk)
    order.refresh_from_db()
    assert refund.state == "failed"
    assert "Insufficient balance" in refund.problem
    assert order.payment_status == "refund_due"
    assert mails(order, "refund-done") == 0

    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": None})
    again = refunds.try_again(refund.pk, events.SYSTEM)
    assert refunds.try_again(refund.pk, events.SYSTEM).pk == again.pk
    again = refund_sending.go_on(again.pk)
    move(slow_refunds, again, "processed")
    refund_sending.go_on(again.pk)
    order.refresh_from_db()
    assert order.payment_status == "partly_refunded"


def test_what_failed_and_was_asked_for_anew_is_not_tried_again(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": False})
    failed = refund_sending.go_on(ask(order, amount=100_00).pk)
    ask(order, key="another", amount=200_00)
    with pytest.raises(Conflict, match="followed by another"):
        refunds.try_again(failed.pk, events.SYSTEM)


def test_what_fails_at_the_bank_is_given_back_by_hand(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    refund = refund_sending.go_on(ask(order).pk)
    with pytest.raises(Conflict, match="in hand"):
        refunds.given_by_hand(refund.pk, events.SYSTEM, "Transfer 77")
    move(slow_refunds, refund, "failed")
    assert refund_sending.go_on(refund.pk).state == "failed"
    with pytest.raises(ShopError, match="how the money went back"):
        refunds.given_by_hand(refund.pk, events.SYSTEM, " ")
    for _ in range(2):
        refunds.given_by_hand(refund.pk, events.SYSTEM, "Transfer 77")
    order.refresh_from_db()
    assert order.payment_status == "refunded"
    assert mails(order, "refund-done") == 1
    assert order.events.get(kind="refunded").data["note"] == "Transfer 77"


def test_needs_attention_waits_for_somebody(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    refund = refund_sending.go_on(ask(order).pk)
    move(slow_refunds, refund, "needs-attention")
    assert refund_sending.go_on(refund.pk).state == "needs-attention"
    assert list(refund_sending.waiting(Refund.objects.all())) == [refund]
    order.refresh_from_db()
    assert order.payment_status == "refund_due"


# --- Webhooks


def told(refund: Refund, status: str, **more: Any) -> dict[str, Any]:
    return {
        "status": status,
        "transaction_reference": refund.payment.reference,
        "refund_reference": None,
        "amount": str(refund.amount_subunit),
        "currency": "NGN",
        "id": refund.provider_refund_id,
    } | more


def test_webhooks_in_any_order_and_often(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    refund = refund_sending.go_on(ask(order).pk)
    move(slow_refunds, refund, "processing")
    move(slow_refunds, refund, "processed")
    for status in ("processed", "pending", "processing", "processed"):
        assert hear(f"refund.{status}", told(refund, status)).state == "applied"
    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, order.payment_status) == ("processed", "refunded")
    assert mails(order, "refund-done") == 1


def test_a_webhook_alone_is_not_believed(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    refund = refund_sending.go_on(ask(order).pk)
    hear("refund.processed", told(refund, "processed"))
    refund.refresh_from_db()
    assert refund.state == "pending"


def test_a_webhook_without_a_number_finds_its_refund(slow_refunds: Sandbox, bought: Buy) -> None:
    refund = refund_sending.go_on(ask(bought()).pk)
    move(slow_refunds, refund, "processed")
    without = {name: value for name, value in told(refund, "processed").items() if name != "id"}
    hear("refund.processed", without)
    refund.refresh_from_db()
    assert refund.state == "processed"


def test_a_webhook_that_overtakes_the_answer_finds_its_refund(slow_refunds: Sandbox, bought: Buy) -> None:
    """Paystack's number of the refund is written down while the webhook looks for it."""
    refund = refund_sending.go_on(ask(bought()).pk)
    rows, number = Refund.objects.filter(pk=refund.pk), refund.provider_refund_id
    rows.update(provider_refund_id=None)
    looked: list[str] = []

    def answer_comes(execute: Any, sql: str, *how: Any) -> Any:
        found = execute(sql, *how)
        if sql.startswith("SELECT") and 'FROM "payments_refund"' in sql and not looked:
            looked.append(sql)
            rows.update(provider_refund_id=number)
        return found

    with connection.execute_wrapper(answer_comes):
        row = hear("refund.pending", told(refund, "pending") | {"id": number})
    assert (len(looked), row.state) == (1, "applied")


@pytest.mark.parametrize("data", [{"transaction_reference": "PR-1-unknown"}, {}])
def test_a_refund_of_unknown_money_is_kept_for_somebody_to_look_at(data: dict[str, Any]) -> None:
    row = hear("refund.processed", {"status": "processed", "amount": "5000", **data})
    assert row.state == "review"
    assert "knows no payment" in row.error


def test_a_refund_made_on_the_dashboard_is_kept_for_somebody_to_look_at(bought: Buy) -> None:
    payment = Payment.objects.get(order=bought())
    row = hear("refund.processed", {"id": 77, "transaction_reference": payment.reference, "status": "processed"})
    assert (row.state, "dashboard" in row.error) == ("review", True)
