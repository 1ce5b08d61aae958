"""What happens at Paystack, as far as every test of money has it in common."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import VariantSize
from devtools.sandbox.process import Sandbox
from orders.models import Order
from payments import attempts, provider_events, settlement, webhooks
from payments.models import Payment, ProviderEvent, Refund
from tests.factories import VariantSizeFactory, placed_order

KEY = "sk_test_prechi_demo"


def pay_at_paystack(sandbox: Sandbox, payment: Payment, **how: Any) -> None:
    body = {"outcome": "success", "webhooks": 0} | how
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", body)


def paid_through_paystack(sandbox: Sandbox, order: Order, **how: Any) -> Payment:
    payment = attempts.start(order)
    pay_at_paystack(sandbox, payment, **how)
    payment = settlement.settle(payment.reference)
    order.refresh_from_db()
    return payment


def hear(event: str, data: dict[str, Any]) -> ProviderEvent:
    """A webhook, signed, stored and applied."""
    raw = json.dumps({"event": event, "data": data}).encode()
    row = webhooks.receive(raw, hmac.new(KEY.encode(), raw, hashlib.sha512).hexdigest())
    provider_events.apply(row.pk)
    row.refresh_from_db()
    return row


def at_paystack(sandbox: Sandbox) -> dict[str, list[dict[str, Any]]]:
    """Reference to the refunds that Paystack knows."""
    return {row["reference"]: row["refunds"] for row in sandbox.control("GET", "paystack/ledger")["transactions"]}


def move(sandbox: Sandbox, refund: Refund, status: str) -> None:
    sandbox.control("POST", f"paystack/refunds/{refund.provider_refund_id}", {"status": status})


@pytest.fixture
def slow_refunds(sandbox: Sandbox) -> Sandbox:
    """Refunds stay as they are until a test moves them."""
    sandbox.control("PUT", "faults", {"paystack.refund_step_ms": 3_600_000})
    return sandbox


@pytest.fixture
def bought(sandbox: Sandbox, db: None) -> Callable[..., Order]:
    """A paid order of so many pieces of one size."""

    def buy(pieces: int = 2, size: VariantSize | None = None) -> Order:
        order = placed_order((size or VariantSizeFactory(on_hand=10), pieces))
        paid_through_paystack(sandbox, order)
        return order

    return buy
