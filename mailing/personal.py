"""What the post keeps of a person: mails, the newsletter, and where a mail could not be delivered."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower

from core import email_addresses
from core.email_addresses import EmailKey
from core.personal import ERASED_DOMAIN, Person
from mailing.models import CampaignRecipient, OutgoingMail, Subscriber, Suppression

ERASED_SUBJECT = "Erased"
# What becomes of a mail that waits, and whose person is gone: neither sent nor looked at by anybody.
OF_NOBODY = {"state": OutgoingMail.State.DEAD, "last_error": "Its person was erased."}


def export(person: Person) -> dict[str, Any]:
    of_mail = ("created_at", "kind", "about", "recipient", "subject", "state", "sent_at", "delivery", "note")
    of_newsletter, refused = _named(Subscriber.objects.all(), person), _named(Suppression.objects.all(), person)
    letters = CampaignRecipient.objects.filter(subscriber__in=of_newsletter).order_by("pk")
    return {
        "mails": list(_to(person).order_by("pk").values(*of_mail)),
        "newsletters": list(letters.values("campaign__subject", "state", "sent_at", "delivery", "left_at")),
        "newsletter": list(of_newsletter.values("email", "state", "source", "asked_at", "confirmed_at", "left_at")),
        "no_marketing_because": list(refused.values("email", "reason", "created_at")),
    }


def hindrances(person: Person) -> Sequence[str]:
    return ()


def erase(person: Person) -> None:
    forget(_to(person))
    _named(Subscriber.objects.all(), person).delete()
    _named(Suppression.objects.all(), person).delete()


def forget(mails: QuerySet[OutgoingMail]) -> None:
    """That a mail was sent, and what about, stays; to whom and its words do not. What waits is not sent any more."""
    is_waiting = Q(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING])
    mails.filter(is_waiting).update(**OF_NOBODY)
    mails.exclude(last_error=OF_NOBODY["last_error"]).update(last_error="")  # a refusal may repeat the address
    mails.update(**nothing_personal())


def nothing_personal() -> dict[str, Any]:
    """The columns of a mail that tell of its person, with nothing in them."""
    return {
        "recipient": Concat(Value("erased-"), F("pk"), Value(f"@{ERASED_DOMAIN}"), output_field=_address()),
        "facts": {},
        "headers": {},
        "subject": ERASED_SUBJECT,
        "text": "",
        "html": "",
        "note": "",
    }


def _to(person: Person) -> QuerySet[OutgoingMail]:
    spelled = {email_addresses.email_key(email) for email in person.emails}
    mails = OutgoingMail.objects.alias(spelled=EmailKey("recipient"), written=Lower("recipient"))
    return mails.filter(spelled__in=spelled, written__in=person.emails)


def _named(rows: QuerySet[Any], person: Person) -> QuerySet[Any]:
    """Rows of their proved addresses as they are written: another spelling is somebody else's with many providers."""
    spelled = [email_addresses.person(email) for email in person.emails]
    return rows.alias(written=Lower("email")).filter(person__in=spelled, written__in=person.emails)


def _address() -> Any:
    return OutgoingMail._meta.get_field("recipient")
