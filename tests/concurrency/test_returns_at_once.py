"""A return is asked for, and its parcel received, many times at the same moment: one return, and one swap."""

from functools import partial

import pytest

from catalog.models import StockMovement, VariantSize
from core import transactions
from core.errors import Conflict
from mailing.models import OutgoingMail
from orders import events, lifecycle, reservations, return_policy, returns
from orders.models import Order, Return, ReturnLine
from orders.returns import Wish
from payments import for_nothing
from tests.concurrency.crowd import at_once, gathering
from tests.purchase.sending_back import approved, on_hand
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CLICKS = 8


def ask_at_once(order: Order) -> list[Return | Exception]:
    wishes = {order.lines.get().pk: Wish(1)}
    return at_once([partial(returns.request, order.pk, wishes, "refund", "size", "", events.CUSTOMER)] * CLICKS)


def is_one_return(results: list[Return | Exception]) -> bool:
    """One was asked for, and each of the others was told of it."""
    told = [result.code for result in results if isinstance(result, Conflict)]
    return told == ["return_under_way"] * (CLICKS - 1) and Return.objects.count() == 1


def test_asked_for_at_once_it_is_one_return(order: Order) -> None:
    assert is_one_return(ask_at_once(order))
    assert OutgoingMail.objects.filter(kind="return-requested").count() == 1


@pytest.mark.breaks_invariants
def test_without_the_lock_it_would_be_asked_for_twice(
    order: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: two find no other under way."""
    two_have_looked, look = gathering(2), return_policy.under_way

    def look_together(order: Order) -> Return | None:
        found = look(order)
        two_have_looked()
        return found

    unlock(monkeypatch)
    monkeypatch.setattr(return_policy, "under_way", look_together)
    assert not is_one_return(ask_at_once(order))


def receive_at_once(found: Return) -> list[Return | Exception]:
    conditions = {found.lines.get().pk: "sound"}
    return at_once([partial(for_nothing.receive, found.pk, conditions, events.SYSTEM)] * CLICKS)


def is_one_swap(results: list[Return | Exception]) -> bool:
    return {getattr(result, "state", result) for result in results} == {"closed"}


def test_an_exchange_received_at_once_is_one_swap(
    order: Order,
    medium: VariantSize,
    large: VariantSize,
) -> None:
    assert is_one_swap(receive_at_once(approved(order, large.sku)))
    assert (on_hand(medium), on_hand(large)) == (4, 1)
    assert StockMovement.objects.filter(source_type="return_line").count() == 2
    assert OutgoingMail.objects.filter(kind="return-received").count() == 1
    assert order.events.filter(kind="return-received").count() == 1


@pytest.mark.breaks_invariants
def test_without_the_lock_the_desk_would_see_an_error(
    order: Order,
    large: VariantSize,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: two find it still on its way, and the database alone refuses the second swap."""
    found = approved(order, large.sku)
    two_have_looked, take = gathering(2), reservations.take_return

    def take_together(lines: list[ReturnLine]) -> None:
        two_have_looked()
        take(lines)

    unlock(monkeypatch)
    monkeypatch.setattr(reservations, "take_return", take_together)
    assert not is_one_swap(receive_at_once(found))


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "lock", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(transactions, "TRIES", 1)
