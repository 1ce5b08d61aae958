"""Errors of the API as RFC 9457 problem details: one shape for every refusal, whoever raised it."""

from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import Busy, ShopError, Unavailable

CONTENT_TYPE = "application/problem+json"
NOT_KEPT = {"Cache-Control": "no-store"}
RETRY_AFTER_SECONDS = 2
# What rest_framework calls codes of its own; the rest of its codes are stable names already.
CODES = {"invalid": "invalid_request", "error": "server_error"}


class Refusal(exceptions.APIException):
    """A ShopError on its way out. Keeps what rest_framework's own exceptions have no room for."""

    def __init__(self, error: ShopError) -> None:
        super().__init__(error.message, error.code)
        self.status_code = error.status
        self.field = error.field
        self.extra = error.details
        if isinstance(error, Busy | Unavailable):
            self.wait = RETRY_AFTER_SECONDS


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "request_too_large"
    default_detail = "The request is larger than this API reads. Send less."


class ProblemHandler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, ShopError):
            return Refusal(exc)
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if isinstance(exc, SuspiciousOperation):
            return exceptions.ParseError("The request cannot be read.")
        return super().convert_known_exceptions(exc)

    def format_exception(self, exc: exceptions.APIException) -> dict[str, Any]:
        if isinstance(exc, exceptions.ValidationError):
            return _validation_problem(exc)
        code = exc.get_codes()
        errors = []
        if isinstance(exc, Refusal) and exc.field:
            errors = [{"field": exc.field, "code": code, "message": str(exc.detail)}]
        return problem(exc.status_code, str(code), str(exc.detail), errors, getattr(exc, "extra", None))

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> Response:
        headers = {**self.get_headers(exc), **NOT_KEPT}
        return Response(data, status=exc.status_code, headers=headers, content_type=CONTENT_TYPE)

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        """A ShopError is an answer, also where it says "try again": only what nobody foresaw is reported."""
        if not isinstance(exc, Refusal):
            super().report_exception(exc, response)


def exception_handler(exc: Exception, context: Any) -> Response | None:
    """Named in settings.REST_FRAMEWORK."""
    return ProblemHandler(exc, context).run()


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    details: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The body. `type` is a name, not an address: programs compare it, nobody opens it."""
    code = CODES.get(code, code)
    body: dict[str, Any] = {
        "type": f"urn:prechi:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }
    return {**body, "details": details} if details else body


def _validation_problem(exc: exceptions.ValidationError) -> dict[str, Any]:
    errors = [
        {
            "field": (error.attr or "").removesuffix("non_field_errors").rstrip("."),
            "code": error.code,
            "message": error.detail,
        }
        for error in flatten_errors(exc.detail)
    ]
    named = ", ".join(dict.fromkeys(error["field"] for error in errors if error["field"]))
    first = errors[0]["message"] if errors else "The request is not valid."
    detail = f"{first} Please correct: {named}." if named else first
    return problem(exc.status_code, "validation_error", detail, errors)


def nothing_here(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
    """Every address under /api/ that is none. One that only lacks its closing slash is put right where that is safe."""
    if not request.path.endswith("/") and request.method in {"GET", "HEAD"}:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{request.path}/?{query}" if query else f"{request.path}/")
    detail = f"Nothing is at {request.path}. Addresses of this API end with a slash; /api/docs/ lists them."
    body = problem(HTTPStatus.NOT_FOUND, "not_found", detail)
    return HttpResponse(orjson.dumps(body), status=HTTPStatus.NOT_FOUND, content_type=CONTENT_TYPE, headers=NOT_KEPT)
