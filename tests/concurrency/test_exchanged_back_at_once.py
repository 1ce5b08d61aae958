"""A parcel that was given up arrives while its customer asks anew: what an exchange gave comes back once."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection

from catalog.models import VariantSize
from orders import events, exchanges, lifecycle, return_changes, return_policy, returns
from orders.models import Order, Return
from orders.returns import Wish
from payments import audit
from tests.concurrency.crowd import at_once, gathering
from tests.factories import VariantSizeFactory, delivered_order

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order() -> Order:
    return delivered_order((VariantSizeFactory(on_hand=5, price_kobo=900_000, size__name="M"), 1))


@pytest.fixture
def lost(order: Order) -> Return:
    """The M became an L, which was sent; it was to come back, and did not."""
    first = order.lines.get().variant_size
    assert first
    large: VariantSize = VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=first.variant, size__name="L")
    swap = returns.approve(asked(order, large.sku).pk, events.SYSTEM)
    returns.receive(swap.pk, {swap.lines.get().pk: "sound"}, events.SYSTEM)
    exchanges.send(swap.pk, "GIG", "", events.SYSTEM)
    found = returns.approve(asked(order).pk, events.SYSTEM)
    return return_changes.give_up(found.pk, events.SYSTEM)


def asked(order: Order, instead: str = "") -> Return:
    """For the one piece that is left."""
    (key,) = (piece.key for piece in return_policy.pieces_of(order) if piece.left)
    kind = "exchange" if instead else "refund"
    return returns.request(order.pk, {key: Wish(1, instead)}, kind, "size", "", events.CUSTOMER)


def arrives_and_is_asked_for(order: Order, lost: Return) -> list[Return | Exception]:
    (key,) = (piece.key for piece in return_policy.pieces_of(order) if piece.left)
    line = lost.lines.get().pk
    steps: list[Callable[[], Return]] = [
        lambda: returns.receive(lost.pk, {line: "sound"}, events.SYSTEM),
        lambda: returns.request(order.pk, {key: Wish(1)}, "refund", "size", "", events.CUSTOMER),
    ]
    return at_once(steps)


def came_back(lost: Return) -> int:
    given = lost.lines.get().came_by
    assert given
    return given.sent_back.exclude(parcel__state__in=return_policy.STAYED_AWAY).count()


def test_one_of_them_is_refused(order: Order, lost: Return) -> None:
    results = arrives_and_is_asked_for(order, lost)
    (refused,) = (result for result in results if not isinstance(result, Return))
    assert getattr(refused, "code", refused) in ("return_under_way", "too_many")
    assert came_back(lost) == 1


@pytest.fixture
def unlocked(lost: Return, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked what is left before either writes."""
    both_have_looked, look = gathering(2), return_policy.too_many
    monkeypatch.setattr(lifecycle, "lock", lambda order_id: Order.objects.get(pk=order_id))

    def looked(*given: object) -> str:
        found = look(*given)  # type: ignore[arg-type]
        both_have_looked()
        return found

    monkeypatch.setattr(return_policy, "too_many", looked)


@pytest.mark.usefixtures("unlocked")
def test_the_database_refuses_it_too(order: Order, lost: Return) -> None:
    """Without the lock on the order."""
    results = arrives_and_is_asked_for(order, lost)
    (refused,) = (result for result in results if not isinstance(result, Return))
    assert isinstance(refused, IntegrityError)
    assert "more than an exchange gave" in str(refused)
    assert came_back(lost) == 1


@pytest.mark.breaks_invariants
@pytest.mark.usefixtures("unlocked")
def test_without_lock_and_trigger_it_would_come_back_twice(order: Order, lost: Return) -> None:
    """The negative control."""
    guards = [
        ("orders_returnline", "return_line_within_its_exchange"),
        ("orders_return", "return_within_its_exchanges"),
    ]
    with connection.cursor() as cursor:
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    try:
        results = arrives_and_is_asked_for(order, lost)
    finally:
        with connection.cursor() as cursor:
            for table, guard in guards:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
    assert all(isinstance(result, Return) for result in results), results
    assert came_back(lost) == 2
    assert {found.rule for found in audit.violations()} == {"no more comes back than was sent"}
