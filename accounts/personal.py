"""What an account itself keeps of a person."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.functions import Now
from knox.models import AuthToken

from accounts.addresses import entry_of
from accounts.models import Address, ConsentChange, User
from accounts.tries import forget_account
from core.personal import ERASED_NAME, Person, erased_email

TOLD = ("email", "full_name", "phone", "date_joined", "last_login", "marketing_consent_at", "marketing_consent_source")


def export(person: Person) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=person.user_id).order_by("pk")
    said = ConsentChange.objects.of(person.user_id, person.emails)
    return {
        "account": User.objects.filter(pk=person.user_id or 0).values(*TOLD).first(),
        "email_addresses": list(addresses.values("email", "verified", "primary")),
        "consent": list(said.order_by("pk").values("created_at", "given", "source", "wording")),
        "address_book": [asdict(entry_of(kept)) for kept in Address.objects.filter(user=person.user_id)],
    }


def hindrances(person: Person) -> Sequence[str]:
    if User.objects.filter(pk=person.user_id or 0, is_staff=True).exists():
        return ["This is an account of the shop's staff: its owner takes the rights away first."]
    return ()


def erase(person: Person) -> None:
    """The row stays, as an account of nobody, because orders keep who placed them; every door to it is shut."""
    for email in person.emails:
        forget_account(email)
    ConsentChange.objects.of(person.user_id, person.emails).delete()
    for email in person.emails:
        # Of what staff did to a row that is named by an address.
        whole = rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)"
        named = LogEntry.objects.filter(Q(object_repr__iregex=whole) | Q(change_message__iregex=whole))
        named.update(object_repr=ERASED_NAME, change_message="")
    if person.user_id is None:
        return
    EmailAddress.objects.filter(user=person.user_id).delete()
    Address.objects.filter(user=person.user_id).delete()
    AuthToken.objects.filter(user=person.user_id).delete()
    Authenticator.objects.filter(user=person.user_id).delete()
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    entries.filter(object_id=str(person.user_id)).update(object_repr=ERASED_NAME, change_message="")
    User.objects.filter(pk=person.user_id or 0).update(
        email=erased_email(f"account-{person.user_id}"),
        full_name="",
        phone="",
        password=make_password(None),
        is_active=False,
        last_login=None,
        marketing_consent_at=None,
        marketing_consent_source="",
        erased_at=Now(),
    )
