"""Buyers at once for the last redemptions of a code, and one person with many spellings at once."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from orders import checkout, redemptions
from orders.models import Order, Redemption
from payments import audit
from tests.concurrency.crowd import at_once, gathering
from tests.factories import ADA, LAGOS_ISLAND, DiscountFactory, VariantSizeFactory, bag_with, buyer, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

BUYERS = 20
LEFT = 3


def rush(contacts: list[checkout.Contact]) -> list[Order | Exception]:
    lagos()
    size = VariantSizeFactory(on_hand=len(contacts))
    bags = [bag_with((size, 1)) for _ in contacts]
    return at_once(
        [
            partial(checkout.place_order, each, contact, LAGOS_ISLAND, code="TENTH")
            for each, contact in zip(bags, contacts, strict=True)
        ]
    )


def strangers() -> list[checkout.Contact]:
    return [buyer(number) for number in range(BUYERS)]


def spellings() -> list[checkout.Contact]:
    """The same person each time; by other phones, for one that waits for a phone would not be a race."""
    return [
        replace(
            buyer(number),
            email=ADA.email.replace("@", f"+{number}@").upper() if number % 2 else f"a.da+{number}@prechi.test",
        )
        for number in range(BUYERS)
    ]


def without_its_lock(monkeypatch: pytest.MonkeyPatch, *, at_least: int) -> None:
    """So many have looked before the first of them takes one."""
    have_looked = gathering(at_least)

    def read_only(discounts: Any, order: Order) -> list[Any]:
        ids = sorted(discount.pk for discount in discounts)
        seen = redemptions._GIVEN.all(discounts=ids, person="ada@prechi.test", order=order.pk)
        have_looked()
        return [redemptions._offer(row) for row in seen]

    monkeypatch.setattr(redemptions, "_locked", read_only)


def test_the_last_three_go_to_three() -> None:
    DiscountFactory(limit_total=LEFT)
    results = rush(strangers())
    assert sum(isinstance(result, Order) for result in results) == LEFT
    told = {getattr(result, "code", repr(result)) for result in results if not isinstance(result, Order)}
    assert told <= {"used_up", "discount_gone"}
    assert Redemption.objects.filter(state="live").count() == LEFT


@pytest.mark.breaks_invariants
def test_without_the_lock_more_would_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    DiscountFactory(limit_total=LEFT)
    without_its_lock(monkeypatch, at_least=LEFT + 1)
    rush(strangers())
    assert Redemption.objects.filter(state="live").count() > LEFT
    assert "redemptions within limits" in {violation.rule for violation in audit.violations()}


@pytest.mark.parametrize("limits", [{"limit_per_customer": 1}, {"first_order_only": True}])
def test_one_person_gets_it_once_however_the_address_is_spelled(limits: dict[str, Any]) -> None:
    DiscountFactory(**limits)
    results = rush(spellings())
    assert sum(isinstance(result, Order) for result in results) == 1
    assert Redemption.objects.get().email_key == "ada@prechi.test"


@pytest.mark.breaks_invariants
def test_without_the_queue_one_person_would_get_it_often(monkeypatch: pytest.MonkeyPatch) -> None:
    DiscountFactory(limit_per_customer=1)
    without_its_lock(monkeypatch, at_least=2)
    monkeypatch.setattr(checkout.unpaid, "check", lambda *args, **kwargs: None)
    rush(spellings())
    assert Redemption.objects.count() > 1
    assert "redemptions within limits of a customer" in {violation.rule for violation in audit.violations()}
