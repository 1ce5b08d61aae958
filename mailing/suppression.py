"""Who gets no marketing mail any more, whatever they once asked for."""

from collections.abc import Iterable

from core.email_addresses import LENGTH_MAX, person
from mailing.models import Suppression

Reason = Suppression.Reason


def stop(email: str, reason: str) -> None:
    """Harmless twice; a complaint outweighs whatever was known. What can be no address is passed over."""
    if "@" not in email or len(email) > LENGTH_MAX or "\0" in email:
        return
    row, is_new = Suppression.objects.get_or_create(person=person(email), defaults={"email": email, "reason": reason})
    if not is_new and reason == Reason.COMPLAINED:
        Suppression.objects.filter(pk=row.pk).exclude(reason=reason).update(reason=reason)


def is_stopped(email: str) -> bool:
    return bool(stopped([person(email)]))


def stopped(people: Iterable[str]) -> set[str]:
    """Those of them (as core.email_addresses.person) that get none."""
    return set(Suppression.objects.filter(person__in=list(people)).values_list("person", flat=True))
