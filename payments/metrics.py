"""The shop's own figures for Prometheus, read from the database and the queue when asked: exact, whichever process
did the work and however often it was restarted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import takewhile
from time import monotonic

import redis
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Min, Q
from django.utils import timezone
from django_celery_results.models import TaskResult
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from catalog.models import Image
from core.health import redis_client
from core.models import Switch
from core.switches import KNOWN
from mailing.models import OutgoingMail, Standstill
from orders.models import Order
from payments.models import Payment, ProviderEvent

AUDIT_TASK = "payments.periodic.audit"
# After that no more are begun: Prometheus waits ten seconds, and what it does not get in time raises no alert.
SECONDS_IN_ALL = 4.0

Group = Callable[[], Iterator[Metric]]
# Of this process, so that the log is not told of the same with each scrape.
_left_out: set[Group] = set()

log = structlog.get_logger(__name__)


class ShopCollector(Collector):
    """Each scrape is a handful of counts out of indexes, none of which takes longer than two seconds."""

    def collect(self) -> Iterator[Metric]:
        is_up, figures = _counted()
        yield GaugeMetricFamily("prechi_database_up", "Whether the database answered.", value=is_up)
        yield GaugeMetricFamily("prechi_figures_left_out", "Groups that took too long to count.", value=len(_left_out))
        yield from figures
        yield from _queues()


def queue_names() -> list[str]:
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *(r["queue"] for r in settings.CELERY_TASK_ROUTES.values())})


def _counted() -> tuple[bool, list[Metric]]:
    """Whether the database answers, and what was counted. A group that cannot be takes no other with it: the rest go on
    in a new transaction, as long as there is time."""
    until = monotonic() + SECONDS_IN_ALL
    groups = takewhile(lambda group: monotonic() < until, GROUPS)
    left_out = dict.fromkeys(GROUPS, "There was no time left to count them.")
    figures: list[Metric] = []
    is_done = False
    while not is_done and monotonic() < until:
        group: Group | None = None
        try:
            with _limited():
                for group in groups:
                    figures += list(group())
                    del left_out[group]
            is_done = True
        except DatabaseError as error:
            if not _answers():
                return False, []
            if group is not None:
                left_out[group] = str(error)
    _say(left_out)
    return True, figures


def _answers() -> bool:
    try:
        with _limited() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


@contextmanager
def _limited() -> Iterator[CursorWrapper]:
    """A transaction in which no statement takes longer than two seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'")
        yield cursor


def _say(left_out: dict[Group, str]) -> None:
    """Each in the log once, until it can be counted again."""
    for group in left_out.keys() - _left_out:
        log.error("figures_left_out", figures=group.__name__.strip("_"), error=left_out[group])
    _left_out.clear()
    _left_out.update(left_out)


def _orders() -> Iterator[Metric]:
    counts = dict(Order.objects.order_by().values_list("status").annotate(Count("pk")))
    yield CounterMetricFamily("prechi_orders_placed", "Orders placed, ever.", value=sum(counts.values()))
    by_status = GaugeMetricFamily("prechi_orders", "Orders by status.", labels=["status"])
    for status in Order.Status.values:
        by_status.add_metric([status], counts.get(status, 0))
    yield by_status


def _payments() -> Iterator[Metric]:
    applied = Payment.objects.filter(outcome=Payment.Outcome.APPLIED, purpose=Payment.Purpose.ITEMS).count()
    yield CounterMetricFamily("prechi_orders_paid", "Orders paid, ever.", value=applied)
    open_payments = Payment.objects.filter(state__in=[Payment.State.CREATED, Payment.State.PENDING])
    yield GaugeMetricFamily("prechi_payments_open", "Payments started and not decided.", open_payments.count())
    reviews = Payment.objects.filter(review_opened_at__isnull=False, review_closed_at__isnull=True)
    row = reviews.aggregate(count=Count("pk"), oldest=Min("review_opened_at"))
    yield GaugeMetricFamily("prechi_payments_in_review", "Money that waits for a decision of staff.", row["count"])
    yield GaugeMetricFamily("prechi_payments_review_age_seconds", "Of the oldest review.", _age(row["oldest"]))


