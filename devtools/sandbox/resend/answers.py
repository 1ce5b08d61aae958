"""Resend's way of answering, and the door every API call comes in by."""

import json
import time
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from devtools.sandbox import keys, wire
from devtools.sandbox.faults import board
from devtools.sandbox.wire import Call

RATE = 10
_calls: deque[float] = deque()


def refused(status: int, name: str, message: str) -> wire.Refusal:
    return wire.Refusal(JsonResponse({"statusCode": status, "name": name, "message": message}, status=status))


def api(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """An API call: agent, key and rate are checked, then the JSON body is read into ``request.params``."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @wire.operation(f"resend.{name}")
        @wraps(view)
        def answered(request: Call, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.headers.get("User-Agent"):
                raise wire.Refusal(HttpResponse("error code: 1010", status=403))
            check_key(request)
            left = check_rate()
            request.params = json_of(request)
            response = view(request, *args, **kwargs)
            response["ratelimit-limit"] = str(board.value("resend.rate_limit") or RATE)
            response["ratelimit-remaining"] = str(left)
            response["ratelimit-reset"] = "1"
            return response

        return answered

    return decorated


def by_method(**views: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def dispatched(request: Call, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = views.get(request.method or "")
        if view is None:
            raise refused(405, "method_not_allowed", f"{request.method} is not allowed here.")
        return view(request, *args, **kwargs)

    return dispatched


def unknown_path(request: Call) -> HttpResponse:
    raise refused(404, "not_found", "The requested endpoint does not exist.")


def check_key(request: Call) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not given:
        message = "Missing API key in the authorization header. Include the following header in the request: "
        raise refused(401, "missing_api_key", message + "Authorization: Bearer YOUR_API_KEY")
    keys.warn_if_live("resend", given, fake=keys.is_fake_resend(given))
    if not keys.same(given, settings.KEYS.resend):
        status = int(board.value("resend.wrong_key"))
        raise refused(status, "invalid_api_key" if status == 403 else "validation_error", "API key is invalid")


def check_rate() -> int:
    """How many calls are left in this second."""
    limit = board.value("resend.rate_limit")
    now = time.monotonic()
    while _calls and _calls[0] < now - 1:
        _calls.popleft()
    if limit and len(_calls) >= limit:
        raise wire.Refusal(wire.too_many("resend"))
    _calls.append(now)
    return max(0, (limit or RATE) - len(_calls))


def json_of(request: Call) -> Any:
    if request.method == "GET" or not request.body:
        return {}
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise refused(422, "validation_error", "The request body is not valid JSON.") from error
