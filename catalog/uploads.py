"""Several files sent at once: looked at, kept, queued; what becomes of each can be followed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from catalog import images, tasks, work
from catalog.models import Bundle, Image, Upload, UploadBatch, Variant
from catalog.rendering import NotAPicture
from core.errors import NotFound, ShopError
from core.queue import nudge

FILES_MAX = 20
# Of a whole request, files and all around them.
REQUEST_BYTES_MAX = 120 * 1024 * 1024
NAME_MAX = 120
UNDER_WAY = frozenset(work.UNFINISHED)
GIVEN_UP = frozenset(work.GIVEN_UP)


class TooMuch(ShopError):
    status = 413
    code = "request_too_large"

    def __init__(self) -> None:
        most = REQUEST_BYTES_MAX // 1024 // 1024
        super().__init__(f"These files are more than {most} MB together. Send fewer at once.", field="files")


@dataclass(frozen=True, slots=True)
class _Arrived:
    name: str
    size: int
    alt: str
    original: str = ""
    reason: str = ""


def receive(
    target: Variant | Bundle, files: Sequence[UploadedFile], alts: Sequence[str], by: Any, replaces: int | None = None
) -> UploadBatch:
    """Keeps the files privately and queues them; pages show them when they are ready. Quick: reads headers alone.

    A wrong file is refused with its reason and the others go on. `alts` has one text for each file, or one for all.
    `replaces` is the id of a picture of `target` whose place a single file takes. Raises ShopError where nothing at
    all can be used; nothing is written then. To be called outside any transaction.
    """
    texts = _texts(files, alts)
    replaced = _replaced(target, files, replaces)
    arrived = [_arrive(file, alt) for file, alt in zip(files, texts, strict=True)]
    if not any(file.original for file in arrived):
        told = [{"name": file.name, "reason": file.reason} for file in arrived]
        reasons = " ".join(f"{file.name}: {file.reason}" for file in arrived[:3])
        raise ShopError(
            f"None of the files can be used. {reasons}", code="no_usable_file", field="files", details={"files": told}
        )
    return _enqueue(target, arrived, by, replaced)


def batch_of(by: Any, batch_id: UUID) -> UploadBatch:
    """With its files and their pictures. Raises NotFound, also for somebody else's."""
    batch = UploadBatch.objects.filter(pk=batch_id, created_by=by).first()
    if batch is None:
        raise NotFound("There is no such upload of yours.")
    return batch


def files_of(batch: UploadBatch) -> list[Upload]:
    return list(batch.files.select_related("image"))


def retry(batch: UploadBatch, file_id: int) -> Upload:
    """Puts a file that failed back into the queue. Raises NotFound, and Conflict where nothing failed."""
    upload = batch.files.select_related("image").filter(pk=file_id).first()
    if upload is None or upload.image is None:
        raise NotFound("This file is not in the upload, or nothing of it was kept. Upload it again.")
    images.retry(upload.image.pk)
    nudge(tasks.process_image, upload.image.pk)
    upload.image.refresh_from_db()
    return upload


def _texts(files: Sequence[UploadedFile], alts: Sequence[str]) -> list[str]:
    if not files:
        raise ShopError("There is no file in this upload. Choose at least one picture.", field="files")
    if len(files) > FILES_MAX:
        raise ShopError(
            f"These are {len(files)} files. Send at most {FILES_MAX} at once.", code="too_many_files", field="files"
        )
    texts = [" ".join(alt.split()) for alt in alts]
    if not texts or not all(texts):
        raise ShopError("Every picture needs a text alternative: say what is to be seen.", field="alt")
    if any(len(text) > 200 or "\0" in text for text in texts):
        raise ShopError("A text alternative has at most 200 characters.", field="alt")
    if len(texts) not in (1, len(files)):
        raise ShopError(f"{len(texts)} text alternatives for {len(files)} files: send one for each.", field="alt")
    return texts * len(files) if len(texts) == 1 else texts


def _replaced(target: Variant | Bundle, files: Sequence[UploadedFile], replaces: int | None) -> Image | None:
    if replaces is None:
        return None
    image = target.images.filter(pk=replaces).first()
    if image is None or len(files) != 1:
        raise ShopError("Replace one picture of this gallery by one file.", field="replaces")
    return image


def _arrive(file: UploadedFile, alt: str) -> _Arrived:
    name, size = _shown(file.name or ""), file.size or 0
    try:
        if size > images.BYTES_MAX:
            raise NotAPicture(f"The file is larger than {images.BYTES_MAX // 1024 // 1024} MB. Save it smaller.")
        return _Arrived(name, size, alt, original=images.store_original(file.read()))
    except NotAPicture as refused:
        return _Arrived(name, size, alt, reason=refused.message)


def _shown(name: str) -> str:
    """For people's eyes: no path, no control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:NAME_MAX] or "unnamed"


@transaction.atomic
def _enqueue(target: Variant | Bundle, arrived: Iterable[_Arrived], by: Any, replaced: Image | None) -> UploadBatch:
    # Two uploads at once must not both take the first place.
    type(target)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=target.pk)
    owner: dict[str, Any] = {"variant": target} if isinstance(target, Variant) else {"bundle": target}
    batch = UploadBatch.objects.create(created_by=by, **owner)
    position = target.images.aggregate(last=Max("position"))["last"] or 0
    needs_primary = not target.images.filter(is_primary=True).exists()
    if replaced:
        Image.objects.filter(replaces=replaced).update(replaces=None)
    for number, file in enumerate(arrived, 1):
        image = None
        if file.original:
            position += 1
            image = Image.objects.create(
                **owner,
                alt=file.alt,
                original=file.original,
                position=position,
                is_primary=needs_primary,
                replaces=replaced,
            )
            needs_primary = False
            nudge(tasks.process_image, image.pk)
        Upload.objects.create(
            batch=batch, position=number, name=file.name, size_bytes=file.size, image=image, reason=file.reason
        )
    return batch
