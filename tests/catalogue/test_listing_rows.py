"""What lists show is true after every change, whoever makes it; the kept counts are what counting would give."""

import random
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog import browse, listing_rows, stock
from catalog.filters import Filters
from catalog.models import Bundle, Category, Colour, FacetCount, ListingRow, Product, VariantSize
from tests.factories import (
    CategoryFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
)


def kept() -> dict[tuple[int, str, str], int]:
    return {(row.scope, row.kind, row.value): row.count for row in FacetCount.objects.filter(count__gt=0)}


def counted() -> dict[tuple[int, str, str], int]:
    counts: Counter[tuple[int, str, str]] = Counter()
    for row in ListingRow.objects.all():
        categories = {row.category_id, row.department_id}
        values = [("total", ""), ("gender", row.gender), *(("colour", slug) for slug in row.colours)]
        values += [("size", name) for name in row.sizes] + [("category", str(pk)) for pk in categories]
        values += [("new", "")] if row.is_new else []
        counts.update((scope, *value) for scope in {0, *categories} for value in values)
    return dict(counts)


def shown() -> list[str]:
    return [card["name"] for card in browse.listing().cards]


@pytest.mark.breaks_invariants  # pieces are reserved for no order here
@pytest.mark.django_db
def test_every_way_of_changing_a_product_reaches_the_lists() -> None:
    size = VariantSizeFactory(variant__product__name="Brief", on_hand=2)
    product = size.variant.product
    assert shown() == ["Brief"]
    Product.objects.filter(pk=product.pk).update(name="Boxer")
    assert shown() == ["Boxer"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET base_price_kobo = 123400 WHERE id = %s", [product.pk])
    assert browse.listing().cards[0]["price_from"]["amount"] == 123_400
    VariantSize.objects.filter(pk=size.pk).update(price_kobo=99_900)
    assert browse.listing().cards[0]["price_from"]["amount"] == 99_900
    stock.reserve({size.pk: 2})
    assert browse.listing().cards[0]["in_stock"] is False
    stock.release({size.pk: 1})
    assert browse.listing().cards[0]["in_stock"] is True
    Colour.objects.update(slug="jet")
    assert browse.listing(filters=Filters(colour=("jet",))).total == 1
    Category.objects.update(active=False)
    assert shown() == []
    Category.objects.update(active=True)
    Product.objects.update(publish_at=timezone.now() + timezone.timedelta(days=1))
    assert shown() == []
    Product.objects.update(publish_at=timezone.now())
    assert shown() == ["Boxer"]
    Bundle.objects.all().delete()
    VariantSize.objects.filter(pk=size.pk).update(active=False)
    assert shown() == []


@pytest.mark.breaks_invariants
@pytest.mark.django_db
def test_stock_that_stays_in_stock_is_no_change_for_lists() -> None:
    size = VariantSizeFactory(on_hand=5)
    listing_rows.apply_changes()
    before = listing_rows.position()
    stock.reserve({size.pk: 4})
    assert listing_rows.position() == before
    stock.reserve({size.pk: 1})
    assert listing_rows.position() > before


@pytest.mark.django_db
def test_many_waiting_changes_are_left_to_the_sweep() -> None:
    for _ in range(3):
        VariantSizeFactory()
    assert listing_rows.apply_changes(limit=1) == 0
    assert listing_rows.apply_changes() > 0
    assert ListingRow.objects.count() == 3


class KeptCounts(TestCase):
    """Any order of changes leaves counts that a count from scratch would give."""

    @settings(max_examples=15, deadline=None)
    @given(st.randoms(use_true_random=False))
    def test_are_what_counting_would_give(self, dice: random.Random) -> None:
        top = CategoryFactory()
        categories = [top, CategoryFactory(parent=top), CategoryFactory()]
        for _ in range(12):
            step = dice.randrange(6)
            products = list(Product.objects.all())
            if step <= 1 or not products:
                product = ProductFactory(category=dice.choice(categories), gender=dice.choice(["men", "women"]))
                for colour in dice.sample(["black", "white", "navy"], dice.randint(1, 2)):
                    variant = VariantFactory(product=product, colour=ColourFactory(slug=colour))
                    VariantSizeFactory(variant=variant, size=SizeFactory(name=dice.choice("SML")), on_hand=0)
            elif step == 2:
                Product.objects.filter(pk=dice.choice(products).pk).update(category=dice.choice(categories))
            elif step == 3:
                Product.objects.filter(pk=dice.choice(products).pk).update(active=dice.random() < 0.5)
            elif step == 4:
                Category.objects.filter(pk=categories[1].pk).update(parent=dice.choice([None, top]))
            else:
                dice.choice(products).delete()
            if dice.random() < 0.5:
                listing_rows.apply_changes()
        listing_rows.apply_changes()
        assert kept() == counted()
        assert set(ListingRow.objects.values_list("pk", flat=True)) == set(
            Product.objects.on_sale().filter(variants__sizes__active=True).values_list("pk", flat=True)
        )
