"""Paystack's list against the shop's: what differs stands on a board, and is attached or given back in one step."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import http
from core.errors import Conflict, NotFound, ShopError
from core.http import ProviderUnavailable
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Order
from payments import attempts, audit, comparison, differences, open_pages, paystack, periodic, settlement
from payments.models import Difference, Payment, Refund
from payments.paystack import Transaction
from tests.admin.conftest import desk as desk
from tests.admin.conftest import desk_of as desk_of
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import VariantSizeFactory, placed_order
from tests.payments.conftest import at_paystack, pay_at_paystack

pytestmark = pytest.mark.django_db
Buy = Callable[..., Order]
REFERENCE = "DASHBOARD-1"


def captured(reference: str) -> Payment:
    """Money that the shop took twenty minutes ago, as it says, and Paystack knows nothing of."""
    order = placed_order()
    total = order.total_subunit
    payment = Payment.objects.create(order=order, reference=reference, amount_subunit=total, currency="NGN")
    paid_at = timezone.now() - timedelta(minutes=20)
    word = Transaction(order.pk, reference, "success", total, total, "NGN", "test", "card", 0, paid_at, "")
    return settlement.record_money(payment.pk, word)


def answers_change(monkeypatch: pytest.MonkeyPatch, change: Callable[[str, Any, Any], None]) -> None:
    """`change` is given each answer of Paystack's with its address and what was asked."""
    call = http.call

    def changed(method: str, url: str, **more: Any) -> Any:
        status, answer = call(method, url, **more)
        change(url, more["params"], answer)
        return status, answer

    monkeypatch.setattr(http, "call", changed)


def paid_elsewhere(sandbox: Sandbox, amount: int, reference: str = REFERENCE) -> None:
    """Money that came by a page of Paystack's own, of which the shop knows nothing."""
    paystack.initialize(
        reference=reference, email="ada@prechi.test", amount=amount, currency="NGN", callback_url="", metadata={}
    )
    sandbox.control("POST", f"paystack/transactions/{reference}/pay", {"outcome": "success", "webhooks": 0})


def found(sandbox: Sandbox, amount: int) -> Difference:
    paid_elsewhere(sandbox, amount)
    comparison.compare()
    return Difference.objects.get()


def kinds() -> list[tuple[str, str]]:
    return list(Difference.objects.values_list("reference", "kind"))


def test_where_both_say_the_same_there_is_nothing(sandbox: Sandbox, bought: Buy) -> None:
    bought()
    assert (comparison.compare(), kinds()) == (0, [])


def test_money_of_which_the_shop_knows_nothing_is_told_once(sandbox: Sandbox, settings: Any) -> None:
    settings.STAFF_EMAILS = ["desk@prechi.test"]
    paid_elsewhere(sandbox, 950_000)
    assert [periodic.compare_with_paystack() for _ in range(2)] == [1, 1]
    assert kinds() == [(REFERENCE, "unknown")]
    row = Difference.objects.get()
    assert (row.amount_subunit, row.currency, row.email) == (950_000, "NGN", "ada@prechi.test")
    assert OutgoingMail.objects.filter(kind="staff-differences").count() == 1


def test_a_payment_that_nobody_told_us_of_is_settled(sandbox: Sandbox) -> None:
    order = placed_order()
    pay_at_paystack(sandbox, attempts.start(order))
    assert comparison.compare() == 0
    order.refresh_from_db()
    assert (order.status, kinds()) == ("paid", [])


