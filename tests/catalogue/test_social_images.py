"""What stands beside a shared link: drawn from photograph and name, renewed with them, and never in anybody's way."""

import io
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from PIL import Image as Pillow

from catalog import freshness, images, social_drawing, social_images, tasks
from catalog.models import Bundle, Image, Product
from catalog.seo import SHOP_PICTURE
from tests.ahead import Ahead
from tests.catalogue.test_loose_files import a_day_later
from tests.catalogue.test_pictures import photograph
from tests.factories import BundleFactory, ProductFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db
NOISE = Pillow.effect_noise((1080, 1350), 120).convert("RGB")
PAGE = "/products/brief/"


def noise() -> bytes:
    file = io.BytesIO()
    NOISE.save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture
def product() -> Product:
    size = VariantSizeFactory(variant__product__slug="brief", variant__product__name="Brief")
    _ready(variant=size.variant)
    made: Product = size.variant.product
    return made


def _ready(content: bytes = b"", **owner: Any) -> Image:
    original = images.store_original(content or photograph())
    image = Image.objects.create(alt="Front", original=original, is_primary=True, **owner)
    assert images.process(image.pk)
    return image


def tags(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page))


@pytest.mark.parametrize("content", [photograph(), noise(), photograph((1600, 500))], ids=["plain", "busy", "wide"])
def test_of_one_size_light_and_without_a_word_about_its_origin(content: bytes) -> None:
    drawn = social_drawing.draw(content, "Everyday Brief")
    assert len(drawn) <= 120 * 1024
    with Pillow.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (1200, 630), "RGB")
        assert picture.info["progressive"]
        assert not dict(picture.getexif())
        assert "icc_profile" not in picture.info


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Everyday Brief", ["Everyday Brief"]),
        ("Ṣọlá’s Brief", ["Ṣọlá’s Brief"]),
        ("Ẹ̀kọ́ Brief", ["Ẹkọ Brief"]),
        ("Três Käse", ["Tres Kase"]),
        ("短い Set 🙂", ["Set"]),
        ("短い", []),
        ("Very long and ever longer " * 4, ["Very long and ever", "longer Very long and", "ever longer Very…"]),
        ("W" * 120, ["W" * 8 + "…"]),
    ],
)
def test_names_are_wrapped_and_never_boxes(name: str, shown: list[str]) -> None:
    font, lines = social_drawing.wrapped(name, 500)
    assert lines == shown
    assert all(font.getlength(line) <= 500 for line in lines)
    assert social_drawing.draw(photograph(), name)


def test_drawn_once_and_anew_with_the_name_or_the_picture(product: Product) -> None:
    assert social_images.due_products() == [product.pk]
    assert social_images.renew_product(product.pk)
    assert not social_images.renew_product(product.pk), "nothing has changed"
    assert social_images.due_products() == []
    product.refresh_from_db()
    names = [product.social_image]

    Product.objects.update(name="Boxer")
    assert social_images.renew_product(product.pk)
    product.refresh_from_db()
    names.append(product.social_image)

    Image.objects.update(is_primary=False)
    newer = _ready(photograph((600, 900)), variant=product.variants.get())
    assert social_images.renew_of_image(newer.pk)
    product.refresh_from_db()
    names.append(product.social_image)
    assert len(set(names)) == 3, "an address never changes its content"

    Image.objects.all().delete()
    assert social_images.renew_product(product.pk)
    product.refresh_from_db()
    assert product.social_image == ""
    a_day_later()
    assert not any(default_storage.exists(name) for name in names)


def test_files_in_use_stay(product: Product) -> None:
    social_images.renew_product(product.pk)
    a_day_later()
    product.refresh_from_db()
    assert default_storage.exists(product.social_image)


def test_a_ready_picture_nudges_and_a_sweep_finds_the_rest(
    product: Product, nudges: list[tuple[str, tuple[Any, ...]]], django_capture_on_commit_callbacks: Any
) -> None:
    bundle = BundleFactory(eligible=[product])
    image = Image.objects.create(bundle=bundle, alt="Set", original=images.store_original(photograph()))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.process_image(image.pk)
    assert nudges == [("catalog.tasks.draw_of_image", (image.pk,))]
    nudges.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep_social_images() == 2
    assert nudges == [("catalog.tasks.draw_product", (product.pk,)), ("catalog.tasks.draw_bundle", (bundle.pk,))]
    assert tasks.draw_of_image(image.pk)
    assert tasks.draw_product(product.pk)
    assert not tasks.draw_bundle(bundle.pk)
    assert tasks.sweep_social_images() == 0
    assert Bundle.objects.get().social_image


