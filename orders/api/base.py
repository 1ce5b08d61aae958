"""What the views of bags, orders and payments share: who asks, and how much they may send."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from accounts.tokens import BearerToken
from core.bodies import SmallJSONParser
from core.bodies import read as read


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


class TokenView(APIView):
    """A view of what its token opens. Answers are the asker's alone, so nobody may keep them."""

    authentication_classes = [BearerToken, SessionWhereTrusted]
    permission_classes = [AllowAny]
    parser_classes = [SmallJSONParser]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Cache-Control": "no-store"}


def customer(request: Request) -> User | None:
    return request.user if request.user.is_authenticated else None
