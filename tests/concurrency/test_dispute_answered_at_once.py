"""Staff write down their answer in the moment in which Paystack tells more of the dispute: neither is lost."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.db.models import QuerySet

from devtools.sandbox.process import Sandbox
from orders import events
from payments import disputes
from payments.models import Dispute, Payment
from tests.concurrency.crowd import behind
from tests.factories import VariantSizeFactory, placed_order
from tests.payments.conftest import paid_through_paystack

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def payment(sandbox: Sandbox) -> Payment:
    return paid_through_paystack(sandbox, placed_order((VariantSizeFactory(on_hand=2), 1)))


def both_at_once(payment: Payment) -> Dispute:
    word = disputes.Word(7, payment.amount_subunit, "NGN", "fraud", "awaiting-merchant-feedback", "", None)
    dispute = disputes.note(payment.pk, word)
    with transaction.atomic():
        disputes.answered(dispute.pk, events.SYSTEM, "Sent the courier's slip")
        told = behind(lambda: disputes.note(payment.pk, replace(word, status="awaiting-bank-feedback")))
    assert isinstance(told(), Dispute)
    dispute.refresh_from_db()
    assert dispute.provider_status == "awaiting-bank-feedback"
    return dispute


def test_the_answer_stays_written_down(payment: Payment) -> None:
    assert both_at_once(payment).answer == "Sent the courier's slip"


def test_without_the_lock_on_the_dispute_it_would_be_lost(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    locked = QuerySet.select_for_update

    def but_for_disputes(rows: QuerySet[Dispute], *how: object, **more: object) -> QuerySet[Dispute]:
        return rows if rows.model is Dispute else locked(rows, *how, **more)

    monkeypatch.setattr(QuerySet, "select_for_update", but_for_disputes)
    assert both_at_once(payment).answer == ""
