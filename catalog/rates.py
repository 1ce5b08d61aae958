"""Writes exchange rates. The database keeps the past as it was; here a slip is told before it becomes one."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models import ExchangeRate
from core import http, switches
from core.errors import Conflict, ShopError

FETCH_SECONDS = 10.0
NAIRA_MAX = Decimal(10**7)


def read(text: str) -> Decimal:
    """Raises ShopError for what is no rate."""
    try:
        naira = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        naira = Decimal(0)
    if not (naira.is_finite() and 0 < naira < NAIRA_MAX):
        raise ShopError(f"{text[:20]!r} is not a rate. Write the naira for one, such as 1530.50.", field="naira")
    return naira


def set_rate(
    currency: str,
    naira: Decimal,
    *,
    starts_at: datetime | None = None,
    round_up_to: int | None = None,
    source: str = "",
    note: str = "",
) -> ExchangeRate:
    """A rate from a moment on; without one from now on. `round_up_to` stays what it was where it is not told.

    Raises ShopError for a currency that has none, Conflict for a moment in the past or one that has a rate already.
    """
    if currency not in ExchangeRate.Currency:
        raise ShopError(f"{currency[:3]} has no rate: the shop knows naira and US dollars.", field="currency")
    if starts_at is not None and starts_at < timezone.now():
        raise Conflict("A rate cannot begin in the past: prices were made by the one in force.", field="starts_at")
    before = ExchangeRate.objects.filter(currency=currency).order_by("-starts_at").first()
    step = round_up_to or (before.round_up_to if before else ExchangeRate._meta.get_field("round_up_to").default)
    try:
        with transaction.atomic():
            return ExchangeRate.objects.create(
                currency=currency,
                naira=naira,
                starts_at=starts_at or Now(),
                round_up_to=step,
                source=source,
                note=note,
            )
    except IntegrityError as error:
        raise Conflict(
            "There is a rate from that moment on already, or this one is no rate. Choose another moment.",
            field="starts_at",
        ) from error


def fetch(currency: str = "USD") -> ExchangeRate | None:
    """Asks settings.RATES_URL and sets what it says from now on; None where that is the rate already.

    Raises ShopError where there is no source, staff have locked the rate, or the answer is none or a jump that a
    person should look at; core.http.ProviderError where the source does not answer.
    """
    if not settings.RATES_URL:
        raise ShopError("No source of rates is configured. Set RATES_URL, or write the rate by hand.")
    if switches.is_on(switches.RATES_LOCKED):
        raise Conflict("The rate is locked by staff. Open the switch, or leave it as it is.")
    _, answer = http.call("GET", settings.RATES_URL, headers={"Accept": "application/json"}, timeout=FETCH_SECONDS)
    said = answer.get("rates")
    naira = read(str(said.get(settings.BASE_CURRENCY) if isinstance(said, dict) else "none"))
    now = _in_force(currency)
    if now is not None and now.naira == naira:
        return None
    if now is not None and abs(naira / now.naira - 1) * 100 > settings.RATE_JUMP_PERCENT:
        raise Conflict(
            f"The source says {naira.normalize():f}, which is more than {settings.RATE_JUMP_PERCENT} % away from "
            f"{now.naira.normalize():f}. Set it by hand if it is right."
        )
    return set_rate(currency, naira, source=urlsplit(settings.RATES_URL).hostname or "")


def _in_force(currency: str) -> ExchangeRate | None:
    return ExchangeRate.objects.filter(currency=currency, starts_at__lte=Now()).order_by("-starts_at").first()
