"""A bank asks a payment back: written down with the day by which to answer, told to staff, and counted when lost.

Staff answer on Paystack's dashboard, which takes their evidence; here they write down that they did.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.errors import NotFound, ShopError
from core.money import Money
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from orders.events import Actor
from payments.models import Dispute, Payment
from payments.standing import follow, settle_review

State = Dispute.State
# In Paystack's words: the bank was told that it is in the right, or nobody answered in time.
LOST = ("merchant-accepted", "auto-accepted")
RESOLVED = "resolved"
MOST_PRESSING_FIRST = (F("due_at").asc(nulls_first=True), "pk")
REMIND_BEFORE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Word:
    """What Paystack says of one dispute."""

    number: int
    amount: int
    currency: str
    category: str
    status: str
    resolution: str
    due_at: datetime | None


def read(data: dict[str, Any]) -> Word:
    """Raises ValueError, KeyError or TypeError for what is no dispute."""
    return Word(
        number=int(data["id"]),
        amount=int(data["refund_amount"]),
        currency=str(data["currency"]),
        category=str(data.get("category") or "")[:40],
        status=str(data["status"])[:40],
        resolution=str(data.get("resolution") or "")[:40],
        due_at=parse_datetime(str(data.get("dueAt") or "")),
    )


@in_transaction
def note(payment_id: int, word: Word) -> Dispute:
    """Writes down how a dispute stands, whichever of its webhooks came first; harmless twice. A closed one stays so.

    Locks payment, then order, then the dispute, which staff may be answering.
    """
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    order = lifecycle.lock(payment.order_id)
    dispute, is_new = Dispute.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        provider_dispute_id=word.number,
        defaults={"payment": payment, "amount_subunit": word.amount, "currency": word.currency},
    )
    if dispute.state != State.OPEN:
        return dispute
    dispute.category, dispute.provider_status = word.category, word.status
    dispute.amount_subunit = word.amount
    dispute.due_at = word.due_at or dispute.due_at
    if word.status == RESOLVED:
        dispute.state = State.LOST if word.resolution in LOST else State.WON
        dispute.resolution = word.resolution
        dispute.closed_at = timezone.now()
    dispute.save()
    follow(order)
    settle_review(payment)
    if is_new:
        data = {"amount": dispute.amount.display, "category": dispute.category}
        events.record(order, "disputed", events.PAYSTACK, key=str(dispute.pk), data=data)
    if dispute.state != State.OPEN:
        events.record(order, f"dispute-{dispute.state}", events.PAYSTACK, key=str(dispute.pk))
        _tell("staff-dispute-closed", dispute)
    elif is_new:
        _tell("staff-dispute", dispute)
    return dispute


@in_transaction
def answered(dispute_id: int, actor: Actor, text: str) -> Dispute:
    """Staff have answered on Paystack's dashboard; harmless twice. Raises ShopError without a word on how."""
    if not text.strip():
        raise ShopError("Write what you answered.", field="note")
    dispute = Dispute.objects.select_for_update(of=("self",), no_key=True).filter(pk=dispute_id).first()
    if dispute is None:
        raise NotFound("There is no such dispute.")
    if dispute.answered_at is None:
        dispute.answered_at, dispute.answered_by, dispute.answer = timezone.now(), actor.label, text.strip()[:200]
        dispute.save()
        data = {"answer": dispute.answer}
        events.record(dispute.payment.order, "dispute-answered", actor, key=str(dispute.pk), data=data)
    return dispute


def to_answer(disputes: "QuerySet[Dispute]") -> "QuerySet[Dispute]":
    """The most pressing first; one without a day is answered as soon as can be."""
    waiting = disputes.filter(state=State.OPEN, answered_at__isnull=True)
    return waiting.order_by(*MOST_PRESSING_FIRST)


def remind() -> int:
    """Tells staff once of each that must be answered within hours. Returns how many."""
    near = to_answer(Dispute.objects.all()).filter(due_at__lt=Now() + REMIND_BEFORE, reminded_at__isnull=True)
    return sum(_remind(dispute_id) for dispute_id in near.values_list("pk", flat=True))


@in_transaction
def _remind(dispute_id: int) -> bool:
    if not to_answer(Dispute.objects.filter(pk=dispute_id)).filter(reminded_at__isnull=True).update(reminded_at=Now()):
        return False
    _tell("staff-dispute-due", Dispute.objects.select_related("payment__order").get(pk=dispute_id))
    return True


def _tell(kind: str, dispute: Dispute) -> None:
    facts = {
        "amount": Money(dispute.amount_subunit, dispute.currency),
        "due_at": dispute.due_at,
        "reason": dispute.category,
        "is_won": dispute.state == State.WON,
    }
    emails.tell_staff(kind, dispute.payment.order, part=f"dispute/{dispute.pk}", dispute=facts)
