"""What the views of an account share: whose it is, and how much may be sent."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from core.bodies import SmallJSONParser


class NotKept(APIView):
    """Answers are the asker's alone, so nobody may keep them."""

    parser_classes = [SmallJSONParser]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Cache-Control": "no-store"}


class AccountView(NotKept):
    """For who is signed in: by a token, or by a session with its CSRF token."""

    permission_classes = [IsAuthenticated]


def me(request: Request) -> User:
    assert isinstance(request.user, User)  # IsAuthenticated
    return request.user
