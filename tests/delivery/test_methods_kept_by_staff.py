"""Staff keep a zone's ways of delivery on its own form, and sell by one of them."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalog.models import VariantSize
from core.models import AuditRow
from mailing.render import render
from orders import checkout, drift, emails
from orders.models import DeliveryMethod, Order, Zone
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    VariantSizeFactory,
    bag_with,
    dollar_rate,
    paid,
)
from tests.storefront.test_checkout_page import ADA as WRITTEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=9)


def test_staff_enter_them_with_the_zone(desk: Client, zone: Zone) -> None:  # noqa: F811
    page = desk.get(reverse("admin:orders_zone_change", args=[zone.pk])).text
    assert 'value="Express"' in page


def zone_form(zone: Zone, **more: str) -> dict[str, str]:
    """The zone's page as it is sent, with its one method."""
    method = zone.other_methods.get()
    own = {"id": str(method.pk), "zone": str(zone.pk), "name": "Express", "fee_kobo": "7500", "active": "on"}
    return {
        "name": zone.name,
        "slug": zone.slug,
        "tax_basis_points": "0",
        "position": "0",
        "active": "on",
        "fee_kobo": "4000",
        "min_days": "3",
        "max_days": "5",
        "other_methods-TOTAL_FORMS": "1",
        "other_methods-INITIAL_FORMS": "1",
        "areas-TOTAL_FORMS": "0",
        "areas-INITIAL_FORMS": "0",
        **{f"other_methods-0-{name}": value for name, value in (own | {"min_days": "1", "max_days": "2"}).items()},
        **more,
    }


def test_staff_change_its_price_and_every_change_is_written_down(desk: Client, zone: Zone, owner: User) -> None:  # noqa: F811
    address = reverse("admin:orders_zone_change", args=[zone.pk])
    assert desk.post(address, zone_form(zone, **{"other_methods-0-fee_kobo": "8,000"})).status_code == 302
    assert zone.other_methods.get().fee_kobo == 800_000
    row = AuditRow.objects.filter(source="orders_deliverymethod").latest("id")
    assert row.actor_id == owner.pk
    assert (row.before["fee_kobo"], row.after["fee_kobo"]) == (750_000, 800_000)


WITHOUT_FEE = {"fee_kobo": "", "min_days": "", "max_days": ""}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (WITHOUT_FEE, "Write a fee for the zone, or take these out"),
        ({"other_methods-0-name": "standard"}, "call this way something else"),
        ({"other_methods-0-name": "Ex\u200bpress"}, "without control characters"),
        ({"other_methods-0-name": "Next\nday"}, "without control characters"),
        ({"other_methods-0-min_days": "4"}, "Write the fewer days first"),
        ({"other_methods-0-fee_kobo": "-1"}, "-1"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(desk: Client, zone: Zone, sent: dict[str, str], words: str) -> None:  # noqa: F811
    answer = desk.post(reverse("admin:orders_zone_change", args=[zone.pk]), zone_form(zone, **sent))
    assert answer.status_code == 200
    assert words in html.unescape(answer.text)
    assert Zone.objects.filter(fee_kobo=400_000).exists()
    assert (zone.other_methods.get().fee_kobo, zone.other_methods.get().min_days) == (750_000, 1)


def test_staff_see_who_chose_another_way(desk: Client, zone: Zone, size: VariantSize) -> None:  # noqa: F811
    order = paid(checkout.place_order(bag_with((size, 1)), ADA, LAGOS_ISLAND, method="Express"))
    assert "Eti-Osa, Lagos, by Express" in desk.get(reverse("admin:orders_order_changelist")).text
    assert "by Express" in desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
    assert "Express" in desk.get(reverse("admin:orders_zone_changelist")).text
    desk.post(reverse("admin:orders_order_pack", args=[order.pk]), {"_form_submitted": "on"})
    assert "It is to go by Express." in desk.get(reverse("admin:orders_order_ship", args=[order.pk])).text
    facts = emails.facts_of(order) | {"admin_url": "/admin/"}
    for kind in ("staff-order-paid", "staff-order-on-delivery"):
        assert "To be sent by Express." in render(kind, facts).text


def test_a_fee_is_emptied_with_all_that_it_had_beside_it(desk: Client, zone: Zone) -> None:  # noqa: F811
    sent = zone_form(zone, **WITHOUT_FEE, **{"other_methods-0-DELETE": "on"})
    assert desk.post(reverse("admin:orders_zone_change", args=[zone.pk]), sent).status_code == 302
    assert not DeliveryMethod.objects.exists()


def test_a_fixed_dollar_fee_that_strayed_is_told_with_the_others(zone: Zone) -> None:
    dollar_rate()
    DeliveryMethod.objects.update(usd_fee_cents=99_900)
    assert [(row.kind, row.pk, row.name) for row in drift.strayed()] == [("zone", zone.pk, "Lagos Island, Express")]


def test_staff_order_by_one(desk: Client, zone: Zone, size: VariantSize) -> None:  # noqa: F811
    given = {name: value for name, value in WRITTEN.items() if name != "consent"}
    sent = {**given, "piece_1": size.sku, "quantity_1": "1", "delivery_method": "Express", "currency": "NGN"}
    assert desk.post(reverse("admin:orders_order_add"), sent).status_code == 302
    assert Order.objects.get().delivery_method == "Express"
