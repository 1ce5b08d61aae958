"""A refund that failed, of pieces that were taken out of their order: it is owed until it reaches the customer."""

import pytest
from django.db import transaction

from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from orders import events
from payments import refund_sending, refunds
from tests.factories import VariantSizeFactory, placed_order
from tests.payments.conftest import paid_through_paystack
from tests.payments.test_refunds import Buy, ask

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_another_of_pieces", [True, False])
def test_what_is_owed_for_a_piece_that_was_taken_out_is_not_forgotten_over_another(
    slow_refunds: Sandbox, is_another_of_pieces: bool
) -> None:
    torn, other = VariantSizeFactory(on_hand=5), VariantSizeFactory(on_hand=5)
    order = placed_order((torn, 1), (other, 1))
    paid_through_paystack(slow_refunds, order)
    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": False})
    line = order.lines.get(sku=torn.sku)
    failed = refund_sending.go_on(ask(order, lines={line.pk: 1}, write_off=True).pk)
    another = {"lines": {order.lines.get(sku=other.sku).pk: 1}} if is_another_of_pieces else {"amount": 5_000}
    with pytest.raises(Conflict, match="has to reach its customer"), transaction.atomic():
        ask(order, key="another", **another)
    again = refunds.try_again(failed.pk, events.SYSTEM)
    failed.refresh_from_db()
    assert (again.state, failed.resolved_at is not None) == ("requested", True)


def test_all_that_is_left_has_that_in_it(slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": False})
    failed = refund_sending.go_on(ask(order, lines={order.lines.get().pk: 1}, restock=True).pk)
    assert ask(order, key="all").amount_subunit == order.total_subunit
    failed.refresh_from_db()
    assert failed.resolved_at
