"""Sold pieces that come back: on the shelf again, told by the ledger, each once."""

import pytest
from django.db import IntegrityError, transaction

from catalog import stock
from catalog.models import StockMovement, VariantSize
from orders.models import OrderLine
from tests.factories import VariantSizeFactory, paid, placed_order

pytestmark = pytest.mark.django_db


def sold(size: VariantSize, quantity: int) -> OrderLine:
    return paid(placed_order((size, quantity))).lines.get()


def test_they_are_on_the_shelf_again_and_the_ledger_says_whence() -> None:
    size = VariantSizeFactory(on_hand=5)
    line = sold(size, 2)
    with transaction.atomic():
        stock.put_back([stock.Back(size.pk, 2, "order_line", line.pk)])
    size.refresh_from_db()
    assert (size.on_hand, size.reserved) == (5, 0)
    movement = StockMovement.objects.get(reason="return")
    assert (movement.change, movement.source_type, movement.source_id) == (2, "order_line", line.pk)


def test_the_same_line_brings_them_once() -> None:
    size = VariantSizeFactory(on_hand=5)
    line = sold(size, 2)
    back = [stock.Back(size.pk, 2, "order_line", line.pk)]
    with transaction.atomic():
        stock.put_back(back)
    with pytest.raises(IntegrityError), transaction.atomic():
        stock.put_back(back)
    size.refresh_from_db()
    assert size.on_hand == 5
