"""res.cloudinary.com: the stored bytes under every address the SDK builds. Transformations are checked, not done."""

import re

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from devtools.sandbox.cloudinary.answers import refused
from devtools.sandbox.cloudinary.uploads import path_of
from devtools.sandbox.models import Asset
from devtools.sandbox.wire import operation

PARAMETER = re.compile(r"(?:[a-z]{1,4}_.+|\$\w+_.+|if_.+)")
WHOLE_OR_RATIO = re.compile(r"(?:auto(?::.*)?|i[wh]|\d+(?:\.\d+)?|\$.*|.*[_+\-*].*)")
SIZES = {"w": "width", "h": "height"}


@operation("cloudinary.deliver")
def deliver(request: HttpRequest, cloud_name: str, resource_type: str, type: str, rest: str) -> HttpResponseBase:
    segments = rest.split("/")
    for start in range(len(segments)):
        asset = find(resource_type, type, "/".join(segments[start:]))
        if asset is not None:
            check(segments[:start])
            return file_response(request, asset)
    raise refused(404, f"Resource not found - {segments[-1].rpartition('.')[0] or segments[-1]}")


def find(resource_type: str, type: str, name: str) -> Asset | None:
    """By public id, with the extension that asks for a format or without it."""
    names = [name, name.rpartition(".")[0]] if "." in name else [name]
    return Asset.objects.filter(resource_type=resource_type, type=type, public_id__in=names).first()


def check(steps: list[str]) -> None:
    """What stands before the public id: a URL signature, transformations, the version."""
    for step in steps:
        if re.fullmatch(r"v\d+|s--[\w-]+--", step):
            continue
        for parameter in step.split(","):
            if not PARAMETER.fullmatch(parameter):
                raise refused(400, f"Unknown transformation {parameter}")
            key, _, value = parameter.partition("_")
            if key in SIZES and not WHOLE_OR_RATIO.fullmatch(value):
                raise refused(400, f"Invalid {SIZES[key]} in transformation: {value}")


def file_response(request: HttpRequest, asset: Asset) -> HttpResponseBase:
    etag = f'"{asset.etag}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304)
    try:
        response = FileResponse(path_of(asset).open("rb"), content_type=asset.content_type)
    except FileNotFoundError as error:
        raise refused(404, f"Resource not found - {asset.public_id}") from error
    response["Cache-Control"] = "public, no-transform, immutable, max-age=2592000"
    response["ETag"] = etag
    response["Vary"] = "Accept"
    response["Access-Control-Allow-Origin"] = "*"
    # An SVG is a document; opened by itself it must not run anything on this origin.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
