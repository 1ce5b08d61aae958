"""Upload and destroy. The bytes of a file lie in a directory beside the state, under the asset's id."""

import base64
import binascii
import hashlib
import io
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from PIL import Image, UnidentifiedImageError

from devtools.sandbox import signatures, webhooks
from devtools.sandbox.cloudinary.answers import Params, refused, signed
from devtools.sandbox.faults import board
from devtools.sandbox.models import Asset, code, iso, writing

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif", "TIFF": "tiff", "BMP": "bmp"}
FALSE = ("0", "false", "")


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    format: str = ""
    content_type: str = "application/octet-stream"
    width: int | None = None
    height: int | None = None


@signed("upload")
def upload(request: HttpRequest, params: Params, resource_type: str) -> HttpResponse:
    file = file_of(request, params)
    kind = resource_type
    if resource_type in ("image", "auto"):
        file, kind = image_of(file, needed=resource_type == "image")
    public_id = public_id_of(params, file)
    with writing():
        asset = Asset.objects.filter(
            resource_type=kind, type=text(params, "type") or "upload", public_id=public_id
        ).first()
        if asset and text(params, "overwrite", "1") in FALSE:
            return JsonResponse(shape(asset) | {"existing": True})
        asset = store(asset, file, kind, public_id, params)
        data = shape(asset)
        if url := text(params, "notification_url"):
            notice = data | {"notification_type": "upload", "timestamp": iso(asset.created_at)}
            webhooks.queue("cloudinary", "upload", notice, about=public_id, url=url)
    eager = [transformed(asset, step) for step in text(params, "eager").split("|") if step]
    return JsonResponse(data | {"eager": eager} if eager else data)


@signed("destroy")
def destroy(request: HttpRequest, params: Params, resource_type: str) -> HttpResponse:
    public_id = text(params, "public_id")
    if not public_id:
        raise refused(400, "Missing required parameter - public_id")
    with writing():
        asset = Asset.objects.filter(
            resource_type=resource_type, type=text(params, "type") or "upload", public_id=public_id
        ).first()
        if asset is None:
            return JsonResponse({"result": "not found"})
        path_of(asset).unlink(missing_ok=True)
        asset.delete()
    return JsonResponse({"result": "ok"})


def text(params: Params, name: str, default: str = "") -> str:
    value = params.get(name, default)
    return value if isinstance(value, str) else ",".join(value)


def file_of(request: HttpRequest, params: Params) -> File:
    """A part with a file name, or a data URI as text. The sandbox fetches no remote addresses."""
    part = request.FILES.get("file")
    if isinstance(part, UploadedFile):
        return File(part.name or "stream", part.read())
    given = text(params, "file")
    if not given:
        raise refused(400, "Missing required parameter - file")
    found = re.fullmatch(r"data:[^;,]*;base64,(.*)", given, re.DOTALL)
    if found is None:
        raise refused(404, f"Error in loading {given[:200]} - the sandbox loads nothing from the network")
    try:
        return File("file", base64.b64decode(found[1], validate=True))
    except binascii.Error as error:
        raise refused(400, "Invalid image file") from error


def image_of(file: File, *, needed: bool) -> tuple[File, str]:
    if needed and len(file.content) > board.value("cloudinary.max_bytes"):
        most = board.value("cloudinary.max_bytes")
        raise refused(400, f"File size too large. Got {len(file.content)}. Maximum is {most}.")
    if b"<svg" in file.content[:1024]:
        return File(file.name, file.content, "svg", "image/svg+xml", 1000, 1000), "image"
    try:
        with Image.open(io.BytesIO(file.content)) as picture:
            picture.verify()
            kind = FORMATS.get(picture.format or "", (picture.format or "").lower())
            mime = Image.MIME.get(picture.format or "", "application/octet-stream")
            return File(file.name, file.content, kind, mime, picture.width, picture.height), "image"
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        if needed:
            raise refused(400, "Invalid image file") from error
        return file, "raw"


