"""A return that turns out otherwise: money instead of a size, another size, or a parcel that never comes.

An exchange that is here already has one way left beside being sent: its other size stays, and its money is due.
"""

from collections.abc import Collection, Mapping

from django.db.models.functions import Now

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from core.transactions import in_transaction
from orders import events, exchanges, other_sizes, reservations, return_mails, returns
from orders.events import Actor
from orders.models import Order, Return, ReturnLine

State, Kind = Return.State, Return.Kind


@in_transaction
def give_money_instead(return_id: int, actor: Actor, answer: str = "") -> Return:
    """An exchange becomes a return for money; its customer is told. Harmless twice. Raises Conflict once it arrived.

    Also of one that was given up: it may arrive after all, when the size is gone.
    """
    found, order = returns.lock(return_id)
    if found.kind == Kind.REFUND:
        return found
    _check_not_here(found)
    found.lines.update(exchange_to=None)
    Return.objects.filter(pk=found.pk).update(kind=Kind.REFUND)
    _tell(found, order, actor, answer, {"instead": "money"})
    return found


@in_transaction
def give_another_size(return_id: int, sizes: Mapping[int, str], actor: Actor, answer: str = "") -> Return:
    """The lines of an exchange (id) get other sizes of the same price (SKU); its customer is told. Harmless twice.

    Raises Conflict once it arrived and for a return for money, ShopError naming the line whose size is none, or the
    answer, which nobody would read where nothing is changed.
    """
    found, order = returns.lock(return_id)
    _check_not_here(found)
    if found.kind != Kind.EXCHANGE:
        raise Conflict("This return is for money, not for another size.", code="no_exchange")
    lines = list(found.lines.with_pieces())
    changed = [line for line in lines if line.exchange_to and sizes.get(line.pk, "") != line.exchange_to.sku]
    for line in changed:
        line.exchange_to = _size(line, sizes.get(line.pk, ""))
    if not changed:
        if answer.strip() not in ("", found.answer):
            raise ShopError("It is for these sizes already, so no mail is written. Choose another.", field="answer")
        return found
    ReturnLine.objects.bulk_update(changed, ["exchange_to"])
    _tell(found, order, actor, answer, returns.by_sku((line.told_sku, sizes[line.pk]) for line in changed))
    return found


@in_transaction
def keep_unsent(return_id: int, conditions: Mapping[int, str], actor: Actor, answer: str = "") -> Return:
    """The other size of an exchange does not leave after all: what came back is received for its money instead.

    `conditions` say of each line (id) whether the piece that was taken for it goes back on sale or is written off. Its
    customer is told; the money is given on the page of the return, as for any that was received. Locks the order, then
    stock. Harmless twice. Raises Conflict for any that waits not to be sent, and while a bank decides about the money.
    """
    found, order = returns.lock(return_id)
    if found.lines.filter(stayed__isnull=False).exists():
        return found
    exchanges.check_to_send(found)
    if order.payment_status == Order.PaymentStatus.DISPUTED:
        raise Conflict(
            f"A bank may take the money of order {order.number} back, so none is promised while it decides. Wait for "
            "the bank.",
            code="disputed",
        )
    lines = list(found.lines.with_pieces())
    unsent = [line for line in lines if line.exchange_to_id]
    for line in unsent:
        line.stayed_as = returns.checked_condition(line, conditions)
        line.stayed, line.exchange_to = line.exchange_to, None
    reservations.take_unsent(unsent)
    ReturnLine.objects.bulk_update(unsent, ["stayed", "stayed_as", "exchange_to"])
    Return.objects.filter(pk=found.pk).update(kind=Kind.REFUND, state=State.RECEIVED, closed_at=None)
    words = ((line.stayed.sku, f"{line.quantity} {line.stayed_as}") for line in unsent if line.stayed)
    declined = {line.pk for line in lines} - {line.pk for line in unsent}
    _tell(found, order, actor, answer, {"instead": "money", **returns.by_sku(words)}, declined)
    return found


@in_transaction
def give_up(return_id: int, actor: Actor, answer: str = "") -> Return:
    """The parcel never arrived: its pieces may be asked back anew. Harmless twice.

    One that arrives after all is received as ever. Raises Conflict for any that is not on its way.
    """
    found, order = returns.lock(return_id)
    if found.state == State.LOST:
        return found
    if found.state != State.APPROVED:
        raise Conflict(f"{found.told}. Only one that is on its way back is given up.", code="not_on_its_way")
    _keep_answer(found, order, answer)
    Return.objects.filter(pk=found.pk).update(state=State.LOST, closed_at=Now())
    found.refresh_from_db()
    events.record(order, "return-lost", actor, key=str(found.pk), data={"answer": answer} if answer else {})
    return_mails.write("return-lost", found)
    return found


def _check_not_here(found: Return) -> None:
    if found.state not in (State.APPROVED, State.LOST):
        raise Conflict(f"{found.told}. Only one that is not here yet is changed.", code="not_on_its_way")


def _size(line: ReturnLine, sku: str) -> VariantSize:
    try:
        return other_sizes.chosen(line, sku, line.quantity)
    except ShopError as error:
        error.field = f"line_{line.pk}"
        raise


def _keep_answer(found: Return, order: Order, answer: str) -> None:
    """Also none: what was said at an earlier step is not said again."""
    returns.check_answer(answer)
    Return.objects.filter(pk=found.pk).update(answer=returns.to_be_read(answer, order))


def _tell(
    found: Return, order: Order, actor: Actor, answer: str, data: dict[str, str], declined: Collection[int] = ()
) -> None:
    """A return may be changed several times: each has its own event and mail. `declined` are lines that were not
    exchanged."""
    _keep_answer(found, order, answer)
    found.refresh_from_db()
    time = order.events.filter(kind="return-changed").count() + 1
    events.record(order, "return-changed", actor, key=f"{found.pk}/{time}", data=data)
    return_mails.write("return-changed", found, declined, part=str(time))
