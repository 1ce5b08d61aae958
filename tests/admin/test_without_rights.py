"""Staff without a right get neither a page nor a deed of it: every address of every list is tried."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.admin import ModelAdmin, site
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern

from accounts.models import User
from tests.admin.conftest import saved
from tests.factories import UserFactory, placed_order

pytestmark = pytest.mark.django_db
REGISTERED = sorted(site._registry.items(), key=lambda item: item[0]._meta.label)
WAYS = ("get", "post")


def addresses(model: type[Model], of: ModelAdmin, pk: str = "") -> Iterator[str]:
    """Every address of a list, with a row that exists where there is one and none is named."""
    if not pk:
        row = model._default_manager.exclude(**{"is_staff": True} if model is User else {"pk": None}).first()
        pk = str(row.pk) if row else "1"
    for pattern in of.get_urls():
        if isinstance(pattern, URLPattern):
            route = re.sub(r"<[^>]+>", pk, str(pattern.pattern)).removesuffix("$").removeprefix("^")
            if route.strip("/") != pk:
                yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/{route}"


def test_nothing_opens_and_nothing_is_done(
    full_shop: None, desk_of: Callable[..., Client], subtests: pytest.Subtests
) -> None:
    desk = desk_of()
    for model, of in REGISTERED:
        with subtests.test(model._meta.label):
            before = model._default_manager.count()
            tried = {
                (way, address): getattr(desk, way)(address).status_code
                for address in addresses(model, of)
                for way in WAYS
            }
            assert tried
            assert {key: status for key, status in tried.items() if status not in (403, 404, 405)} == {}
            assert model._default_manager.count() == before


def test_who_may_look_may_not_act(desk_of: Callable[..., Client]) -> None:
    order = placed_order()
    desk = desk_of("orders.view_order")
    for deed in ("pack", "ship", "deliver", "cancel"):
        assert desk.post(f"/admin/orders/order/{order.pk}/{deed}/", {"reason": "x", "carrier": "x"}).status_code == 403
    order.refresh_from_db()
    assert order.status == "pending_payment"


def test_looking_at_a_dialog_does_nothing(desk: Client) -> None:
    order = placed_order()
    for deed in ("pack", "ship", "deliver", "cancel"):
        assert desk.get(f"/admin/orders/order/{order.pk}/{deed}/").status_code < 500
    order.refresh_from_db()
    assert (order.status, order.events.count()) == ("pending_payment", 1)


def test_customers_get_nothing_of_it(client: Client) -> None:
    client.force_login(saved(UserFactory()), backend="django.contrib.auth.backends.ModelBackend")
    for model, _ in REGISTERED:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(address).status_code == 302
