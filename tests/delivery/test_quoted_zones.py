"""A zone without a fee: its tax is charged with the pieces at once, and staff price the delivery of each order later.
Whatever tells of zones tells the same."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import VariantSize
from core.money import Money
from orders import checkout, coverage, delivery, delivery_quotes, events
from orders.delivery import Destination
from orders.models import Order, Zone, ZoneArea
from orders.pricing import quote
from orders.summary import totals_of
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.api.conftest import api  # noqa: F401 - fixture
from tests.factories import (
    ADA,
    BundleFactory,
    DiscountFactory,
    VariantSizeFactory,
    ZoneFactory,
    bag_with,
    dollar_rate,
    lagos,
    paid,
)
from tests.storefront.test_search_engines import local, structured

pytestmark = pytest.mark.django_db
CANADA = Destination("CA")
WITHOUT_FEE = {"fee_kobo": None, "min_days": None, "max_days": None}


@pytest.fixture(autouse=True)
def overseas() -> Zone:
    """Canada at 5 % tax and for a price that staff make, beside Lagos Island with its fee."""
    lagos()
    zone = ZoneFactory(slug="overseas", name="Overseas", tax_basis_points=500, **WITHOUT_FEE)
    ZoneArea.objects.create(zone=zone, country="CA")
    return zone


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=9, price_kobo=1_000_000, variant__product__slug="brief")


@pytest.fixture
def order(size: VariantSize) -> Order:
    return checkout.place_order(bag_with((size, 2)), ADA, CANADA)


# --- What it costs


def test_tax_is_charged_with_the_pieces_and_delivery_is_priced_later(order: Order) -> None:
    assert (order.tax_subunit, order.delivery_subunit, order.total_subunit) == (100_000, 0, 2_100_000)
    assert (order.quote_status, order.zone_name) == ("awaiting", "Overseas")
    assert (order.delivery_min_days, order.delivery_max_days) == (None, None)
    assert [(label, amount.amount) for label, amount in totals_of(order)] == [
        ("Subtotal", 2_000_000),
        ("Tax", 100_000),
        ("Total", 2_100_000),
    ]


def test_staff_price_it_and_the_tax_stays_that_of_the_pieces(order: Order) -> None:
    price = delivery_quotes.make(paid(order).pk, 4_500_000, events.SYSTEM)
    order.refresh_from_db()
    assert (order.quote_status, price.amount_subunit, order.total_subunit) == ("quoted", 4_500_000, 2_100_000)


def test_tax_is_on_what_is_paid_after_a_discount_and_in_dollars_too(size: VariantSize, settings: Any) -> None:
    DiscountFactory()
    assert quote(bag_with((size, 1)), CANADA, "TENTH").tax.amount == 45_000
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1000")
    priced = quote(bag_with((size, 1)), CANADA, currency="USD")
    assert (priced.tax.display, priced.delivery_fee.amount, priced.total.display) == ("$0.50", 0, "$10.50")


def test_a_region_may_have_a_fee_where_the_rest_of_the_country_is_quoted() -> None:
    ZoneArea.objects.create(zone=Zone.objects.get(slug="lagos-island"), country="CA", state="Quebec")
    assert not delivery.delivery_to(Destination("CA", "Quebec"), Money(0)).is_quoted
    assert delivery.delivery_to(Destination("CA", "Ontario"), Money(0)).is_quoted


@pytest.mark.parametrize(
    "columns",
    [
        {"fee_kobo": 0},
        {"min_days": 3, "max_days": 5},
        {"free_from_kobo": 100},
        {"usd_fee_cents": 100},
        {"usd_free_from_cents": 100},
        {"pay_on_delivery": True},
    ],
)
def test_the_database_keeps_a_zone_whole_or_quoted(overseas: Zone, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="zone_has_fee_and_days_or_neither"), transaction.atomic():
        Zone.objects.filter(pk=overseas.pk).update(**columns)
    with pytest.raises(IntegrityError, match="zone_has_fee_and_days_or_neither"), transaction.atomic():
        Zone.objects.filter(slug="lagos-island").update(fee_kobo=None)


# --- What customers read


def test_checkout_says_that_it_is_quoted_and_what_the_tax_is(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    text = client.post("/checkout/", {"update": "1", "country": "CA"}).text
    assert "Delivery to Canada is quoted after packing." in text
    totals = text[text.index('<dl class="totals">') :].split("</dl>")[0]
    assert "Quoted later" in totals
    assert '<dt>Tax</dt><dd><span class="price">₦500</span></dd>' in totals
    assert "None" not in totals
    assert "working days" not in totals
    assert 'name="expected_total" value="1050000"' in text


def test_the_bag_estimates_the_same(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    client.post("/delivery/place/", {"next": "/bag/", "country": "CA"})
    text = client.get("/bag/").text
    totals = text[text.index('id="totals"') :].split("</aside>")[0]
    assert "Quoted later" in totals
    assert "₦500" in totals
    assert "None" not in totals
    line = client.get("/delivery/line/").text
    assert "<strong>Canada</strong>: delivery is quoted after packing, and paid by a link before we ship." in line


def test_the_delivery_page_answers_and_lists_it(client: Client) -> None:
    page = client.get("/help/delivery/", {"country": "CA"}).text
    answer = page[page.index('id="place-answer"') :].split("</form>")[0]
    assert "There is no fixed fee" in answer
    assert "5 % tax is added to the pieces." in answer
    row = page[page.index('<tr id="overseas">') :].split("</tr>")[0]
    assert "Quoted" in row
    assert "None" not in row
    assert "Free" not in row
    assert "tax is added" not in client.get("/help/delivery/", {"country": "GB"}).text


def test_pages_that_tell_some_fees_tell_those_that_are_fees(client: Client, size: VariantSize, overseas: Zone) -> None:
    Zone.objects.filter(slug="lagos-island").update(position=5)  # the quoted one would come first
    BundleFactory(slug="three", eligible=[size.variant.product])
    for path in ("/", "/products/brief/"):
        page = client.get(path).text
        assert "Lagos Island" in page
        assert "Overseas" not in page
    for path in ("/products/brief/", "/bundles/three/"):
        things = structured(client, path)
        ways = [local(thing["@id"]) for thing in things if thing["@type"] == "OfferShippingDetails"]
        assert ways == ["/help/delivery/#lagos-island"]


def test_the_api_tells_it_of_a_place_of_a_quote_and_of_all_zones(api: APIClient, size: VariantSize) -> None:  # noqa: F811
    found = api.get("/api/v1/delivery/", {"country": "CA"}).json()["delivery"]
    assert (found["is_quoted"], found["zone"]) == (True, "Overseas")
    assert (found["fee"]["amount"], found["tax_percent"]) == (0, "5")
    assert (found["min_days"], found["max_days"], found["free_from"]) == (None, None, None)
    zones = {zone["name"]: zone for zone in api.get("/api/v1/delivery/zones/").json()}
    assert zones["Overseas"] == {
        "name": "Overseas",
        "is_quoted": True,
        "fee": None,
        "free_from": None,
        "min_days": None,
        "max_days": None,
        "tax_percent": "5",
        "methods": [],
        "places": [{"country": "CA", "state": "", "area": ""}],
    }
    assert (zones["Lagos Island"]["is_quoted"], zones["Lagos Island"]["tax_percent"]) == (False, "0")
    bag = f"/api/v1/bags/{api.post('/api/v1/bags/').json()['token']}/"
    api.post(f"{bag}lines/", {"sku": size.sku, "quantity": 1})
    priced = api.post(f"{bag}quote/", {"country": "CA"}).json()
    assert priced["delivery"]["is_quoted"]
    assert (priced["totals"]["tax"]["amount"], priced["totals"]["total"]["amount"]) == (50_000, 1_050_000)


def test_dollars_beside_naira_need_no_fee(client: Client, api: APIClient) -> None:  # noqa: F811
    dollar_rate()
    client.cookies["currency"] = "USD"
    assert "no fixed fee" in client.get("/help/delivery/", {"country": "CA"}).text
    assert api.get("/api/v1/delivery/", {"country": "CA", "currency": "USD"}).json()["delivery"]["is_quoted"]
    assert api.get("/api/v1/delivery/zones/", {"currency": "USD"}).status_code == 200


def test_the_invoice_has_the_tax_and_no_word_that_there_is_none(client: Client, order: Order) -> None:
    page = client.get(f"{paid(order).get_absolute_url()}invoice/").text
    assert "₦1,000" in page
    assert "Delivery is priced and paid apart from this invoice." in page
    assert "No tax is charged" not in page


# --- What staff read and write


def form_of(**changes: str) -> dict[str, str]:
    return {
        "name": "Europe",
        "slug": "europe",
        "fee_kobo": "",
        "min_days": "",
        "max_days": "",
        "tax_basis_points": "500",
        "position": "0",
        "active": "on",
        "other_methods-TOTAL_FORMS": "0",
        "other_methods-INITIAL_FORMS": "0",
        "areas-TOTAL_FORMS": "0",
        "areas-INITIAL_FORMS": "0",
        **changes,
    }


def test_staff_leave_the_fee_empty(desk: Client) -> None:  # noqa: F811
    page = desk.get(reverse("admin:orders_zone_add")).text
    assert "Empty: delivery there is quoted" in page
    assert desk.post(reverse("admin:orders_zone_add"), form_of()).status_code == 302
    zone = Zone.objects.get(slug="europe")
    assert (zone.fee_kobo, zone.tax_basis_points, zone.is_quoted) == (None, 500, True)
    listed = desk.get(reverse("admin:orders_zone_changelist")).text
    assert listed.count("Quoted") == 2


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"min_days": "3", "max_days": "5"}, "min_days", "Leave this empty"),
        ({"max_days": "5"}, "max_days", "Leave this empty"),
        ({"free_from_kobo": "50000"}, "free_from_kobo", "Leave this empty"),
        ({"usd_fee_cents": "30"}, "usd_fee_cents", "Leave this empty"),
        ({"usd_free_from_cents": "30"}, "usd_free_from_cents", "Leave this empty"),
        ({"pay_on_delivery": "on"}, "pay_on_delivery", "paid at the door"),
        ({"fee_kobo": "4000"}, "min_days", "Write how many working days"),
        ({"fee_kobo": "4000", "min_days": "3"}, "max_days", "Write how many working days"),
    ],
)
def test_what_does_not_go_together_is_told_beside_its_field(
    desk: Client,  # noqa: F811
    changes: dict[str, str],
    field: str,
    told: str,
) -> None:
    answer = desk.post(reverse("admin:orders_zone_add"), form_of(**changes))
    assert answer.status_code == 200
    assert told in " ".join(answer.context["adminform"].form.errors[field])
    assert not Zone.objects.filter(slug="europe").exists()


def test_a_fee_that_is_none_is_not_taken_for_an_empty_one(desk: Client) -> None:  # noqa: F811
    form = form_of(fee_kobo="a lot", min_days="3", max_days="5")
    errors = desk.post(reverse("admin:orders_zone_add"), form).context["adminform"].form.errors
    assert list(errors) == ["fee_kobo"]
    form = form_of(fee_kobo="4000", min_days="soon", max_days="5")
    errors = desk.post(reverse("admin:orders_zone_add"), form).context["adminform"].form.errors
    assert {name: len(told) for name, told in errors.items()} == {"min_days": 1}


def test_the_board_of_coverage_names_it_and_counts_it_as_no_gap(desk: Client, overseas: Zone) -> None:  # noqa: F811
    ZoneArea.objects.create(zone=overseas, country="NG")
    assert coverage.gaps() == []
    page = desk.get(reverse("admin:orders_zone_coverage"), {"country": "CA"}).text
    said = " ".join(page.split())
    assert "goes by Overseas, which has no fee: staff make a price for each order. Tax 5 %." in said
    assert "Canada: Overseas (quoted)" in said
    assert "Overseas (quoted)" in said[said.index('id="states"') :].split("</table>")[0]
    assert "is in no zone" in desk.get(reverse("admin:orders_zone_coverage"), {"country": "GB"}).text


def test_the_orders_page_tells_how_its_total_came_to_be(desk: Client, order: Order) -> None:  # noqa: F811
    page = desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
    assert "<li>Delivery is priced later, and paid apart</li>" in page
    assert "<li>Tax of 5 %: ₦1,000</li>" in page


def test_a_code_is_tried_with_the_tax_of_such_a_place(desk: Client, size: VariantSize) -> None:  # noqa: F811
    discount = DiscountFactory()
    address = reverse("admin:orders_discount_try_basket", args=[discount.pk])
    page = desk.post(address, {"piece_1": size.sku, "country": "CA"}).text
    assert "Delivery, quoted later" in page
    assert "₦450" in page


def test_staff_make_an_order_for_there(desk: Client, size: VariantSize) -> None:  # noqa: F811
    person = {"email": "c@prechi.test", "full_name": "Chi Eze", "phone": "+14165552671", "street": "1 King Street"}
    desk.post(reverse("admin:orders_order_add"), {**person, "country": "CA", "city": "Toronto", "piece_1": size.sku})
    order = Order.objects.get()
    assert (order.tax_subunit, order.total_subunit, order.quote_status) == (50_000, 1_050_000, "awaiting")
