"""Bags that were left standing: their owner is reminded by one mail, if their account agreed to marketing mail."""

from datetime import timedelta
from typing import Any

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.http import urlencode

from core.queue import nudge
from core.transactions import in_transaction
from mailing import newsletter, outbox, suppression, tasks
from mailing.models import Subscriber
from orders.contents import Item, contents_of
from orders.models import Bag, BagLine, Order

KIND = "abandoned-bag"
# Who comes back after so long has forgotten it, and prices and stock have moved on.
TOO_OLD = timedelta(days=7)
AT_ONCE = 200

log = structlog.get_logger(__name__)


def remind() -> int:
    """Writes the mails that are due. Returns how many; harmless twice and at once. One that breaks stops no other."""
    written = 0
    for pk in list(_left_standing().order_by("updated_at").values_list("pk", flat=True)[:AT_ONCE]):
        try:
            written += _remind(pk)
        except Exception:
            log.exception("not_reminded", bag=pk)
    return written


def _left_standing() -> QuerySet[Bag]:
    proved = EmailAddress.objects.filter(user=OuterRef("user"), email__iexact=OuterRef("user__email"), verified=True)
    ordered = Order.objects.filter(user=OuterRef("user"), placed_at__gt=OuterRef("updated_at"))
    return Bag.objects.filter(
        Exists(proved),
        Exists(BagLine.objects.filter(bag=OuterRef("pk"))),
        ~Exists(ordered),
        state=Bag.State.OPEN,
        reminded_at=None,
        user__is_active=True,
        user__marketing_consent_at__isnull=False,
        updated_at__lt=Now() - timedelta(hours=settings.ABANDONED_BAG_HOURS),
        updated_at__gt=Now() - TOO_OLD,
    )


@in_transaction
def _remind(bag_id: int) -> bool:
    """Claims the bag, whether or not a mail comes of it, and writes."""
    bag = Bag.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=bag_id)
    if not _left_standing().filter(pk=bag.pk).update(reminded_at=Now()):
        return False
    user: Any = bag.user
    items = [item for item in contents_of(bag) if item.is_on_sale]
    person = newsletter.include(user.email, user.marketing_consent_source or "account", user.marketing_consent_at)
    if not items or person.state != Subscriber.State.CONFIRMED or suppression.is_stopped(user.email):
        return False
    stop = newsletter.leave_url(person.pk, account_id=user.pk)
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    facts = {"lines": [_said(item) for item in items], "bag_url": _bag_url(), "stop_url": stop}
    mail = outbox.write(KIND, f"bag/{bag.pk}", user.email, facts, headers=headers)
    nudge(tasks.send, mail.pk)
    return True


def _said(item: Item) -> dict[str, Any]:
    size = item.parts[0].size
    colour, name = ("", "") if item.bundle else (size.variant.colour.name, size.size.name)
    return {"name": item.name, "colour": colour, "size": name, "quantity": item.quantity, "total": item.total}


def _bag_url() -> str:
    """Nobody but its owner sees the bag of an account: who is not signed in signs in first, then it opens."""
    query = urlencode({"next": reverse("orders:bag")})
    return f"{settings.SITE_URL}{reverse(settings.LOGIN_URL)}?{query}"
