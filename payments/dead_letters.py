"""Work that was given up, wherever in the shop: told to the staff once.

The lists of mails, webhooks, pictures and films offer another try. A mail or webhook that needs none is looked at and
closed there, and is no dead letter any more.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Model
from django.db.models.functions import Now
from django.urls import reverse
from django_celery_results.models import TaskResult

from catalog import work
from catalog.models import Image, Video
from mailing import staff
from mailing.models import OutgoingMail
from payments.models import ProviderEvent

KIND = "staff-failed-jobs"
# One that breaks each time is told once a day.
FAILED_LATELY = timedelta(days=1)
AT_MOST = 200


def tell() -> int:
    """Returns how many are told of."""
    return staff.tell_news(KIND, dict(_given_up()), admin_url=settings.SITE_URL + reverse("admin:index"))


def _given_up() -> Iterator[tuple[str, str]]:
    """What names a piece of work, and what is said of it: never what it holds, for a mail may be read by many."""
    for mail in OutgoingMail.objects.dead_letters().order_by("-pk")[:AT_MOST]:
        # A mail to the staff that cannot be sent is no reason for the next.
        if not mail.kind.startswith("staff-"):
            yield f"mail/{mail.pk}", f"Mail {mail.kind}, {mail.about}. {_link(mail)}"
    for event in ProviderEvent.objects.filter(state=ProviderEvent.State.DEAD).order_by("-pk")[:AT_MOST]:
        yield (
            f"webhook/{event.pk}",
            f"Webhook {event.event} about {event.reference or 'nothing of ours'}. {_link(event)}",
        )
    for model in (Image, Video):
        for row in model._default_manager.filter(state__in=work.GIVEN_UP).order_by("-pk")[:AT_MOST]:
            yield f"{model._meta.model_name}/{row.pk}", f"{model.__name__} {row.pk} could not be made. {_link(row)}"
    failed = TaskResult.objects.filter(status="FAILURE", date_done__gt=Now() - FAILED_LATELY).order_by("-pk")
    for name, task in {task.task_name or "": task for task in failed[:AT_MOST]}.items():
        yield f"job/{name}"[:80], f"Job {name} failed. {_link(task)}"


def _link(row: Model) -> str:
    options = row._meta
    return settings.SITE_URL + reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
