"""A return that has arrived gets its money: what joins orders.returns with the refunds."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from core.errors import Conflict
from core.money import Money
from core.transactions import in_transaction
from orders import returns
from orders.events import Actor
from orders.models import Return, ReturnLine
from payments import refund_amounts, refunds
from payments.models import Refund
from payments.standing import pieces_paid_back, remaining, that_paid_the_pieces


@dataclass(frozen=True, slots=True)
class Due:
    """What can go back for a return: for these pieces (line id to quantity) so much of what was paid for all of it."""

    lines: dict[int, int]
    amount: Money
    paid: Money
    is_less: bool


@in_transaction
def give_back(return_id: int, actor: Actor) -> Refund:
    """Asks to refund what was paid for the pieces of a received return, or what is left of it, and closes it.

    Harmless twice. Raises Conflict for one that was not received or was exchanged, where nothing is left, and while
    another refund of the order is under way.
    """
    found = Return.objects.select_related("order").get(pk=return_id)
    if known := Refund.objects.filter(key=_key(found)).first():
        return known
    if found.kind != Return.Kind.REFUND or found.state != Return.State.RECEIVED:
        raise Conflict(
            f"{found.told}. Money goes back here for pieces that have arrived, were not exchanged, and were not closed "
            "without money; any other is refunded on the page of its order.",
            code="not_received",
        )
    that_paid_the_pieces(found.order_id).select_for_update(of=("self",), no_key=True).first()
    if known := Refund.objects.filter(key=_key(found)).first():  # asked for while this one waited
        return known
    due = due_for(found)
    if not due.amount.amount:
        raise Conflict(
            "Nothing can go back for this return: no money was taken for its pieces, or it went back before. Close it "
            "without money.",
            code="nothing_left",
        )
    refund = refunds.request(
        found.order_id,
        amount=due.amount.amount,
        lines=due.lines,
        came_back=True,
        reason="What you sent back has arrived.",
        key=_key(found),
        actor=actor,
    )
    returns.close(found.pk, actor)
    return refund


def refund_of(found: Return) -> Refund | None:
    """What `give_back` asked for, if it did."""
    return Refund.objects.filter(key=_key(found)).select_related("payment__order").first()


def due_for(found: Return) -> Due:
    """What was paid for its pieces, less what went back of them or of the order before. A few queries.

    Of an exchange that was not sent, those that were to be exchanged alone: of the others it was said before that
    nothing is due.
    """
    order = found.order
    lines = order.all_lines()
    asked = _counted(found.lines.filter(stayed__isnull=False)) or _counted(found.lines.all())
    done = pieces_paid_back(order)
    quantity = {line.pk: line.quantity for line in lines}
    left = {pk: count for pk in asked if (count := min(asked[pk], quantity[pk] - done[pk])) > 0}
    payment = that_paid_the_pieces(order.pk).first()
    worth = sum(part.amount for part in refund_amounts.parts_of(order, lines, left, done))
    amount = min(worth, remaining(payment)) if payment else 0
    paid = sum(part.amount for part in refund_amounts.parts_of(order, lines, asked, {}))
    is_less = left != asked or amount < worth
    return Due(left, Money(amount, order.currency), Money(paid, order.currency), is_less)


def _counted(lines: QuerySet[ReturnLine]) -> dict[int, int]:
    return dict(lines.order_by().values_list("order_line").annotate(Sum("quantity")))


def _key(found: Return) -> str:
    return f"return/{found.pk}"
