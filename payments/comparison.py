"""Paystack's list against the shop's, both ways: what can be mended is, the rest stands on the staff's board."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.http import ProviderError
from core.limited_time import while_there_is_time
from mailing import staff
from payments import differences, not_as_asked, open_pages, paystack
from payments.models import Difference, Payment
from payments.paystack import Transaction, UnknownReference
from payments.settlement import PAID, settle
from payments.standing import is_anything_back

Kind = Difference.Kind
# A week of retries of webhooks and of bank transfers, and a day more.
DAYS = 8
# Younger ones are still being settled by those whose turn it is.
NOT_YOUNGER_THAN = timedelta(minutes=15)
TAKEN_BACK = (not_as_asked.REVERSED, not_as_asked.GOING_BACK)
# Together well within the time that a task may take. What a slow Paystack leaves undone is said in the log, and left to
# `manage.py reconcile`, which takes its time.
READ_FOR_SECONDS = 120.0
LOOK_FOR_SECONDS = 60.0

log = structlog.get_logger(__name__)


def compare(days: int = DAYS, *, takes_its_time: bool = False) -> int:
    """Looks through the transactions of the last days, and whether Paystack's pages close before holds end. Returns how
    many differences are open then; harmless twice.

    As long as a task may, unless it `takes_its_time`. Raises ProviderUnavailable where Paystack does not give its list;
    what was found by then stands, and is told.
    """
    try:
        _look_through(timezone.now() - timedelta(days=days), takes_its_time=takes_its_time)
    finally:
        differences.close_arrived()
        are_open = tell()
    open_pages.check()
    return are_open


def tell() -> int:
    """To the staff, each difference once. Returns how many are open."""
    standing = {f"difference/{row.pk}": str(row) for row in differences.open_ones()}
    board = settings.SITE_URL + reverse("admin:payments_difference_changelist") + "?view=open"
    staff.tell_news("staff-differences", standing, admin_url=board)
    return len(standing)


def _look_through(since: datetime, *, takes_its_time: bool) -> None:
    read_for, look_for = (math.inf, math.inf) if takes_its_time else (READ_FOR_SECONDS, LOOK_FOR_SECONDS)
    listed: set[str] = set()
    for transaction, payment in while_there_is_time(_listed_since(since), read_for):
        listed.add(transaction.reference)
        _look_at(transaction, payment)
    for payment in while_there_is_time(_captured_since(since, listed), look_for):
        _look_for(payment)


def _listed_since(since: datetime) -> Iterator[tuple[Transaction, Payment | None]]:
    """What Paystack has of these days, each with what the shop has of it."""
    for page in paystack.transactions(since):
        ours = Payment.objects.in_bulk([transaction.reference for transaction in page], field_name="reference")
        yield from ((transaction, ours.get(transaction.reference)) for transaction in page)


def _look_at(transaction: Transaction, payment: Payment | None) -> None:
    """One that breaks, or of which Paystack does not tell more, keeps no other from being looked at."""
    try:
        _compare(transaction, payment)
    except Exception:
        log.exception("transaction_not_compared", reference=transaction.reference)


def _compare(transaction: Transaction, payment: Payment | None) -> None:
    if transaction.domain != paystack.mode() or transaction.status not in (PAID, *TAKEN_BACK):
        return
    if payment is None:
        if transaction.status == PAID:
            differences.note(Kind.UNKNOWN, transaction)
        return
    if payment.state != Payment.State.CAPTURED:
        _catch_up(transaction, payment)
        return
    if transaction.status in TAKEN_BACK and not is_anything_back(payment):
        differences.note(Kind.REVERSED, transaction, payment)
    if (payment.captured_subunit, payment.captured_currency) != (transaction.amount, transaction.currency):
        differences.note(Kind.AMOUNT, transaction, payment)


def _catch_up(transaction: Transaction, payment: Payment) -> None:
    """Settles what nobody told the shop of. Whatever hinders it, money that Paystack has stands on the board then."""
    log.warning("payment_found_by_comparison", reference=payment.reference)
    try:
        settle(payment.reference)
    finally:
        payment.refresh_from_db()
        if transaction.status == PAID and payment.state != Payment.State.CAPTURED:
            differences.note(Kind.NOT_HERE, transaction, payment)


def _captured_since(since: datetime, listed: set[str]) -> Iterator[Payment]:
    """What the shop took in these days and Paystack's list does not have."""
    old_enough = Q(created_at__gte=since, paid_at__lt=timezone.now() - NOT_YOUNGER_THAN)
    taken = Payment.objects.filter(old_enough, state=Payment.State.CAPTURED, provider_transaction_id__isnull=False)
    return (payment for payment in taken.order_by("pk") if payment.reference not in listed)


def _look_for(payment: Payment) -> None:
    """By its reference, before anybody is alarmed: the list goes by the clock of Paystack."""
    try:
        paystack.verify(payment.reference)
    except UnknownReference:
        differences.note_missing(payment)
    except ProviderError as error:
        log.warning("payment_not_looked_for", reference=payment.reference, error=error.message)
