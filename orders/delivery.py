"""From an address to a fee. Shoppers give an address and never choose a zone."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django_countries import countries

from catalog.currencies import NAIRA, Prices
from core.errors import ShopError
from core.money import Money
from core.prepared import Given, Prepared
from orders.models import Zone, ZoneArea
from orders.places import areas_of, states_of

HOME = "NG"
# Instead of a country, in the areas of zones.
EVERY_OTHER = ""


@dataclass(frozen=True, slots=True)
class Destination:
    """As much of an address as decides the fee. `country` is an ISO 3166 code."""

    country: str = HOME
    state: str = ""
    area: str = ""

    def __str__(self) -> str:
        """`Eti-Osa, Lagos` at home, `Canada` elsewhere."""
        parts = (self.area, self.state) if self.state in states_of(self.country) else (countries.name(self.country),)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivery costs. Without a zone, or in one that has no fee, it is quoted later, and paid before the parcel
    leaves; tax is the zone's in any case."""

    zone_name: str
    fee: Money
    min_days: int | None
    max_days: int | None
    tax_basis_points: int
    is_quoted: bool = False
    free_from: Money | None = None
    zone: Zone | None = None

    @property
    def tax_percent(self) -> str:
        return f"{self.tax_basis_points / 100:g}"

    @property
    def pay_on_delivery(self) -> bool:
        """Whether the zone takes part in that; what else it takes is for orders.on_delivery to say."""
        return self.zone is not None and self.zone.pay_on_delivery


_COVERING = Prepared(
    lambda: (
        ZoneArea.objects.filter(
            Q(state=Given("state"), area__in=[Given("area"), Value("")]) | Q(state="", area=""),
            country__in=[Given("country"), Given("otherwise")],
            zone__active=True,
        )
        .select_related("zone")
        .order_by("-country", "-state", "-area")
    )
)


def check(destination: Destination) -> None:
    """Raises ShopError naming the field that is not a place the shop knows."""
    if destination.country not in countries:
        raise ShopError("Choose a country from the list.", code="unknown_country", field="country")
    states = states_of(destination.country)
    if states and destination.state not in states:
        raise ShopError("Choose your state from the list.", code="unknown_state", field="state")
    areas = areas_of(destination.country, destination.state)
    if areas and destination.area not in areas:
        raise ShopError(f"Choose your area in {destination.state} from the list.", code="unknown_area", field="area")


def zones(prices: Prices = NAIRA) -> list[Zone]:
    """Every zone in use, `priced`, in order, each with its areas at hand as `places`. One query."""
    return [priced(zone, prices) for zone in _ZONES.all()]


def _with_places() -> QuerySet[Zone]:
    areas = ZoneArea.objects.filter(zone=OuterRef("pk")).order_by("country", "state", "area")
    places = ArraySubquery(areas.values(data=JSONObject(country="country", state="state", area="area")))
    return Zone.objects.filter(active=True).annotate(places=places)


_ZONES = Prepared(_with_places)


def priced(zone: Zone, prices: Prices) -> Zone:
    """The same with its `fee` and `free_from` as pages tell them; no `fee` where it is quoted."""
    fee, free_from = fee_of(zone, prices), free_from_of(zone, prices)
    zone.fee = None if fee is None else prices.told(fee, zone.fee_kobo or 0)  # type: ignore[attr-defined]
    zone.free_from = prices.told(free_from, zone.free_from_kobo or 0) if free_from else None  # type: ignore[attr-defined]
    return zone


def delivery_to(destination: Destination, subtotal: Money, prices: Prices = NAIRA) -> Delivery:
    """The narrowest zone that covers the address. One query; checks nothing (see `check`). `subtotal` is in the
    currency of `prices`."""
    asked, otherwise = destination.country, HOME if destination.country == HOME else EVERY_OTHER
    area = _COVERING.first(country=asked, otherwise=otherwise, state=destination.state, area=destination.area)
    if area is None:
        return Delivery("", Money(0, prices.currency), None, None, 0, is_quoted=True)
    return _price(area.zone, subtotal, prices)


def fee_of(zone: Zone, prices: Prices = NAIRA) -> Money | None:
    """None where it is quoted."""
    return None if zone.fee_kobo is None else prices.of(zone.fee_kobo, zone.usd_fee_cents)


def free_from_of(zone: Zone, prices: Prices = NAIRA) -> Money | None:
    """The subtotal from which it delivers for nothing, if there is one. Dollars count only where naira have one."""
    if zone.free_from_kobo is None:
        return None
    return prices.of(zone.free_from_kobo, zone.usd_free_from_cents)


def _price(zone: Zone, subtotal: Money, prices: Prices) -> Delivery:
    fee, free_from = fee_of(zone, prices), free_from_of(zone, prices)
    if fee is None:
        return Delivery(
            zone.name, Money(0, prices.currency), None, None, zone.tax_basis_points, is_quoted=True, zone=zone
        )
    return Delivery(
        zone.name,
        fee * 0 if free_from is not None and subtotal >= free_from else fee,
        zone.min_days,
        zone.max_days,
        zone.tax_basis_points,
        free_from=free_from,
        zone=zone,
    )
