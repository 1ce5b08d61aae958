"""From an address to a fee. Shoppers give an address and never choose a zone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django_countries import countries

from catalog.currencies import NAIRA, Prices
from core.errors import ShopError
from core.money import Money
from core.prepared import Given, Prepared
from orders import working_days
from orders.models import DeliveryMethod, Zone, ZoneArea
from orders.models.zones import STANDARD
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
class Method:
    """A way to send it: what that costs, and within how many working days it comes."""

    name: str
    fee: Money
    min_days: int
    max_days: int

    @property
    def arrives(self) -> tuple[date, date]:
        """The first and the last day on which it should, if it is paid for today."""
        paid = working_days.today()
        return working_days.after(paid, self.min_days), working_days.after(paid, self.max_days)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivery costs. Without a zone, or in one that has no fee, it is quoted later, and paid before the parcel
    leaves; tax is the zone's in any case. `method` names which of `methods`, the cheapest first, it goes by."""

    zone_name: str
    fee: Money
    min_days: int | None
    max_days: int | None
    tax_basis_points: int
    is_quoted: bool = False
    free_from: Money | None = None
    zone: Zone | None = None
    method: str = ""
    methods: tuple[Method, ...] = ()

    @property
    def is_by_choice(self) -> bool:
        """Whether it goes otherwise than by the zone's own fee and days."""
        return self.method not in ("", STANDARD)

    @property
    def least(self) -> Money:
        """What the cheapest way costs."""
        return self.methods[0].fee if self.methods else self.fee

    @property
    def tax_percent(self) -> str:
        return f"{self.tax_basis_points / 100:g}"

    @property
    def pay_on_delivery(self) -> bool:
        """Whether the zone takes part in that; what else it takes is for orders.on_delivery to say."""
        return self.zone is not None and self.zone.pay_on_delivery


def _ways(zone: str) -> ArraySubquery:
    """Those of the zone in this column, each with its columns."""
    of_zone = DeliveryMethod.objects.filter(zone=OuterRef(zone), active=True).order_by("fee_kobo")
    columns = ("name", "fee_kobo", "usd_fee_cents", "min_days", "max_days")
    return ArraySubquery(of_zone.values(data=JSONObject(**{name: name for name in columns})))


_COVERING = Prepared(
    lambda: (
        ZoneArea.objects.filter(
            Q(state=Given("state"), area__in=[Given("area"), Value("")]) | Q(state="", area=""),
            country__in=[Given("country"), Given("otherwise")],
            zone__active=True,
        )
        .select_related("zone")
        .annotate(ways=_ways("zone"))
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


def zones(prices: Prices = NAIRA) -> list[Any]:
    """Every zone in use, `priced`, in order, each with its areas at hand as `places`. One query."""
    return [priced(zone, prices) for zone in _ZONES.all()]


def _with_places() -> QuerySet[Zone]:
    areas = ZoneArea.objects.filter(zone=OuterRef("pk")).order_by("country", "state", "area")
    places = ArraySubquery(areas.values(data=JSONObject(country="country", state="state", area="area")))
    return Zone.objects.filter(active=True).annotate(places=places, ways=_ways("pk"))


_ZONES = Prepared(_with_places)


def priced(zone: Any, prices: Prices) -> Any:
    """A zone of this module with its `fee` and `free_from` as pages tell them, no `fee` where it is quoted; and its
    `methods`, its own first, each with its `fee` alike."""
    fee, free_from = fee_of(zone, prices), free_from_of(zone, prices)
    zone.fee = None if fee is None else prices.told(fee, zone.fee_kobo)
    zone.free_from = prices.told(free_from, zone.free_from_kobo) if free_from else None
    own = {"name": STANDARD, "fee": zone.fee, "min_days": zone.min_days, "max_days": zone.max_days}
    zone.methods = [] if fee is None else [own, *(_told(way, prices) for way in zone.ways)]
    return zone


def method_names() -> list[str]:
    """All there are in any zone, the zone's own first; empty where there is no choice anywhere. One query."""
    others = DeliveryMethod.objects.filter(active=True, zone__active=True, zone__fee_kobo__isnull=False)
    names = sorted(set(others.values_list("name", flat=True)))
    return [STANDARD, *names] if names else []


def _told(way: dict[str, Any], prices: Prices) -> dict[str, Any]:
    fee = prices.told(prices.of(way["fee_kobo"], way["usd_fee_cents"]), way["fee_kobo"])
    return {"name": way["name"], "fee": fee, "min_days": way["min_days"], "max_days": way["max_days"]}


def delivery_to(destination: Destination, subtotal: Money, prices: Prices = NAIRA, method: str = "") -> Delivery:
    """By the narrowest zone that covers the address, and by `method`, where it has a way of that name; else by the
    cheapest. One query; checks nothing (see `check` and `check_method`). `subtotal` is in the currency of `prices`."""
    asked, otherwise = destination.country, HOME if destination.country == HOME else EVERY_OTHER
    area = _COVERING.first(country=asked, otherwise=otherwise, state=destination.state, area=destination.area)
    if area is None:
        return Delivery("", Money(0, prices.currency), None, None, 0, is_quoted=True)
    zone: Any = area.zone
    zone.ways = area.ways  # type: ignore[attr-defined]
    return _price(zone, subtotal, prices, method)


def check_method(found: Delivery | None, asked: str) -> None:
    """Raises ShopError for a way of delivery that was asked for and is not among those that were found."""
    if not asked or found is None or found.method.casefold() == asked.casefold():
        return
    names = " or ".join(way.name for way in found.methods)
    others = "Its delivery is quoted." if not names else f"Choose {names}." if found.methods[1:] else f"{names} does."
    raise ShopError(f"{asked} does not go to this address. {others}", code="unknown_method", field="delivery_method")


def fee_of(zone: Zone, prices: Prices = NAIRA) -> Money | None:
    """None where it is quoted."""
    return None if zone.fee_kobo is None else prices.of(zone.fee_kobo, zone.usd_fee_cents)


def free_from_of(zone: Zone, prices: Prices = NAIRA) -> Money | None:
    """The subtotal from which it delivers for nothing, if there is one. Dollars count only where naira have one."""
    if zone.free_from_kobo is None:
        return None
    return prices.of(zone.free_from_kobo, zone.usd_free_from_cents)


def _price(zone: Any, subtotal: Money, prices: Prices, asked: str) -> Delivery:
    fee, free_from = fee_of(zone, prices), free_from_of(zone, prices)
    if fee is None:
        return Delivery(
            zone.name, Money(0, prices.currency), None, None, zone.tax_basis_points, is_quoted=True, zone=zone
        )
    is_free = free_from is not None and subtotal >= free_from
    own = Method(STANDARD, fee * 0 if is_free else fee, zone.min_days, zone.max_days)
    methods = tuple(sorted([own, *(_method(way, prices) for way in zone.ways)], key=_cheapest_and_fastest))
    chosen = next((way for way in methods if way.name.casefold() == asked.casefold()), methods[0])
    return Delivery(
        zone.name,
        chosen.fee,
        chosen.min_days,
        chosen.max_days,
        zone.tax_basis_points,
        free_from=free_from,
        zone=zone,
        method=chosen.name,
        methods=methods,
    )


def _method(way: dict[str, Any], prices: Prices) -> Method:
    return Method(way["name"], prices.of(way["fee_kobo"], way["usd_fee_cents"]), way["min_days"], way["max_days"])


def _cheapest_and_fastest(method: Method) -> tuple[int, int]:
    return method.fee.amount, method.max_days
