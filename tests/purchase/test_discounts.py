"""Discounts in a real order: what it pays, what is counted, and what is freed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from core.errors import ShopError
from orders import bag, checkout, events, lifecycle, redemptions
from orders.models import Bag, Discount, Order, Redemption
from orders.pricing import PriceChanged
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    CategoryFactory,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    buyer,
    lagos,
    paid,
    placed_order,
)

pytestmark = pytest.mark.django_db


def ordered(contact: checkout.Contact = ADA, **options: Any) -> Order:
    lagos()
    return checkout.place_order(
        bag_with((VariantSizeFactory(price_kobo=1_000_000), 2)), contact, LAGOS_ISLAND, **options
    )


def refusal_of(code: str, contact: checkout.Contact = ADA) -> ShopError:
    with pytest.raises(ShopError) as refused:
        ordered(contact, code=code)
    return refused.value


def overdue(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize("written", ["TENTH", "tenth", " Tenth "])
def test_a_code_takes_its_share_however_it_is_written(written: str) -> None:
    DiscountFactory()
    order = ordered(code=written)
    assert (order.subtotal_subunit, order.discount_subunit, order.total_subunit) == (2_000_000, 200_000, 2_200_000)
    assert order.lines.get().discount_subunit == 200_000
    redemption = order.redemptions.get()
    assert (redemption.state, redemption.amount_subunit, redemption.email_key) == ("live", 200_000, "ada@prechi.test")
    assert {
        "step": "discount",
        "name": "A tenth off",
        "code": "TENTH",
        "worth": "10%",
        "amount": 200_000,
        "delivery": 0,
    } in (order.trace)


def test_tax_is_on_what_is_left() -> None:
    DiscountFactory()
    zone = lagos()
    zone.tax_basis_points = 500
    zone.save()
    assert ordered(code="TENTH").tax_subunit == 90_000


def test_a_bundle_shares_its_discount_over_its_pieces() -> None:
    DiscountFactory(kind="fixed", amount_kobo=100_001)
    lagos()
    sizes = [VariantSizeFactory(price_kobo=price) for price in (700_000, 800_000, 900_000)]
    bundle = BundleFactory(eligible=[size.variant.product for size in sizes])
    held = bag_with((VariantSizeFactory(), 1))
    bag.add_bundle(held, bundle.slug, [size.sku for size in sizes], 2)
    order = checkout.place_order(held, ADA, LAGOS_ISLAND, code="tenth")
    line = order.lines.get(kind="bundle")
    parts = list(line.components.values_list("discount_subunit", flat=True))
    assert sum(parts) == line.discount_subunit
    assert line.discount_subunit + order.lines.get(kind="piece").discount_subunit == 100_001
    assert parts == sorted(parts)


def test_free_delivery_waives_the_fee_and_is_counted() -> None:
    DiscountFactory(code="SHIP", kind="free_delivery")
    order = ordered(code="ship")
    assert (order.discount_subunit, order.delivery_subunit, order.total_subunit) == (0, 0, 2_000_000)
    assert order.redemptions.get().delivery_subunit == 400_000


def test_an_offer_without_a_code_is_everybodys() -> None:
    DiscountFactory(code="")
    assert ordered().discount_subunit == 200_000


def test_of_code_and_offer_the_better_is_taken_unless_they_stack() -> None:
    automatic = DiscountFactory(code="", name="Spring", basis_points=2_000)
    code = DiscountFactory()
    order = ordered(code="TENTH")
    assert order.discount_subunit == 400_000
    assert [step["why"] for step in order.trace if step["step"] == "no discount"] == [
        "TENTH does not go together with “Spring”, which saves you more."
    ]
    Discount.objects.filter(pk__in=[automatic.pk, code.pk]).update(stacks=True)
    both = ordered(buyer(2), code="TENTH")
    assert both.discount_subunit == 200_000 + 360_000
    assert both.redemptions.count() == 2


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"minimum_kobo": 3_000_000}, "below_minimum", "TENTH needs ₦30,000, and you have ₦20,000."),
        ({"ends_on": date(2025, 5, 3)}, "ended", "TENTH ended on 3 May 2025."),
        ({"starts_on": date(2100, 5, 3)}, "not_started", "TENTH starts on 3 May 2100."),
        ({"active": False}, "unknown_code", "There is no such code. Check its spelling, or go on without it."),
    ],
)
def test_a_refused_code_says_why_and_nothing_is_ordered(fields: dict[str, Any], code: str, says: str) -> None:
    DiscountFactory(**fields)
    refused = refusal_of("TENTH")
    assert (refused.code, refused.field, refused.message) == (code, "code", says)
    assert not Order.objects.exists()
    assert Bag.objects.get().state == "open"


def test_a_code_for_other_pieces_is_refused() -> None:
    DiscountFactory(categories=[CategoryFactory()])
    assert refusal_of("TENTH").code == "other_pieces"


def test_a_category_stands_for_those_below_it() -> None:
    above = CategoryFactory()
    DiscountFactory(categories=[above])
    size = VariantSizeFactory(variant__product__category=CategoryFactory(parent=above))
    other = VariantSizeFactory()
    order = placed_order((size, 1), (other, 1), code="TENTH")
    assert list(order.lines.values_list("discount_subunit", flat=True)) == [85_000, 0]


def test_the_last_one_is_the_last() -> None:
    DiscountFactory(limit_total=1)
    ordered(code="TENTH")
    refused = refusal_of("TENTH", buyer(2))
    assert (refused.code, refused.message) == ("used_up", "TENTH is used up.")


@pytest.mark.parametrize(
    "spelling", ["ada@prechi.test", "ADA@prechi.test", "a.d.a@prechi.test", "ada+again@Prechi.test"]
)
def test_one_person_under_any_spelling_uses_it_once(spelling: str) -> None:
    DiscountFactory(limit_per_customer=1)
    ordered(code="TENTH")
    assert refusal_of("TENTH", replace(ADA, email=spelling)).code == "used_by_you"
    assert ordered(buyer(2), code="TENTH").discount_subunit == 200_000


@pytest.mark.parametrize("spelling", ["ada@prechi.test", "A.da+new@prechi.test"])
def test_a_first_order_is_nobodys_second(spelling: str) -> None:
    DiscountFactory(code="", name="Welcome", first_order_only=True)
    first = ordered()
    assert first.discount_subunit == 200_000
    assert ordered(replace(ADA, email=spelling)).discount_subunit == 0
    paid(first)
    assert ordered(replace(ADA, email=spelling)).discount_subunit == 0


def test_who_gave_an_order_up_may_still_have_the_first() -> None:
    DiscountFactory(code="", first_order_only=True)
    lifecycle.cancel(ordered().pk, events.CUSTOMER)
    assert ordered().discount_subunit == 200_000


def test_the_total_that_was_seen_is_not_paid_without_its_offer() -> None:
    DiscountFactory(code="", first_order_only=True)
    ordered()
    with pytest.raises(PriceChanged):
        ordered(expected_total=2_200_000)


def test_cancelled_and_expired_orders_free_the_code() -> None:
    DiscountFactory(limit_total=1, limit_per_customer=1)
    lifecycle.cancel(ordered(code="TENTH").pk, events.CUSTOMER)
    second = ordered(code="TENTH")
    overdue(second)
    lifecycle.expire(second.pk)
    assert ordered(code="TENTH").discount_subunit == 200_000
    assert sorted(Redemption.objects.values_list("state", flat=True)) == ["freed", "freed", "live"]


def test_late_money_finds_its_discount_again() -> None:
    DiscountFactory(limit_total=1)
    order = ordered(code="TENTH")
    lifecycle.cancel(order.pk, events.CUSTOMER)
    paid(order)
    assert order.status == "paid"
    assert order.redemptions.get().state == "live"
    assert refusal_of("TENTH", buyer(2)).code == "used_up"


def test_late_money_is_honoured_where_others_used_the_code_up() -> None:
    DiscountFactory(limit_total=1)
    order = ordered(code="TENTH")
    lifecycle.cancel(order.pk, events.CUSTOMER)
    ordered(buyer(2), code="TENTH")
    paid(order)
    assert (order.status, order.discount_subunit, order.redemptions.get().state) == ("paid", 200_000, "honoured")


def test_what_is_gone_under_the_lock_orders_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the calculation and the lock somebody else takes the last one."""
    DiscountFactory(limit_total=1)
    redeem = redemptions.redeem

    def too_late(order: Order, applied: Any) -> None:
        monkeypatch.setattr(redemptions, "redeem", redeem)
        ordered(buyer(2), code="TENTH")
        redeem(order, applied)

    monkeypatch.setattr(redemptions, "redeem", too_late)
    with pytest.raises(redemptions.UsedUp) as gone, transaction.atomic():
        ordered(code="TENTH")
    assert (gone.value.code, gone.value.status) == ("discount_gone", 409)
    assert gone.value.message.startswith("TENTH is used up. Nothing was ordered")
    assert not Order.objects.filter(email=ADA.email).exists()


