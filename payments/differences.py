"""What is done about a difference between Paystack's list and the shop's, in one step each, by whom and how."""

from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.errors import Conflict, NotFound, ShopError, Unavailable
from core.http import ProviderRefused, ProviderUnavailable
from core.transactions import in_transaction
from orders import events
from orders.events import Actor
from orders.models import Order
from payments import paystack
from payments.models import Difference, Payment
from payments.paystack import Transaction
from payments.settlement import PAID, record_money

How = Difference.How
State = Difference.State
REFERENCE_MAX = 60
# Longer than the two questions may take by which it is given back.
LEASE = timedelta(minutes=2)
NO_ANSWER = "Paystack does not answer just now. Try again in some minutes: what was done meanwhile is looked up first."


def open_ones() -> "QuerySet[Difference]":
    return Difference.objects.filter(state=State.OPEN).order_by("found_at", "pk")


def note(kind: str, transaction: Transaction, payment: Payment | None = None) -> Difference:
    """Puts it on the board, once: what was dealt with does not come back."""
    facts = {
        "payment": payment,
        "provider_transaction_id": transaction.id,
        "amount_subunit": transaction.amount,
        "currency": transaction.currency[:3],
        # Who was erased from the order is not brought back by what Paystack still knows of them.
        "email": payment.order.email if payment else transaction.email[:254],
        "paid_at": transaction.paid_at,
        "detail": _here(payment) if payment else "",
    }
    row, _ = Difference.objects.get_or_create(kind=kind, reference=transaction.reference[:100], defaults=facts)
    return row


def _here(payment: Payment) -> str:
    if payment.state == Payment.State.CAPTURED:
        return f"Here {payment.captured_subunit} {payment.captured_currency} (subunits)."
    said = (
        f"asked, Paystack said {payment.provider_status}" if payment.provider_status else "Paystack has not said more"
    )
    return f"Here {payment.get_state_display().lower()}; {said}. Ask Paystack again on the page of the payment."


def close_arrived() -> None:
    """What Paystack had and the shop had not, and what is here by now, waits for nobody. Harmless twice."""
    arrived = open_ones().filter(kind=Difference.Kind.NOT_HERE, payment__state=Payment.State.CAPTURED)
    arrived.update(
        state=State.CLOSED,
        closed_how=How.LOOKED_AT,
        closed_by=events.SYSTEM.label,
        closed_at=Now(),
        note="It was captured later.",
    )


def note_missing(payment: Payment) -> Difference:
    facts = {
        "payment": payment,
        "provider_transaction_id": payment.provider_transaction_id,
        "amount_subunit": payment.captured_subunit,
        "currency": payment.captured_currency,
        "email": payment.order.email,
        "paid_at": payment.paid_at,
    }
    row, _ = Difference.objects.get_or_create(kind=Difference.Kind.MISSING, reference=payment.reference, defaults=facts)
    return row


def attach(difference_id: int, number: str, actor: Actor) -> Payment:
    """Makes unknown money a payment of the order `number`; whatever follows from money for an order does then.

    Raises NotFound for no order, Conflict where it was dealt with or is not paid at Paystack, Unavailable.
    """
    row = _open_unknown(difference_id)
    found = _ask(row)
    if found.status != PAID:
        raise Conflict(f"Paystack says {found.status} of this money now. It can pay nothing.", code="not_paid")
    payment = _attach(row.pk, number.strip().upper(), actor)
    return record_money(payment.pk, found)


@in_transaction
def _attach(difference_id: int, number: str, actor: Actor) -> Payment:
    """The sweep settles it, should nobody come to record its money."""
    row = _lock(difference_id)
    order = Order.objects.filter(number=number).first()
    if order is None:
        raise NotFound(f"The shop has no order {number}.", field="number")
    if order.total_subunit <= 0 or len(row.reference) > REFERENCE_MAX:
        raise Conflict(f"This money cannot pay order {number}. Give it back.", code="not_attachable")
    payment = Payment.objects.create(
        order=order,
        reference=row.reference,
        amount_subunit=order.total_subunit,
        currency=order.currency,
        state=Payment.State.PENDING,
    )
    data = {"amount": row.amount.display}
    events.record(order, "payment-attached", actor, key=row.reference, data=data)
    row.payment = payment
    _close(row, How.ATTACHED, actor, f"Order {number}")
    return payment


