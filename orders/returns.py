"""Pieces that come back: asked for by the customer, decided and received by staff; a size for a size in one swap.

Money is not given back here: payments.returning does that for what was received. What was approved and turns out
otherwise is orders.return_changes; how the other size leaves is orders.exchanges; what the mails say, return_mails.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models.functions import Now

from catalog.models import VariantSize
from core import card_numbers
from core.errors import Conflict, NotFound, ShopError
from core.transactions import in_transaction
from orders import events, lifecycle, other_sizes, reservations, return_mails, return_policy
from orders.events import Actor
from orders.models import Order, Return, ReturnLine
from orders.return_policy import Piece

State, Kind, Reason = Return.State, Return.Kind, Return.Reason
Condition = ReturnLine.Condition
TEXT_MAX = 500
ARRIVED = (State.RECEIVED, State.CLOSED, State.UNPAID)


@dataclass(frozen=True, slots=True)
class Wish:
    """So many of a piece come back; `size` is the SKU that is wanted instead, empty for money."""

    quantity: int
    size: str = ""


# By the key of a piece (return_policy.Piece); of one as it was first sent that is its line's id.
Wishes = Mapping[str, Wish] | Mapping[int, Wish]


@in_transaction
def request(order_id: int, wishes: Wishes, kind: str, reason: str, text: str, actor: Actor) -> Return:
    """Asks to send pieces back. Locks the order.

    Raises Conflict while another return is under way or the time is over, ShopError naming the piece at fault.
    """
    if reason not in Reason.values or kind not in Kind.values:
        raise ShopError("Say why it comes back.", field="reason")
    if len(text) > TEXT_MAX:
        raise ShopError(f"Write at most {TEXT_MAX} characters.", field="text")
    card_numbers.refuse(text, "text")
    order = lifecycle.lock(order_id)
    if kind == Kind.EXCHANGE and order.is_paid_back:
        raise ShopError(
            f"The money of order {order.number} went back to you, so there is nothing to exchange.",
            code="no_swap",
            field="kind",
        )
    pieces = {piece.key: piece for piece in return_policy.pieces_of(order)}
    if not any(piece.is_in_time for piece in pieces.values()):
        raise Conflict(
            f"Pieces come back within {settings.RETURN_DAYS} days of their delivery, and order {order.number} is not "
            "within them. Write to us if something is wrong.",
            code="return_closed",
        )
    if other := return_policy.under_way(order):
        raise Conflict(
            f"Return {other.pk} of this order is under way. For more than that, write to us or wait until it is done.",
            code="return_under_way",
        )
    chosen = {str(key): wish for key, wish in wishes.items() if wish.quantity}
    if not chosen:
        raise ShopError("Choose what comes back.", field="lines")
    if key := return_policy.too_many(pieces.values(), {key: wish.quantity for key, wish in chosen.items()}):
        raise ShopError("Of this line no more can come back than you have.", code="too_many", field=f"line_{key}")
    wanted = {key: _checked(pieces[key], wish, kind, reason) for key, wish in chosen.items()}
    found = Return.objects.create(order=order, kind=kind, reason=reason, text=text.strip(), actor_id=actor.user_id)
    ReturnLine.objects.bulk_create(
        ReturnLine(
            parcel=found,
            order_line=pieces[key].order_line,
            came_by=pieces[key].came_by,
            quantity=wish.quantity,
            exchange_to=wanted[key],
        )
        for key, wish in chosen.items()
    )
    events.record(order, "return-requested", actor, key=str(found.pk), data={"why": found.get_reason_display()})
    return_mails.write("return-requested", found)
    return_mails.tell_staff(found)
    return found


@in_transaction
def approve(return_id: int, actor: Actor, answer: str = "") -> Return:
    """The customer may send it. Harmless twice; raises Conflict once it is decided otherwise."""
    return _decide(return_id, State.APPROVED, actor, answer)


@in_transaction
def refuse(return_id: int, actor: Actor, answer: str) -> Return:
    """Raises ShopError without a reason, which the customer reads."""
    check_answer(answer, "Write why. The customer reads it in the mail.")
    return _decide(return_id, State.REFUSED, actor, answer)


@in_transaction
def receive(return_id: int, conditions: Mapping[int, str], actor: Actor) -> Return:
    """The parcel is here. `conditions` say of each of its lines (id) whether it goes back on sale or is written off.

    An exchange is one swap with that: the other sizes leave the shelf in the same moment, or nothing happens. A piece
    that was worn or damaged is not swapped, unless the shop's own fault sends it back. Locks the order, then stock.
    Harmless twice. Raises Conflict before it is approved and where its pieces came back or were refunded otherwise,
    stock.OutOfStock where a wanted size is gone.
    """
    found, order = lock(return_id)
    if found.state in ARRIVED:
        return found
    lines = list(found.lines.with_pieces())
    if found.state not in (State.APPROVED, State.LOST):
        next_step = "approve it first" if found.state == State.REQUESTED else "nothing of it is expected"
        raise Conflict(f"{found.told}: {next_step}.", code="not_approved")
    if found.kind == Kind.EXCHANGE:
        _check_swap(order)
    if found.state == State.LOST or found.kind == Kind.EXCHANGE:
        check_still_out(order, found, lines)
    for line in lines:
        line.condition = checked_condition(line, conditions)
    declined = _decline_swaps(found, lines)
    reservations.take_return(lines)
    ReturnLine.objects.bulk_update(lines, ["condition", "exchange_to"])
    is_done = found.kind == Kind.EXCHANGE
    Return.objects.filter(pk=found.pk).update(
        state=State.CLOSED if is_done else State.RECEIVED, received_at=Now(), closed_at=Now() if is_done else None
    )
    found.refresh_from_db()
    events.record(order, "return-received", actor, key=str(found.pk), data=_conditions(lines, declined))
    return_mails.write("return-received", found, declined)
    return found


@in_transaction
def close(return_id: int, actor: Actor) -> Return:
    """A received return has had its money. Harmless twice."""
    found, order = lock(return_id)
    if found.state == State.CLOSED:
        return found
    _check_received(found)
    Return.objects.filter(pk=found.pk).update(state=State.CLOSED, closed_at=Now())
    found.refresh_from_db()
    events.record(order, "return-closed", actor, key=str(found.pk))
    return found


@in_transaction
def close_without_money(return_id: int, actor: Actor, answer: str) -> Return:
    """A received return gets none, and its customer reads why. Harmless twice. Raises ShopError without a reason."""
    found, order = lock(return_id)
    if found.state == State.UNPAID:
        return found
    _check_received(found)
    check_answer(answer, "Write why no money goes back. The customer reads it in the mail.")
    Return.objects.filter(pk=found.pk).update(state=State.UNPAID, closed_at=Now(), answer=to_be_read(answer, order))
    found.refresh_from_db()
    events.record(order, "return-unpaid", actor, key=str(found.pk), data={"answer": answer.strip()})
    return_mails.write("return-unpaid", found)
    return found


def _check_received(found: Return) -> None:
    if found.state != State.RECEIVED:
        raise Conflict(f"{found.told}. Only one that was received, for its money, is closed.", code="not_received")


def check_answer(answer: str, missing: str = "") -> None:
    """Raises ShopError where it is too long for a mail, or `missing` where there must be one."""
    if missing and not answer.strip():
        raise ShopError(missing, field="answer")
    if len(answer) > TEXT_MAX:
        raise ShopError(f"Write at most {TEXT_MAX} characters.", field="answer")


def to_be_read(answer: str, order: Order) -> str:
    """As it is kept with the return: of a person who was erased nobody is left to read it."""
    return "" if order.erased_at else answer.strip()


def _checked(piece: Piece, wish: Wish, kind: str, reason: str) -> VariantSize | None:
    """The size that is wanted instead, None for money. Raises ShopError naming the piece."""
    if not piece.is_in_time:
        raise ShopError(
            f"{piece.order_line.name} in {piece.sent_size} could come back within {settings.RETURN_DAYS} days of its "
            "delivery, and they are over. Write to us if something is wrong.",
            code="return_closed",
            field=f"line_{piece.key}",
        )
    if piece.is_final_sale and reason not in return_policy.ALWAYS:
        raise ShopError(
            f"{piece.order_line.name} cannot come back for its fit, for hygiene. If it is faulty, say so.",
            code="final_sale",
            field=f"line_{piece.key}",
        )
    return other_sizes.chosen(piece, wish.size, wish.quantity) if kind == Kind.EXCHANGE else None


def _check_swap(order: Order) -> None:
    """Raises Conflict where nobody is left to send the other size to, or a bank may take the money back. What went back
    by a refund is known a floor above (payments.for_nothing)."""
    if order.erased_at:
        why = f"The person of order {order.number} was erased, so no other size can be sent"
    elif order.payment_status == Order.PaymentStatus.DISPUTED:
        why = f"A bank may take the money of order {order.number} back, so no other size goes out while it decides"
    else:
        return
    raise Conflict(f"{why}. Choose money instead, and receive it then.", code="no_swap")


def check_still_out(order: Order, found: Return, lines: list[ReturnLine]) -> None:
    """Of a parcel that was given up and arrives after all, and of an exchange: nobody gets piece and money. Raises
    Conflict where its pieces came back or were refunded otherwise meanwhile."""
    pieces = return_policy.pieces_of(order, without=found)
    if not return_policy.too_many(pieces, {line.key: line.quantity for line in lines}):
        return
    other = return_policy.under_way(order)
    if other and other != found:
        raise Conflict(f"{other.told}, of the same pieces. Refuse or receive that one first.", code="return_under_way")
    if found.kind == Kind.EXCHANGE and found.state == State.APPROVED:
        raise Conflict(
            "Money for these pieces went back meanwhile, so no other size goes out for them. Choose money instead, "
            "receive them, and close the return without money.",
            code="refunded_meanwhile",
        )
    raise Conflict(
        "The pieces of this return came back or were refunded in another way meanwhile. Look at the order, and put "
        "these on sale on the page of their stock.",
        code="more_than_left",
    )


def checked_condition(line: ReturnLine, conditions: Mapping[int, str]) -> str:
    """What staff say of it. Raises ShopError naming the line (id) of which they say nothing."""
    condition = conditions.get(line.pk, "")
    if condition not in (Condition.SOUND, Condition.DAMAGED):
        raise ShopError(
            "Say of each piece in which condition it is: on sale again, or written off.", field=f"line_{line.pk}"
        )
    return condition


def _decline_swaps(found: Return, lines: list[ReturnLine]) -> set[int]:
    """Takes the wish from pieces that came back worn or damaged, and returns those lines (id)."""
    if found.reason in return_policy.ALWAYS:
        return set()
    declined = [line for line in lines if line.exchange_to_id and line.condition == Condition.DAMAGED]
    for line in declined:
        line.exchange_to = None
    return {line.pk for line in declined}


def _decide(return_id: int, state: str, actor: Actor, answer: str) -> Return:
    found, order = lock(return_id)
    if found.state == state or (state == State.APPROVED and found.received_at):
        return found
    if found.state != State.REQUESTED:
        raise Conflict(f"{found.told}, so it is decided already.", code="decided")
    check_answer(answer)
    Return.objects.filter(pk=found.pk).update(state=state, answer=answer.strip(), decided_at=Now())
    found.refresh_from_db()
    kind = f"return-{state}"
    events.record(order, kind, actor, key=str(found.pk), data={"answer": found.answer} if found.answer else {})
    return_mails.write(kind, found)
    return found


def lock(return_id: int) -> tuple[Return, Order]:
    """The return as it is now, under the lock of its order."""
    found = Return.objects.filter(pk=return_id).first()
    if found is None:
        raise NotFound("There is no such return.")
    order = lifecycle.lock(found.order_id)
    found.refresh_from_db()
    return found, order


def _conditions(lines: list[ReturnLine], declined: Collection[int]) -> dict[str, str]:
    return by_sku(
        (line.told_sku, f"{line.quantity} {line.condition}{', not exchanged' if line.pk in declined else ''}")
        for line in lines
    )


def by_sku(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What there is to say of each line, for the timeline. One SKU may come back on several lines: alone, out of a
    bundle, and got in exchange."""
    said: dict[str, str] = {}
    for sku, word in words:
        said[sku] = f"{said[sku]}; {word}" if sku in said else word
    return said
