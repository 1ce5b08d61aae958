"""Money that the shop does not know is dealt with by one of the staff at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from orders import events
from orders.models import Order
from payments import differences, paystack
from tests.factories import placed_order
from tests.payments.test_comparison import found

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("other", ["attach", "give back", "looked at"])
def test_while_one_gives_it_back_nobody_else_deals_with_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """Attached meanwhile it would pay an order, and be on its way back."""
    order = placed_order()
    row = found(sandbox, order.total_subunit)
    steps: dict[str, Callable[[], Any]] = {
        "attach": lambda: differences.attach(row.pk, order.number, events.SYSTEM),
        "give back": lambda: differences.give_back(row.pk, "A mistake", events.SYSTEM),
        "looked at": lambda: differences.looked_at(row.pk, "A mistake", events.SYSTEM),
    }
    ask = paystack.refund

    def another_is_quick(**what: Any) -> Any:
        with pytest.raises(Conflict, match="just now"):
            steps[other]()
        return ask(**what)

    monkeypatch.setattr(paystack, "refund", another_is_quick)
    assert differences.give_back(row.pk, "A mistake", events.SYSTEM).closed_how == "refunded"
    assert Order.objects.get(pk=order.pk).status == "pending_payment"


def test_what_paystack_refuses_is_dealt_with_otherwise_at_once(sandbox: Sandbox) -> None:
    order = placed_order()
    row = found(sandbox, order.total_subunit)
    sandbox.control("PUT", "faults", {"paystack.refund_balance": False})
    with pytest.raises(Conflict, match="Paystack refused"):
        differences.give_back(row.pk, "A mistake", events.SYSTEM)
    assert differences.attach(row.pk, order.number, events.SYSTEM).outcome == "applied"