def give_back(difference_id: int, reason: str, actor: Actor) -> Difference:
    """Sends unknown money back the way it came, all that is not back yet. Looked up first, so that it goes once.

    Meanwhile nobody else deals with it, or it would pay an order as well. Raises Conflict where it was dealt with,
    Unavailable; then it may be on its way, and nobody deals with it until the lease is over.
    """
    if not reason.strip():
        raise ShopError("Write why the money goes back.", field="reason")
    row = _claim(difference_id)
    number = row.provider_transaction_id or 0
    try:
        before = sum(refund.amount for refund in paystack.refunds_of(number) if refund.status != "failed")
        if row.amount_subunit > before:
            paystack.refund(
                transaction=number,
                amount=row.amount_subunit - before,
                currency=row.currency,
                customer_note=reason.strip()[:200],
                note=f"Difference {row.pk}, {actor.label}",
            )
    except ProviderRefused as error:
        Difference.objects.filter(pk=row.pk).update(busy_until=None)
        raise Conflict(f"Paystack refused: {error.message}", code="refused") from error
    except ProviderUnavailable as error:
        raise Unavailable(NO_ANSWER) from error
    return _closed(row.pk, How.REFUNDED, actor, reason, is_ours=True)


def looked_at(difference_id: int, note_of_staff: str, actor: Actor) -> Difference:
    """Nothing is to be done about it, and why. It does not come back."""
    if not note_of_staff.strip():
        raise ShopError("Write what it was.", field="note")
    return _closed(difference_id, How.LOOKED_AT, actor, note_of_staff)


@in_transaction
def _claim(difference_id: int) -> Difference:
    _open_unknown(difference_id)
    row = _lock(difference_id)
    Difference.objects.filter(pk=row.pk).update(busy_until=Now() + LEASE)
    return row


@in_transaction
def _closed(difference_id: int, how: str, actor: Actor, why: str, *, is_ours: bool = False) -> Difference:
    row = _lock(difference_id, is_ours=is_ours)
    _close(row, how, actor, why)
    return row


def _close(row: Difference, how: str, actor: Actor, why: str) -> None:
    row.state, row.closed_how, row.closed_by = State.CLOSED, how, actor.label
    row.closed_at, row.note = timezone.now(), why.strip()[:200]
    row.save()


def _open_unknown(difference_id: int) -> Difference:
    row = Difference.objects.filter(pk=difference_id).first()
    _check_open(row)
    assert row is not None
    if row.kind != Difference.Kind.UNKNOWN:
        raise Conflict(
            "Only money of which the shop knows nothing is attached or given back here. This one has its payment.",
            code="not_unknown",
        )
    return row


def _lock(difference_id: int, *, is_ours: bool = False) -> Difference:
    """Unless somebody else has claimed it."""
    row = Difference.objects.select_for_update(of=("self",), no_key=True).filter(pk=difference_id).first()
    _check_open(row)
    assert row is not None
    if not is_ours and Difference.objects.filter(pk=row.pk, busy_until__gt=Now()).exists():
        raise Conflict("Somebody gives this money back just now. Look again in some minutes.", code="busy")
    return row


def _check_open(row: Difference | None) -> None:
    if row is None:
        raise NotFound("There is no such difference.")
    if row.state != State.OPEN:
        raise Conflict(f"It was dealt with before: {row.get_closed_how_display().lower()}.", code="dealt_with")


def _ask(row: Difference) -> Transaction:
    try:
        return paystack.verify(row.reference)
    except ProviderRefused as error:
        raise Conflict("Paystack does not know this money any more.", code="not_paid") from error
    except ProviderUnavailable as error:
        raise Unavailable(NO_ANSWER) from error
