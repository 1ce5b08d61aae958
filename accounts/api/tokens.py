"""Signing in to the API, and out of it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tokens
from accounts.api.base import NotKept
from accounts.tokens import BearerToken
from core.api_schema import answers, problems
from core.bodies import read


class CredentialsInput(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=500, trim_whitespace=False)
    code = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=20, help_text="The second step of who has one."
    )


class TokenSchema(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown this once. Send it as `Authorization: Bearer <token>`.")
    expires_at = serializers.DateTimeField()


class Tokens(NotKept):
    authentication_classes = [BearerToken]

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_authenticators(self) -> list[Any]:
        """Who asks for a token needs none, not even one that has expired."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    @extend_schema(
        operation_id="auth_tokens_create",
        tags=["tokens"],
        summary="Get a token for e-mail and password",
        description="Good for 24 hours. After five wrong passwords the account waits 15 minutes. Who signed up and has "
        "not confirmed the address gets another link (`address_not_confirmed`).",
        request=CredentialsInput,
        responses=answers(TokenSchema, status=201, refusals=[400, 401, 415, 429]),
        auth=[],
    )
    def post(self, request: Request) -> Response:
        text, ends = tokens.issue(request._request, **read(CredentialsInput, request))
        return Response({"token": text, "expires_at": ends}, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="auth_tokens_revoke_all",
        tags=["tokens"],
        summary="Sign out everywhere",
        description="Every token of this person is dead at once, the one that asks too.",
        request=None,
        responses={204: None, **problems(401)},
    )
    def delete(self, request: Request) -> Response:
        tokens.revoke_all(request.user)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


class CurrentToken(NotKept):
    authentication_classes = [BearerToken]
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="auth_tokens_revoke",
        tags=["tokens"],
        summary="Sign out",
        description="The token that asks is dead at once.",
        request=None,
        responses={204: None, **problems(401)},
    )
    def delete(self, request: Request) -> Response:
        tokens.revoke(request.auth)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)
