"""Paystack's envelope, its refusals, and the door every API call comes in by."""

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

_calls: deque[float] = deque()


def ok(message: str, data: Any, meta: dict[str, Any] | None = None) -> JsonResponse:
    answer = {"status": True, "message": message, "data": data}
    return JsonResponse(answer if meta is None else {**answer, "meta": meta})


def refused(
    status: int, message: str, code: str = "", *, next_step: str = "", type_: str = "validation_error"
) -> wire.Refusal:
    step = next_step or "Ensure that the value(s) you're passing are valid."
    answer: dict[str, Any] = {"status": False, "message": message, "meta": {"nextStep": step}, "type": type_}
    if code:
        answer["code"] = code
    return wire.Refusal(JsonResponse(answer, status=status))


def missing(message: str) -> wire.Refusal:
    return refused(400, message, "missing_params", next_step="Provide all required params")


def not_found(message: str = "Transaction not found") -> wire.Refusal:
    step = "Ensure that you're passing the correct identifier and that it belongs to this integration."
    return refused(404, message, "transaction_not_found", next_step=step)


def api(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """An API call: the key is checked, then the rate, then the body is read into ``request.params``."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @wire.operation(f"paystack.{name}")
        @wraps(view)
        def answered(request: Call, *args: Any, **kwargs: Any) -> HttpResponse:
            check_key(request)
            check_rate()
            request.params = params_of(request)
            return view(request, *args, **kwargs)

        return answered

    return decorated


def by_method(**views: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """One path, a view for each method; any other is as unknown to Paystack as the path itself would be."""

    def dispatched(request: Call, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = views.get(request.method or "", unknown_path)
        return view(request, *args, **kwargs)

    return dispatched


def unknown_path(request: Call, *args: Any, **kwargs: Any) -> HttpResponse:
    raise refused(404, "Endpoint not found", "endpoint_not_found", type_="api_error")


def check_key(request: Call) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    keys.warn_if_live("paystack", given, fake=keys.is_fake_paystack(given))
    if not keys.same(given, settings.KEYS.paystack):
        step = "Ensure that you provide the correct authorization key for the request"
        raise refused(401, "Invalid key", "invalid_Key", next_step=step)


def check_rate() -> None:
    limit = board.value("paystack.rate_limit")
    now = time.monotonic()
    while _calls and _calls[0] < now - 60:
        _calls.popleft()
    if limit and len(_calls) >= limit:
        raise wire.Refusal(wire.too_many("paystack", retry_after=max(1, round(60 - (now - _calls[0])))))
    _calls.append(now)


def params_of(request: Call) -> dict[str, Any]:
    """The body, JSON or form-encoded; what is no object counts as empty, as every field is then missing."""
    if request.method == "GET" or not request.body:
        return {}
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(request.POST.items())
    try:
        params = json.loads(request.body)
    except ValueError as error:
        raise refused(400, "Invalid JSON body", "invalid_params") from error
    return params if isinstance(params, dict) else {}


def paged(request: Call) -> tuple[int, int]:
    """``perPage`` and ``page``, which Paystack takes as it takes most numbers: forgivingly."""
    return positive(request.GET.get("perPage"), 50), positive(request.GET.get("page"), 1)


def positive(given: str | None, default: int) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and 0 < int(given) <= 10_000 else default
