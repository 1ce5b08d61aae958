"""What every call goes through: refusal of foreign origins, faults on the wire, and the record of requests."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from devtools.sandbox.faults import BEFORE_WORK, NO_FAULT, OPERATIONS, board
from devtools.sandbox.models import RecordedRequest, writing

logger = logging.getLogger("sandbox")

KEPT_REQUESTS = 3000
KEPT_BODY = 256 * 1024
HTML_ERROR = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)


class Refusal(Exception):
    """A provider says no; the exception carries its answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


class Call(HttpRequest):
    """A request as the views get it: which operation it is, the fault it meets, and its body as JSON or form."""

    operation: str
    fault: str
    params: Any


class Wire:
    """Middleware: refuses forms of other sites and records the calls of the shop."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Call) -> HttpResponseBase:
        started = time.monotonic()
        request.operation = ""
        request.fault = NO_FAULT
        if comes_from_another_site(request):
            return HttpResponse("The sandbox takes no forms from other sites.", status=403)
        body = request.body if request.method != "GET" else b""
        response = self.get_response(request)
        if is_recorded(request):
            record(request, body, response, round((time.monotonic() - started) * 1000))
        return response

    def process_exception(self, request: Call, exception: Exception) -> HttpResponse | None:
        return exception.response if isinstance(exception, Refusal) else None


def operation(name: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A call of a provider's API under the name by which faults are switched: ``paystack.verify``."""
    provider, _, call = name.partition(".")
    if call not in OPERATIONS[provider]:
        raise ValueError(f"{name} is not in faults.OPERATIONS")

    def decorated(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def answered(request: Call, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.operation = name
            for scope in (name, f"{provider}.*"):
                if latency := board.take(f"{scope}.latency_ms"):
                    time.sleep(latency / 1000)
            fault = board.take(f"{name}.fault")
            if fault == NO_FAULT:
                fault = board.take(f"{provider}.*.fault")
            request.fault = fault
            if fault in BEFORE_WORK:
                return instead_of_work(provider, fault)
            try:
                response: HttpResponseBase = view(request, *args, **kwargs)
            except Refusal as refusal:
                response = refusal.response
            return spoiled(provider, fault, response)

        return answered

    return decorated


def comes_from_another_site(request: Call) -> bool:
    origin = request.headers.get("Origin")
    if origin is None or request.method == "GET":
        return False
    return urlsplit(origin).netloc not in (request.get_host(), urlsplit(settings.PUBLIC_URL).netloc)


def is_recorded(request: Call) -> bool:
    """Calls of the shop, not pages and controls, and a delivered picture only if a fault spoilt it."""
    operation = request.operation
    if operation == "cloudinary.deliver":
        return bool(request.fault != NO_FAULT)
    return bool(operation) or request.path.startswith(("/paystack/", "/resend/", "/cloudinary/v1_1/", "/v1_1/"))


def instead_of_work(provider: str, fault: str) -> HttpResponseBase:
    match fault:
        case "429":
            return too_many(provider)
        case "500":
            return server_error(provider)
        case "502_html":
            return HttpResponse(HTML_ERROR, status=502, content_type="text/html")
        case "hang":
            board.hang()
            return broken("reset")
    return broken("reset")


def spoiled(provider: str, fault: str, response: HttpResponseBase) -> HttpResponseBase:
    """The answer after the work was done, as a fault of the AFTER_WORK kind leaves it."""
    match fault:
        case "reset_after_work":
            return broken("reset")
        case "hang_after_work":
            board.hang()
            return broken("reset")
        case "500_after_work":
            return server_error(provider)
        case "malformed_json":
            return HttpResponse(b'{"status": true, "message": "', content_type="application/json")
        case "wrong_content_type":
            response["Content-Type"] = "text/html; charset=utf-8"
        case "truncated":
            response.wire_fault = "truncate"  # type: ignore[attr-defined]
    return response


def broken(how: str) -> HttpResponse:
    """An answer that the server turns into a broken connection (see ``server.Answer``)."""
    response = HttpResponse(status=500)
    response.wire_fault = how  # type: ignore[attr-defined]
    return response


def too_many(provider: str, retry_after: int = 1) -> HttpResponse:
    if provider == "paystack":
        message = {"status": False, "message": "Rate limit exceeded!", "type": "api_error", "code": "rate_limited"}
        headers = {"x-ratelimit-limit": "100", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(retry_after)}
        return JsonResponse(message, status=429, headers=headers)
    if provider == "resend":
        text = "Too many requests. You can only make 10 requests per second."
        headers = {"ratelimit-limit": "10", "ratelimit-remaining": "0", "ratelimit-reset": str(retry_after)}
        headers["retry-after"] = str(retry_after)
        refusal = {"statusCode": 429, "name": "rate_limit_exceeded", "message": text}
        return JsonResponse(refusal, status=429, headers=headers)
    return JsonResponse({"error": {"message": "Rate Limit Exceeded. Limit of 500 api operations reached."}}, status=420)


def server_error(provider: str) -> HttpResponse:
    body: dict[str, object] = {"status": False, "message": "An error occurred", "type": "api_error", "code": "unknown"}
    if provider == "resend":
        body = {"statusCode": 500, "name": "application_error", "message": "An unexpected error occurred."}
    elif provider == "cloudinary":
        body = {"error": {"message": "General Error"}}
    return JsonResponse(body, status=500)


def record(request: Call, body: bytes, response: HttpResponseBase, milliseconds: int) -> None:
    fault = request.fault
    with writing():
        kept = RecordedRequest.objects.create(
            operation=request.operation,
            method=request.method or "",
            path=request.get_full_path(),
            headers=dict(request.headers),
            body=body[:KEPT_BODY],
            body_size=len(body),
            status=response.status_code,
            fault="" if fault == NO_FAULT else fault,
            milliseconds=milliseconds,
        )
        if kept.pk % 200 == 0:
            RecordedRequest.objects.filter(pk__lte=kept.pk - KEPT_REQUESTS).delete()
    logger.info(
        "%s %s %s in %d ms%s",
        request.method,
        request.path,
        response.status_code,
        milliseconds,
        f", fault: {kept.fault}" if kept.fault else "",
    )