def test_page_says_what_links_show(product: Product, client: Client) -> None:
    bundle = BundleFactory(eligible=[product], slug="three", name="Any three")
    _ready(bundle=bundle)
    social_images.renew_product(product.pk)
    social_images.renew_bundle(bundle.pk)
    for path, kind, title in ((PAGE, "product", "Brief"), ("/bundles/three/", "website", "Any three")):
        shown = tags(client.get(path).content.decode())
        assert shown["og:type"] == kind
        assert shown["og:title"] == title
        assert (shown["og:image:width"], shown["og:image:height"]) == ("1200", "630")
        assert shown["og:image:type"] == "image/jpeg"
        assert shown["twitter:card"] == "summary_large_image"
        assert shown["og:url"] == f"http://localhost:8000{path}"
        assert shown["og:description"]
        assert shown["og:image:alt"]
        assert "₦" not in "".join(shown.values()), "prices change, what networks keep does not"
        with default_storage.open(shown["og:image"].removeprefix("http://localhost:8000/media/")) as file:
            assert Pillow.open(file).size == (1200, 630)


@pytest.mark.parametrize("path", ["/", "/shop/", "/bundles/"])
def test_other_pages_share_the_shop_s_own_picture(path: str, client: Client) -> None:
    shown = tags(client.get(path).content.decode())
    assert {"og:title", "og:description", "og:url", "og:site_name", "og:locale", "twitter:card"} <= shown.keys()
    assert "social/prechi" in shown["og:image"]
    assert shown["og:image"].startswith("http://")
    with Pillow.open(str(finders.find(SHOP_PICTURE))) as picture:
        assert (str(picture.width), str(picture.height)) == (shown["og:image:width"], shown["og:image:height"])


def test_a_sweep_looks_through_a_stretch_from_anywhere_and_behind_the_last_comes_the_first(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [product.pk, *(row.pk for row in ProductFactory.create_batch(3))]
    Product.objects.update(social_of="of another name")
    monkeypatch.setattr(social_images, "LOOKED_THROUGH", 2)
    for start, found in ((0, ids[:2]), (ids[0], ids[1:3]), (ids[2], [ids[3], ids[0]])):
        monkeypatch.setattr("catalog.social_images.random.randrange", lambda last, start=start: start)
        assert sorted(social_images.due_products()) == sorted(found)


def test_a_storage_that_is_away_is_asked_again(product: Product, client: Client, monkeypatch: Any) -> None:
    def away(*args: Any) -> None:
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr("catalog.image_storage.FolderStorage._save", away)
        assert not social_images.renew_product(product.pk)
    assert client.get(PAGE).status_code == 200
    assert social_images.due_products() == [product.pk]
    assert social_images.renew_product(product.pk)


def test_what_cannot_be_drawn_is_given_up_and_its_page_shows_the_photograph(product: Product, client: Client) -> None:
    for name in Image.objects.get().renditions["jpeg"].values():
        default_storage.delete(name)
    assert social_images.renew_product(product.pk)
    assert social_images.due_products() == []
    assert "og:image" in tags(client.get(PAGE).content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_is_renewed(product: Product) -> None:
    freshness.catch_up()
    shop = Ahead()
    shop.get(PAGE)
    asked = len(shop.asked)
    before = tags(shop.get(PAGE).text)
    assert len(shop.asked) == asked, "it was ready"
    assert before["og:image"].endswith("-720.jpeg"), "the photograph, until it is drawn"
    assert "og:image:width" not in before
    assert social_images.renew_product(product.pk)
    after = tags(shop.get(PAGE).text)
    assert after["og:image"] != before["og:image"]
    assert "/social/" in after["og:image"]


def test_columns_have_values_for_code_that_does_not_know_them(product: Product) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_bundle (name, slug, description, price_kobo, pieces, active, position, updated_at)"
            " VALUES ('Three', 'three', '', 100, 3, true, 0, now())"
        )
    assert Bundle.objects.get().social_image == ""