def test_a_payment_that_cannot_be_settled_hides_no_other(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    paid_elsewhere(sandbox, 950_000)
    broken, fine = placed_order(), placed_order()
    payments = {order.pk: attempts.start(order) for order in (broken, fine)}
    for payment in payments.values():
        pay_at_paystack(sandbox, payment)
    settle = comparison.settle

    def breaks(reference: str) -> Payment:
        if reference == payments[broken.pk].reference:
            raise IntegrityError("some constraint")
        return settle(reference)

    monkeypatch.setattr(comparison, "settle", breaks)
    assert comparison.compare() == 2
    assert sorted(kinds()) == [(REFERENCE, "unknown"), (payments[broken.pk].reference, "not-here")]
    fine.refresh_from_db()
    assert fine.status == "paid"


def test_money_that_paystack_does_not_know_is_a_difference(sandbox: Sandbox) -> None:
    captured("never-there")
    comparison.compare()
    assert kinds() == [("never-there", "missing")]


@pytest.mark.breaks_invariants
def test_another_amount_is_a_difference(sandbox: Sandbox, bought: Buy) -> None:
    payment = bought().payments.get()
    Payment.objects.filter(pk=payment.pk).update(captured_subunit=payment.amount_subunit - 1)
    comparison.compare()
    assert kinds() == [(payment.reference, "amount")]


def test_money_taken_back_at_paystack_is_a_difference(sandbox: Sandbox, bought: Buy) -> None:
    payment = bought().payments.get()
    paystack.refund(
        transaction=payment.provider_transaction_id or 0, amount=payment.amount_subunit, currency="NGN",
        customer_note="", note="By hand on the dashboard",
    )  # fmt: skip
    sandbox.control("POST", f"paystack/refunds/{at_paystack(sandbox)[payment.reference][0]['id']}", PROCESSED)
    comparison.compare()
    assert kinds() == [(payment.reference, "reversed")]


def test_every_page_of_the_list_is_read(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paystack, "PER_PAGE", 2)
    for number in range(5):
        paid_elsewhere(sandbox, 10_000 + number, f"DASHBOARD-{number}")
    assert comparison.compare() == 5


@pytest.mark.parametrize("amount", ["a lot", 10**20])
def test_a_row_that_cannot_be_read_or_kept_hides_no_other(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, amount: Any
) -> None:
    for number in range(3):
        paid_elsewhere(sandbox, 10_000 + number, f"DASHBOARD-{number}")
    captured("never-there")

    def spoil(url: str, asked: Any, answer: Any) -> None:
        for row in answer["data"] if url.endswith("/transaction") else []:
            row["amount"] = amount if row["reference"] == "DASHBOARD-1" else row["amount"]

    answers_change(monkeypatch, spoil)
    assert comparison.compare() == 3
    assert sorted(kinds()) == [("DASHBOARD-0", "unknown"), ("DASHBOARD-2", "unknown"), ("never-there", "missing")]


def test_a_payment_of_which_paystack_does_not_tell_hides_no_other(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreadable = attempts.start(placed_order())
    pay_at_paystack(sandbox, unreadable)
    for reference in ("silent", "never-there"):
        captured(reference)
    verify = paystack.verify

    def breaks(reference: str) -> Transaction:
        if reference in (unreadable.reference, "silent"):
            raise ProviderUnavailable("in a shape that cannot be read")
        return verify(reference)

    monkeypatch.setattr(paystack, "verify", breaks)
    assert comparison.compare() == 2
    assert sorted(kinds()) == [(unreadable.reference, "not-here"), ("never-there", "missing")]


def test_what_was_found_before_the_list_broke_off_is_told(
    sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STAFF_EMAILS = ["desk@prechi.test"]
    monkeypatch.setattr(paystack, "PER_PAGE", 1)
    for number in range(2):
        paid_elsewhere(sandbox, 10_000, f"DASHBOARD-{number}")

    def break_off(url: str, asked: Any, answer: Any) -> None:
        if asked["page"] == 2:
            raise ProviderUnavailable("The line broke.")

    answers_change(monkeypatch, break_off)
    with pytest.raises(ProviderUnavailable):
        comparison.compare()
    assert kinds() == [("DASHBOARD-1", "unknown")]
    assert OutgoingMail.objects.filter(kind="staff-differences").count() == 1


def test_many_rows_are_compared_by_as_many_queries_as_one(sandbox: Sandbox, bought: Buy) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert comparison.compare() == 0
        return len(caught)

    bought()
    open_pages.shorten()
    of_one = asked()
    for _ in range(3):
        bought()
    assert asked() == of_one


def test_without_an_answer_nothing_is_said(sandbox: Sandbox, bought: Buy) -> None:
    bought()
    sandbox.control("PUT", "faults", {"paystack.list.fault": "500"})
    with pytest.raises(ProviderUnavailable):
        comparison.compare()
    assert kinds() == []


def test_attached_to_its_order_it_pays_it(sandbox: Sandbox, desk: Client, owner: Any) -> None:
    order = placed_order()
    row = found(sandbox, order.total_subunit)
    assert "differences from Paystack" in desk.get(reverse("admin:index")).text
    assert REFERENCE in desk.get(reverse("admin:payments_difference_changelist") + "?view=open").text
    answer = do(desk, "attach", row, number=order.number.lower())
    assert "is paid" in messages_of(answer)
    order.refresh_from_db()
    row.refresh_from_db()
    payment = order.payments.get()
    assert (order.status, payment.reference, payment.outcome) == ("paid", REFERENCE, "applied")
    assert (row.state, row.closed_how, row.closed_by, row.payment) == ("closed", "attached", owner.email, payment)
    assert order.events.get(kind="payment-attached").actor == owner
    assert LogEntry.objects.filter(object_id=str(row.pk), user=owner).exists()
    assert "was dealt with" in messages_of(do(desk, "attach", row, number=order.number))
    comparison.compare()
    assert Difference.objects.count() == 1


def test_attached_to_a_paid_order_it_goes_back_as_the_second(sandbox: Sandbox, bought: Buy) -> None:
    order = bought()
    row = found(sandbox, order.total_subunit)
    payment = differences.attach(row.pk, order.number, events.SYSTEM)
    assert payment.outcome == "duplicate"
    assert Refund.objects.get().payment == payment


def test_attached_with_another_amount_it_pays_nothing(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = differences.attach(found(sandbox, order.total_subunit - 1).pk, order.number, events.SYSTEM)
    order.refresh_from_db()
    assert (payment.outcome, payment.in_review, order.status) == ("mismatch", True, "pending_payment")


def test_attached_to_no_order_it_stays(sandbox: Sandbox) -> None:
    row = found(sandbox, 10_000)
    with pytest.raises(NotFound, match="no order PR-1"):
        differences.attach(row.pk, "PR-1", events.SYSTEM)
    row.refresh_from_db()
    assert row.state == "open"


def test_given_back_once_however_often_it_is_asked(sandbox: Sandbox, desk: Client, owner: Any) -> None:
    row = found(sandbox, 10_000)
    for _ in range(2):
        do(desk, "give-back", row, reason="It was a mistake")
    row.refresh_from_db()
    assert [refund["amount"] for refund in at_paystack(sandbox)[REFERENCE]] == [10_000]
    assert (row.state, row.closed_how, row.closed_by) == ("closed", "refunded", owner.email)
    assert LogEntry.objects.filter(object_id=str(row.pk), user=owner).exists()


def test_of_what_went_back_in_part_the_rest_goes_back(sandbox: Sandbox) -> None:
    row = found(sandbox, 10_000)
    number = row.provider_transaction_id or 0
    paystack.refund(transaction=number, amount=4_000, currency="NGN", customer_note="", note="On the dashboard")
    differences.give_back(row.pk, "A mistake", events.SYSTEM)
    assert sorted(refund["amount"] for refund in at_paystack(sandbox)[REFERENCE]) == [4_000, 6_000]


def test_an_answer_that_was_lost_is_looked_up_and_not_asked_for_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = found(sandbox, 10_000)
    ask = paystack.refund

    def lose(**what: Any) -> None:
        ask(**what)
        raise ProviderUnavailable("The line broke.")

    with monkeypatch.context() as broken:
        broken.setattr(paystack, "refund", lose)
        with pytest.raises(ShopError, match="does not answer"):
            differences.give_back(row.pk, "A mistake", events.SYSTEM)
    row.refresh_from_db()
    assert row.state == "open"
    with pytest.raises(Conflict, match="just now"):  # what was lost may still arrive
        differences.give_back(row.pk, "A mistake", events.SYSTEM)
    Difference.objects.update(busy_until=timezone.now())
    differences.give_back(row.pk, "A mistake", events.SYSTEM)
    assert len(at_paystack(sandbox)[REFERENCE]) == 1


def test_only_unknown_money_is_attached_or_given_back_here(sandbox: Sandbox, bought: Buy) -> None:
    order = bought()
    row = Difference.objects.create(
        kind="missing", reference="x", amount_subunit=1, currency="NGN", payment=order.payments.get()
    )
    for act in (lambda: differences.attach(row.pk, order.number, events.SYSTEM),
                lambda: differences.give_back(row.pk, "x", events.SYSTEM)):  # fmt: skip
        with pytest.raises(Conflict, match="Only money of which the shop knows nothing"):
            act()


def test_looked_at_it_leaves_the_board_for_good(sandbox: Sandbox, desk: Client) -> None:
    row = found(sandbox, 10_000)
    do(desk, "looked-at", row, note="The till in the market")
    comparison.compare()
    row.refresh_from_db()
    assert (row.closed_how, row.note) == ("looked-at", "The till in the market")
    assert REFERENCE not in desk.get(reverse("admin:payments_difference_changelist") + "?view=open").text


def test_giving_back_needs_the_right_to_refund(sandbox: Sandbox, desk_of: Callable[..., Client]) -> None:
    row = found(sandbox, 10_000)
    clerk = desk_of("payments.view_difference", "payments.change_difference")
    address = reverse("admin:payments_difference_give_back", args=[row.pk])
    assert clerk.post(address, {"_form_submitted": "on", "reason": "x"}).status_code == 403
    assert at_paystack(sandbox)[REFERENCE] == []


def test_reconcile_says_what_differs(sandbox: Sandbox) -> None:
    paid_elsewhere(sandbox, 10_000)
    out = StringIO()
    call_command("reconcile", stdout=out)
    assert "Differences from Paystack: 1." in out.getvalue()
    assert f"{REFERENCE}: Paid at Paystack, unknown here, ₦100" in out.getvalue()


def test_closed_without_saying_how_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError, match="difference_closed_by_somebody"), transaction.atomic():
        Difference.objects.create(kind="unknown", reference="x", amount_subunit=1, currency="NGN", state="closed")


@pytest.mark.breaks_invariants
def test_the_audit_sees_what_was_attached_to_another_payment() -> None:
    order = placed_order((VariantSizeFactory(), 1))
    payment = Payment.objects.create(order=order, reference="a", amount_subunit=1, currency="NGN")
    Difference.objects.create(
        kind="unknown", reference="b", amount_subunit=1, currency="NGN", state="closed", closed_how="attached",
        closed_by="x", closed_at=timezone.now(), payment=payment,
    )  # fmt: skip
    assert "what was attached is that payment" in " ".join(str(found) for found in audit.violations())


def do(desk: Client, deed: str, row: Difference, **fields: Any) -> Any:
    address = f"/admin/payments/difference/{row.pk}/{deed}/"
    return desk.post(address, {"_form_submitted": "on", **fields}, follow=True)


PROCESSED = {"status": "processed"}
