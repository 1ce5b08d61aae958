"""Money of which Paystack says a word that the shop does not know, or that it is on its way back: staff see it, nothing
is fulfilled, and nobody writes that it never came."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from structlog.testing import capture_logs

from accounts import privacy
from core.errors import Conflict, ShopError
from core.http import ProviderUnavailable
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Order
from payments import attempts, audit, cancellation, comparison, paystack, reconciliation, refunds, unclear
from payments.models import Difference, Payment
from payments.settlement import settle
from tests.admin.conftest import desk as desk
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import placed_order
from tests.payments.conftest import at_paystack, pay_at_paystack

pytestmark = pytest.mark.django_db
MYSTERY, GOING_BACK = "mystery", "reversal-pending"
STAFF_MAIL = "staff-payment-unclear"


@pytest.fixture(autouse=True)
def _somebody_is_told(settings: Any) -> None:
    settings.STAFF_EMAILS = ["owner@prechi.test"]


@pytest.fixture
def payment(sandbox: Sandbox) -> Payment:
    """Paid at Paystack; the shop has not asked yet."""
    payment = attempts.start(placed_order())
    pay_at_paystack(sandbox, payment)
    return payment


def says(sandbox: Sandbox, status: str) -> None:
    sandbox.control("PUT", "faults", {"paystack.status": status})


@pytest.fixture
def old_payment(sandbox: Sandbox) -> Payment:
    """So old that, if Paystack says no more of it than that it waits, it is over. It is not paid."""
    order = placed_order()
    paystack.initialize(reference="PR-old", email=order.email, amount=order.total_subunit, currency="NGN",
                        callback_url="", metadata={})  # fmt: skip
    long_ago = timezone.now() - reconciliation.OVER_AFTER - timezone.timedelta(hours=1)
    return Payment.objects.create(
        order=order, reference="PR-old", amount_subunit=order.total_subunit, currency="NGN",
        state="pending", created_at=long_ago,
    )  # fmt: skip


def end_the_hold(payment: Payment) -> None:
    Order.objects.filter(pk=payment.order_id).update(hold_expires_at=timezone.now() - timezone.timedelta(seconds=1))


def order_of(payment: Payment) -> Order:
    return Order.objects.get(pk=payment.order_id)


def kinds() -> list[tuple[str, str]]:
    return list(Difference.objects.values_list("reference", "kind"))


@pytest.mark.parametrize("status", ["abandoned", "ongoing", "pending", "processing", "queued"])
def test_what_waits_for_its_payer_is_no_news(sandbox: Sandbox, payment: Payment, status: str) -> None:
    says(sandbox, status)
    with capture_logs() as logs:
        settled = settle(payment.reference)
    assert (settled.state, settled.provider_status, settled.in_review) == ("pending", status, False)
    assert [line for line in logs if line["log_level"] == "warning"] == []


def test_an_unknown_word_is_logged_and_put_into_review_once(sandbox: Sandbox, payment: Payment) -> None:
    says(sandbox, MYSTERY)
    with capture_logs() as logs:
        settled = settle(payment.reference)
        settle(payment.reference)
    assert (settled.state, settled.provider_status, settled.in_review) == ("pending", MYSTERY, True)
    assert "mystery" in settled.review_reason
    [line, _] = [line for line in logs if line["event"] == "payment_status_unknown"]
    assert (line["log_level"], line["reference"], line["status"]) == ("warning", payment.reference, MYSTERY)
    [mail] = OutgoingMail.objects.filter(kind=STAFF_MAIL)
    assert "mystery" in outbox.compose(mail).text
    assert payment.reference in outbox.compose(mail).text
    assert order_of(payment).events.get(kind="payment-unclear").actor_label == "Paystack"
    assert order_of(payment).status == "pending_payment"


def test_staff_see_it_where_money_waits_for_them(sandbox: Sandbox, payment: Payment, desk: Client) -> None:
    says(sandbox, MYSTERY)
    settle(payment.reference)
    listed = desk.get(reverse("admin:payments_payment_changelist") + "?review=open").text
    assert payment.reference in listed
    page = desk.get(reverse("admin:payments_payment_change", args=[payment.pk])).text
    assert "a word that the shop does not know" in page
    assert "/give-back/" not in page  # nothing is known to be here
    assert "/looked-at/" in page


def test_its_customer_is_asked_not_to_pay_again(sandbox: Sandbox, payment: Payment) -> None:
    says(sandbox, MYSTERY)
    assert "Do not pay again" in Client().get("/pay/return/", {"reference": payment.reference}).text


def test_it_is_never_called_never_paid(sandbox: Sandbox, old_payment: Payment) -> None:
    says(sandbox, MYSTERY)
    for _ in range(2):
        reconciliation.settle_open_payments()
    old_payment.refresh_from_db()
    assert (old_payment.state, old_payment.failure_reason, old_payment.in_review) == ("pending", "", True)


def test_neither_is_one_of_the_days_before_such_words_were_looked_at(sandbox: Sandbox, old_payment: Payment) -> None:
    Payment.objects.filter(pk=old_payment.pk).update(provider_status=MYSTERY, checked_at=timezone.now())
    assert reconciliation.settle_open_payments() == 0  # its turn has not come
    old_payment.refresh_from_db()
    assert old_payment.state == "pending"


def test_what_waited_too_long_is_still_over(sandbox: Sandbox, old_payment: Payment) -> None:
    reconciliation.settle_open_payments()
    old_payment.refresh_from_db()
    assert (old_payment.state, old_payment.failure_reason) == ("failed", "Never paid.")


def test_its_order_keeps_its_pieces_as_long_as_holds_may_be_and_then_ends(
    sandbox: Sandbox, payment: Payment, settings: Any
) -> None:
    settings.HOLD_EXTENSIONS_MAX = 2
    says(sandbox, MYSTERY)
    for renewed in (1, 2):
        end_the_hold(payment)
        assert reconciliation.expire_unpaid_orders() == 0
        order = order_of(payment)
        assert (order.status, order.hold_extensions) == ("pending_payment", renewed)
        assert order.hold_expires_at > timezone.now() + timezone.timedelta(minutes=30)
    end_the_hold(payment)
    assert reconciliation.expire_unpaid_orders() == 1
    payment.refresh_from_db()
    assert (order_of(payment).status, payment.state, payment.in_review) == ("expired", "pending", True)
    assert order_of(payment).events.filter(kind="payment-unclear").exists()


def test_once_paystack_says_success_it_pays_its_order(sandbox: Sandbox, payment: Payment) -> None:
    says(sandbox, MYSTERY)
    settle(payment.reference)
    says(sandbox, "")
    settled = settle(payment.reference)
    assert (settled.outcome, settled.in_review, order_of(payment).status) == ("applied", False, "paid")


def test_money_that_is_not_as_asked_is_looked_at_anew(sandbox: Sandbox) -> None:
    payment = attempts.start(placed_order())
    pay_at_paystack(sandbox, payment, amount=5_000)
    says(sandbox, MYSTERY)
    settle(payment.reference)
    unclear.looked_at(payment.pk, "A trial of Paystack's", events.SYSTEM)
    says(sandbox, "")
    settled = settle(payment.reference)
    assert (settled.outcome, settled.in_review) == ("mismatch", True)


def test_once_it_is_known_not_to_be_paid_nobody_looks_at_it(sandbox: Sandbox, payment: Payment) -> None:
    says(sandbox, MYSTERY)
    settle(payment.reference)
    says(sandbox, "failed")
    settled = settle(payment.reference)
    assert (settled.state, settled.in_review) == ("failed", False)
    says(sandbox, MYSTERY)
    assert settle(payment.reference).in_review


def test_looked_at_it_leaves_the_list_and_its_order_may_end(
    sandbox: Sandbox, payment: Payment, desk: Client, owner: Any
) -> None:
    says(sandbox, MYSTERY)
    settle(payment.reference)
    address = reverse("admin:payments_payment_looked_at", args=[payment.pk])
    answer = desk.post(address, {"_form_submitted": "on", "note": "Paystack says it is nothing"}, follow=True)
    assert "It is done with" in messages_of(answer)
    settled = settle(payment.reference)  # it says the same word
    assert (settled.state, settled.in_review) == ("failed", False)
    said = order_of(payment).events.get(kind="payment-looked-at")
    assert (said.actor, said.data) == (owner, {"note": "Paystack says it is nothing"})
    end_the_hold(payment)
    assert reconciliation.expire_unpaid_orders() == 1
    says(sandbox, "")
    assert settle(payment.reference).outcome == "applied"  # the money wins all the same


@pytest.mark.parametrize("word", [MYSTERY, GOING_BACK])
def test_staff_are_told_of_each_review(sandbox: Sandbox, payment: Payment, word: str) -> None:
    """It was looked at, then Paystack knew better, and now it does not."""
    says(sandbox, word)
    settle(payment.reference)
    unclear.looked_at(payment.pk, "Nothing in the dashboard", events.SYSTEM)
    for said in ("pending", word, word):
        says(sandbox, said)
        settle(payment.reference)
    assert OutgoingMail.objects.filter(kind=STAFF_MAIL).count() == 2
    assert order_of(payment).events.filter(kind__in=["payment-unclear", "payment-going-back"]).count() == 2


def test_only_what_is_unclear_is_looked_at_so(sandbox: Sandbox, payment: Payment) -> None:
    with pytest.raises(Conflict, match="does not wait"):
        unclear.looked_at(payment.pk, "x", events.SYSTEM)
    says(sandbox, MYSTERY)
    settle(payment.reference)
    with pytest.raises(ShopError, match="Write what it was"):
        unclear.looked_at(payment.pk, " ", events.SYSTEM)
    with pytest.raises(Conflict, match="nothing to give back"):
        refunds.give_back_reviewed(payment.pk, reason="x", actor=events.SYSTEM)


def test_money_on_its_way_back_is_seen_and_pays_nothing(sandbox: Sandbox, payment: Payment, desk: Client) -> None:
    says(sandbox, GOING_BACK)
    with capture_logs() as logs:
        settled = settle(payment.reference)
        settle(payment.reference)
    assert (settled.state, settled.provider_status, settled.in_review) == ("failed", GOING_BACK, True)
    assert not [line for line in logs if line["event"] == "payment_status_unknown"]
    assert order_of(payment).status == "pending_payment"
    assert order_of(payment).events.filter(kind="payment-going-back").count() == 1
    assert "on its way back" in outbox.compose(OutgoingMail.objects.get(kind=STAFF_MAIL)).text
    assert payment.reference in desk.get(reverse("admin:payments_payment_changelist") + "?review=open").text
    assert "Your payment went back" in Client().get("/pay/return/", {"reference": payment.reference}).text
    assert attempts.start(order_of(payment)).reference != payment.reference


def test_it_does_not_keep_the_pieces(sandbox: Sandbox, payment: Payment) -> None:
    says(sandbox, GOING_BACK)
    end_the_hold(payment)
    assert reconciliation.expire_unpaid_orders() == 1
    payment.refresh_from_db()
    assert payment.in_review


def test_it_is_asked_about_until_it_is_back(sandbox: Sandbox, old_payment: Payment) -> None:
    says(sandbox, GOING_BACK)
    settle(old_payment.reference)
    Payment.objects.update(checked_at=timezone.now() - timezone.timedelta(days=1))
    says(sandbox, "reversed")
    assert reconciliation.settle_open_payments() == 1
    old_payment.refresh_from_db()
    assert (old_payment.provider_status, old_payment.in_review) == ("reversed", False)
    assert OutgoingMail.objects.filter(kind="payment-reversed").count() == 1


@pytest.mark.parametrize("word", [GOING_BACK, "reversed"])
def test_called_paid_after_it_went_back_it_is_for_staff_to_decide(
    sandbox: Sandbox, payment: Payment, word: str
) -> None:
    """A refund that failed, or one of a part: how much of it is here only Paystack's dashboard says."""
    says(sandbox, word)
    settle(payment.reference)
    says(sandbox, "")
    settled = settle(payment.reference)
    assert (settled.state, settled.outcome, settled.in_review) == ("captured", "mismatch", True)
    assert order_of(payment).status == "pending_payment"
    assert settle(payment.reference).outcome == "mismatch"


