"""A discount code on the pages: written, applied, refused with its reason, taken off again; without any script."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts import tries
from accounts.models import FailedSignIn
from catalog.models import VariantSize
from mailing import outbox
from mailing.models import OutgoingMail
from orders.models import Bag, Discount, Order
from tests.factories import DiscountFactory, VariantSizeFactory, dollar_rate, lagos, placed_order
from tests.storefront.test_checkout_page import ADA

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=5)


@pytest.fixture
def shopper(client: Client, size: VariantSize) -> Client:
    """With two pieces of ₦8,500 in the bag."""
    lagos()
    client.post("/bag/", {"sku": size.sku, "quantity": "2"})
    return client


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("− ", "−")


def test_it_is_kept_with_the_bag_and_shown_on_both_pages(shopper: Client) -> None:
    DiscountFactory()
    page = shopper.post("/bag/code/", {"code": " tenth "}, follow=True)
    assert page.redirect_chain == [("/bag/#code", 302)]
    for text in (page.text, shopper.get("/checkout/").text):
        assert "A tenth off (TENTH) −₦1,700" in text_of(text)
        assert "TENTH is on your order" in text_of(text)


def test_it_is_taken_out_again(shopper: Client) -> None:
    DiscountFactory()
    shopper.post("/bag/code/", {"code": "TENTH"})
    page = shopper.post("/bag/code/", {"remove": "1"}, follow=True)
    assert "TENTH" not in page.text
    assert Bag.objects.get().code == ""


def test_what_is_wrong_stands_at_the_field_and_nothing_is_kept(shopper: Client) -> None:
    DiscountFactory(minimum_kobo=2_000_000)
    page = shopper.post("/bag/code/", {"code": "tenth"})
    assert page.status_code == 400
    assert "TENTH needs ₦20,000, and you have ₦17,000." in page.text
    assert 'value="tenth"' in page.text
    assert Bag.objects.get().code == ""


@pytest.mark.parametrize("written", ["NOPE", "<b>x</b>", "a" * 100, "N\0PE", "' OR 1=1"])
def test_an_unknown_one_says_so(shopper: Client, written: str) -> None:
    page = shopper.post("/bag/code/", {"code": written})
    assert page.status_code == 400
    assert "There is no such code. Check its spelling, or go on without it." in page.text
    assert "<b>x" not in page.text


def test_one_that_no_longer_fits_is_told_and_the_bag_is_priced_without_it(shopper: Client) -> None:
    DiscountFactory()
    shopper.post("/bag/code/", {"code": "TENTH"})
    Discount.objects.update(minimum_kobo=2_000_000)
    page = shopper.get("/bag/")
    assert page.status_code == 200
    assert "TENTH needs ₦20,000" in page.text
    assert "−₦1,700" not in page.text


def test_checkout_applies_it_and_the_order_pays_less(shopper: Client) -> None:
    DiscountFactory()
    page = shopper.post("/checkout/", {**ADA, "code": "tenth", "update": "code"}).text
    assert 'name="expected_total" value="1930000"' in page
    assert 'name="code" value="TENTH"' in page
    answer = shopper.post("/checkout/", {**ADA, "code": "TENTH", "expected_total": "1930000"})
    assert answer.status_code == 307
    order = Order.objects.get()
    assert (order.discount_subunit, order.total_subunit) == (170_000, 1_930_000)
    assert "A tenth off (TENTH) −₦1,700" in text_of(shopper.get(order.get_absolute_url()).text)


def test_checkout_takes_it_off_again(shopper: Client) -> None:
    DiscountFactory()
    shopper.post("/checkout/", {**ADA, "code": "TENTH", "update": "code"})
    page = shopper.post("/checkout/", {**ADA, "code": "TENTH", "remove_code": "1"}).text
    assert 'name="expected_total" value="2100000"' in page
    assert Bag.objects.get().code == ""


def test_a_code_that_was_written_but_not_applied_is_never_paid_unseen(shopper: Client) -> None:
    DiscountFactory()
    page = shopper.post("/checkout/", {**ADA, "code": "TENTH", "expected_total": "2100000"})
    assert page.status_code == 409
    assert 'name="expected_total" value="1930000"' in page.text
    assert not Order.objects.exists()


def test_a_refused_code_keeps_what_was_written(shopper: Client) -> None:
    DiscountFactory(first_order_only=True)
    placed_order()
    page = shopper.post(
        "/checkout/", {**ADA, "email": "A.DA@prechi.test", "code": "TENTH", "expected_total": "1930000"}
    )
    assert page.status_code == 400
    assert "TENTH is for a first order only." in page.text
    assert 'value="12 Admiralty Way"' in page.text


def test_free_delivery_is_told_before_and_after_the_address(shopper: Client) -> None:
    DiscountFactory(code="SHIP", name="Delivery on us", kind="free_delivery")
    page = shopper.post("/bag/code/", {"code": "SHIP"}, follow=True)
    assert "Delivery on us (SHIP) Free delivery" in text_of(page.text)
    told = text_of(shopper.post("/checkout/", {**ADA, "code": "SHIP", "update": "1"}).text)
    assert "Delivery on us (SHIP) −₦4,000" in told
    assert "Total ₦17,000" in told


def test_the_offer_for_a_first_order_has_one_number_everywhere(shopper: Client, client: Client) -> None:
    DiscountFactory(code="", name="Your first order", basis_points=1_250, first_order_only=True)
    assert "12.5% off your first order" in client.get("/").text
    assert "Your first order −₦2,125" in text_of(shopper.get("/checkout/").text)
    placed_order()
    again = text_of(shopper.post("/checkout/", {**ADA, "email": "a.da@prechi.test", "update": "1"}).text)
    assert "“Your first order” is for a first order only." in again
    assert "−₦2,125" not in again


def test_without_the_offer_home_does_not_speak_of_it(client: Client) -> None:
    DiscountFactory(code="", first_order_only=True, active=False)
    assert "your first order" not in client.get("/").text


def test_what_is_missing_for_an_offer_is_told(shopper: Client) -> None:
    DiscountFactory(code="", name="Big bags", minimum_kobo=5_000_000)
    assert "“Big bags” needs ₦50,000, and you have ₦17,000." in shopper.get("/bag/").text


def test_its_mail_names_the_discount() -> None:
    DiscountFactory()
    placed_order(code="TENTH")
    mail = outbox.compose(OutgoingMail.objects.get())
    assert "A tenth off (TENTH): −₦850" in mail.text
    assert "A tenth off (TENTH)" in mail.html


def test_guessing_is_held_up_and_known_codes_are_no_guesses(shopper: Client) -> None:
    DiscountFactory()
    for _ in range(tries.CODES_PER_ADDRESS + 5):
        shopper.post("/bag/code/", {"code": "TENTH"})
        shopper.post("/bag/code/", {"remove": "1"})
    assert FailedSignIn.objects.count() == 0
    for number in range(tries.CODES_PER_ADDRESS):
        assert "There is no such code" in shopper.post("/bag/code/", {"code": f"GUESS{number}"}).text
    page = shopper.post("/bag/code/", {"code": "TENTH"})
    assert "too many tries with codes that do not exist" in page.text
    assert Bag.objects.get().code == ""


def test_a_code_without_a_bag_is_refused(client: Client) -> None:
    assert client.post("/bag/code/", {"code": "TENTH"}).status_code == 404
    assert client.get("/bag/code/").status_code == 405


@pytest.mark.parametrize(("charged", "told"), [(["NGN", "USD"], "$1.33 off"), (["NGN"], "≈ $1.33 (₦2,000) off")])
def test_a_fixed_offer_is_told_in_the_chosen_currency(
    client: Client, settings: Any, charged: list[str], told: str
) -> None:
    settings.PAYSTACK_CURRENCIES = charged
    dollar_rate("1500")
    DiscountFactory(code="", kind="fixed", basis_points=0, amount_kobo=200_000, first_order_only=True)
    assert "₦2,000 off your first order" in client.get("/").text
    client.post("/region/", {"currency": "USD"})
    page = client.get("/").text
    assert f"{told} your first order" in page
