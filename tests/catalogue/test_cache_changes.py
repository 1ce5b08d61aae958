"""Whatever changes a product, and whoever does it: its page, the API and the lists show it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog import freshness, reviews, stock
from catalog.listing_rows import FEW
from catalog.models import (
    CatalogueChange,
    Category,
    Colour,
    Image,
    Product,
    Review,
    Sale,
    Size,
    SizeGuide,
    SizeGuideRow,
    Variant,
    VariantSize,
    Video,
)
from orders.models import ZoneArea
from prechi import answers
from tests.ahead import Ahead
from tests.catalogue import sheets
from tests.catalogue.conftest import Clock
from tests.factories import (
    BundleFactory,
    CategoryFactory,
    DeliveryMethodFactory,
    SalePriceFactory,
    StaffFactory,
    VariantFactory,
    VariantSizeFactory,
    delivered_order,
    lagos,
    placed_order,
)

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, JSON, LIST, LIST_JSON = "/products/brief/", "/api/v1/products/brief/", "/c/briefs/", "/api/v1/products/"
SECONDS = 2.0

SHEET = """\
product_slug,name,category,gender,description,fabric,care,price_naira,is_new,active,publish_on,colour,size,sku,\
size_price_naira,on_hand,low_stock_threshold
brief,Imported Brief,briefs,women,,,,9999,no,yes,,Black,M,{sku},,,
"""


@pytest.fixture
def size() -> VariantSize:
    category = CategoryFactory(slug="briefs")
    made: VariantSize = VariantSizeFactory(
        variant__product__slug="brief", variant__product__name="Brief", variant__product__category=category, on_hand=5
    )
    freshness.catch_up()
    return made


def save(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def staff_save(size: VariantSize) -> None:
    """The form of the back office, as a browser sends it."""
    desk = Client()
    owner = StaffFactory()
    owner.save()
    desk.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    colour = Colour.objects.get()
    address = f"/admin/catalog/colour/{colour.pk}/change/"
    answer = desk.post(address, {"name": "Jet", "slug": colour.slug, "hex": colour.hex, "position": "0"})
    assert answer.status_code == 302


def imported(size: VariantSize) -> None:
    sheets.imported("products", SHEET.format(sku=size.sku))


def bulk_updated(size: VariantSize) -> None:
    product = size.variant.product
    product.name = "Boxer"
    Product.objects.bulk_update([product], ["name"])


def reviewed(size: VariantSize) -> None:
    delivered_order((size, 1))
    [invitation] = reviews.ReviewInvitation.objects.all()
    opinion = {"stars": 5, "title": "Lovely", "text": "Soft and true.", "fit": "true", "display_name": "Ada"}
    reviews.submit(invitation.token, reviews.Opinion(**opinion), [], author="")
    owner = StaffFactory()
    owner.save()
    reviews.approve(Review.objects.get().pk, owner.pk)


def planned(size: VariantSize) -> None:
    for price in (700_000, 600_000):
        SalePriceFactory(product=size.variant.product, price_kobo=price)
    Sale.objects.order_by("pk")[:1].get().delete()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


PICTURE = {"alt": "Front", "state": "ready", "width": 1, "height": 1, "renditions": {"jpeg": {"360": "r/1.jpeg"}}}
# What was done, how, and whether lists show it as well.
CHANGES: dict[str, tuple[Callable[[VariantSize], Any], bool]] = {
    "saved": (lambda size: save(size.variant.product, name="Boxer"), True),
    "saved in the back office": (staff_save, True),
    "imported": (imported, True),
    "a bulk update": (lambda size: Product.objects.update(name="Boxer"), True),
    "bulk_update": (bulk_updated, True),
    "a size's own price": (lambda size: VariantSize.objects.update(price_kobo=99_900), True),
    "a size's name": (lambda size: Size.objects.update(name="Medium"), False),
    "a category's name": (lambda size: Category.objects.update(name="Underwear"), False),
    "sold out by an order": (lambda size: placed_order((size, 5)), True),
    "stock written off": (lambda size: stock.adjust(size.pk, -5, "damaged"), True),
    "a sale": (lambda size: SalePriceFactory(product=size.variant.product, price_kobo=700_000), True),
    "a sale, and another": (planned, True),
    "a picture": (lambda size: Image.objects.create(variant=size.variant, **PICTURE), True),
    "a colour taken out": (lambda size: Variant.objects.update(active=False), True),
    "taken off sale": (lambda size: Product.objects.update(active=False), True),
    "published later": (lambda size: Product.objects.update(publish_at=timezone.now() + timedelta(days=1)), True),
    "a bundle with it": (lambda size: BundleFactory(slug="three", eligible=[size.variant.product]), False),
    "a review": (reviewed, True),
    "SQL, past the shop": (lambda size: sql("UPDATE catalog_product SET name = 'Boxer'"), True),
    "stock by SQL": (lambda size: sql("UPDATE catalog_variantsize SET low_stock_threshold = 9"), False),
}


def late(shop: Ahead, clock: Clock, before: dict[str, bytes]) -> list[str]:
    """The pages that still are as they were when two seconds have passed."""
    old = set(before)

    def all_are_new() -> bool:
        old.difference_update([path for path in old if shop.get(path).body != before[path]])
        return not old

    clock.within(SECONDS, all_are_new)
    return sorted(old)


@pytest.mark.parametrize("name", CHANGES)
def test_page_and_api_follow(size: VariantSize, name: str, clock: Clock) -> None:
    shop = Ahead()
    change, in_lists = CHANGES[name]
    paths = [PAGE, JSON, *([LIST, LIST_JSON] if in_lists else [])]
    if name == "a category's name":
        paths = [PAGE, JSON, LIST]
    before = {path: shop.get(path).body for path in paths}
    assert {path: shop.get(path).body for path in paths} == before
    change(size)
    assert late(shop, clock, before) == []


@pytest.mark.parametrize("table", ["image", "video", "variantsize"])
def test_what_moves_to_another_product_is_noted_for_both(size: VariantSize, table: str) -> None:
    other = VariantFactory(product__category=size.variant.product.category)
    Image.objects.create(variant=size.variant, **PICTURE)
    Video.objects.create(variant=size.variant, title="Worn", url="https://vimeo.com/1")
    freshness.catch_up()
    sql(f"UPDATE catalog_{table} SET variant_id = {other.pk}")
    noted = set(CatalogueChange.objects.values_list("product_id", flat=True))
    assert noted == {size.variant.product_id, other.product_id}


def test_what_moves_to_another_bundle_is_noted_for_both(size: VariantSize) -> None:
    first = BundleFactory(eligible=[size.variant.product])
    second = BundleFactory()
    freshness.catch_up()
    sql(f"UPDATE catalog_bundle_eligible SET bundle_id = {second.pk}")
    assert {first.pk, second.pk} <= set(CatalogueChange.objects.values_list("bundle_id", flat=True))


def test_a_film_is_shown_by_whoever_saved_it_at_once(size: VariantSize) -> None:
    Video.objects.create(variant=size.variant, title="Worn", url="https://vimeo.com/1")
    assert not CatalogueChange.objects.exists()


@pytest.mark.usefixtures("size")
def test_the_page_of_a_deleted_category_is_gone(clock: Clock) -> None:
    vests = CategoryFactory(slug="vests")
    shop = Ahead()
    before = shop.get("/c/vests/")
    assert before.status == 200
    vests.delete()
    assert late(shop, clock, {"/c/vests/": before.body}) == []
    assert shop.get("/c/vests/").status == 404


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_sizeguide SET note = 'Measure twice.'",
        "UPDATE catalog_sizeguiderow SET hips_to = hips_to + 6",
        "DELETE FROM catalog_sizeguiderow",
    ],
)
def test_a_size_guide_changed_past_the_shop_is_shown(statement: str, clock: Clock) -> None:
    guide = SizeGuide.objects.create(name="Tops", slug="tops")
    SizeGuideRow.objects.create(guide=guide, size="M", hips_from=96, hips_to=102)
    shop = Ahead()
    before = shop.get("/help/sizes/").body
    assert shop.get("/help/sizes/").body == before
    sql(statement)
    assert late(shop, clock, {"/help/sizes/": before}) == []


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_zone SET fee_kobo = 123400",
        "UPDATE orders_deliverymethod SET fee_kobo = 123400",
        "DELETE FROM orders_zonearea WHERE area = 'Badagry'",
    ],
)
def test_what_delivery_costs_is_shown_whoever_changes_it(statement: str, clock: Clock) -> None:
    zone = lagos()
    DeliveryMethodFactory(zone=zone)
    ZoneArea.objects.create(zone=zone, country="NG", state="Lagos", area="Badagry")
    shop = Ahead()
    paths = ["/help/delivery/", PAGE] if "orders_zone " in statement else ["/help/delivery/"]
    before = {path: shop.get(path).body for path in paths}
    sql(statement)
    assert late(shop, clock, before) == []


def test_no_request_does_the_work_of_an_import(size: VariantSize) -> None:
    """Neither a page nor an order: both would wait for the rows of every product in it."""
    shop = Ahead()
    shop.get(LIST)
    sql(f"INSERT INTO catalog_cataloguechange (product_id) SELECT id FROM generate_series(1, {FEW + 1}) id")
    answers.forget_memory()
    shop.get(LIST)
    placed_order((size, 5))
    assert CatalogueChange.objects.filter(applied=False).count() > FEW
    freshness.catch_up()
    assert "Sold out" in shop.get(LIST).text


def test_a_new_name_of_a_category_is_in_the_menu_of_every_page(size: VariantSize, clock: Clock) -> None:
    VariantSizeFactory(variant__product__category=CategoryFactory(slug="vests", name="Vests"))
    freshness.catch_up()
    shop = Ahead()
    before = shop.get(PAGE).body
    Category.objects.filter(slug="vests").update(name="Singlets")
    assert late(shop, clock, {PAGE: before}) == []
