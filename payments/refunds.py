"""Giving money back: asked for once, in the transaction of its cause, and never more than was taken."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from core.errors import Conflict, NotFound, ShopError
from core.money import Money
from core.queue import nudge
from core.transactions import in_transaction
from orders import emails, events, lifecycle, parcels, reservations, taken_out
from orders.events import Actor
from orders.models import Order, Return, ReturnLine
from payments import refund_amounts, refund_tasks
from payments.models import Payment, Refund, RefundLine
from payments.refund_amounts import Part
from payments.refund_sending import facts_of
from payments.standing import (
    count_kept,
    follow,
    is_all_asked_back,
    is_disputed,
    is_paid_delivery,
    of_what_is_not_theirs,
    pieces_paid_back,
    remaining,
    settle_review,
    that_paid_the_pieces,
)

State = Refund.State
DONE_WITH = (Return.State.CLOSED, Return.State.UNPAID)
IN_THE_SHOP = (Order.Status.PAID, Order.Status.PACKED)


@in_transaction
def request(
    order_id: int,
    *,
    amount: int | None = None,
    lines: Mapping[int, int] | None = None,
    delivery: bool = False,
    restock: bool = False,
    write_off: bool = False,
    came_back: bool = False,
    reason: str,
    key: str,
    actor: Actor,
) -> Refund:
    """Asks to give back what was paid for an order: pieces of lines (id to quantity), delivery, an amount, or the rest.

    The same `key` gives back the same refund. Sent after the commit (payments.refund_sending). `restock` takes the
    pieces out of the order and puts them back on sale, `write_off` takes them out as damaged or lost: both only go
    while they are in the shop, and with the last of them the order is shipped or ends (orders.taken_out). Otherwise,
    and unless they `came_back` by a return, the customer keeps them. An amount below what was paid for pieces that are
    kept is a gift: it is of the order and not of them, so that they may still come back.

    Locks payment, then order, then stock. Raises ShopError naming the field, Conflict while another refund is under
    way, for a line of which pieces are due by a return, or where nothing is left.
    """
    if restock and write_off:
        raise ShopError("Pieces go back on sale or are written off, not both. Choose one.", field="write_off")
    payment = _lock_paid(order_id)
    if known := _known(key, payment):
        return known
    order = lifecycle.lock(order_id)
    taken_back = restock or write_off
    parts = _parts(order, lines or {})
    if not (taken_back or came_back):
        _refuse_what_is_due_by_a_return(order, parts)
    delivery_subunit = order.delivery_subunit if delivery else 0
    if delivery and Refund.objects.filter(payment=payment, delivery_subunit__gt=0).exclude(state=State.FAILED).exists():
        raise ShopError("Delivery of this order was refunded before.", field="delivery")
    by_parts = sum(part.amount for part in parts) + delivery_subunit
    if amount is None:
        amount = by_parts if lines or delivery else remaining(payment)
    elif (lines or delivery) and amount > by_parts:
        worth = Money(by_parts, order.currency).display
        raise ShopError(f"What you chose was paid with {worth}. Ask for that or less.", field="amount")
    if parts and not taken_back and not came_back and amount < by_parts:
        return _write(payment, order, amount, 0, reason, key, actor)
    refund = _write(payment, order, amount, delivery_subunit, reason, key, actor)
    _write_lines(order, refund, parts, restocked=taken_back, came_back=came_back)
    if taken_back and parts:
        _take_out(order, refund, write_off=write_off)
        taken_out.go_on(order, actor, refund.reason, is_money_back=is_all_asked_back(order))
    return refund


@in_transaction
def give_back(payment_id: int, *, reason: str, key: str, actor: Actor) -> Refund:
    """Asks to give back all that is left of one payment, whatever it was for; the same `key` is the same refund.

    Locks payment, then order. Raises Conflict as `request` does.
    """
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    if known := _known(key, payment):
        return known
    order = lifecycle.lock(payment.order_id)
    return _write(payment, order, remaining(payment), 0, reason, key, actor)


@in_transaction
def give_back_reviewed(payment_id: int, *, reason: str, actor: Actor) -> Refund:
    """Staff give back money that fulfilled nothing, all of it; harmless twice, and anew where it failed.

    Raises Conflict where it fulfils something by now, or was looked at already: its customer decides at the same time;
    and where Paystack does not say that it is here.
    """
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    if payment.state != Payment.State.CAPTURED:
        raise Conflict("Paystack does not call it paid, so there is nothing to give back.", code="not_captured")
    key = _key_anew("review", payment)
    if not payment.in_review and not payment.refunds.filter(key=key).exists():
        raise Conflict(
            "This payment is not in review any more. What paid an order goes back from the order's own page.",
            code="not_in_review",
        )
    return give_back(payment.pk, reason=reason, key=key, actor=actor)


@in_transaction
def give_back_delivery(payment_id: int, *, reason: str, actor: Actor) -> Refund:
    """Staff give back what is left of the price of a delivery, which the customer paid by its link: as a gift.

    The delivery counts as paid all the same: its parcel may leave, and no new price is asked for. Harmless twice, and
    anew where it failed. Raises Conflict for any other payment, and as `request` does.
    """
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    key = _key_anew("delivery", payment)
    if not is_paid_delivery(payment) and not payment.refunds.filter(key=key).exists():
        raise Conflict(
            "This payment did not pay for a delivery. What paid an order goes back from the order's own page.",
            code="not_a_delivery",
        )
    return give_back(payment.pk, reason=reason, key=key, actor=actor)


def why_superfluous(payment: Payment, order: Order) -> str:
    """Of money that the order, or its delivery, does not need; the customer reads it too."""
    if order.has_ended:
        return f"Order {order.number} has ended."
    what = "The delivery of order" if payment.quote_id else "Order"
    return f"{what} {order.number} was paid before."


def give_back_superfluous(payment: Payment, order: Order) -> Refund:
    """What was paid for an order that is paid already, or has ended for good. Payment and order are locked."""
    return give_back(
        payment.pk,
        reason=why_superfluous(payment, order),
        key=f"duplicate/{payment.reference}",
        actor=events.SYSTEM,
    )


def give_back_replaced(payment: Payment, order: Order) -> Refund:
    """What was paid for a price of delivery that did not count any more. Payment and order are locked."""
    return give_back(
        payment.pk,
        reason=f"The delivery of order {order.number} has another price, or needs none.",
        key=f"replaced/{payment.reference}",
        actor=events.SYSTEM,
    )


@in_transaction
def try_again(refund_id: int, actor: Actor) -> Refund:
    """Asks anew for a refund that failed; harmless twice. Raises Conflict for any other."""
    failed = lock(refund_id)
    if again := Refund.objects.filter(key=_key_after(failed)).first():
        return again
    if failed.resolved_at:
        raise Conflict(
            "This refund was followed by another, or a bank took its money back: nothing is left to try again.",
            code="refund_resolved",
        )
    if failed.state != State.FAILED:
        raise Conflict("Only a refund that failed is tried again. Look at its state.", code="refund_not_failed")
    order = lifecycle.lock(failed.payment.order_id)
    Refund.objects.filter(pk=failed.pk).update(resolved_at=Now())
    again = _write(
        failed.payment, order, failed.amount_subunit, failed.delivery_subunit, failed.reason, _key_after(failed), actor
    )
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=again,
            order_line_id=line.order_line_id,
            quantity=line.quantity,
            amount_subunit=line.amount_subunit,
            kept=line.kept,
            came_back=line.came_back,
        )
        for line in failed.lines.all()
    )
    count_kept(order)
    return again


@in_transaction
def given_by_hand(refund_id: int, actor: Actor, note: str) -> Refund:
    """Staff sent the money themselves, where Paystack could not. Harmless twice. Raises ShopError without a note."""
    if not note.strip():
        raise ShopError("Write how the money went back, such as the bank's reference.", field="note")
    refund = lock(refund_id)
    if refund.state == State.BY_HAND:
        return refund
    is_with_staff = refund.state in (State.FAILED, State.NEEDS_ATTENTION) or not refund.payment.through_paystack
    if not is_with_staff or refund.resolved_at:
        raise Conflict(
            "Paystack has this refund in hand: paying it as well would give the money back twice.",
            code="refund_in_hand",
        )
    order = lifecycle.lock(refund.payment.order_id)
    refund.state = State.BY_HAND
    refund.problem = ""
    refund.finished_at = timezone.now()
    refund.save()
    data = {"amount": refund.amount.display, "note": note.strip()[:200]}
    events.record(order, "refunded", actor, key=str(refund.pk), data=data)
    emails.write("refund-done", order, part=f"refund/{refund.pk}", refund=facts_of(refund))
    settle_review(refund.payment)
    follow(order)
    count_kept(order)
    return refund


def left_of(order: Order) -> Money:
    """What can still go back of the money that paid its items; nought where none did."""
    paid = that_paid_the_pieces(order.pk).first()
    return Money(max(0, remaining(paid)) if paid else 0, order.currency)


def check_undisputed(payments: Iterable[Payment]) -> None:
    """Raises Conflict while a bank decides about any of them."""
    if is_disputed(payments):
        raise Conflict(
            "This payment is disputed. Accept the dispute on Paystack's dashboard, or wait for the bank: both together "
            "would give the money back twice.",
            code="disputed",
        )


def _known(key: str, payment: Payment) -> Refund | None:
    """What this request led to before. Raises Conflict for a key that some other payment's refund has."""
    found = Refund.objects.filter(key=key).first()
    if found and found.payment_id != payment.pk:
        raise Conflict("This request key belongs to another refund. Send a new one.", code="key_used", field="key")
    return found


