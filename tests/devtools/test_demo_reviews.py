"""The demo shop's reviews come from orders that were really delivered in it."""

import pytest

from catalog.models import Product, Review, ReviewInvitation
from devtools.demo import reviewing
from devtools.sandbox.process import Sandbox
from orders import events
from orders.models import Order, ZoneArea
from payments import comparison, refund_sending, refunds
from payments.models import Payment, Refund
from tests.factories import (
    CategoryFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    StaffFactory,
    VariantFactory,
    VariantSizeFactory,
    lagos,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop() -> None:
    ZoneArea.objects.create(country="NG", state="Lagos", area="", zone=lagos())
    category = CategoryFactory()
    for slug in ("everyday-trunk", "core-gym-set", "sculpt-legging"):
        variant = VariantFactory(product=ProductFactory(slug=slug, category=category), colour=ColourFactory())
        for name in ("S", "M", "L", "XL"):
            VariantSizeFactory(variant=variant, size=SizeFactory(name=name), on_hand=60)


def test_every_demo_review_has_its_delivered_line() -> None:
    staff = StaffFactory()
    staff.save()
    count = reviewing.load(staff)
    assert count == Review.objects.filter(state="approved").count() > 5
    assert set(Order.objects.values_list("status", flat=True)) == {"delivered"}
    assert ReviewInvitation.objects.count() == count
    assert Product.objects.get(slug="everyday-trunk").rating_count > 1
    assert reviewing.load(staff) == count


def test_its_orders_were_paid_at_the_sandbox_which_can_give_the_money_back(sandbox: Sandbox) -> None:
    staff = StaffFactory()
    staff.save()
    reviewing.load(staff)
    assert comparison.compare() == 0
    payment = Payment.objects.order_by("pk")[0]
    refund = refunds.give_back(payment.pk, reason="It came torn", key="demo", actor=events.SYSTEM)
    assert refund_sending.go_on(refund.pk).state == Refund.State.PENDING