def public_id_of(params: Params, file: File) -> str:
    name = text(params, "public_id").strip("/")
    if not name and text(params, "use_filename") not in FALSE:
        name = Path(file.name).stem
        if text(params, "unique_filename", "1") not in FALSE:
            name = code(f"{name}_", 6)
    folder = text(params, "folder").strip("/")
    return "/".join(part for part in (folder, name or code(length=20)) if part)[:255]


def store(asset: Asset | None, file: File, kind: str, public_id: str, params: Params) -> Asset:
    """Same ``public_id``: the asset keeps its id and gets a new version and new bytes."""
    if asset is None:
        kept = text(params, "type") or "upload"
        asset = Asset(asset_id=secrets.token_hex(16), resource_type=kind, type=kept, public_id=public_id, version=0)
    asset.version = max(int(time.time()), asset.version + 1)
    asset.format, asset.content_type = file.format, file.content_type
    asset.width, asset.height, asset.bytes = file.width, file.height, len(file.content)
    asset.etag = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
    asset.original_filename = Path(file.name).stem
    asset.tags = [tag for tag in text(params, "tags").split(",") if tag]
    asset.context = context_of(text(params, "context"))
    asset.folder = text(params, "asset_folder") or text(params, "folder")
    path_of(asset).write_bytes(file.content)
    asset.save()
    return asset


def context_of(given: str) -> dict[str, Any] | None:
    """``alt=A|caption=B``, with ``|`` and ``=`` escaped by a backslash inside a value."""
    pairs = [pair.split("=", 1) for pair in re.split(r"(?<!\\)\|", given) if "=" in pair]
    return {"custom": {name: re.sub(r"\\([|=])", r"\1", value) for name, value in pairs}} if pairs else None


def path_of(asset: Asset) -> Path:
    return Path(settings.FILES) / asset.asset_id


def delivery_url(asset: Asset, transformation: str = "") -> str:
    """The sandbox's own address: as on the real service, the server says where its files are."""
    extension = f".{asset.format}" if asset.format else ""
    steps = [transformation] if transformation else []
    cloud = settings.KEYS.cloudinary.cloud_name
    parts = [cloud, asset.resource_type, asset.type, *steps, f"v{asset.version}", asset.public_id + extension]
    return f"{settings.PUBLIC_URL}/cloudinary/res/{'/'.join(parts)}"


def shape(asset: Asset) -> dict[str, Any]:
    secret = settings.KEYS.cloudinary.api_secret
    answer: dict[str, Any] = {
        "asset_id": asset.asset_id,
        "public_id": asset.public_id,
        "version": asset.version,
        "version_id": hashlib.md5(f"{asset.asset_id}{asset.version}".encode(), usedforsecurity=False).hexdigest(),
        "signature": signatures.cloudinary_answer(asset.public_id, asset.version, secret),
        "resource_type": asset.resource_type,
        "created_at": asset.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tags": asset.tags,
        "bytes": asset.bytes,
        "type": asset.type,
        "etag": asset.etag,
        "placeholder": False,
        "url": delivery_url(asset),
        "secure_url": delivery_url(asset),
        "asset_folder": asset.folder,
        "display_name": asset.public_id.rpartition("/")[2],
        "original_filename": asset.original_filename,
        "api_key": settings.KEYS.cloudinary.api_key,
    }
    if asset.format:
        answer |= {"width": asset.width, "height": asset.height, "format": asset.format, "pages": 1}
    if asset.context:
        answer["context"] = asset.context
    return answer


def transformed(asset: Asset, transformation: str) -> dict[str, Any]:
    url = delivery_url(asset, transformation)
    size = {"width": asset.width, "height": asset.height, "bytes": asset.bytes, "format": asset.format}
    return {"transformation": transformation, **size, "url": url, "secure_url": url}