def _webhooks() -> Iterator[Metric]:
    waiting = ProviderEvent.objects.filter(state=ProviderEvent.State.RECEIVED)
    row = waiting.aggregate(count=Count("pk"), oldest=Min("received_at"), overdue=Min("next_attempt_at"))
    yield GaugeMetricFamily("prechi_webhooks_unapplied", "Webhooks stored and not yet applied.", row["count"])
    yield GaugeMetricFamily("prechi_webhooks_unapplied_age_seconds", "Of the oldest one.", _age(row["oldest"]))
    yield GaugeMetricFamily("prechi_webhooks_overdue_seconds", "Of the most overdue webhook.", _age(row["overdue"]))
    dead = ProviderEvent.objects.filter(state=ProviderEvent.State.DEAD).count()
    yield GaugeMetricFamily("prechi_webhooks_dead", "Webhooks given up.", dead)


def _mails() -> Iterator[Metric]:
    due = Q(next_attempt_at__lte=timezone.now())
    row = OutgoingMail.objects.filter(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING]).aggregate(
        count=Count("pk"), oldest=Min("next_attempt_at", filter=due)
    )
    yield GaugeMetricFamily("prechi_outbox_waiting", "Mails written and not yet sent.", row["count"])
    yield GaugeMetricFamily("prechi_outbox_overdue_seconds", "Of the most overdue mail.", _age(row["oldest"]))
    dead = OutgoingMail.objects.dead_letters().count()
    yield GaugeMetricFamily("prechi_outbox_dead", "Mails given up.", dead)
    since = Standstill.objects.values_list("began_at", flat=True).first()
    yield GaugeMetricFamily(
        "prechi_mail_refused", "Whether Resend refuses the shop, so that no mail goes.", bool(since)
    )


def _images() -> Iterator[Metric]:
    unfinished = Image.objects.filter(state__in=[Image.State.QUEUED, Image.State.PROCESSING]).count()
    yield GaugeMetricFamily("prechi_images_unfinished", "Pictures uploaded and not yet made.", unfinished)


def _audit() -> Iterator[Metric]:
    """What the hourly audit found; asking the view itself would cost each scrape a read of every order."""
    latest = TaskResult.objects.filter(task_name=AUDIT_TASK, status="SUCCESS").order_by("-date_done").first()
    if latest is not None and latest.result is not None and latest.result.isdigit():
        yield GaugeMetricFamily("prechi_invariant_violations", "Broken, as last audited.", int(latest.result))
        yield GaugeMetricFamily("prechi_audit_age_seconds", "How long ago that was.", _age(latest.date_done))


def _switches() -> Iterator[Metric]:
    on = set(Switch.objects.filter(on=True).values_list("name", flat=True))
    family = GaugeMetricFamily("prechi_switch_on", "Whether staff have thrown this switch.", labels=["name"])
    for name in KNOWN:
        family.add_metric([name], name in on)
    yield family


GROUPS: tuple[Group, ...] = (_orders, _payments, _webhooks, _mails, _images, _audit, _switches)


def _queues() -> Iterator[Metric]:
    if not settings.CELERY_BROKER_URL.startswith(("redis://", "rediss://", "unix://")):
        return
    depth = GaugeMetricFamily("prechi_queue_depth", "Tasks that wait for a worker.", labels=["queue"])
    up = GaugeMetricFamily("prechi_queue_up", "Whether the queue's Redis answered.")
    try:
        with redis_client(settings.CELERY_BROKER_URL) as client:
            for name in queue_names():
                depth.add_metric([name], int(client.llen(name)))
        up.add_metric([], 1)
    except redis.RedisError:
        up.add_metric([], 0)
    yield up
    yield depth


def _age(since: datetime | None) -> float:
    return 0 if since is None else max(0.0, (timezone.now() - since).total_seconds())
