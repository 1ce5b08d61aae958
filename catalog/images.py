"""From an upload to what pages show: checked by content, kept privately, rendered by a worker, swapped in whole."""

import hashlib

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction

from catalog import loose_files, rendering, work
from catalog.models import Image, LooseFile, Upload
from catalog.rendering import NotAPicture, Rendered, render
from core.errors import ShopError

BYTES_MAX = rendering.BYTES_MAX

__all__ = ["BYTES_MAX", "NotAPicture", "Rendered", "originals", "process", "render", "store_original"]

log = structlog.get_logger(__name__)


def originals() -> Storage:
    return storages["originals"]


def store_original(content: bytes) -> str:
    """Checks the file by its content and keeps it privately under its hash, the same bytes once. Returns its name.

    Looks at the header alone, so it is quick. To be called outside any transaction, and named by a row within a day.
    Raises NotAPicture.
    """
    picture_format = (rendering.opened(content).format or "").lower().replace("mpo", "jpeg")
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}.{picture_format}"
    loose_files.note(LooseFile.Kind.ORIGINAL, name, [name])
    if not originals().exists(name):
        name = originals().save(name, ContentFile(content))
    return name


def process(image_id: int) -> bool:
    """Renders one queued picture and swaps it in. Returns whether it is ready; harmless twice.

    Worked on outside any transaction. A file that can never work fails at once, with its reason; anything else is
    tried again.
    """
    image = work.claim(Image, image_id)
    if image is None:
        return False
    try:
        with originals().open(image.original) as file:
            content = file.read()
        stem = rendering.stem_of(content)
        loose_files.note(LooseFile.Kind.PICTURE, stem, rendering.planned(content, stem))
        rendered = render(content)
    except NotAPicture as refused:
        work.refuse(image, refused.message)
        return False
    except FileNotFoundError:
        work.refuse(image, "The file itself is gone. Upload it again.")
        return False
    except Exception as error:  # storage or encoder: may pass
        log.exception("image_failed", image=image_id)
        work.put_off(image, f"{type(error).__name__}: {error}")
        return False
    return _swap_in(image, rendered)


def retry(image_id: int) -> None:
    """Puts a picture that was given up back into the queue, as staff ask. Raises Conflict."""
    work.retry(Image, image_id)


def discard(image_id: int, reason: str) -> None:
    """Gives a picture up for good; its line in the upload says why. Only what is not shown: raises ShopError else."""
    with transaction.atomic():
        image = Image.objects.select_for_update().filter(pk=image_id).exclude(state=Image.State.READY).first()
        if image is None:
            raise ShopError("This picture is ready and may be shown. Delete it instead of discarding it.")
        Upload.objects.filter(image=image).update(reason=f"Discarded: {reason}"[:300], discarded=True)
        image.delete()


def unfinished(limit: int = 200) -> list[int]:
    """Ids of pictures to work on: queued ones that are due, and ones whose worker seems dead."""
    return work.waiting(Image, limit)


def _swap_in(claimed: Image, rendered: Rendered) -> bool:
    """All of it in one commit: pages show what was there before, or the whole new picture."""
    with transaction.atomic():
        image = work.held(claimed)
        if image is None:
            return False  # somebody took it over, or it was deleted meanwhile
        replaced = Image.objects.select_for_update().filter(replacement=image).first()
        if replaced:
            image.position, image.is_primary = replaced.position, replaced.is_primary
            image.replaces = None
            replaced.delete()
        image.width, image.height = rendered.width, rendered.height
        image.renditions, image.stem, image.placeholder = rendered.renditions, rendered.stem, rendered.placeholder
        image.state, image.error = Image.State.READY, ""
        image.save()
    return True
