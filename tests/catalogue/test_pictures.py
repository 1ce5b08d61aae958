"""Pictures: checked by content, stripped, turned, made in every format, swapped in whole."""

import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from PIL import Image as Pillow

from catalog import images, work
from catalog.models import Image
from catalog.pictures import picture
from core.errors import Conflict
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
        kind: ["360", "540", "720"] for kind in ("avif", "webp", "jpeg")
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
        (b"", "is empty"),
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


def due(image: Image) -> None:
    """As if its waiting time were over."""
    Image.objects.filter(pk=image.pk).update(next_attempt_at=Now() - timedelta(seconds=1))


def test_a_storage_that_is_away_is_tried_five_times_with_growing_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(photograph())
    monkeypatch.setattr(images, "render", lambda content: 1 / 0)
    states, waits = [], []
    for _ in range(5):
        images.process(image.pk)
        image.refresh_from_db()
        states.append(image.state)
        if image.next_attempt_at:
            waits.append(round((image.next_attempt_at - image.updated_at).total_seconds()))
            assert not images.process(image.pk), "not before its time"
            assert images.unfinished() == []
            due(image)
            assert images.unfinished() == [image.pk]
    assert states == ["queued"] * 4 + ["dead"]
    assert waits == [20, 60, 180, 540]
    assert "Given up after 5 tries" in image.error
    assert "ZeroDivisionError" in image.error
    assert images.unfinished() == []


def test_a_dead_letter_is_tried_again_as_if_new(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(photograph())
    Image.objects.filter(pk=image.pk).update(state="dead", attempts=5, error="Out of memory")
    images.retry(image.pk)
    assert images.process(image.pk)
    image.refresh_from_db()
    assert (image.state, image.attempts, image.error) == ("ready", 1, "")
    with pytest.raises(Conflict):
        images.retry(image.pk)


def test_a_worker_that_died_is_noticed_and_the_third_death_is_the_last() -> None:
    image = uploaded(photograph())
    for delivery in range(1, 4):
        assert work.claim(Image, image.pk) is not None, "and here the worker is killed"
        assert work.claim(Image, image.pk) is None, "it may still live"
        Image.objects.filter(pk=image.pk).update(updated_at=Now() - work.LEASE - timedelta(seconds=1))
        image.refresh_from_db()
        assert (image.state, image.attempts) == ("processing", delivery)
        assert images.unfinished() == [image.pk]
    assert not images.process(image.pk)
    image.refresh_from_db()
    assert image.state == "dead"
    assert "died every time" in image.error


def test_a_worker_believed_dead_cannot_undo_what_another_did(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(photograph())

    def taken_over(content: bytes) -> Any:
        monkeypatch.undo()
        Image.objects.filter(pk=image.pk).update(updated_at=Now() - work.LEASE - timedelta(seconds=1))
        assert images.process(image.pk)
        raise OSError("the first one wakes up, and fails")

    monkeypatch.setattr(images, "render", taken_over)
    assert not images.process(image.pk)
    image.refresh_from_db()
    assert (image.state, image.attempts) == ("ready", 2)


def test_a_replacement_takes_the_place_only_when_it_is_ready() -> None:
    old = uploaded(photograph())
    images.process(old.pk)
    Image.objects.filter(pk=old.pk).update(is_primary=True, position=4)
    new = Image.objects.create(
        variant=old.variant, alt="Better", original=images.store_original(photograph((900, 900))), replaces=old
    )
    assert [image.pk for image in Image.objects.filter(state="ready")] == [old.pk]
    assert images.process(new.pk)
    new.refresh_from_db()
    assert (new.position, new.is_primary, new.replaces, new.state) == (4, True, None, "ready")
    assert not Image.objects.filter(pk=old.pk).exists()


def test_a_replacement_that_fails_leaves_the_old_one() -> None:
    old = uploaded(photograph())
    images.process(old.pk)
    new = Image.objects.create(
        variant=old.variant, alt="No", original=images.store_original(photograph()[:4000]), replaces=old
    )
    assert not images.process(new.pk)
    old.refresh_from_db()
    assert old.state == "ready"


def test_a_picture_deleted_meanwhile_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    image = uploaded(photograph())
    rendered = images.render(photograph())
    monkeypatch.setattr(images, "render", lambda content: Image.objects.all().delete() and rendered)
    assert not images.process(image.pk)
    assert not Image.objects.exists()


def test_a_placeholder_of_a_few_pixels_is_in_the_data_of_pages() -> None:
    image = uploaded(photograph((1000, 1250)))
    images.process(image.pk)
    image.refresh_from_db()
    shown = picture(image)["placeholder"]
    assert shown.startswith("data:image/webp;base64,")
    assert len(shown) < 400
    with Pillow.open(io.BytesIO(base64.b64decode(shown.split(",")[1]))) as tiny:
        assert tiny.size == (16, 20)


def test_half_a_file_is_never_found_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(self: Any, *args: Any) -> Any:
        raise OSError(28, "No space left on device")

    image = uploaded(photograph())
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", full_disk)
        assert not images.process(image.pk)
    assert not [path for path in Path(default_storage.location).rglob("*") if path.is_file()]
    image.refresh_from_db()
    assert (image.state, "No space left" in image.error) == ("queued", True)
    due(image)
    assert images.process(image.pk)
