"""Bundles in the back office: a whole category at once, what customers will read, and what is odd about it."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog import bundles
from catalog.models import Bundle, VariantSize
from tests.factories import BundleFactory, CategoryFactory, ProductFactory, VariantFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


def form_of(bundle: Bundle, **changes: object) -> dict[str, object]:
    return {
        "name": bundle.name,
        "slug": bundle.slug,
        "price_kobo": "20,000",
        "pieces": "3",
        "position": "0",
        "active": "on",
        "eligible": [str(pk) for pk in bundle.eligible.values_list("pk", flat=True)],
        "images-TOTAL_FORMS": "0",
        "images-INITIAL_FORMS": "0",
        **changes,
    }


def test_all_products_of_a_category_join_those_that_were_chosen(desk: Client) -> None:
    briefs = CategoryFactory()
    inside = [ProductFactory(category=briefs), ProductFactory(category=CategoryFactory(parent=briefs))]
    chosen, left_out = ProductFactory(), ProductFactory()
    bundle = BundleFactory(eligible=[chosen])
    page = reverse("admin:catalog_bundle_change", args=[bundle.pk])
    answer = desk.post(page, form_of(bundle, whole_category=str(briefs.pk)))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert set(bundle.eligible.all()) == {*inside, chosen}
    assert left_out not in bundle.eligible.all()


def test_the_sentence_of_customers_is_shown_before_they_read_it(desk: Client) -> None:
    size = VariantSizeFactory()
    bundle = BundleFactory(eligible=[size.variant.product])
    text = desk.get(reverse("admin:catalog_bundle_change", args=[bundle.pk])).text
    assert "Any 3 pieces, ₦20,000. You save ₦5,500." in text


@pytest.mark.parametrize(
    ("price_naira", "pieces_left", "told"),
    [
        (20_000, 10, ""),
        (25_000, 10, "The cheapest choice costs ₦15,000 singly"),
        (90_000, 10, "No choice of pieces saves anything"),
        (20_000, 1, "Only 2 pieces are in stock"),
    ],
)
def test_what_is_odd_is_told(price_naira: int, pieces_left: int, told: str) -> None:
    """One piece of ₦8,500 and one of ₦10,000; where the price is above, one of ₦5,000 as well."""
    product = ProductFactory()
    first = VariantSizeFactory(variant=VariantFactory(product=product), on_hand=pieces_left)
    second = VariantSizeFactory(variant=VariantFactory(product=product, colour__slug="navy"), on_hand=pieces_left)
    VariantSize.objects.filter(pk=second.pk).update(price_kobo=1_000_000)
    if price_naira > 20_000:
        VariantSize.objects.filter(pk=first.pk).update(price_kobo=500_000)
    bundle = BundleFactory(price_kobo=price_naira * 100, eligible=[product])
    warnings = bundles.preview(bundle)[1]
    assert [told in warning for warning in warnings] == ([True] if told else [])


def test_a_warning_is_told_when_it_is_saved(desk: Client) -> None:
    bundle = BundleFactory(eligible=[ProductFactory()])
    page = reverse("admin:catalog_bundle_change", args=[bundle.pk])
    assert "Only 0 pieces are in stock" in desk.post(page, form_of(bundle), follow=True).text
