"""Sweeps and nudges meet: each alert is one mail, and two runs together send for no more pieces than one."""

from functools import partial
from typing import Any

import pytest

from catalog import alerts, stock
from catalog.models import StockAlert, StockMovement, VariantSize
from mailing.models import OutgoingMail
from tests.concurrency.crowd import at_once, gathering
from tests.factories import VariantSizeFactory

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

PEOPLE = 12


def swept_by_many() -> int:
    size: VariantSize = VariantSizeFactory(on_hand=0)
    for number in range(PEOPLE):
        alerts.ask(size.sku, f"person{number}@prechi.test", network_address="192.0.2.1")
    stock.adjust(size.pk, 2, StockMovement.Reason.RECEIVED)
    results = at_once([alerts.send_due] * 8)
    assert not [result for result in results if isinstance(result, Exception)]
    return OutgoingMail.objects.filter(kind="back-in-stock").count()


def test_runs_side_by_side_send_as_many_as_one() -> None:
    assert swept_by_many() == 6
    assert StockAlert.objects.filter(state="waiting").count() == PEOPLE - 6


def test_without_its_lock_they_would_send_for_pieces_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: claimed rows are skipped, so that the next run claims the next of them."""
    two_have_claimed, facts = gathering(2), alerts._facts

    def once_two_have(*args: Any) -> Any:
        two_have_claimed()
        return facts(*args)

    monkeypatch.setattr(alerts, "_mine", lambda size_id: True)
    monkeypatch.setattr(alerts, "_facts", once_two_have)
    assert swept_by_many() > 6


def test_twenty_clicks_are_one_alert() -> None:
    size: VariantSize = VariantSizeFactory(on_hand=0)
    click = partial(alerts.ask, size.sku, "ada@prechi.test", network_address="192.0.2.1")
    results = at_once([click] * 20)
    assert not [result for result in results if isinstance(result, Exception)]
    assert StockAlert.objects.count() == 1
