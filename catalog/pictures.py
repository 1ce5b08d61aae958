"""A picture as pages and the API show it: addresses by format and width, never storage names."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.files.storage import default_storage

from catalog.models import Bundle, Image, Product, Video

FORMATS = ("avif", "webp", "jpeg")
VIDEO_COLUMNS = ("title", "url", "file", "media_type", "duration_ms", "width", "height", "placeholder", "renditions")
# What picture() reads of an image, for subqueries: `picture(Image(**data))`.
COLUMNS = ("alt", "width", "height", "is_illustration", "placeholder", "renditions")


def picture(image: Image) -> dict[str, Any]:
    """Plain data, ready for the cache and for JSON. `sources` maps format to width to address."""
    return {
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
        "is_illustration": image.is_illustration,
        "placeholder": image.placeholder,
        "sources": {
            kind: {width: default_storage.url(name) for width, name in image.renditions[kind].items()}
            for kind in FORMATS
            if image.renditions.get(kind)
        },
    }


def video(row: Video) -> dict[str, Any]:
    """A ready film as pages and the API show it: its own file, or a link to one elsewhere."""
    poster = picture(row)  # type: ignore[arg-type]
    return {
        "title": row.title,
        "link": row.url or None,
        "site": (urlsplit(row.url).hostname or "").removeprefix("www."),
        "file": default_storage.url(row.file) if row.file else None,
        "media_type": row.media_type,
        "seconds": round(row.duration_ms / 1000),
        "poster": poster,
        "poster_url": source_of(poster, 720),
    }


def social_address(row: Product | Bundle) -> str:
    """Of the picture that was drawn for links to it; "" until one is."""
    return default_storage.url(row.social_image) if row.social_image else ""


def source_of(picture: dict[str, Any] | None, width: int = 360) -> str:
    """One JPEG address near the asked width, for what cannot choose (mail, JSON-LD, a bag's thumbnail). "" for none."""
    jpegs = picture["sources"].get("jpeg", {}) if picture else {}
    return _nearest(jpegs, width)


def thumbnail_of(image: dict[str, Any] | None, width: int = 360) -> str:
    """source_of(picture(image)), for which no other address of it is made. `image` is plain data (COLUMNS)."""
    name = _nearest(image["renditions"].get("jpeg", {}), width) if image else ""
    return default_storage.url(name) if name else ""


def _nearest(by_width: Mapping[str, str], width: int) -> str:
    return min(by_width.items(), key=lambda item: abs(int(item[0]) - width))[1] if by_width else ""
