"""The other of the two uses of signals: whoever signs in finds the guest's bag in the account's.

The guest's orders too, and so does whoever proves an address.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from accounts.models import User
from orders import claims, merging
from orders.bag_cookie import token_of


def connect() -> None:
    user_logged_in.connect(_merge, dispatch_uid="bag of who signs in")
    user_logged_in.connect(_claim, dispatch_uid="orders of who signs in")
    email_confirmed.connect(_claim_proved, dispatch_uid="orders of who proves an address")
    user_logged_out.connect(_leave, dispatch_uid="bag of who signs out")


def _merge(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is None:
        return
    for notice in merging.merge(token_of(request), user):
        messages.warning(request, notice)
    _tell(request)


def _claim(user: User, **kwargs: Any) -> None:
    claims.claim_if_free(user)


def _claim_proved(email_address: EmailAddress, **kwargs: Any) -> None:
    claims.claim_if_free(email_address.user)


def _leave(request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        _tell(request)


def _tell(request: HttpRequest) -> None:
    request.has_another_bag = True  # type: ignore[attr-defined]  # prechi.middleware.AnotherBag lets the browser know
