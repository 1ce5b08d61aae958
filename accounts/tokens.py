"""Tokens of the API: given for a password, kept hashed, good for 24 hours, dead at once when they are revoked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.db.models import Value
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts import second_factor, tries
from accounts.models import User
from core.errors import ShopError

LENGTH_MAX = 200


class WrongCredentials(ShopError):
    status = 401
    code = "wrong_credentials"


class SecondFactorNeeded(ShopError):
    status = 401
    code = "second_factor_needed"


class AddressNotConfirmed(ShopError):
    status = 401
    code = "address_not_confirmed"


@dataclass(frozen=True, slots=True)
class Token:
    """What a request was signed with, as `request.auth`."""

    digest: str
    user_id: int
    epoch: int
    expiry: datetime


class BearerToken(TokenAuthentication):
    """`Authorization: Bearer <token>`. Sets request.user, and request.auth to a Token."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        text = token.decode("ascii", "replace")
        digest = hash_token(text) if len(text) <= LENGTH_MAX else ""
        found = digest and (_remembered(digest) or _looked_up(digest))
        if not found:
            raise AuthenticationFailed("This token is not known, has expired or was revoked. Sign in for a new one.")
        return found


class BearerScheme(OpenApiAuthenticationExtension):
    """Tells the schema of it; drf-spectacular finds this class by itself."""

    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "From `POST /api/v1/auth/tokens/`."}


def issue(request: HttpRequest, email: str, password: str, code: str = "") -> tuple[str, datetime]:
    """A new token and when it ends. Wrong and unknown get the same answer, after the same work.

    `code` is the second step of who has one. Raises WrongCredentials, AddressNotConfirmed, SecondFactorNeeded and
    tries.TooManyTries.
    """
    this_one = tries.begin(request, email)
    user = authenticate(request, username=email.strip(), password=password)
    if not isinstance(user, User):
        raise WrongCredentials("E-mail address and password do not belong together. Check both and try again.")
    _check_address(request, user, this_one)
    _check_second_factor(user, code)
    tries.succeeded(this_one)
    # A sign-in like any other, for whoever listens.
    user_logged_in.send(sender=User, request=request, user=user)
    row, text = AuthToken.objects.create(user=user)
    return text, row.expiry


def _check_address(request: HttpRequest, user: User, this_one: list[int]) -> None:
    """Who signed up proves the address first, as on the page: before that the right password brings another link.
    Accounts that staff or a command made have nothing to prove."""
    addresses = list(EmailAddress.objects.filter(user=user).order_by("-primary"))
    if not addresses or any(address.verified for address in addresses):
        return
    tries.succeeded(this_one)
    tries.count_mail(request, user.email)
    addresses[0].send_confirmation(request)
    raise AddressNotConfirmed("Confirm your e-mail address first: follow the link that we have sent you, then sign in.")


def _check_second_factor(user: User, code: str) -> None:
    if second_factor.is_due(user):
        raise SecondFactorNeeded(
            "Staff sign in with a second step. Set it up in the back office first, then send its code.", field="code"
        )
    if not second_factor.is_set_up(user):
        return
    given = second_factor.form_for(user, code.strip())
    if given.has_error("code", second_factor.UNREADABLE):
        raise SecondFactorNeeded(given.errors["code"][0], code=second_factor.UNREADABLE, field="code")
    if not given.is_valid():
        raise SecondFactorNeeded(
            "Send the code that your app shows now, or one of your recovery codes, as `code`.", field="code"
        )


def revoke(token: Token) -> None:
    AuthToken.objects.filter(digest=token.digest).delete()
    cache.delete(_key(token.digest))


def revoke_all(user: User) -> None:
    """Every token of this person. What Redis remembers of them no longer counts, for the epoch has moved on."""
    AuthToken.objects.filter(user=user).delete()


def clean_up() -> int:
    """Forgets tokens and tries that count no longer. Returns how many rows went."""
    tokens, _ = AuthToken.objects.filter(expiry__lt=Now()).delete()
    return tokens + tries.forget_old()


def _remembered(digest: str) -> tuple[User, Token] | None:
    """From the cache. Only as good as the person's epoch, which the database moves on with every token that goes.

    So a token is dead at once even where Redis could not be told.
    """
    kept = cache.get(_key(digest)) if settings.CACHE_ENABLED else None
    if not kept:
        return None
    token = Token(digest, *kept)
    user = User.objects.filter(
        GreaterThan(Value(token.expiry), Now()), pk=token.user_id, token_epoch=token.epoch, is_active=True
    ).first()
    return (user, token) if user else None


def _looked_up(digest: str) -> tuple[User, Token] | None:
    row = AuthToken.objects.filter(digest=digest, expiry__gt=Now(), user__is_active=True).select_related("user").first()
    if row is None:
        return None
    token = Token(digest, row.user.pk, row.user.token_epoch, row.expiry)
    left = int((row.expiry - timezone.now()).total_seconds())
    if settings.CACHE_ENABLED and left > 0:
        cache.set(_key(digest), (token.user_id, token.epoch, token.expiry), left)
    return row.user, token


def _key(digest: str) -> str:
    return f"api-token:{digest}"
