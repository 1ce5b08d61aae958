"""The first page of the back office: what came in, and what waits for somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from adminpanel.order_list import problems, to_pack
from adminpanel.payments_admin import in_review
from catalog import hits, work
from catalog.models import Image, Review, VariantSize
from core.money import Money
from mailing import standstill
from mailing.models import OutgoingMail
from orders import coverage, delivery_quotes, drift, progress
from orders.models import Order, Return
from payments import differences, disputes, refund_sending
from payments.models import Dispute, Payment, ProviderEvent, Refund

NOTHING_YET = Money(0)


@dataclass(frozen=True, slots=True)
class Tile:
    title: str
    figure: str
    note: str
    link: str
    urgent: bool = False


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Named in settings.UNFOLD. A tile whose list the signed-in person may not open is left out."""
    user: Any = request.user
    to_do = [tile() for right, tile in TO_DO if user.has_perm(right)]
    return {**context, "to_do": to_do, "income": _income() if user.has_perm("payments.view_payment") else []}


def _income() -> list[Tile]:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    link = _list("payments.payment", "outcome__exact=applied")
    return [
        _paid("Paid today", today, link),
        _paid("Paid in 30 days", today - timedelta(days=29), link),
    ]


def _paid(title: str, since: Any, link: str) -> Tile:
    """Money that paid for orders, each currency for itself: two are never added up."""
    applied = Payment.objects.filter(outcome=Payment.Outcome.APPLIED, paid_at__gte=since)
    rows = applied.order_by("captured_currency").values_list("captured_currency").annotate(Sum("captured_subunit"))
    sums = [Money(total, currency).display for currency, total in rows]
    count = applied.count()
    return Tile(title, " · ".join(sums) or NOTHING_YET.display, f"{count} payment{'' if count == 1 else 's'}", link)


def _to_pack() -> Tile:
    return _count("To pack", to_pack(Order.objects.all()).count(), "orders", "orders.order", "view=to_pack")


def _to_price() -> Tile:
    found = delivery_quotes.to_price(Order.objects.all()).count()
    return _count("Delivery to price", found, "paid orders, or prices that ended", "orders.order", "view=to_price")


def _unpaid() -> Tile:
    waiting = Order.objects.filter(status=Order.Status.PENDING_PAYMENT, pay_on_delivery=False).count()
    return Tile("Unpaid", str(waiting), "orders on hold", _list("orders.order", "view=unpaid"))


def _stuck() -> Tile:
    found = progress.stuck(Order.objects.all()).count()
    return _count("Stuck", found, "orders that wait too long", "orders.order", "view=stuck")


def _problems() -> Tile:
    found = problems(Order.objects.all()).count()
    return _count("Problems", found, "orders with money to look at", "orders.order", "view=problems")


def _returns_to_decide() -> Tile:
    found = Return.objects.filter(state=Return.State.REQUESTED).count()
    return _count("Returns to decide", found, "that customers ask for", "orders.return", "view=to_decide")


def _returns_to_receive() -> Tile:
    coming = Return.objects.filter(state=Return.State.APPROVED).count()
    return Tile("Returns to receive", str(coming), "on their way back", _list("orders.return", "view=coming"))


def _exchanges_to_send() -> Tile:
    found = Return.objects.to_send().count()
    return _count("Exchanges to send", found, "other sizes that are waited for", "orders.return", "view=to_send")


def _returns_to_finish() -> Tile:
    found = Return.objects.filter(state=Return.State.RECEIVED).count()
    return _count("Returns to finish", found, "that are back in the shop", "orders.return", "view=to_refund")


def _payments_in_review() -> Tile:
    found = in_review(Payment.objects.all()).count()
    return _count("In review", found, "payments", "payments.payment", "review=open")


def _refunds_waiting() -> Tile:
    waiting = refund_sending.waiting(Refund.objects.all()).count()
    return _count("Refunds", waiting, "that wait for you", "payments.refund", "view=waiting")


def _disputes_to_answer() -> Tile:
    found = disputes.to_answer(Dispute.objects.all()).count()
    return _count("Disputes", found, "disputes to answer", "payments.dispute", "view=to_answer")


