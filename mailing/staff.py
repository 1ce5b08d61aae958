"""Mails to the staff: to each address of settings.STAFF_EMAILS, by the outbox like all others."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection

from core.queue import nudge
from core.transactions import in_transaction
from mailing import outbox, tasks
from mailing.models import StaffNotice

LOCK = 5_190


def tell(kind: str, about: str, facts: dict[str, Any]) -> None:
    """Writes the mail in the caller's transaction, the same (about, kind) once. Nobody named: nobody told."""
    for mail in outbox.write_to_all(kind, about, settings.STAFF_EMAILS, facts):
        nudge(tasks.send, mail.pk)


@in_transaction
def tell_news(kind: str, standing: Mapping[str, Any], **facts: Any) -> int:
    """Tells what stands now and was not told yet, all in one mail; `standing` is what to say by its subject.

    What stands no longer is forgotten, and so told again when it comes back. Returns how many are news; harmless twice
    and at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, kind])
    told = StaffNotice.objects.filter(kind=kind)
    told.exclude(subject__in=standing).delete()
    known = set(told.values_list("subject", flat=True))
    news = {subject: said for subject, said in standing.items() if subject not in known}
    if news:
        StaffNotice.objects.bulk_create(StaffNotice(kind=kind, subject=subject) for subject in news)
        tell(kind, f"staff/{uuid.uuid4()}", {"news": list(news.values()), "standing": len(standing), **facts})
    return len(news)
