"""Whether somebody wants marketing mail: when they said so, and where."""

from django.db.models.functions import Now

from accounts.models import User
from mailing import newsletter

SIGN_UP = "sign-up"
ACCOUNT = "account page"
API = "API"


def give(user: User, source: str) -> None:
    """Harmless twice: the first time and place are kept while the consent lasts."""
    User.objects.filter(pk=user.pk, marketing_consent_at=None).update(
        marketing_consent_at=Now(), marketing_consent_source=source
    )


def withdraw(user: User) -> None:
    """From the newsletter's list too, for to whoever says it that is one thing."""
    User.objects.filter(pk=user.pk).update(marketing_consent_at=None, marketing_consent_source="")
    newsletter.leave(user.email)
