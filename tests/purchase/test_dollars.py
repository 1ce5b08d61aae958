"""An order in dollars: fixed prices or converted ones, the same figure from the quote to the refund."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.currencies import CurrencyNotSupported
from catalog.models import VariantSize
from orders import bag, checkout, documents, events
from orders.models import Order, Zone
from orders.pricing import PriceChanged, quote
from payments import attempts, refunds, settlement
from payments.models import Payment
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    ProductFactory,
    SalePriceFactory,
    SizeFactory,
    VariantSizeFactory,
    bag_with,
    dollar_rate,
    lagos,
    placed_order,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _dollars(settings: Any) -> None:
    """Charged, at ₦1,500; delivery to Lagos Island is ₦4,000, which is $2.67."""
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1500")
    lagos()


def piece(**columns: Any) -> VariantSize:
    """₦8,500, which is $5.67."""
    return VariantSizeFactory(**columns)


def place(held: Any, **options: Any) -> Order:
    return checkout.place_order(held, ADA, LAGOS_ISLAND, currency="USD", **options)


def test_a_converted_order_keeps_its_currency_its_rate_and_how_it_was_calculated() -> None:
    order = place(bag_with((piece(), 2)), expected_total=1134 + 267)
    dollar_rate("1600")
    order = Order.objects.get(pk=order.pk)
    assert (order.currency, order.exchange_rate, order.total_subunit) == ("USD", Decimal("1500"), 1401)
    (line,) = order.all_lines()
    assert (line.unit_price_subunit, line.total_subunit) == (567, 1134)
    rate, first = order.trace[0], order.trace[1]
    assert (rate["step"], rate["currency"], rate["naira"], rate["round_up_to"]) == ("rate", "USD", "1500", 1)
    assert rate["since"]
    assert (first["kobo"], first["unit"], first["by"]) == (850_000, 567, "rate")
    assert {"step": "delivery", "zone": "Lagos Island", "amount": 267}.items() <= order.trace[-2].items()


def test_naira_asks_nothing_more_and_has_no_rate() -> None:
    with CaptureQueriesContext(connection) as caught:
        order = checkout.place_order(bag_with((piece(), 1)), ADA, LAGOS_ISLAND)
    assert not [query for query in caught if "exchangerate" in query["sql"] or "core_switch" in query["sql"]]
    assert (order.currency, order.exchange_rate, order.trace[0]["step"]) == ("NGN", None, "line")


def test_a_fixed_price_goes_before_the_rate() -> None:
    size = piece(variant__product__usd_price_cents=900)
    priced = quote(bag_with((size, 1)), LAGOS_ISLAND, currency="USD")
    assert priced.subtotal.amount == 900
    assert priced.trace[1]["by"] == "fixed price"


def test_what_differs_from_the_base_price_differs_from_the_fixed_one_by_as_much() -> None:
    product = ProductFactory(base_price_kobo=1_000_000, usd_price_cents=1_000)
    large = VariantSizeFactory(variant__product=product, size=SizeFactory(name="XL"), price_kobo=1_200_000)
    assert quote(bag_with((large, 1)), None, currency="USD").total.amount == 1_200
    SalePriceFactory(product=product, price_kobo=750_000)
    (item,) = quote(bag_with((large, 1)), None, currency="USD").items
    assert item.unit.amount == 750
    assert item.compare_at is not None
    assert item.compare_at.amount == 1_200


def test_a_bundle_is_shared_over_its_pieces_in_dollars() -> None:
    sizes = [piece() for _ in range(3)]
    bundle = BundleFactory(eligible=[size.variant.product for size in sizes], usd_price_cents=1_300)
    held = bag.open_bag()
    bag.add_bundle(held, bundle.slug, [size.sku for size in sizes])
    (item,) = quote(held, None, currency="USD").items
    assert item.unit.amount == 1_300
    assert sorted(part.unit.amount for part in item.parts) == [433, 433, 434]
    assert item.saving.amount == 3 * 567 - 1_300
    assert item.saving.currency == "USD"
    order = place(held)
    shares = [line.total_subunit for line in order.all_lines() if line.kind == "component"]
    assert sum(shares) == 1_300


def test_delivery_has_a_fee_and_a_threshold_of_its_own_in_dollars() -> None:
    size = piece()
    assert quote(bag_with((size, 1)), LAGOS_ISLAND, currency="USD").delivery_fee.amount == 267
    Zone.objects.update(usd_fee_cents=500)
    assert quote(bag_with((size, 1)), LAGOS_ISLAND, currency="USD").delivery_fee.amount == 500
    Zone.objects.update(free_from_kobo=850_000)
    assert quote(bag_with((size, 1)), LAGOS_ISLAND, currency="USD").delivery_fee.amount == 0
    Zone.objects.update(usd_free_from_cents=568)
    assert quote(bag_with((size, 1)), LAGOS_ISLAND, currency="USD").delivery_fee.amount == 500
    assert quote(bag_with((size, 1)), LAGOS_ISLAND).delivery_fee.amount == 0


def test_tax_of_the_zone_is_added_to_the_goods_after_discount() -> None:
    Zone.objects.update(tax_basis_points=500)
    DiscountFactory()
    priced = quote(bag_with((piece(), 2)), LAGOS_ISLAND, "TENTH", "USD")
    assert priced.discount.amount == 113
    assert priced.tax.amount == 51  # 5 % of $10.21
    assert priced.total.amount == 1134 - 113 + 267 + 51
    assert priced.trace[-1] == {"step": "tax", "basis_points": 500, "amount": 51}


@pytest.mark.parametrize(("minimum", "works"), [(850_000, True), (900_000, False)])
def test_a_fixed_discount_and_its_minimum_are_converted(minimum: int, works: bool) -> None:
    DiscountFactory(kind="fixed", amount_kobo=100_000, minimum_kobo=minimum)
    held = bag_with((piece(), 1))
    if works:
        assert quote(held, None, "TENTH", "USD").discount.amount == 67
    else:
        with pytest.raises(Exception, match=r"needs \$6, and you have \$5\.67"):
            quote(held, None, "TENTH", "USD")


def test_a_rate_that_changes_before_the_order_is_no_surprise() -> None:
    held = bag_with((piece(), 1))
    seen = quote(held, LAGOS_ISLAND, currency="USD").total.amount
    dollar_rate("1400")
    with pytest.raises(PriceChanged, match=r"\$8\.94, not \$8\.34"):
        place(held, expected_total=seen)
    assert not Order.objects.exists()


def test_a_price_that_changed_is_told_in_dollars_and_a_rate_is_no_change_of_a_price() -> None:
    size = piece()
    held = bag_with((size, 1))
    dollar_rate("1400")
    assert quote(held, None, currency="USD").notices == []
    VariantSize.objects.filter(pk=size.pk).update(price_kobo=1_700_000)
    (notice,) = quote(held, None, currency="USD").notices
    assert "was $6.08 when you chose it and is $12.15 now" in notice.message


def test_dollars_are_refused_where_the_account_does_not_take_them(settings: Any) -> None:
    settings.PAYSTACK_CURRENCIES = ["NGN"]
    with pytest.raises(CurrencyNotSupported):
        place(bag_with((piece(), 1)))
    assert not Order.objects.exists()


@pytest.mark.parametrize("column", ["exchange_rate", "zone_name", "delivery_min_days", "total_subunit"])
def test_the_rate_and_the_delivery_of_an_order_never_change(column: str) -> None:
    order = placed_order()
    with pytest.raises(DatabaseError, match=f"{column} is a snapshot"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**{column: 7})


@pytest.mark.parametrize("columns", [{"currency": "NGN", "exchange_rate": 1}, {"currency": "USD"}])
def test_no_order_has_the_rate_of_another_currency(columns: dict[str, Any]) -> None:
    order = place(bag_with((piece(), 1)))
    order.pk, order.bag, order.token, order.number = None, None, "x" * 30, "PR-1"  # type: ignore[assignment]
    order.exchange_rate = None
    for name, value in columns.items():
        setattr(order, name, value)
    with pytest.raises(IntegrityError, match="order_has_the_rate_of_its_currency"), transaction.atomic():
        order.save(force_insert=True)


def test_it_is_asked_for_and_paid_in_dollars(sandbox: Any) -> None:
    sandbox.control("PUT", "faults", {"paystack.currencies": "NGN,USD"})
    order = place(bag_with((piece(), 2)))
    attempts.start(order)
    payment = Payment.objects.get()
    assert (payment.amount_subunit, payment.currency) == (1401, "USD")
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success"})
    settlement.settle(payment.reference)
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, payment.captured_subunit, payment.captured_currency) == ("paid", 1401, "USD")
    refund = refunds.request(order.pk, amount=100, reason="A loose thread", key="k", actor=events.SYSTEM)
    assert (refund.currency, refund.amount_subunit) == ("USD", 100)


@pytest.mark.parametrize("what", [{"amount": 1400}, {"currency": "NGN"}], ids=["underpaid", "naira for dollars"])
def test_another_amount_or_currency_is_held_for_review(sandbox: Any, what: dict[str, Any]) -> None:
    sandbox.control("PUT", "faults", {"paystack.currencies": "NGN,USD"})
    order = place(bag_with((piece(), 2)))
    attempts.start(order)
    payment = Payment.objects.get()
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", **what})
    settlement.settle(payment.reference)
    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.status == "pending_payment"
    assert payment.outcome == "mismatch"


def test_over_the_api(client: Client) -> None:
    size = piece()
    held = bag_with((size, 1))
    place_of = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}
    asked = client.post(
        f"/api/v1/bags/{held.token}/quote/", {**place_of, "currency": "USD"}, content_type="application/json"
    ).json()
    assert asked["totals"]["total"] == {"amount": 834, "currency": "USD", "display": "$8.34"}
    assert asked["trace"][0]["step"] == "rate"
    shown = client.get(f"/api/v1/bags/{held.token}/?currency=USD").json()
    assert shown["lines"][0]["unit_price"] == {"amount": 567, "currency": "USD", "display": "$5.67"}
    assert client.get(f"/api/v1/bags/{held.token}/?currency=EUR").status_code == 400
    body = {
        "bag": held.token, "email": "ada@prechi.test", "full_name": "Ada Obi", "phone": "08031234567",
        "address": {**place_of, "street": "12 Admiralty Way"}, "currency": "USD", "expected_total": 834,
    }  # fmt: skip
    made = client.post("/api/v1/orders/", body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["totals"]["total"]["display"] == "$8.34"
    assert made.json()["lines"][0]["unit_price"]["currency"] == "USD"


def test_only_what_dollars_can_be_paid_with_is_promised(client: Client) -> None:
    order = place(bag_with((piece(on_hand=9), 1)))
    assert "by card, on Paystack" in client.get(f"/pay/{order.token}/").text
    naira = checkout.place_order(bag_with((piece(on_hand=9), 1)), ADA, LAGOS_ISLAND)
    assert "by card, transfer or USSD, on Paystack" in client.get(f"/pay/{naira.token}/").text


def test_an_offer_for_a_first_order_and_its_threshold_are_reckoned_in_dollars_at_the_rate_of_the_order() -> None:
    DiscountFactory(
        code="", kind="fixed", basis_points=0, amount_kobo=300_000, minimum_kobo=1_500_000, first_order_only=True
    )
    low = quote(bag_with((piece(on_hand=9), 1)), LAGOS_ISLAND, currency="USD")
    assert low.discount.amount == 0
    assert low.hints == ["“A tenth off” needs $10, and you have $5.67."]
    order = place(bag_with((piece(on_hand=9), 2)))
    assert (order.discount_subunit, order.total_subunit) == (200, 1134 - 200 + 267)
    dollar_rate("3000")
    order.refresh_from_db()
    assert order.discount_subunit == 200
    again = quote(bag_with((piece(on_hand=9), 9)), LAGOS_ISLAND, currency="USD", email=ADA.email)
    assert again.discount.amount == 0


def test_a_free_delivery_threshold_goes_by_dollars_where_it_is_fixed_in_them() -> None:
    Zone.objects.update(free_from_kobo=5_000_000, usd_free_from_cents=1_100)
    assert quote(bag_with((piece(on_hand=9), 2)), LAGOS_ISLAND, currency="USD").delivery_fee.amount == 0
    assert quote(bag_with((piece(on_hand=9), 1)), LAGOS_ISLAND, currency="USD").delivery_fee.amount == 267
    assert quote(bag_with((piece(on_hand=9), 2)), LAGOS_ISLAND).delivery_fee.amount == 400_000


def test_the_invoice_says_at_what_rate_it_was_charged(client: Client) -> None:
    dollar_rate("1530.50", starts_at=timezone.now())
    order = place(bag_with((piece(on_hand=9), 1)))
    dollar_rate("1600", starts_at=timezone.now())
    told = "Charged in USD at 1530.5 naira for one."
    assert told in documents.invoice(order).notes
    assert told in client.get(f"/orders/{order.token}/invoice/").text
    naira = checkout.place_order(bag_with((piece(on_hand=9), 1)), ADA, LAGOS_ISLAND)
    assert not any("naira for one" in note for note in documents.invoice(naira).notes)
