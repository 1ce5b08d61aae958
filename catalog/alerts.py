"""Back in stock: who asked for a size that is sold out is told, once, when it can be bought again.

Whichever way it comes back (received, released, corrected, published again), the rows of stock alone decide: a sweep
looks at them, and catalog.stock nudges it.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core import signing
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode

from catalog.models import StockAlert, VariantSize
from catalog.models.products import VariantSizeQuerySet
from catalog.pricing import price_of
from core import email_addresses
from core.errors import NotFound, ShopError
from core.queue import nudge
from core.transactions import in_transaction
from mailing import outbox, tasks

KIND = "back-in-stock"
SALT = "catalog.alerts"
SKU_MAX = 60
# A hundred people are not sent for two pieces: so many for each piece, and the next of them only after a pause.
PEOPLE_PER_PIECE = 3
PAUSE = timedelta(hours=6)
SIZES_PER_RUN = 200
PER_PERSON_A_DAY = 20
PER_ADDRESS_AN_HOUR = 30
# Long enough for every link in a mail to stop something; then nothing is known any more of who once asked.
KEPT = timedelta(days=180)
LOCK = 5_170

State = StockAlert.State
log = structlog.get_logger(__name__)


class TooManyAlerts(ShopError):
    status = 429
    code = "too_many_alerts"


def size_of(sku: str) -> VariantSize:
    """A size on sale, with all that names it. Raises NotFound naming `sku`."""
    named = VariantSize.objects.on_sale().select_related("variant__product", "variant__colour", "size")
    found = named.filter(sku=sku).first() if len(sku) <= SKU_MAX and "\0" not in sku else None
    if found is None:
        raise NotFound("The shop has no such size. Choose one on the page of the product.", field="sku")
    return found


def ask(sku: str, email: str, *, network_address: str) -> VariantSize:
    """Writes down who waits. Harmless twice, and nothing tells whether somebody waited already.

    A size that can be bought meanwhile is taken as well: the next run sends its mail. Raises NotFound naming `sku`,
    ShopError naming `email`, TooManyAlerts for more than one person can want.
    """
    size = size_of(sku)
    address = email_addresses.checked(email)
    person, asked_from = email_addresses.person(address), _hashed(network_address)
    recent = StockAlert.objects.filter(created_at__gt=Now() - timedelta(days=1))
    lately = recent.filter(created_at__gt=Now() - timedelta(hours=1))
    if (
        recent.filter(person=person).count() >= PER_PERSON_A_DAY
        or lately.filter(asked_from=asked_from).count() >= PER_ADDRESS_AN_HOUR
    ):
        raise TooManyAlerts(
            "You have asked for many sizes in a short time, so this one was not noted. Try again tomorrow.",
            field="email",
        )
    alert = StockAlert(variant_size=size, email=address, person=person, asked_from=asked_from)
    StockAlert.objects.bulk_create([alert], ignore_conflicts=True)
    return size


def send_due() -> int:
    """Writes the mails of everybody whose size is back, oldest first. Returns how many; harmless twice and at once.

    Each size is a transaction of its own, and a mail that cannot be made holds up no other size.
    """
    waiting = StockAlert.objects.filter(variant_size=OuterRef("pk"), state=State.WAITING)
    back = _with_room(VariantSize.objects.on_sale()).filter(Exists(waiting)).order_by("pk")
    sent = 0
    for size_id in list(back.values_list("pk", flat=True)[:SIZES_PER_RUN]):
        try:
            sent += _send_for(size_id)
        except Exception:
            log.exception("alerts_not_sent", variant_size=size_id)
    return sent


def forget_old() -> int:
    """Nothing is kept of who once waited. Returns how many rows went."""
    ended = StockAlert.objects.exclude(state=State.WAITING)
    return ended.filter(ended_at__lt=Now() - KEPT).delete()[0]


def email_behind(token: str) -> str:
    """Whose mail a link stops, partly hidden. Raises NotFound in the same words for a wrong token and an old one."""
    local, _, domain = _alert_with(token).email.rpartition("@")
    return f"{local[:1]}…@{domain}"


@in_transaction
def stop(token: str) -> int:
    """Ends every alert that this person waits for. Returns how many; harmless twice. Raises NotFound."""
    waiting = StockAlert.objects.filter(person=_alert_with(token).person, state=State.WAITING)
    return waiting.update(state=State.STOPPED, ended_at=Now())


def stop_url(alert: StockAlert) -> str:
    return settings.SITE_URL + reverse("catalog:stop_alerts", args=[signing.Signer(salt=SALT).sign(str(alert.pk))])


@in_transaction
def _send_for(size_id: int) -> int:
    """Claims, writes and marks in one transaction. Somebody else at the same size: they do it, whole."""
    if not _mine(size_id):
        return 0
    sizes = _with_room(VariantSize.objects.on_sale()).select_related("variant__product", "variant__colour", "size")
    size: Any = sizes.filter(pk=size_id).priced().first()
    if size is None:
        return 0
    waiting = StockAlert.objects.filter(variant_size=size, state=State.WAITING).order_by("pk")
    claimed = list(waiting.select_for_update(skip_locked=True)[: size.room])
    for alert in claimed:
        headers = {
            "List-Unsubscribe": f"<{stop_url(alert)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        mail = outbox.write(KIND, f"alert/{alert.pk}", alert.email, _facts(alert, size), headers=headers)
        nudge(tasks.send, mail.pk)
    told_now = StockAlert.objects.filter(pk__in=[alert.pk for alert in claimed])
    return told_now.update(state=State.SENT, ended_at=Now())


def _mine(size_id: int) -> bool:
    """Until the end of this transaction. Without it two runs would each send for all pieces."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, size_id % 2**31])
        return bool(cursor.fetchone()[0])


def _with_room(sizes: VariantSizeQuerySet) -> VariantSizeQuerySet:
    """Those of which more people may be told now, and how many (`room`): one that pauses holds up no other."""
    told = StockAlert.objects.filter(variant_size=OuterRef("pk"), state=State.SENT, ended_at__gt=Now() - PAUSE)
    number = told.order_by().values("variant_size").annotate(number=Count("pk")).values("number")
    pieces = F("on_hand") - F("reserved")
    return sizes.annotate(room=pieces * PEOPLE_PER_PIECE - Coalesce(Subquery(number), 0)).filter(room__gt=0)


def _facts(alert: StockAlert, size: VariantSize) -> dict[str, Any]:
    product, colour = size.variant.product, size.variant.colour
    chosen = urlencode({"colour": colour.slug, "size": size.size.name})
    return {
        "product": product.name,
        "colour": colour.name,
        "size": size.size.name,
        "price": price_of(size),
        "product_url": f"{settings.SITE_URL}{product.get_absolute_url()}?{chosen}",
        "stop_url": stop_url(alert),
    }


def _alert_with(token: str) -> StockAlert:
    try:
        number = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        number = ""
    found = StockAlert.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise NotFound("This link stops nothing any more. Use the one in the newest mail, or answer that mail.")
    return found


def _hashed(network_address: str) -> str:
    return salted_hmac(SALT, network_address, algorithm="sha256").hexdigest()[:32]
