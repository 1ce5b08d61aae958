"""Fields that no form of the shop has: whoever sends them pays what the shop asks and becomes nobody else."""

import pytest
from django.test import Client

from accounts.models import User
from orders.models import Order
from tests.factories import UserFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
ADDRESS = {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "1 Road", "phone": "08031234567"}
PERSON = {"email": "ada@prechi.test", "full_name": "Ada", "consent": "on", "expected_total": "1250000"}
OF_AN_ORDER = {
    "total_subunit": "1",
    "subtotal_subunit": "1",
    "delivery_subunit": "0",
    "discount_subunit": "1249999",
    "tax_subunit": "-1",
    "unit_price_subunit": "1",
    "price": "1",
    "fee": "0",
    "exchange_rate": "0.000001",
    "status": "paid",
    "payment_status": "paid",
    "quote_status": "paid",
    "paid_at": "2026-01-01",
    "hold_expires_at": "2099-01-01",
    "user": "1",
    "user_id": "1",
    "token": "chosen-by-me",
    "number": "PR-1",
    "id": "1",
    "actor": "staff",
}
OF_A_PERSON = {
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "on",
    "groups": "1",
    "user_permissions": "1",
    "id": "1",
    "epoch": "5",
    "date_joined": "2001-01-01",
}


def test_an_order_is_what_the_shop_makes_of_it(client: Client) -> None:
    lagos()
    somebody: User = UserFactory()
    client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
    extra = OF_AN_ORDER | {"user": str(somebody.pk), "user_id": str(somebody.pk)}
    assert client.post("/checkout/", PERSON | ADDRESS | extra).status_code == 307
    order = Order.objects.get()
    amounts = (order.total_subunit, order.delivery_subunit, order.discount_subunit, order.tax_subunit)
    assert amounts == (1_250_000, 400_000, 0, 0)
    assert (order.status, order.payment_status, order.quote_status) == ("pending_payment", "unpaid", "not_needed")
    assert (order.user_id, order.exchange_rate, order.paid_at) == (None, None, None)
    assert order.token != "chosen-by-me"
    assert order.number != "PR-1"
    assert (order.hold_expires_at - order.placed_at).total_seconds() == 40 * 60
    assert [event.actor_label for event in order.events.all()] == ["customer"]


@pytest.mark.parametrize("field", ["price", "unit_price_subunit", "total_subunit", "discount", "currency"])
def test_a_line_costs_what_the_shop_asks(client: Client, field: str) -> None:
    size = VariantSizeFactory()
    assert client.post("/bag/", {"sku": size.sku, "quantity": "1", field: "1"}).status_code == 302
    assert "₦8,500" in client.get("/bag/").text


def test_who_signs_up_is_a_customer(client: Client) -> None:
    form = {"email": "eve@prechi.test", "full_name": "Eve", "password1": "a-long-password-of-hers"}
    client.post("/accounts/signup/", form | {"password2": form["password1"], "terms": "on"} | OF_A_PERSON)
    eve = User.objects.get(email="eve@prechi.test")
    assert (eve.is_staff, eve.is_superuser, eve.groups.count(), eve.user_permissions.count()) == (False, False, 0, 0)
    assert eve.date_joined.year > 2001
