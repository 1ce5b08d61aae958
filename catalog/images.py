"""From an upload to what pages show: checked by content, stripped, scaled, encoded, stored under its hash."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage, storages
from django.db.models import F, Q
from django.db.models.functions import Now
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from catalog.models import Image
from core.errors import ShopError

BYTES_MAX = 15 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE_MIN = 200
ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF")
WIDTHS = (360, 720, 1080)
# Encoder settings chosen by eye on the demo shop's pictures; AVIF's speed trades a few bytes for seconds.
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 75, "method": 3},
    "jpeg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
ATTEMPTS_MAX = 3
LEASE = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class NotAPicture(ShopError):
    """The file cannot be used, whatever is tried; the message says why."""

    code = "not_a_picture"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True, slots=True)
class Rendered:
    width: int
    height: int
    renditions: dict[str, dict[str, str]]


def originals() -> Storage:
    return storages["originals"]


def store_original(content: bytes) -> str:
    """Checks the file by its content and keeps it privately under its hash, the same bytes once. Returns its name.

    Raises NotAPicture.
    """
    picture_format = _open(content).format or ""
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}.{picture_format.lower()}"
    if not originals().exists(name):
        name = originals().save(name, ContentFile(content))
    return name


def render(content: bytes) -> Rendered:
    """Makes and stores every rendition. Touches no database, so it can run in a process of its own. Raises NotAPicture.

    Names hold the hash of the original and of these settings: the same picture is rendered once and shared.
    """
    picture = _upright_srgb(_open(content))
    digest = hashlib.sha256(content + repr((WIDTHS, ENCODERS)).encode()).hexdigest()[:32]
    renditions: dict[str, dict[str, str]] = {kind: {} for kind in ENCODERS}
    for width in _widths_for(picture.width):
        scaled = picture.resize((width, round(picture.height * width / picture.width)), Pillow.Resampling.LANCZOS)
        for kind, options in ENCODERS.items():
            renditions[kind][str(width)] = _store(scaled, f"pictures/{digest[:2]}/{digest}-{width}.{kind}", options)
    return Rendered(picture.width, picture.height, renditions)


def process(image_id: int) -> bool:
    """Renders one queued picture and swaps it in. Returns whether it is ready; harmless twice.

    Claimed by a conditional update, worked on outside any transaction. A file that can never work fails at once, with
    its reason; anything else is tried three times.
    """
    if not _claim(image_id):
        return False
    image = Image.objects.get(pk=image_id)
    try:
        with originals().open(image.original) as file:
            rendered = render(file.read())
    except NotAPicture as refused:
        _fail(image, refused.message, final=True)
        return False
    except Exception as error:  # storage or encoder: may pass
        log.exception("image_failed", image=image_id)
        _fail(image, f"{type(error).__name__}: {error}", final=image.attempts >= ATTEMPTS_MAX)
        return False
    image.width, image.height, image.renditions = rendered.width, rendered.height, rendered.renditions
    image.state, image.error = Image.State.READY, ""
    image.save()
    return True


def retry(image_id: int) -> None:
    """Puts a failed picture back into the queue, as staff ask."""
    Image.objects.filter(pk=image_id, state=Image.State.FAILED).update(
        state=Image.State.QUEUED, attempts=0, error="", updated_at=Now()
    )


def unfinished(limit: int = 100) -> list[int]:
    """Ids of pictures to work on: queued ones, and ones whose worker seems dead."""
    rows = Image.objects.filter(_waiting())
    return list(rows.order_by("updated_at").values_list("pk", flat=True)[:limit])


def _waiting() -> Q:
    return Q(state=Image.State.QUEUED) | Q(state=Image.State.PROCESSING, updated_at__lt=Now() - LEASE)


def _claim(image_id: int) -> bool:
    claimed = Image.objects.filter(_waiting(), pk=image_id).exclude(original="")
    return claimed.update(state=Image.State.PROCESSING, attempts=F("attempts") + 1, updated_at=Now()) == 1


def _fail(image: Image, reason: str, *, final: bool) -> None:
    Image.objects.filter(pk=image.pk).update(
        state=Image.State.FAILED if final else Image.State.QUEUED, error=reason[:300], updated_at=Now()
    )


def _open(content: bytes) -> Pillow.Image:
    if len(content) > BYTES_MAX:
        raise NotAPicture(f"The file is larger than {BYTES_MAX // 1024 // 1024} MB. Save it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            picture = Pillow.open(io.BytesIO(content), formats=ACCEPTED)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPicture("The file is no JPEG, PNG, WebP or AVIF picture, whatever its name says.") from error
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise NotAPicture("The picture has too many pixels. Save it with at most 40 megapixels.") from error
    if picture.width * picture.height > PIXELS_MAX:
        raise NotAPicture("The picture has too many pixels. Save it with at most 40 megapixels.")
    if min(picture.size) < SIDE_MIN:
        raise NotAPicture(f"The picture is smaller than {SIDE_MIN} pixels. Upload a larger one.")
    return picture


def _upright_srgb(picture: Pillow.Image) -> Pillow.Image:
    """Turned as the camera held it, in sRGB, without metadata: positions and serial numbers stay with the original."""
    try:
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise NotAPicture("The picture is damaged: it ends too early. Upload it again.") from error
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    if profile and upright.mode in ("RGB", "RGBA", "CMYK", "L"):
        upright = _to_srgb(upright, profile)
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        paper = Pillow.new("RGBA", upright.size, "#F1ECE2")
        upright = Pillow.alpha_composite(paper, upright.convert("RGBA"))
    flat = upright.convert("RGB")
    flat.info = {}
    return flat


def _to_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    mode = "RGB" if picture.mode != "RGBA" else "RGBA"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except ImageCms.PyCMSError:
        return picture  # a broken profile is ignored, as browsers do
    return converted or picture


def _widths_for(width: int) -> list[int]:
    """Never larger than the original."""
    return [each for each in WIDTHS if each <= width] or [width]


def _store(scaled: Pillow.Image, name: str, options: dict[str, Any]) -> str:
    if default_storage.exists(name):
        return name
    encoded = io.BytesIO()
    scaled.save(encoded, **options)
    return default_storage.save(name, ContentFile(encoded.getvalue()))
