"""More than one way to a place: each with its price and its days, the cheapest first, and the order keeps which one."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from catalog.models import VariantSize
from core.errors import ShopError
from core.money import Money
from orders import checkout, delivery, documents, emails, working_days
from orders.delivery import Destination
from orders.models import Bag, DeliveryMethod, Discount, Order, Zone, ZoneArea
from orders.pricing import PriceChanged, quote
from orders.summary import totals_of
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.api.conftest import api  # noqa: F401 - fixture
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    DeliveryMethodFactory,
    DiscountFactory,
    VariantSizeFactory,
    ZoneFactory,
    bag_with,
    dollar_rate,
)
from tests.storefront.test_checkout_page import ADA as WRITTEN

pytestmark = pytest.mark.django_db
KANO = Destination("NG", "Kano", "Dala")


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=9)


@pytest.fixture
def bag(zone: Zone, size: VariantSize) -> Bag:
    """One piece of ₦8,500."""
    return bag_with((size, 1))


def ways(**asked: Any) -> list[tuple[str, int]]:
    found = delivery.delivery_to(LAGOS_ISLAND, asked.pop("subtotal", delivery.NAIRA.of(850_000)), **asked)
    return [(method.name, method.fee.amount) for method in found.methods]


# --- What they cost


def test_all_ways_are_told_the_cheapest_first_and_it_is_taken(bag: Bag) -> None:
    priced = quote(bag, LAGOS_ISLAND).delivery
    assert priced is not None
    assert ways() == [("Standard", 400_000), ("Express", 750_000)]
    assert (priced.method, priced.fee.amount, priced.min_days, priced.max_days) == ("Standard", 400_000, 3, 5)


def test_a_cheaper_one_than_the_zones_own_is_taken(bag: Bag, zone: Zone) -> None:
    DeliveryMethodFactory(zone=zone, name="Slow boat", fee_kobo=100_000, min_days=8, max_days=12)
    assert quote(bag, LAGOS_ISLAND).total.amount == 950_000


@pytest.mark.parametrize("written", ["Express", "express"])
def test_the_one_that_is_asked_for_is_priced(bag: Bag, written: str) -> None:
    priced = quote(bag, LAGOS_ISLAND, method=written)
    assert priced.delivery is not None
    assert (priced.delivery.method, priced.delivery_fee.amount, priced.total.amount) == ("Express", 750_000, 1_600_000)
    assert (priced.delivery.min_days, priced.delivery.max_days) == (1, 2)
    assert {"step": "delivery", "zone": "Lagos Island", "method": "Express", "amount": 750_000} in priced.trace


def test_a_threshold_is_of_the_zones_own_way_alone(zone: Zone) -> None:
    Zone.objects.update(free_from_kobo=800_000)
    assert ways() == [("Standard", 0), ("Express", 750_000)]


def test_free_delivery_takes_off_what_the_cheapest_costs(bag: Bag) -> None:
    DiscountFactory(code="FREE", kind=Discount.Kind.FREE_DELIVERY, basis_points=0)
    cheapest, faster = quote(bag, LAGOS_ISLAND, "FREE"), quote(bag, LAGOS_ISLAND, "FREE", method="Express")
    assert (cheapest.delivery_fee.amount, faster.delivery_fee.amount) == (0, 350_000)
    assert [(method.name, price.amount) for method, price in faster.methods] == [("Standard", 0), ("Express", 350_000)]


def test_dollars_are_fixed_or_converted(zone: Zone, bag: Bag, settings: Any) -> None:
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate()
    priced = quote(bag, LAGOS_ISLAND, currency="USD", method="Express")
    converted = priced.prices.of(750_000)
    assert priced.delivery_fee == converted
    DeliveryMethod.objects.update(usd_fee_cents=converted.amount + 111)
    assert quote(bag, LAGOS_ISLAND, currency="USD", method="Express").delivery_fee.amount == converted.amount + 111


def test_one_that_is_switched_off_is_not_offered(bag: Bag) -> None:
    DeliveryMethod.objects.update(active=False)
    assert ways() == [("Standard", 400_000)]


def test_where_staff_make_the_price_there_is_nothing_to_choose(bag: Bag, zone: Zone) -> None:
    Zone.objects.update(fee_kobo=None, min_days=None, max_days=None)
    priced = quote(bag, LAGOS_ISLAND, method="Express").delivery
    assert priced is not None
    assert (priced.is_quoted, priced.method, priced.methods) == (True, "", ())


# --- The order


def test_the_order_keeps_it_with_its_price_and_its_days(bag: Bag) -> None:
    order = checkout.place_order(bag, ADA, LAGOS_ISLAND, method="Express")
    DeliveryMethod.objects.all().delete()
    order.refresh_from_db()
    assert (order.delivery_method, order.delivery_subunit, order.total_subunit) == ("Express", 750_000, 1_600_000)
    assert (order.delivery_min_days, order.delivery_max_days) == (1, 2)
    assert ("Delivery by Express", 750_000) in [(label, amount.amount) for label, amount in totals_of(order)]
    assert documents.slip(order).zone == "Lagos Island, Express"


def test_what_a_free_delivery_paid_of_it_stands_beside_its_price(bag: Bag) -> None:
    DiscountFactory(code="FREE", name="On us", kind=Discount.Kind.FREE_DELIVERY, basis_points=0)
    order = checkout.place_order(bag, ADA, LAGOS_ISLAND, method="Express", code="FREE")
    told = [(label, amount.amount) for label, amount in totals_of(order)]
    assert told == [
        ("Subtotal", 850_000),
        ("Delivery by Express", 750_000),
        ("On us (FREE)", -400_000),
        ("Total", 1_200_000),
    ]


def test_the_zones_own_is_none_to_speak_of(bag: Bag) -> None:
    order = checkout.place_order(bag, ADA, LAGOS_ISLAND, method="Standard")
    assert order.delivery_method == ""
    assert documents.slip(order).zone == "Lagos Island"


def test_its_name_never_changes(bag: Bag) -> None:
    order = checkout.place_order(bag, ADA, LAGOS_ISLAND, method="Express")
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(delivery_method="Standard")


@pytest.mark.parametrize(
    ("asked", "place"), [("Drone", LAGOS_ISLAND), ("Express", KANO), ("Express", Destination("GB"))]
)
def test_a_way_that_does_not_go_there_is_refused_and_nothing_is_ordered(
    bag: Bag, size: VariantSize, asked: str, place: Destination
) -> None:
    ZoneArea.objects.create(zone=ZoneFactory(slug="rest", name="Rest"), country="NG")
    with pytest.raises(ShopError) as refused:
        checkout.place_order(bag, ADA, place, method=asked)
    assert (refused.value.code, refused.value.field) == ("unknown_method", "delivery_method")
    assert asked in refused.value.message
    assert not Order.objects.exists()
    size.refresh_from_db()
    assert size.reserved == 0


def test_a_way_that_became_dearer_meanwhile_is_not_taken_silently(bag: Bag) -> None:
    DeliveryMethod.objects.update(fee_kobo=900_000)
    with pytest.raises(PriceChanged):
        checkout.place_order(bag, ADA, LAGOS_ISLAND, method="Express", expected_total=1_600_000)


def test_mails_name_it(bag: Bag) -> None:
    order = checkout.place_order(bag, ADA, LAGOS_ISLAND, method="Express")
    assert ("Delivery by Express", Money(750_000)) in emails.facts_of(order)["totals"]


# --- Checkout


@pytest.fixture
def shopper(client: Client, zone: Zone, size: VariantSize) -> Client:
    client.post("/bag/", {"sku": size.sku})
    return client


def plain(text: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", text.replace("</td>", " ").replace("</th>", " ")).split())


def radios(text: str) -> list[tuple[str, bool]]:
    found = re.findall(r'<input type="radio" name="delivery_method" id="[^"]+" value="(\w+)"( checked)?>', text)
    return [(name, bool(checked)) for name, checked in found]


def test_checkout_offers_each_with_its_price_and_dates(shopper: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_days, "today", lambda: date(2026, 12, 3))  # a Thursday
    text = shopper.post("/checkout/", {**WRITTEN, "update": "1"}).text
    assert radios(text) == [("Standard", True), ("Express", False)]
    assert "Standard ₦4,000 Tue 8 – Thu 10 December, 3–5 working days" in plain(text)
    assert "Express ₦7,500 Fri 4 – Mon 7 December, 1–2 working days" in plain(text)


def test_the_total_follows_the_choice(shopper: Client) -> None:
    text = shopper.post("/checkout/", {**WRITTEN, "delivery_method": "Express", "update": "1"}).text
    assert radios(text) == [("Standard", False), ("Express", True)]
    assert 'name="expected_total" value="1600000"' in text
    assert 'Pay <span class="price">₦16,000</span> with Paystack' in text


def test_the_order_goes_by_what_was_chosen(shopper: Client) -> None:
    answer = shopper.post("/checkout/", {**WRITTEN, "delivery_method": "Express", "expected_total": "1600000"})
    assert answer.status_code == 307
    order = Order.objects.get()
    assert order.delivery_method == "Express"
    assert "Express" in shopper.get(order.get_absolute_url()).text


def test_a_place_that_has_one_way_shows_it_without_a_choice(shopper: Client) -> None:
    DeliveryMethod.objects.all().delete()
    text = shopper.post("/checkout/", {**WRITTEN, "update": "1"}).text
    assert radios(text) == []
    assert "3–5 working days" in text


def test_another_address_that_it_does_not_reach_falls_back_to_what_there_is(shopper: Client) -> None:
    ZoneArea.objects.create(zone=ZoneFactory(slug="rest", name="Rest", fee_kobo=700_000), country="NG")
    moved = {**WRITTEN, "state": "Kano", "area": "Dala", "delivery_method": "Express"}
    text = shopper.post("/checkout/", {**moved, "update": "1"}).text
    assert radios(text) == []
    assert 'name="expected_total" value="1550000"' in text


def test_what_was_shown_as_free_is_not_ordered_for_a_price_that_comes_later(shopper: Client) -> None:
    """The total is the same: what was chosen says that it is another thing."""
    DeliveryMethod.objects.all().delete()
    Zone.objects.update(free_from_kobo=1)
    text = shopper.post("/checkout/", {**WRITTEN, "update": "1"}).text
    sent = dict(re.findall(r'<input type="hidden" name="(method_seen|expected_total|currency)" value="(\w+)"', text))
    assert sent == {"method_seen": "Standard", "expected_total": "850000", "currency": "NGN"}
    Zone.objects.update(fee_kobo=None, min_days=None, max_days=None, free_from_kobo=None)
    answer = shopper.post("/checkout/", {**WRITTEN, **sent})
    assert answer.status_code == 400
    assert "Standard does not go to this address. Its delivery is quoted." in html.unescape(answer.text)
    assert not Order.objects.exists()


SEEN = {"method_seen": "Standard", "expected_total": "1250000", "currency": "NGN"}


def test_whoever_chooses_another_without_scripts_is_asked_and_told_of_no_change(shopper: Client) -> None:
    """The total that stood on the page was by Standard; no price became another one."""
    text = shopper.post("/checkout/", {**WRITTEN, "update": "1"}).text
    sent = dict(re.findall(r'<input type="hidden" name="(method_seen|expected_total|currency)" value="(\w+)"', text))
    assert sent == SEEN
    answer = shopper.post("/checkout/", {**WRITTEN, **sent, "delivery_method": "Express"})
    assert answer.status_code == 200
    assert "Your total with delivery is ₦16,000" in plain(answer.text)
    assert "The price changed" not in answer.text
    assert radios(answer.text) == [("Standard", False), ("Express", True)]
    assert 'name="method_seen" value="Express"' in answer.text
    assert 'name="expected_total" value="1600000"' in answer.text
    assert not Order.objects.exists()


def test_one_that_became_dearer_is_told_as_that(shopper: Client) -> None:
    Zone.objects.update(fee_kobo=500_000)
    answer = shopper.post("/checkout/", {**WRITTEN, **SEEN, "delivery_method": "Standard"})
    assert answer.status_code == 409
    assert "The price changed" in answer.text


@pytest.mark.parametrize("seen", [{"expected_total": "1600000"}, SEEN], ids=["chosen before", "chosen last"])
def test_what_is_gone_is_told_at_its_field(shopper: Client, seen: dict[str, str]) -> None:
    DeliveryMethod.objects.all().delete()
    answer = shopper.post("/checkout/", {**WRITTEN, **seen, "delivery_method": "Express"})
    assert answer.status_code == 400
    assert 'data-of="delivery_method"' in answer.text
    assert 'class="ways has-error" id="id_delivery_method"' in answer.text
    assert not Order.objects.exists()


# --- Elsewhere

PLACE = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}


def test_the_page_of_fees_lists_them(client: Client, zone: Zone) -> None:
    text = plain(client.get("/help/delivery/", PLACE).text)
    assert "Express ₦7,500 1–2" in text
    assert "Or by Express: ₦7,500, 1–2 working days." in text


def test_one_that_costs_nothing_says_so_everywhere(client: Client, zone: Zone) -> None:
    DeliveryMethod.objects.update(name="Slow", fee_kobo=0)
    text = plain(client.get("/help/delivery/", PLACE).text)
    assert "Slow Free 1–2" in text
    assert "Or by Slow: free, 1–2 working days." in text
    client.post("/delivery/place/", PLACE)
    assert "Slow free, 1–2 working days." in plain(client.get("/delivery/line/").text)


def test_one_that_is_free_in_dollars_alone_is_not_free_where_naira_are_charged(client: Client, zone: Zone) -> None:
    dollar_rate()
    DeliveryMethod.objects.update(usd_fee_cents=0)
    client.post("/region/", {"currency": "USD"})
    assert "Or by Express: ≈&nbsp;$0 ₦7,500, 1–2 working days." in plain(client.get("/help/delivery/", PLACE).text)


def test_no_further_query_however_many_there_are(bag: Bag, zone: Zone, django_assert_num_queries: Any) -> None:
    for number in range(5):
        DeliveryMethodFactory(zone=zone, name=f"Way {number}")
    with django_assert_num_queries(1):
        delivery.delivery_to(LAGOS_ISLAND, delivery.NAIRA.of(850_000))


@pytest.mark.parametrize("name", ["Standard", "standard", "", "EXPRESS"])
def test_names_are_told_apart(zone: Zone, name: str) -> None:
    """From each other, and from the zone's own."""
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryMethodFactory(zone=zone, name=name)


@pytest.mark.parametrize("wrong", [{"fee_kobo": -1}, {"min_days": 3, "max_days": 2}, {"usd_fee_cents": -1}])
def test_no_fee_below_nought_and_no_days_out_of_order(zone: Zone, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryMethodFactory(zone=zone, name="Other", **wrong)
    assert connection.is_usable()
