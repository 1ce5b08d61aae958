"""What the views of bags, orders and payments share: who asks, how much they may send, how a body is checked."""

from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from drf_orjson_renderer.parsers import ORJSONParser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User

S = TypeVar("S", bound=serializers.Serializer[Any])


class SessionWhereTrusted(SessionAuthentication):
    """Attaches the signed-in customer, but only to requests that another site cannot forge.

    Bags and orders are opened by their token, which no other site knows; a session only adds whose they are. So a
    request without a CSRF token is not refused: it is a guest's.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active:
            return None
        try:
            self.enforce_csrf(request._request)  # type: ignore[arg-type]
        except PermissionDenied:
            return None
        return user, None


class SessionScheme(OpenApiAuthenticationExtension):
    """Tells the schema of it; drf-spectacular finds this class by itself."""

    target_class = SessionWhereTrusted
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Optional, and only with a CSRF token: makes bag and order the signed-in customer's.",
        }


class SmallJSONParser(ORJSONParser):
    """Reads no more than settings.DATA_UPLOAD_MAX_MEMORY_SIZE, whatever the request says of its length."""

    def parse(self, stream: HttpRequest, media_type: Any = None, parser_context: Any = None) -> Any:
        return super().parse(_Bounded(stream), media_type, parser_context)


class _Bounded:
    def __init__(self, stream: HttpRequest) -> None:
        self.stream = stream

    def read(self) -> bytes:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = self.stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig
        return body


class TokenView(APIView):
    """A view of what its token opens. Answers are the asker's alone, so nobody may keep them."""

    authentication_classes = [SessionWhereTrusted]
    permission_classes = [AllowAny]
    parser_classes = [SmallJSONParser]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Cache-Control": "no-store"}


def read(kind: type[S], request: Request) -> dict[str, Any]:
    """The body, checked. Raises ValidationError that names every wrong field."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def customer(request: Request) -> User | None:
    return request.user if request.user.is_authenticated else None
