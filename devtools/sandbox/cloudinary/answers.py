"""Cloudinary's refusals, and the check of a signed call."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from devtools.sandbox import keys, signatures, wire
from devtools.sandbox.faults import board
from devtools.sandbox.models import code

VALID_FOR = 3600
Params = dict[str, str | list[str]]


def refused(status: int, message: str) -> wire.Refusal:
    return wire.Refusal(JsonResponse({"error": {"message": message}}, status=status, headers={"X-Cld-Error": message}))


def signed(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """A call of the Upload API: cloud, key, age and signature are checked before the view sees the parameters."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @wire.operation(f"cloudinary.{name}")
        @wraps(view)
        def answered(request: HttpRequest, cloud_name: str, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                raise refused(404, "Not found")
            params = params_of(request)
            check_account(cloud_name, str(params.get("api_key", "")))
            check_signature(params)
            response = view(request, params, **kwargs)
            response["x-request-id"] = code(length=32)
            return response

        return answered

    return decorated


def params_of(request: HttpRequest) -> Params:
    """Text parts; what was sent as ``name[]`` stays a list, as the signature joins it with commas."""
    params: Params = {}
    for name, values in request.POST.lists():
        if name.endswith("[]"):
            params[name.removesuffix("[]")] = values
        else:
            params[name] = values[-1]
    return params


def check_account(cloud_name: str, api_key: str) -> None:
    account = settings.KEYS.cloudinary
    keys.warn_if_live("cloudinary", api_key, fake=keys.is_fake_cloudinary(api_key))
    if not api_key:
        raise refused(400, "Missing required parameter - api_key")
    if cloud_name != account.cloud_name:
        raise refused(401, f"Invalid cloud_name {cloud_name}")
    if not keys.same(api_key, account.api_key):
        raise refused(401, f"Unknown API key {api_key}")


def check_signature(params: Params) -> None:
    given, secret = str(params.get("signature", "")), settings.KEYS.cloudinary.api_secret
    stamp = str(params.get("timestamp", ""))
    if not given:
        raise refused(400, "Missing required parameter - signature")
    if not (stamp.isascii() and stamp.isdigit()):
        raise refused(400, "Missing required parameter - timestamp")
    if int(stamp) < time.time() - VALID_FOR:
        reported = f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d %H:%M:%S %z}"
        raise refused(400, f"Stale request - reported time is {reported} which is more than 1 hour ago")
    digest = "sha256" if len(given) == 64 else "sha1"
    versions = (2, 1) if board.value("cloudinary.signature_v1") else (2,)
    if not any(keys.same(given, signatures.cloudinary(params, secret, version=v, digest=digest)) for v in versions):
        raise refused(401, f"Invalid Signature {given}. String to sign - '{signatures.cloudinary_string(params)}'.")
