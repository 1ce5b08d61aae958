"""Stored files that no row names: found without listing a storage, deleted after a day.

Whoever stores a file notes it here first, and a trigger notes what a row lets go. So a crash between file and row, a
deleted picture and a replaced one all end in the same way. Pages in a cache may still name the files for an hour, and a
file may belong to several rows; hence the day, and the second look.
"""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.core.files.storage import Storage, default_storage, storages
from django.db.models import Model
from django.db.models.functions import Now

from catalog.models import Bundle, Image, LooseFile, Product, Video

GRACE = timedelta(days=1)
KIND = LooseFile.Kind
# Which columns name files of a kind.
NAMED_IN: dict[str, list[tuple[type[Model], str]]] = {
    KIND.ORIGINAL: [(Image, "original"), (Video, "original"), (Video, "poster_original")],
    KIND.PICTURE: [(Image, "stem"), (Video, "stem")],
    KIND.VIDEO: [(Video, "file")],
    KIND.SOCIAL: [(Product, "social_image"), (Bundle, "social_image")],
}

log = structlog.get_logger(__name__)


def note(kind: str, name: str, files: Iterable[str]) -> None:
    """Before storing. From here on the files have a day to be named by a row."""
    LooseFile.objects.update_or_create(kind=kind, name=name, defaults={"files": sorted(files), "since": Now()})


def sweep(limit: int = 1000) -> int:
    """Deletes what nobody has named for a day. Returns how many files went. A storage that is away is asked again."""
    gone = 0
    for row in LooseFile.objects.filter(since__lt=Now() - GRACE).order_by("since")[:limit]:
        if not _is_named(row):
            gone += _delete(row)
        LooseFile.objects.filter(pk=row.pk, since=row.since).delete()
    return gone


def _is_named(row: LooseFile) -> bool:
    return any(model._default_manager.filter(**{column: row.name}).exists() for model, column in NAMED_IN[row.kind])


def _delete(row: LooseFile) -> int:
    storage: Storage = storages["originals"] if row.kind == KIND.ORIGINAL else default_storage
    for name in row.files:
        storage.delete(name)
    log.info("loose_files_deleted", name=row.name, files=len(row.files))
    return len(row.files)
