"""Who gets in, and how far."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.money import Money
from orders import returns
from orders.events import CUSTOMER, SYSTEM
from tests.admin.conftest import saved
from tests.factories import StaffFactory, UserFactory, VariantSizeFactory, delivered_order, paid, placed_order

LOGIN = reverse("admin:login")
PASSWORD = "a-long-password"
# What its forms say of rows that are looked at on the page of a customer.
INLINES = {f"{name}-{form}_FORMS": "0" for name in ("orders", "consent_changes") for form in ("TOTAL", "INITIAL")}


@pytest.mark.parametrize("written", ["Owner@Prechi.Test", "owner@prechi.test"])
def test_staff_sign_in_by_e_mail_and_land_on_the_dashboard(client: Client, db: None, written: str) -> None:
    saved(StaffFactory(email="owner@prechi.test"))
    page = client.get(LOGIN)
    form = {"username": written, "password": PASSWORD, "next": page.context["next"]}
    answer = client.post(LOGIN, form)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("admin:index"))
    assert 'name="next"' in page.content.decode()


def test_a_customer_does_not_get_in(client: Client, db: None) -> None:
    ada = saved(UserFactory())
    assert client.post(LOGIN, {"username": ada.email, "password": PASSWORD}).status_code == 200
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:orders_order_changelist")).status_code == 302


def test_a_user_is_made_with_an_e_mail_address(desk: Client) -> None:
    form = {"email": "New@Prechi.test", "full_name": "New", "usable_password": "true"}
    form |= {"password1": "Zebra-crossing-9", "password2": "Zebra-crossing-9"}
    form |= INLINES
    assert desk.post(reverse("admin:accounts_user_add"), form).status_code == 302
    assert User.objects.get(email="new@prechi.test").check_password("Zebra-crossing-9")


def test_nobody_makes_themselves_an_owner(desk_of: Callable[..., Client], owner: User) -> None:
    desk = desk_of("accounts.view_user", "accounts.change_user")
    manager = User.objects.exclude(pk=owner.pk).get()
    form = {"email": manager.email, "full_name": "Manager", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    form |= INLINES
    desk.post(reverse("admin:accounts_user_change", args=[manager.pk]), form)
    manager.refresh_from_db()
    assert (manager.full_name, manager.is_superuser) == ("Manager", False)
    assert desk.post(reverse("admin:accounts_user_change", args=[owner.pk]), form).status_code == 403
    assert desk.post(reverse("admin:auth_user_password_change", args=[owner.pk]), {}).status_code == 403


def test_the_dashboard_counts_and_its_tiles_lead_to_the_rows(desk: Client) -> None:
    placed_order()
    page = desk.get(reverse("admin:index"))
    tiles = {tile.title: tile for tile in [*page.context["income"], *page.context["to_do"]]}
    assert tiles["Unpaid"].figure == "1"
    assert tiles["Paid today"].figure == "₦0"
    for tile in tiles.values():
        assert desk.get(tile.link).status_code == 200


def test_the_dashboard_leads_to_returns_as_they_come_along(desk: Client) -> None:
    order = delivered_order((VariantSizeFactory(on_hand=5), 1))
    wish = {order.lines.get().pk: returns.Wish(1)}
    found = returns.request(order.pk, wish, "refund", "faulty", "", CUSTOMER)

    def told() -> str:
        """The title of the one tile that counts it, which leads to it."""
        tiles = [tile for tile in desk.get(reverse("admin:index")).context["to_do"] if "Returns" in tile.title]
        [tile] = [tile for tile in tiles if tile.figure == "1"]
        assert f"Return {found.pk}" in desk.get(tile.link).text
        return str(tile.title)

    assert told() == "Returns to decide"
    returns.approve(found.pk, SYSTEM)
    assert told() == "Returns to receive"
    returns.receive(found.pk, {found.lines.get().pk: "sound"}, SYSTEM)
    assert told() == "Returns to finish"


def test_the_dashboard_and_the_sidebar_show_what_the_role_may_see(desk_of: Callable[..., Client]) -> None:
    page = desk_of("catalog.view_variantsize").get(reverse("admin:index"))
    assert {tile.title for tile in page.context["to_do"]} == {"Low stock"}
    assert page.context["income"] == []
    content = page.content.decode()
    assert reverse("admin:catalog_variantsize_changelist") in content
    assert reverse("admin:orders_order_changelist") not in content


def test_the_badge_says_which_shop_this_is(desk: Client) -> None:
    assert desk.get(reverse("admin:index")).context["environment"] == ["Test", "warning"]


def test_a_customer_shows_what_they_spent_by_currency(desk: Client) -> None:
    ada = saved(UserFactory())
    for _ in range(2):
        paid(placed_order(user=ada))
    placed_order(user=ada)
    page = desk.get(reverse("admin:accounts_user_change", args=[ada.pk])).text
    spent = sum(order.total_subunit for order in ada.orders.filter(paid_at__isnull=False))
    assert Money(spent).display in page
