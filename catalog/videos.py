"""Films: checked, kept privately, made ready by a worker with a poster of their own; or links to films elsewhere."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from catalog import filming, images, loose_files, rendering, work
from catalog.filming import NotAVideo
from catalog.models import LooseFile, Video
from catalog.rendering import NotAPicture
from core.errors import ShopError

# Shown as links: no script and no frame of theirs ever comes onto a page.
HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be", "vimeo.com", "www.vimeo.com")

log = structlog.get_logger(__name__)


def store_original(content: bytes) -> str:
    """Looks at the first bytes, keeps the file privately under its hash and returns its name. Raises NotAVideo.

    The worker looks at the rest. To be called outside any transaction, and named by a row within a day.
    """
    kind = filming.kind_of(content[:16], len(content))
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}.{kind}"
    loose_files.note(LooseFile.Kind.ORIGINAL, name, [name])
    if not images.originals().exists(name):
        name = images.originals().save(name, ContentFile(content))
    return name


def checked_link(url: str) -> str:
    """The address, if customers may be sent there. Raises ShopError."""
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or parts.netloc.lower() not in HOSTS or len(parts.path) < 2:
        raise ShopError("Give the https address of a film at YouTube or Vimeo.", code="unknown_film_host", field="url")
    return parts.geturl()


def process(video_id: int) -> bool:
    """Makes one queued film ready. Returns whether it is; harmless twice. See catalog.images.process."""
    video = work.claim(Video, video_id)
    if video is None:
        return False
    try:
        made = _made(video)
    except (NotAVideo, NotAPicture) as refused:
        work.refuse(video, refused.message)
        return False
    except FileNotFoundError:
        work.refuse(video, "The file itself is gone. Upload it again.")
        return False
    except Exception as error:  # storage or decoder: may pass
        log.exception("video_failed", video=video_id)
        work.put_off(video, f"{type(error).__name__}: {error}")
        return False
    with transaction.atomic():
        row = work.held(video)
        if row is None:
            return False
        for column, value in made.items():
            setattr(row, column, value)
        row.state, row.error = Video.State.READY, ""
        row.save()
    return True


def retry(video_id: int) -> None:
    """Puts a film that was given up back into the queue, as staff ask. Raises Conflict."""
    work.retry(Video, video_id)


def discard(video_id: int) -> None:
    """Gives a film up for good; its files go a day later. Only what is not shown: raises ShopError else."""
    with transaction.atomic():
        gone, _ = Video.objects.filter(pk=video_id).exclude(state=Video.State.READY).delete()
    if not gone:
        raise ShopError("This film is ready and may be shown. Delete it instead of discarding it.")


def unfinished(limit: int = 50) -> list[int]:
    return work.waiting(Video, limit)


def _made(video: Video) -> dict[str, Any]:
    content = _read(video.original)
    values: dict[str, Any] = {}
    poster = _read(video.poster_original) if video.poster_original else b""
    if video.url:
        poster = content
    else:
        film = filming.film(content)
        values = {"file": _stored(film), "media_type": film.media_type, "duration_ms": film.duration_ms}
        poster = poster or film.poster
    stem = rendering.stem_of(poster)
    loose_files.note(LooseFile.Kind.PICTURE, stem, rendering.planned(poster, stem))
    rendered = rendering.render(poster)
    return values | {
        "width": rendered.width,
        "height": rendered.height,
        "renditions": rendered.renditions,
        "stem": rendered.stem,
        "placeholder": rendered.placeholder,
    }


def _read(name: str) -> bytes:
    with images.originals().open(name) as file:
        content: bytes = file.read()
    return content


def _stored(film: filming.Film) -> str:
    digest = hashlib.sha256(film.content).hexdigest()[:32]
    name = f"videos/{digest[:2]}/{digest}.{film.media_type.removeprefix('video/')}"
    loose_files.note(LooseFile.Kind.VIDEO, name, [name])
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(film.content))
    return name
