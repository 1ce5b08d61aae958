"""Mails about an account: what allauth has to say goes through the outbox like all others, in the shop's words."""

import uuid
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.queue import nudge
from mailing import outbox, tasks

KINDS = {
    "account/email/email_confirmation_signup": "account-verify",
    "account/email/email_confirmation": "account-verify-address",
    "account/email/password_reset_key": "account-reset",
    "account/email/account_already_exists": "account-exists",
    "account/email/unknown_account": "account-unknown",
}
# Of these each is told to the person, for it may have been somebody else.
CHANGES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_set": "A password was set.",
    "account/email/password_reset": "Your password was replaced, by a link that we sent to this address.",
    "account/email/email_changed": "The e-mail address of your account was changed, away from this one.",
    "mfa/email/totp_activated": "A second step for signing in was set up.",
    "mfa/email/totp_deactivated": "The second step for signing in was taken away.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made. Those of before open nothing any more.",
}
LINKS = ("activate_url", "password_reset_url", "signup_url")


def write(template_prefix: str, email: str, context: dict[str, Any]) -> None:
    """Writes what allauth calls `template_prefix`, each a mail of its own: `about` is random.

    The texts hold keys to an account, so the back office does not show mails about `account/`. Raises KeyError for
    what the shop has no words for yet.
    """
    facts = {name: context[name] for name in LINKS if name in context} | {"email": email}
    if template_prefix in CHANGES:
        _enqueue("account-changed", email, {**facts, "what": CHANGES[template_prefix], "at": context["timestamp"]})
    else:
        _enqueue(KINDS[template_prefix], email, facts)


def welcome(email: str) -> None:
    """To somebody who has just proved the address of a new account."""
    _enqueue("account-welcome", email, {"email": email, "shop_url": settings.SITE_URL + reverse("catalog:shop")})


def erased(email: str) -> None:
    """To somebody of whom nothing is kept from now on: written after all of it is gone, and the outbox forgets to whom
    it went as soon as it is sent or given up."""
    mail = outbox.write(outbox.LAST_WORD, f"account/{uuid.uuid4()}", email, {"at": timezone.now()})
    nudge(tasks.send, mail.pk)


def _enqueue(kind: str, email: str, facts: dict[str, Any]) -> None:
    facts["reset_url"] = settings.SITE_URL + reverse("account_reset_password")
    mail = outbox.write(kind, f"account/{uuid.uuid4()}", email, facts)
    nudge(tasks.send, mail.pk)
