"""Where files lie: a folder in which no half-written file is ever found, or Cloudinary through its SDK."""

from __future__ import annotations

import posixpath
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import cloudinary
import cloudinary.uploader
import cloudinary.utils
import requests
from cloudinary.exceptions import Error
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.deconstruct import deconstructible

TIMEOUT_SECONDS = 15


@deconstructible
class FolderStorage(FileSystemStorage):
    """Names hold the hash of their content, so writing the same one twice at once is harmless.

    A file is written aside and moved into place in one step: what is there is whole, whoever was killed.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def url(self, name: str | None) -> str:
        """Of two hundred addresses that a list of products has, joining them took a tenth of the whole page."""
        if self.base_url is None or not name:
            return super().url(name)
        return f"{self.base_url}{quote(name)}"

    def _save(self, name: str, content: File[bytes]) -> str:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".part-", delete=False) as aside:
            half = Path(aside.name)
            try:
                for chunk in content.chunks():
                    aside.write(chunk)
                aside.close()
                half.chmod(self.file_permissions_mode or 0o644)
                half.replace(place)
            except BaseException:
                half.unlink(missing_ok=True)
                raise
        return name


@deconstructible
class CloudinaryStorage(Storage):
    """Names are public ids with their extension. They hold the hash of their content, so nothing is ever replaced."""

    def __init__(self) -> None:
        # Read here and not by the SDK at import, so that the project's settings are the only source.
        cloudinary.config(**_config(settings.CLOUDINARY_URL))

    def _save(self, name: str, content: File[bytes]) -> str:
        # The SDK ignores a configured time-out for uploads: without this one a lost connection waits for ever.
        cloudinary.uploader.upload(
            content.read(),
            public_id=_public_id(name),
            overwrite=False,
            resource_type=_resource_type(name),
            timeout=TIMEOUT_SECONDS,
        )
        return name

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        answer = requests.get(self.url(name), timeout=TIMEOUT_SECONDS)
        if answer.status_code != 200:
            raise FileNotFoundError(name)
        return ContentFile(answer.content, name=name)

    def exists(self, name: str) -> bool:
        answer = requests.head(self.url(name), timeout=TIMEOUT_SECONDS)
        return answer.status_code == 200

    def delete(self, name: str) -> None:
        answer = cloudinary.uploader.destroy(
            _public_id(name), resource_type=_resource_type(name), timeout=TIMEOUT_SECONDS
        )
        if answer.get("result") not in ("ok", "not found"):
            raise Error(f"Cloudinary kept {name}: {answer}")

    def url(self, name: str | None) -> str:
        """Built here, without a call. The version is left out: a name never changes its content."""
        plain = name or ""
        source = _public_id(plain) + posixpath.splitext(plain)[1]
        built, _ = cloudinary.utils.cloudinary_url(source, resource_type=_resource_type(plain), force_version=False)
        return str(built)


def _resource_type(name: str) -> str:
    return "video" if name.endswith((".mp4", ".webm")) else "image"


def _public_id(name: str) -> str:
    """AVIF, WebP and JPEG of one width are assets of their own, so the extension stays in the id's last part."""
    stem, extension = posixpath.splitext(name)
    return f"{stem}{extension.replace('.', '-')}"


def _config(url: str) -> dict[str, Any]:
    """cloudinary://key:secret@cloud, with further settings of the SDK as its query."""
    parts = urlsplit(url)
    if parts.scheme != "cloudinary" or not parts.password:
        raise ImproperlyConfigured("Set CLOUDINARY_URL to cloudinary://key:secret@cloud for MEDIA_BACKEND=cloudinary.")
    extra = dict(parse_qsl(parts.query))
    return {
        "cloud_name": parts.hostname,
        "api_key": parts.username,
        "api_secret": parts.password,
        "secure": "upload_prefix" not in extra,
        **extra,
    }
