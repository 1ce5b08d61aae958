"""So much off these products: figures first, then all of them or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import sale_planning
from catalog.models import SalePrice, VariantSize
from catalog.sale_planning import apply, fingerprint, lowered, preview
from core.errors import Conflict, NotFound, ShopError
from tests.factories import SaleFactory, SalePriceFactory, SizeFactory, VariantSizeFactory


@pytest.mark.parametrize(
    ("kobo", "points", "expected"),
    [
        (850_000, 1_500, 722_500),
        (333_300, 1_500, 283_300),  # 2,833.05
        (1_000_000, 1_005, 899_500),
        (100_100, 5_000, 50_100),  # 500.50: half a naira goes up
        (100_099, 5_000, 50_000),
    ],
)
def test_prices_are_whole_naira_and_half_goes_up(kobo: int, points: int, expected: int) -> None:
    assert lowered(kobo, points) == expected


@given(st.integers(1, 10**12), st.integers(1, 9_999))
def test_rounding_moves_a_price_by_half_a_naira_at_most(kobo: int, points: int) -> None:
    price = lowered(kobo, points)
    assert price % 100 == 0
    assert abs(price * 10_000 - kobo * (10_000 - points)) <= 50 * 10_000


@pytest.mark.django_db
def test_sizes_of_one_price_get_one_and_others_each_their_own() -> None:
    plain = VariantSizeFactory(variant__product__base_price_kobo=850_000).variant.product
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    VariantSizeFactory(variant=size.variant, size=SizeFactory(name="XL"), price_kobo=900_000)
    products = [plain.pk, size.variant.product_id]
    sale = SaleFactory()
    planned = preview(products, 1_500)
    assert not SalePrice.objects.exists()
    for _ in range(2):
        assert apply(sale.pk, products, 1_500, fingerprint(planned)) == 3
    found = sorted(SalePrice.objects.values_list("product_id", "variant_size__size__name", "price_kobo"))
    assert found == [
        (plain.pk, None, 722_500),
        (size.variant.product_id, "M", 722_500),
        (size.variant.product_id, "XL", 765_000),
    ]


@pytest.mark.django_db
def test_what_was_not_looked_at_is_not_written() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    products = [size.variant.product_id]
    kept = SalePriceFactory(product=size.variant.product, price_kobo=800_000)
    seen = fingerprint(preview(products, 1_500))
    VariantSize.objects.update(price_kobo=900_000)
    with pytest.raises(Conflict, match="Prices changed since you looked"):
        apply(kept.sale_id, products, 1_500, seen)
    assert SalePrice.objects.get().price_kobo == 800_000


@pytest.mark.django_db
@pytest.mark.parametrize("points", [0, -1, 10_000, 20_000])
def test_nothing_and_everything_cannot_be_taken_off(points: int) -> None:
    product = VariantSizeFactory().variant.product_id
    with pytest.raises(ShopError, match="more than 0 and less than 100") as refusal:
        preview([product], points)
    assert refusal.value.field == "percent"


@pytest.mark.django_db
def test_a_price_of_nought_is_refused_whole() -> None:
    cheap = VariantSizeFactory(
        variant__product__base_price_kobo=100, variant__product__name="Button"
    ).variant.product_id
    dear = VariantSizeFactory().variant.product_id
    with pytest.raises(ShopError, match="Button would cost ₦0"):
        preview([cheap, dear], 9_000)
    with pytest.raises(ShopError, match="Choose 1 to 500 products"):
        preview([], 1_000)
    with pytest.raises(NotFound):
        apply(404, [dear], 1_000, "")


@pytest.mark.django_db
def test_where_a_price_comes_from_is_told() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    large = VariantSizeFactory(variant=size.variant, size=SizeFactory(name="L"))
    entry = SalePriceFactory(product=size.variant.product, variant_size=size, price_kobo=700_000)
    found = [(each.price.amount, each.skus, each.sale) for each in sale_planning.origins(size.variant.product_id)]
    assert found == [(700_000, [size.sku], entry.sale.name), (850_000, [large.sku], "")]