def _lock_paid(order_id: int) -> Payment:
    """The payment that paid for the items of an order, locked."""
    paid = that_paid_the_pieces(order_id).select_for_update(of=("self",), no_key=True).first()
    if paid is None:
        raise Conflict("No money was taken for this order, so there is nothing to give back.", code="not_paid")
    return paid


def lock(refund_id: int) -> Refund:
    """The payment first, then its refund."""
    payment_id = Refund.objects.filter(pk=refund_id).values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise NotFound("There is no such refund.")
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    refund = Refund.objects.select_for_update(of=("self",), no_key=True).get(pk=refund_id)
    refund.payment = payment
    return refund


def _parts(order: Order, wanted: Mapping[int, int]) -> list[Part]:
    if not wanted:
        return []
    return refund_amounts.parts_of(order, order.all_lines(), wanted, pieces_paid_back(order))


def _refuse_what_is_due_by_a_return(order: Order, parts: list[Part]) -> None:
    """Pieces that have arrived bring their money with their return: given here, it would be given once more there."""
    here = ReturnLine.objects.filter(order_line__in=[part.line for part in parts], parcel__order=order)
    due = here.filter(parcel__state=Return.State.RECEIVED).select_related("order_line").first()
    if due:
        raise Conflict(
            f"Return {due.parcel_id} of {due.order_line.name} has arrived: give its money on its own page, or close it "
            "there, and then refund more of them here.",
            code="return_received",
            field="lines",
        )