def _differences() -> Tile:
    found = differences.open_ones().count()
    return _count("Differences", found, "differences from Paystack", "payments.difference", "view=open")


def _events_to_look_at() -> Tile:
    found = ProviderEvent.objects.filter(state=ProviderEvent.State.REVIEW).count()
    return _count("Odd webhooks", found, "events of nothing of ours", "payments.providerevent", "state__exact=review")


def _dead_webhooks() -> Tile:
    dead = ProviderEvent.objects.filter(state=ProviderEvent.State.DEAD).count()
    return _count("Dead webhooks", dead, "events given up", "payments.providerevent", "state__exact=dead")


def _low_stock() -> Tile:
    found = VariantSize.objects.low().count()
    return _count("Low stock", found, "sizes", "catalog.variantsize", "stock=low")


def _without_zone() -> Tile:
    found = len(coverage.gaps())
    link = reverse("admin:orders_zone_coverage")
    return Tile("No delivery zone", str(found), "states of Nigeria, or parts of them", link, urgent=found > 0)


def _reviews_to_read() -> Tile:
    waiting = Review.objects.filter(state=Review.State.PENDING).count()
    return _count("Reviews to read", waiting, "of customers", "catalog.review", "state__exact=pending")


def _failed_images() -> Tile:
    failed = Image.objects.filter(state__in=work.GIVEN_UP).count()
    return _count("Failed images", failed, "uploads", "catalog.image", "state__in=failed,dead")


def _dead_mails() -> Tile:
    dead = OutgoingMail.objects.dead_letters().count()
    return _count("Dead mails", dead, "mails given up", "mailing.outgoingmail", "view=given_up")


def _resend() -> Tile:
    reason = standstill.reason()
    figure, note = (
        ("No mail goes out", f"Resend refuses: {reason}") if reason else ("Mails go out", "Resend takes them")
    )
    return Tile("Mail", figure, note, _list("mailing.outgoingmail", "view=waiting"), urgent=bool(reason))


def _cache_hits() -> Tile:
    good, reads = hits.of_last_hours()
    rate = f"{100 * good / reads:.0f} %" if reads else "No reads yet"
    return Tile("Cache hit rate", rate, "of reads in the last hours", _list("core.switch", ""))


def _strayed_prices() -> Tile:
    strayed = len(drift.strayed())
    link = reverse("admin:catalog_exchangerate_drift")
    return Tile("Strayed prices", str(strayed), "fixed in dollars, far from the rate", link, urgent=strayed > 0)


def _count(title: str, count: int, note: str, model: str, query: str) -> Tile:
    return Tile(title, str(count), note, _list(model, query), urgent=count > 0)


def _list(model: str, query: str) -> str:
    return f"{reverse('admin:{}_changelist'.format(model.replace('.', '_')))}?{query}"


# The right that opens a tile's list, and the tile; the most pressing first.
TO_DO: list[tuple[str, Callable[[], Tile]]] = [
    ("orders.view_order", _to_pack),
    ("orders.view_order", _to_price),
    ("orders.view_order", _unpaid),
    ("orders.view_order", _stuck),
    ("orders.view_order", _problems),
    ("orders.view_return", _returns_to_decide),
    ("orders.view_return", _returns_to_receive),
    ("orders.view_return", _returns_to_finish),
    ("orders.view_return", _exchanges_to_send),
    ("payments.view_payment", _payments_in_review),
    ("payments.view_dispute", _disputes_to_answer),
    ("payments.view_difference", _differences),
    ("payments.view_refund", _refunds_waiting),
    ("payments.view_providerevent", _events_to_look_at),
    ("payments.view_providerevent", _dead_webhooks),
    ("mailing.view_outgoingmail", _resend),
    ("mailing.view_outgoingmail", _dead_mails),
    ("catalog.view_variantsize", _low_stock),
    ("orders.view_zone", _without_zone),
    ("catalog.view_review", _reviews_to_read),
    ("catalog.view_exchangerate", _strayed_prices),
    ("catalog.view_image", _failed_images),
    ("core.view_switch", _cache_hits),
]