def test_the_database_takes_one_code_in_one_case_and_whole_kinds() -> None:
    DiscountFactory()
    wrong: list[dict[str, Any]] = [
        {"code": "TENTH"},
        {"code": "tenth"},
        {"code": "T"},
        {"code": "TEN TH"},
        {"code": "A1B", "basis_points": 0},
        {"code": "A1B", "basis_points": 10_001},
        {"code": "A1B", "amount_kobo": 5},
        {"code": "A1B", "kind": "fixed"},
        {"code": "A1B", "kind": "free_delivery", "basis_points": 5},
        {"code": "A1B", "starts_on": date(2026, 5, 2), "ends_on": date(2026, 5, 1)},
        {"code": "A1B", "time_zone": "Mars/Olympus"},
        {"code": "A1B", "limit_total": 0},
        {"code": "A1B", "limit_per_customer": 0},
        {"code": "A1B", "minimum_kobo": -1},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            DiscountFactory(**fields)
    assert Discount.objects.count() == 1


def test_a_limit_below_what_was_given_is_refused_by_the_database() -> None:
    row = DiscountFactory(limit_total=5)
    ordered(code="TENTH")
    ordered(code="TENTH")
    for field in ("limit_total", "limit_per_customer"):
        with pytest.raises(Error), transaction.atomic():
            Discount.objects.filter(pk=row.pk).update(**{field: 1})
        Discount.objects.filter(pk=row.pk).update(**{field: 2})


def test_what_was_redeemed_never_changes() -> None:
    DiscountFactory()
    ordered(code="TENTH")
    with pytest.raises(Error), transaction.atomic():
        Redemption.objects.update(amount_subunit=1)
    with pytest.raises(Error), transaction.atomic():
        Redemption.objects.all().delete()
