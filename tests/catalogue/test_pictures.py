"""Pictures: checked by content, stripped, turned, made in every format, swapped in whole."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from catalog import images
from catalog.models import Image
from tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


def photograph(size: tuple[int, int] = (800, 1000), kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    Pillow.radial_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def uploaded(content: bytes) -> Image:
    return Image.objects.create(variant=VariantFactory(), alt="Front", original=images.store_original(content))


def test_a_photograph_becomes_renditions_in_three_formats() -> None:
    image = uploaded(photograph())
    assert images.process(image.pk)
    image.refresh_from_db()
    assert (image.state, image.width, image.height) == ("ready", 800, 1000)
    assert {kind: list(names) for kind, names in image.renditions.items()} == {
        kind: ["360", "720"] for kind in ("avif", "webp", "jpeg")
    }
    for kind, names in image.renditions.items():
        for width, name in names.items():
            with default_storage.open(name) as file, Pillow.open(file) as picture:
                assert (picture.format, picture.width) == (kind.upper(), int(width))


def test_position_and_camera_stay_behind_and_the_picture_stands_upright() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    image = uploaded(photograph((1000, 800), exif=exif))
    images.process(image.pk)
    image.refresh_from_db()
    assert (image.width, image.height) == (800, 1000)
    with default_storage.open(image.renditions["jpeg"]["360"]) as file, Pillow.open(file) as picture:
        assert not dict(picture.getexif())


def test_the_same_picture_is_kept_once() -> None:
    one, two = uploaded(photograph()), uploaded(photograph())
    images.process(one.pk)
    images.process(two.pk)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.original == two.original
    assert one.renditions == two.renditions


def test_harmless_twice() -> None:
    image = uploaded(photograph())
    assert images.process(image.pk)
    assert not images.process(image.pk)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "is no JPEG, PNG, WebP or AVIF"),
        (b"GIF89a" + b"\0" * 100, "is no JPEG, PNG, WebP or AVIF"),
        (b"", "is no JPEG, PNG, WebP or AVIF"),
        (photograph((100, 100)), "smaller than 200 pixels"),
        (photograph((10_000, 10_000), "PNG"), "too many pixels"),
        (b"\xff\xd8" + b"\0" * (images.BYTES_MAX + 1), "larger than 15 MB"),
    ],
    ids=["svg", "gif", "empty", "tiny", "100 megapixels", "too many bytes"],
)
def test_what_is_no_photograph_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(images.NotAPicture, match=reason):
        images.store_original(content)


def test_a_damaged_file_fails_with_its_reason_and_can_be_tried_again() -> None:
    image = uploaded(photograph()[:4000])
    assert not images.process(image.pk)
    image.refresh_from_db()
    assert (image.state, image.error) == ("failed", "The picture is damaged: it ends too early. Upload it again.")
    images.retry(image.pk)
    image.refresh_from_db()
    assert image.state == "queued"


def test_a_storage_that_is_away_is_tried_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(photograph())
    monkeypatch.setattr(images, "render", lambda content: 1 / 0)
    states = []
    for _ in range(3):
        images.process(image.pk)
        image.refresh_from_db()
        states.append(image.state)
    assert states == ["queued", "queued", "failed"]
    assert "ZeroDivisionError" in image.error
