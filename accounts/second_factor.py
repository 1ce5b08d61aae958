"""The second step of signing in: six digits of an app, or one of the codes kept for the day when it is lost.

allauth.mfa does the work; this says where the shop asks for it. Staff must have one (settings.STAFF_SECOND_FACTOR),
others may.
"""

import base64
import hashlib
from typing import Any

import structlog
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from core.transactions import in_transaction

METHOD = "mfa"
# The error of a form whose code nothing can be held against.
UNREADABLE = "second_step_unreadable"
# What allauth keeps as our adapter gave it: of an app, and of recovery codes.
ENCIPHERED = ("secret", "seed", "migrated_codes")

log = structlog.get_logger(__name__)


class Adapter(DefaultMFAAdapter):
    """Named in settings.MFA_ADAPTER. What an app's digits are made of is not kept in the clear."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or not any more. Take the one that your app shows now.",
        UNREADABLE: "Your second step cannot be checked any more, for the shop's key was changed since you set it up. "
        "Ask the shop's owner to take it away, under Second steps in the back office; then set it up anew.",
    }

    def encrypt(self, text: str) -> str:
        encrypted: bytes = _cipher().encrypt(text.encode())
        return encrypted.decode()

    def decrypt(self, encrypted_text: str) -> str:
        """allauth asks for it within a form, whose error this is where it was enciphered with a key that is gone; but
        for the pages of recovery codes (prechi.middleware.SecondFactor)."""
        try:
            text: bytes = _cipher().decrypt(encrypted_text.encode())
        except InvalidToken as error:
            log.warning(UNREADABLE)
            raise self.validation_error(UNREADABLE) from error
        return text.decode()


def is_set_up(user: User) -> bool:
    return bool(is_mfa_enabled(user))


def is_due(user: User) -> bool:
    """Whether this member of staff must set it up before the back office opens."""
    return bool(settings.STAFF_SECOND_FACTOR and user.is_staff and not is_set_up(user))


def was_given(request: HttpRequest) -> bool:
    """In this session, at whichever door."""
    return any(record.get("method") == METHOD for record in get_authentication_records(request, request.user))


def form_for(user: User, code: str) -> Any:
    """Ask it whether it is valid, then save it into the session where there is one. allauth counts the guesses."""
    return AuthenticateForm(user=user, data={"code": code})


def renew_all() -> tuple[int, int]:
    """Enciphers every second step with the key in use, so that those before it can go. Harmless twice.

    Returns how many are, and how many cannot be read by any of the keys.
    """
    renewed = [_renew(pk) for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True)]
    return renewed.count(True), renewed.count(False)


@in_transaction
def _renew(pk: int) -> bool | None:
    """None for one that was taken away meanwhile. Locked, for a recovery code that is used now is noted beside it."""
    kept = Authenticator.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if kept is None:
        return None
    try:
        kept.data |= {name: _renewed(kept.data[name]) for name in ENCIPHERED if name in kept.data}
    except InvalidToken:
        return False
    kept.save(update_fields=["data"])
    return True


def _renewed(enciphered: str | list[str]) -> str | list[str]:
    if isinstance(enciphered, list):
        return [str(_renewed(each)) for each in enciphered]
    rotated: bytes = _cipher().rotate(enciphered)
    return rotated.decode()


def _cipher() -> MultiFernet:
    """Of SECRET_KEY, and of those before it, so that it can be changed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"accounts.second_factor " + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
