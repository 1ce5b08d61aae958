"""What staff write: prices in naira, pictures, switches."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from adminpanel.base import NairaField
from catalog.models import Image, Product
from core.models import Switch
from orders.models import Zone
from tests.factories import CategoryFactory, VariantFactory


def product_form(**changes: str) -> dict[str, str]:
    return {
        "name": "Lounge set",
        "slug": "lounge-set",
        "category": str(CategoryFactory().pk),
        "gender": "women",
        "base_price_kobo": "8,500.50",
        "active": "on",
        "publish_at_0": "01/11/2026",
        "publish_at_1": "09:00",
        "variants-TOTAL_FORMS": "0",
        "variants-INITIAL_FORMS": "0",
        **changes,
    }


@pytest.mark.parametrize(("written", "kobo"), [("8,500.50", 850_050), ("8500", 850_000), ("₦ 19,000", 1_900_000)])
def test_a_price_is_written_in_naira(desk: Client, written: str, kobo: int) -> None:
    answer = desk.post(reverse("admin:catalog_product_add"), product_form(base_price_kobo=written))
    assert answer.status_code == 302
    assert Product.objects.get().base_price_kobo == kobo


@pytest.mark.parametrize("written", ["0", "0.00", "", "-5", "8.500,00", "1.234", "free", "9" * 30, "NaN", "1e5"])
def test_what_is_no_price_is_refused_beside_its_field(desk: Client, written: str) -> None:
    answer = desk.post(reverse("admin:catalog_product_add"), product_form(base_price_kobo=written))
    assert answer.status_code == 200
    assert "base_price_kobo" in answer.context["adminform"].form.errors
    assert not Product.objects.exists()


def test_a_price_is_shown_as_it_would_be_written() -> None:
    field = NairaField()
    assert [field.prepare_value(kobo) for kobo in (850_000, 850_050, 5, None)] == ["8,500", "8,500.50", "0.05", None]
    assert not field.has_changed(850_000, "8,500")
    assert field.has_changed(850_000, "8,500.50")


def test_a_fee_may_be_nought(desk: Client) -> None:
    form = {
        "name": "Pick up",
        "slug": "pick-up",
        "fee_kobo": "0",
        "min_days": "1",
        "max_days": "2",
        "tax_basis_points": "0",
        "position": "0",
        "other_methods-TOTAL_FORMS": "0",
        "other_methods-INITIAL_FORMS": "0",
        "areas-TOTAL_FORMS": "0",
        "areas-INITIAL_FORMS": "0",
    }
    assert desk.post(reverse("admin:orders_zone_add"), form).status_code == 302
    assert Zone.objects.get().fee_kobo == 0


def upload(desk: Client, content: bytes, nudges: list[Any], **fields: str) -> Any:
    file = SimpleUploadedFile("front.jpg", content, content_type="image/jpeg")
    form = {"file": file, "alt": "Front", "position": "0", **fields}
    return desk.post(reverse("admin:catalog_image_add"), form)


def photograph() -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (800, 1000), "#9A3B1F").save(out, "JPEG")
    return out.getvalue()


def test_an_upload_answers_at_once_and_queues_the_work(
    desk: Client, nudges: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    variant = VariantFactory()
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(desk, photograph(), nudges, variant=str(variant.pk)).status_code == 302
    image = Image.objects.get()
    assert (image.variant, image.state) == (variant, "queued")
    assert image.original.endswith(".jpeg")
    assert ("catalog.tasks.process_image", (image.pk,)) in nudges


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"", b"\xff\xd8\xff\xe0 not really"])
def test_what_is_no_picture_is_refused(desk: Client, nudges: list[Any], content: bytes) -> None:
    answer = upload(desk, content, nudges, variant=str(VariantFactory().pk))
    assert "file" in answer.context["adminform"].form.errors
    assert not Image.objects.exists()


def test_a_picture_belongs_to_something(desk: Client, nudges: list[Any]) -> None:
    assert "variant" in upload(desk, photograph(), nudges).context["adminform"].form.errors
    assert not Image.objects.exists()


def test_a_switch_is_thrown_by_name_from_a_list(desk: Client) -> None:
    add = reverse("admin:core_switch_add")
    assert desk.post(add, {"name": "self_destruct", "on": "on"}).status_code == 200
    assert desk.post(add, {"name": "payments_paused", "on": "on", "note": "Paystack is down"}).status_code == 302
    assert Switch.objects.get().on
    change = reverse("admin:core_switch_change", args=["payments_paused"])
    assert desk.post(change, {"note": "Back again"}).status_code == 302
    assert not Switch.objects.get().on
