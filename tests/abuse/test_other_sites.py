"""Other sites: their forms do nothing here, their names are not ours, and nobody is sent to them."""

import pytest
from django.test import Client

from accounts.models import User
from orders.models import Order
from tests.factories import StaffFactory, placed_order

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "\thttps://evil.example",
    "javascript:alert(1)//evil.example",
]
FROM_THERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


def test_their_forms_do_nothing() -> None:
    order = placed_order()
    browser = Client(enforce_csrf_checks=True)
    for address in (
        f"/orders/{order.token}/cancel/",
        f"/orders/{order.token}/extend/",
        f"/pay/{order.token}/",
        "/bag/",
        "/bag/lines/1/",
        "/checkout/",
        "/accounts/login/",
        "/accounts/logout/",
        "/admin/login/",
    ):
        assert browser.post(address, {"sku": "X"}, headers=FROM_THERE).status_code == 403, address
    assert list(order.events.values_list("kind", flat=True)) == ["placed"]


def test_opening_an_address_changes_nothing() -> None:
    order = placed_order()
    for deed in ("cancel", "extend"):
        assert Client().get(f"/orders/{order.token}/{deed}/").status_code == 405
    for address in (order.get_absolute_url(), f"/pay/{order.token}/", f"/api/v1/orders/{order.token}/"):
        assert Client().get(address).status_code == 200
    assert list(order.events.values_list("kind", flat=True)) == ["placed"]
    assert not order.payments.exists()
    assert Order.objects.get().hold_expires_at == order.hold_expires_at


def test_their_name_is_not_ours() -> None:
    browser = Client(raise_request_exception=False)
    assert browser.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert "evil.example" not in browser.get("/accounts/login/", headers={"X-Forwarded-Host": "evil.example"}).text


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("door", ["/accounts/login/", "/admin/login/"])
def test_after_signing_in_nobody_is_sent_there(door: str, elsewhere: str) -> None:
    owner: User = StaffFactory()
    owner.save()
    form = {"login": owner.email, "username": owner.email, "password": PASSWORD, "next": elsewhere}
    answer = Client().post(door, form)
    assert answer.status_code == 302
    assert "evil.example" not in answer.headers["Location"]


@pytest.mark.parametrize("address", ["//evil.example/", "/api//evil.example", "/api/%0d%0aSet-Cookie:x", "/api/[x"])
def test_an_address_put_right_stays_here(address: str) -> None:
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code < 500
    assert not answer.headers.get("Location", "/").startswith(("//", "http"))
    assert "\n" not in answer.headers.get("Location", "")
