"""Writes exchange rates. The database keeps the past as it was; here a slip is told before it becomes one."""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models import ExchangeRate
from core.errors import Conflict, ShopError

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
