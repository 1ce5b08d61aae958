"""The price of a size: the lowest of its regular price and of every sale that runs, to the microsecond."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import Product, Sale, SalePrice, VariantSize
from catalog.pricing import PriceNotLoaded, compare_at, price_of, regular_price_of
from core.money import Money
from tests.factories import (
    ProductFactory,
    SaleFactory,
    SalePriceFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
)

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def now_of(size: VariantSize, at: datetime | None = None) -> VariantSize:
    return VariantSize.objects.priced(at).select_related("variant__product").get(pk=size.pk)


def price(size: VariantSize, at: datetime | None = None) -> int:
    return price_of(now_of(size, at)).amount


@pytest.mark.django_db
def test_a_size_that_was_loaded_without_its_price_is_a_mistake_told_at_once() -> None:
    size = VariantSize.objects.get(pk=VariantSizeFactory().pk)
    with pytest.raises(PriceNotLoaded, match=r"Load it with VariantSize.objects.priced\(\)"):
        price_of(size)


@pytest.mark.django_db
def test_a_running_sale_lowers_the_price_by_the_clock_of_the_database() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    entry = SalePriceFactory(product=size.variant.product, price_kobo=700_000)
    assert price(size) == 700_000
    assert regular_price_of(now_of(size)) == Money(850_000)
    assert compare_at(now_of(size)) == Money(850_000)
    Sale.objects.filter(pk=entry.sale_id).update(active=False)
    assert price(size) == 850_000
    assert compare_at(now_of(size)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON - INSTANT, 850_000),
        (NOON, 700_000),
        (NOON + timedelta(days=1) - INSTANT, 700_000),
        (NOON + timedelta(days=1), 850_000),
    ],
)
def test_a_sale_begins_with_its_first_moment_and_ends_before_its_last(moment: datetime, expected: int) -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    sale = SaleFactory(starts_at=NOON, ends_at=NOON + timedelta(days=1))
    SalePriceFactory(sale=sale, product=size.variant.product, price_kobo=700_000)
    assert price(size, moment) == expected


@pytest.mark.django_db
def test_a_sale_never_makes_anything_dearer() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    SalePriceFactory(product=size.variant.product, price_kobo=900_000)
    assert price(size) == 850_000


@pytest.mark.django_db
def test_the_former_price_of_staff_is_shown_only_above_the_present_one() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000, variant__product__compare_at_kobo=850_000)
    assert compare_at(now_of(size)) is None
    Product.objects.update(compare_at_kobo=990_000)
    assert compare_at(now_of(size)) == Money(990_000)


class TheRule(TestCase):
    """Whatever sales overlap, the database says what a plain model says."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.data(),
        st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6), st.booleans()), min_size=0, max_size=5),
        st.lists(st.one_of(st.none(), st.integers(1, 9)), min_size=1, max_size=3),
        st.integers(1, 9),
    )
    def test_is_the_lowest_of_all_that_hold(
        self, data: st.DataObject, windows: list[tuple[int, int, bool]], own: list[int | None], base: int
    ) -> None:
        variant = VariantFactory(product=ProductFactory(base_price_kobo=base))
        sizes = [
            VariantSizeFactory(variant=variant, size=SizeFactory(name=name), price_kobo=each, on_hand=0)
            for name, each in zip("SML", own, strict=False)
        ]
        other = VariantSizeFactory(on_hand=0)
        SalePriceFactory(product=other.variant.product, price_kobo=1)
        entries: list[tuple[tuple[int, int, bool], int | None, int]] = []
        for start, length, active in windows:
            sale = SaleFactory(
                starts_at=NOON + start * INSTANT, ends_at=NOON + (start + length) * INSTANT, active=active
            )
            for target in data.draw(st.sets(st.sampled_from([None, *(size.pk for size in sizes)]), max_size=3)):
                kobo = data.draw(st.integers(1, 9))
                SalePrice.objects.create(sale=sale, product=variant.product, variant_size_id=target, price_kobo=kobo)
                entries.append(((start, length, active), target, kobo))
        for step in range(14):
            for size, each in zip(sizes, own, strict=False):
                holding = [
                    kobo
                    for (start, length, active), target, kobo in entries
                    if active and start <= step < start + length and target in (None, size.pk)
                ]
                assert price(size, NOON + step * INSTANT) == min([each or base, *holding])


@pytest.mark.django_db
@pytest.mark.parametrize("kobo", [0, -1, -850_000])
def test_a_price_of_nought_or_less_is_refused_by_the_database(kobo: int) -> None:
    product = VariantSizeFactory().variant.product
    for wrong in (
        lambda: SalePriceFactory(product=product, price_kobo=kobo),
        lambda: Product.objects.filter(pk=product.pk).update(compare_at_kobo=kobo),
    ):
        with pytest.raises(IntegrityError, match="above_nought"), transaction.atomic():
            wrong()
    assert not SalePrice.objects.exists()


@pytest.mark.django_db
def test_a_window_backwards_is_refused_by_model_and_database() -> None:
    backwards: dict[str, Any] = {"starts_at": NOON, "ends_at": NOON}
    with pytest.raises(ValidationError, match="A sale ends after it has started"):
        Sale(name="Backwards", **backwards).full_clean()
    with pytest.raises(IntegrityError, match="sale_ends_after_it_starts"), transaction.atomic():
        SaleFactory(**backwards)
    product = ProductFactory()
    with pytest.raises(IntegrityError, match="product_unpublished_after"), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(unpublish_at=timezone.now() - timedelta(days=9))


@pytest.mark.django_db
def test_a_price_is_given_once_in_a_sale_and_only_to_sizes_of_its_product() -> None:
    size = VariantSizeFactory()
    entry = SalePriceFactory(product=size.variant.product)
    with pytest.raises(IntegrityError, match="sale_price_once"), transaction.atomic():
        SalePriceFactory(sale=entry.sale, product=size.variant.product)
    with pytest.raises(IntegrityError, match="is not of product"), transaction.atomic():
        SalePriceFactory(product=ProductFactory(), variant_size=size)
