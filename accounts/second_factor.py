"""The second step of signing in: six digits of an app, or one of the codes kept for the day when it is lost.

allauth.mfa does the work; this says where the shop asks for it. Staff must have one (settings.STAFF_SECOND_FACTOR),
others may.
"""

import base64
import hashlib
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

METHOD = "mfa"


class Adapter(DefaultMFAAdapter):
    """Named in settings.MFA_ADAPTER. What an app's digits are made of is not kept in the clear."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or not any more. Take the one that your app shows now.",
    }

    def encrypt(self, text: str) -> str:
        encrypted: bytes = _cipher().encrypt(text.encode())
        return encrypted.decode()

    def decrypt(self, encrypted_text: str) -> str:
        text: bytes = _cipher().decrypt(encrypted_text.encode())
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


def _cipher() -> MultiFernet:
    """Of SECRET_KEY, and of those before it, so that it can be changed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"accounts.second_factor " + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