def _write(payment: Payment, order: Order, amount: int, delivery: int, reason: str, key: str, actor: Actor) -> Refund:
    """Payment and order are locked. One refund at a time: the total is all that guards Paystack's side."""
    if not reason.strip():
        raise ShopError("Write why the money goes back.", field="reason")
    if under_way := payment.refunds.filter(state__in=Refund.IN_FLIGHT).first():
        is_by_hand = not payment.through_paystack or under_way.state == State.NEEDS_ATTENTION
        until = "Look after it on its own page first" if is_by_hand else "Wait until it is done"
        if actor == events.CUSTOMER:
            until = "Write to us, and we look after it"
        raise Conflict(
            f"A refund of {under_way.amount.display} of order {order.number} is under way. {until}.",
            code="refund_under_way",
        )
    check_undisputed([payment])
    left = remaining(payment)
    currency = payment.captured_currency
    if left <= 0:
        raise Conflict(f"All money of order {order.number} was given back already.", code="nothing_left")
    if not 0 < amount <= left:
        raise ShopError(
            f"{Money(left, currency).display} of order {order.number} can still be given back, so a refund is between "
            f"nought and that, not {Money(amount, currency).display}.",
            field="amount",
        )
    failed = payment.refunds.filter(state=State.FAILED, resolved_at__isnull=True)
    if amount < left and (owed := failed.filter(pk__in=of_what_is_not_theirs(order)).first()):
        raise Conflict(
            f"A refund of {owed.amount.display} of order {order.number} failed, and that money has to reach its "
            "customer. Try it again on its own page first, or give it by hand.",
            code="refund_owed",
        )
    # Whoever asks again has seen what failed: it is owed once, not twice.
    failed.update(resolved_at=Now())
    refund = Refund.objects.create(
        payment=payment,
        key=key,
        amount_subunit=amount,
        currency=currency,
        delivery_subunit=min(delivery, amount),
        reason=reason.strip()[:200],
        requested_by=actor.label,
    )
    data = {"amount": refund.amount.display, "reason": refund.reason}
    events.record(order, "refund-requested", actor, key=str(refund.pk), data=data)
    emails.write("refund-started", order, part=f"refund/{refund.pk}", refund=facts_of(refund))
    follow(order)
    nudge(refund_tasks.send, refund.pk)
    return refund


