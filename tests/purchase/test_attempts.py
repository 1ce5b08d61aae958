"""Attempts to pay: always with a page to go to, and never so many that others wait for them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from core.errors import Unavailable
from core.http import ProviderUnavailable
from core.logs import mask_secrets
from devtools.sandbox.process import Sandbox
from orders.events import CUSTOMER
from payments import attempts, cancellation, paystack, settlement
from payments.models import Payment
from payments.settlement import settle
from tests.factories import placed_order

pytestmark = pytest.mark.django_db


def no_answer(*args: Any, **kwargs: Any) -> Any:
    raise ProviderUnavailable("no answer in time")


def test_an_attempt_whose_page_was_lost_is_not_offered_again(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paystack opened it, but the answer never came: nobody knows the address."""
    order, opens = placed_order(), paystack.initialize

    def opened_but_lost(**asked: Any) -> Any:
        opens(**asked)
        no_answer()

    monkeypatch.setattr(paystack, "initialize", opened_but_lost)
    with pytest.raises(Unavailable):
        attempts.start(order)
    monkeypatch.setattr(paystack, "initialize", opens)
    assert settle(order.payments.get().reference).state == "pending"
    assert attempts.start(order).authorization_url


def test_a_few_attempts_in_a_few_minutes_and_no_more(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    order, opens = placed_order(), paystack.initialize
    monkeypatch.setattr(paystack, "initialize", no_answer)
    for _ in range(attempts.ATTEMPTS_MAX + 5):
        with pytest.raises(Unavailable):
            attempts.start(order)
    assert order.payments.count() == attempts.ATTEMPTS_MAX
    monkeypatch.setattr(paystack, "initialize", opens)
    with pytest.raises(Unavailable, match="again in ten minutes") as refused:
        attempts.start(order)
    assert refused.value.code == "too_many_attempts"


def test_they_count_for_ten_minutes(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    order = placed_order()
    monkeypatch.setattr(attempts, "ATTEMPTS_MAX", 1)
    first = attempts.start(order)
    Payment.objects.filter(pk=first.pk).update(state="failed")
    with pytest.raises(Unavailable):
        attempts.start(order)
    monkeypatch.setattr(attempts, "ATTEMPTS_WITHIN", timedelta(0))
    assert attempts.start(order).pk != first.pk


def test_cancelling_waits_for_a_silent_paystack_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    order = placed_order()
    monkeypatch.setattr(paystack, "initialize", no_answer)
    for _ in range(4):
        with pytest.raises(Unavailable):
            attempts.start(order)
    asked: list[str] = []
    monkeypatch.setattr(paystack, "verify", lambda reference: asked.append(reference) or no_answer())
    assert cancellation.cancel(order, CUSTOMER).status == "cancelled"
    assert len(asked) == 1


def test_loading_the_return_page_again_and_again_asks_paystack_once(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment, verify = attempts.start(placed_order()), paystack.verify
    asked: list[str] = []
    monkeypatch.setattr(paystack, "verify", lambda reference: asked.append(reference) or verify(reference))
    monkeypatch.setattr(settlement, "LOOK_AGAIN_AFTER", timedelta(minutes=5))
    page = f"/pay/return/?reference={payment.reference}"
    assert {client.get(page).status_code for _ in range(8)} == {200}
    assert len(asked) == 1
    Payment.objects.update(checked_at=Now() - timedelta(minutes=6))
    client.get(page)
    assert len(asked) == 2


def test_a_reference_opens_an_order_so_it_is_long_and_no_log_keeps_it(sandbox: Sandbox) -> None:
    reference = attempts.start(placed_order()).reference
    assert len(reference.rsplit("-", 1)[1]) * 4 >= 128
    told = mask_secrets(None, "", {"request": f"GET /pay/return/?trxref={reference}&reference={reference}"})
    assert reference not in str(told)
