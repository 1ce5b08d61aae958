"""Files that no row names are deleted after a day; files that any row names are not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from catalog import images, loose_files
from catalog.models import Image, LooseFile, Product
from tests.catalogue.test_pictures import photograph, uploaded

pytestmark = pytest.mark.django_db


def a_day_later() -> int:
    LooseFile.objects.update(since=Now() - timedelta(hours=25))
    return loose_files.sweep()


def stored(settings: Any) -> int:
    roots = (Path(default_storage.location), Path(settings.ORIGINALS_ROOT))
    return sum(1 for root in roots for path in root.rglob("*") if path.is_file())


def ready(content: bytes) -> Image:
    image = uploaded(content)
    assert images.process(image.pk)
    return Image.objects.get(pk=image.pk)


def test_what_is_shown_stays(settings: Any) -> None:
    image = ready(photograph())
    there = stored(settings)
    assert there == 1 + 9
    assert a_day_later() == 0
    assert stored(settings) == there
    assert not LooseFile.objects.exists(), "nobody has to look again"
    assert default_storage.exists(image.renditions["avif"]["360"])


def test_what_was_deleted_goes_a_day_later(settings: Any) -> None:
    ready(photograph()).delete()
    assert loose_files.sweep() == 0
    assert stored(settings) == 10, "a page in a cache may still name them"
    assert a_day_later() >= 10
    assert stored(settings) == 0
    assert a_day_later() == 0


@pytest.mark.parametrize("way", ["bulk", "cascade"])
def test_by_whatever_way_it_was_deleted(way: str, settings: Any) -> None:
    image = ready(photograph())
    a_day_later()
    if way == "bulk":
        Image.objects.filter(pk=image.pk)._raw_delete("default")
    else:
        Product.objects.all().delete()
    a_day_later()
    assert stored(settings) == 0


def test_files_that_another_picture_shares_stay(settings: Any) -> None:
    one, other = ready(photograph()), ready(photograph())
    one.delete()
    a_day_later()
    assert stored(settings) == 10
    other.delete()
    a_day_later()
    assert stored(settings) == 0


def test_a_replaced_picture_s_files_go(settings: Any) -> None:
    old = ready(photograph())
    new = Image.objects.create(
        variant=old.variant, alt="New", original=images.store_original(photograph((600, 700))), replaces=old
    )
    images.process(new.pk)
    a_day_later()
    assert stored(settings) == 1 + 6


def test_a_crash_between_file_and_row_leaves_nothing_behind(settings: Any) -> None:
    images.store_original(photograph())
    image = uploaded(photograph((700, 700)))
    images.render(photograph((700, 700)))
    loose_files.note("picture", images.rendering.stem_of(photograph((700, 700))), [])
    LooseFile.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "_swap_in", lambda *args: False)
        images.store_original(photograph())
        images.process(image.pk)
    image.delete()
    a_day_later()
    assert stored(settings) == 0


def test_uploaded_again_on_its_last_day_it_stays(settings: Any) -> None:
    ready(photograph()).delete()
    LooseFile.objects.update(since=Now() - timedelta(hours=25))
    name = images.store_original(photograph())
    loose_files.sweep()
    assert images.originals().exists(name)


def test_a_storage_that_is_away_is_asked_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(photograph()).delete()

    def away(self: Any, name: str) -> None:
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr("catalog.image_storage.FolderStorage.delete", away)
        with pytest.raises(OSError, match="away"):
            a_day_later()
    a_day_later()
    assert stored(settings) == 0