def _write_lines(order: Order, refund: Refund, parts: list[Part], *, restocked: bool, came_back: bool) -> None:
    """Pieces that came back by a return before are not kept, although they are paid for apart from that return."""
    may_be_kept = not (restocked or came_back)
    here = _arrived_unpaid(order) if may_be_kept else Counter[int]()
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            order_line=part.line,
            quantity=part.quantity,
            amount_subunit=part.amount,
            restocked=restocked,
            kept=may_be_kept,
            came_back=part.quantity if came_back else min(part.quantity, max(0, here[part.line.pk])),
        )
        for part in parts
    )
    if may_be_kept and parts:
        count_kept(order)


def _arrived_unpaid(order: Order) -> Counter[int]:
    """Line (id) to pieces that came back for good, and whose money no refund has given back yet.

    The money of a return that was received only is due by itself.
    """
    back = ReturnLine.objects.filter(order_line__order=order, parcel__state__in=DONE_WITH, exchange_to=None)
    pieces = Counter(dict(back.order_by().values_list("order_line").annotate(Sum("quantity"))))
    paid = RefundLine.objects.filter(order_line__order=order).exclude(refund__state=State.FAILED)
    for line_id, came_back in paid.values_list("order_line", "came_back"):
        pieces[line_id] -= came_back
    return pieces


def _take_out(order: Order, refund: Refund, *, write_off: bool) -> None:
    field = "write_off" if write_off else "restock"
    if order.status not in IN_THE_SHOP:
        raise ShopError(
            f"Order {order.number} is {order.get_status_display().lower()}: its pieces come back by a return.",
            field=field,
        )
    rows = refund.lines.select_related("order_line")
    left = {line.pk: more for line, more in parcels.left_of(order).items()}
    if gone := [row.order_line.name for row in rows if row.quantity > left.get(row.order_line_id, 0)]:
        raise ShopError(
            f"{', '.join(gone)} left the shop with a parcel: what comes back of it is a return.", field=field
        )
    pieces = {row.pk: (row.order_line, row.quantity) for row in rows}
    reservations.put_back("refund_line", pieces, write_off=write_off)


def _key_anew(way: str, payment: Payment) -> str:
    failed = payment.refunds.filter(state=State.FAILED).count()
    return f"{way}/{payment.reference}/{failed}" if failed else f"{way}/{payment.reference}"


def _key_after(failed: Refund) -> str:
    return f"again/{failed.pk}"
