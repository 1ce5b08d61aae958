"""To whom an order went and who got its invoice stays as it was written; only with its person is it taken away."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from core.personal import Person
from orders import checkout, events, lifecycle, personal
from orders.models import Order
from tests.factories import LAGOS_ISLAND, VariantSizeFactory, bag_with, delivered_order, lagos
from tests.purchase.test_billing import BILLED

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("column", personal.TOLD)
def test_nothing_of_it_is_changed(column: str) -> None:
    order = delivered_order()
    with pytest.raises(IntegrityError, match=f"{column} is a snapshot"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**{column: "GB"})


def test_what_happens_to_an_order_goes_on() -> None:
    order = delivered_order()
    order.refresh_from_db()
    order.save()  # all columns, none of them another
    assert order.status == "delivered"


def test_erasure_takes_it_away_twice_over() -> None:
    lagos()
    order = checkout.place_order(bag_with((VariantSizeFactory(), 1)), BILLED, LAGOS_ISLAND)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    personal.erase(Person(emails=(BILLED.email,)))
    order.refresh_from_db()
    assert (order.full_name, order.street, order.billing_name, order.billing_address) == ("Erased", "", "", "")
    Order.objects.filter(pk=order.pk).update(phone="", erased_at=Now())
    with pytest.raises(IntegrityError, match="is a snapshot"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(billing_name="Ada", billing_address="Lagos")
