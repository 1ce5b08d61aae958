"""A double click, two tabs, a retry: one bag, one order."""

from functools import partial

import pytest
from django.db.models import F, Value

from core.idempotency import once
from orders import checkout
from orders.models import Bag, Order, Reservation
from tests.concurrency.crowd import at_once, gathering
from tests.factories import ADA, LAGOS_ISLAND, VariantSizeFactory, bag_with, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CLICKS = 20


def clicks() -> list[Order | Exception]:
    lagos()
    bag = bag_with((VariantSizeFactory(on_hand=CLICKS), 1))
    return at_once([partial(checkout.place_order, bag, ADA, LAGOS_ISLAND)] * CLICKS)


def test_every_click_gets_the_same_order() -> None:
    results = clicks()
    assert len({result.pk for result in results if isinstance(result, Order)}) == 1
    assert all(isinstance(result, Order) for result in results)
    assert Order.objects.count() == 1
    assert Reservation.objects.count() == 1


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    two_have_looked = gathering(2)

    def unlocked(bag: Bag) -> Bag:
        seen: Bag = Bag.objects.annotate(now=F("updated_at"), with_offers=Value(True)).get(pk=bag.pk)
        two_have_looked()
        return seen

    monkeypatch.setattr(checkout, "_lock", unlocked)


def test_without_the_lock_on_the_bag_clicks_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control. The database still refuses a second order for the bag, but the customer sees an error."""
    unlock(monkeypatch)
    results = clicks()
    assert any(isinstance(result, Exception) for result in results)
    assert Order.objects.count() == 1


def sent_with_one_key() -> list[tuple[int, str] | Exception]:
    lagos()
    bag = bag_with((VariantSizeFactory(on_hand=CLICKS), 1))

    def order() -> tuple[int, str]:
        return 201, checkout.place_order(bag, ADA, LAGOS_ISLAND).number

    return at_once([partial(once, "orders", "key-1", {"bag": bag.token}, order)] * CLICKS)


def test_the_same_idempotency_key_at_once_is_one_order() -> None:
    results = sent_with_one_key()
    assert {result[1] for result in results if not isinstance(result, Exception)} == {Order.objects.get().number}
    assert not [result for result in results if isinstance(result, Exception)]


def test_without_the_lock_on_the_bag_the_key_alone_would_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the key is answered from once the first is done; until then all of them order."""
    unlock(monkeypatch)
    assert any(isinstance(result, Exception) for result in sent_with_one_key())