def test_a_refund_of_paystacks_dashboard_before_the_shop_heard(sandbox: Sandbox, payment: Payment) -> None:
    """Without the switch: the sandbox goes through the words as Paystack does."""
    sandbox.control("PUT", "faults", {"paystack.refund_step_ms": 3_600_000})
    number = paystack.verify(payment.reference).id
    paystack.refund(
        transaction=number, amount=payment.amount_subunit, currency="NGN", customer_note="", note="On the dashboard"
    )
    assert settle(payment.reference).provider_status == GOING_BACK
    sandbox.control("POST", f"paystack/refunds/{at_paystack(sandbox)[payment.reference][0]['id']}", PROCESSED)
    assert settle(payment.reference).provider_status == "reversed"
    assert order_of(payment).status == "pending_payment"


def test_our_own_refund_under_way_is_nothing_to_look_at(sandbox: Sandbox, payment: Payment) -> None:
    settle(payment.reference)
    says(sandbox, GOING_BACK)
    settled = settle(payment.reference)
    assert (settled.outcome, settled.in_review) == ("applied", False)


def test_an_answer_about_another_payment_is_none(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A success of somebody else's pays nothing here, and changes nothing."""
    ours, other = attempts.start(placed_order()), attempts.start(placed_order())
    pay_at_paystack(sandbox, other)
    verify = paystack.verify
    monkeypatch.setattr(paystack, "verify", lambda reference: verify(other.reference))
    before = Payment.objects.values().get(pk=ours.pk)
    with pytest.raises(ProviderUnavailable, match="another payment"):
        settle(ours.reference)
    assert Payment.objects.values().get(pk=ours.pk) == before
    assert order_of(ours).status == "pending_payment"
    end_the_hold(ours)
    assert reconciliation.expire_unpaid_orders() == 0


@pytest.mark.parametrize("word", [MYSTERY, "pending"])
def test_what_is_paid_in_paystacks_list_and_not_here_is_a_difference(
    sandbox: Sandbox, payment: Payment, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """Its list says success while it answers otherwise when it is asked."""
    verify_says(monkeypatch, word)
    assert comparison.compare() == 1
    assert kinds() == [(payment.reference, "not-here")]
    row = Difference.objects.get()
    assert (row.amount_subunit, row.payment, row.state) == (payment.amount_subunit, payment, "open")
    assert word in row.detail
    assert OutgoingMail.objects.filter(kind="staff-differences").count() == 1


def test_also_where_it_cannot_be_asked(sandbox: Sandbox, payment: Payment) -> None:
    sandbox.control("PUT", "faults", {"paystack.verify.fault": "500"})
    assert comparison.compare() == 1
    assert kinds() == [(payment.reference, "not-here")]


def test_once_it_is_here_the_difference_is_closed_by_itself(
    sandbox: Sandbox, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        verify_says(patch, MYSTERY)
        comparison.compare()
    assert comparison.compare() == 0
    row = Difference.objects.get()
    assert (row.closed_how, row.closed_by, order_of(payment).status) == ("looked-at", "the shop", "paid")


def test_money_taken_back_that_the_shop_thinks_it_has_is_a_difference_before_it_is_gone(
    sandbox: Sandbox, payment: Payment
) -> None:
    settle(payment.reference)
    says(sandbox, GOING_BACK)
    comparison.compare()
    assert kinds() == [(payment.reference, "reversed")]


@pytest.mark.parametrize("word", [MYSTERY, GOING_BACK])
def test_of_a_person_who_was_erased_meanwhile_nothing_is_said_of_them(
    sandbox: Sandbox, payment: Payment, word: str
) -> None:
    says(sandbox, "failed")
    cancellation.cancel(order_of(payment), events.SYSTEM, by_staff=True)
    privacy.erase_guest(order_of(payment).email)
    says(sandbox, word)
    assert settle(payment.reference).in_review
    assert audit.violations() == []
    unclear.looked_at(payment.pk, "Nothing in the dashboard", events.SYSTEM)
    assert audit.violations() == []


def verify_says(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    verify = paystack.verify
    monkeypatch.setattr(paystack, "verify", lambda reference: replace(verify(reference), status=word))


PROCESSED = {"status": "processed"}
