"""Where the shop delivers: the answer to “do you deliver to…”, and what staff should look at among zones and areas."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.db.models import Count

from catalog.currencies import NAIRA, Prices
from core.errors import ShopError
from core.money import Money
from orders import delivery
from orders.delivery import EVERY_OTHER, HOME, Delivery, Destination
from orders.models import Zone, ZoneArea
from orders.places import areas_of, states_of

# The countries whose states and areas the shop knows one by one, so that it can say which of them are left out.
KNOWN = (HOME,)


@dataclass(frozen=True, slots=True)
class Gap:
    """A state, or some of its areas, that no zone in use covers: each order to it waits for a price."""

    country: str
    state: str
    areas: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.state}: {', '.join(self.areas)}" if self.areas else self.state


@dataclass(frozen=True, slots=True)
class Overlap:
    """An area within another one that is mapped as well. The narrower decides."""

    inner: ZoneArea
    outer: ZoneArea

    @property
    def is_needless(self) -> bool:
        return self.inner.zone_id == self.outer.zone_id

    def __str__(self) -> str:
        if self.is_needless:
            return f"{self.inner} is in {self.inner.zone} already, by {self.outer}."
        return f"{self.inner} goes by {self.inner.zone}, not by {self.outer.zone} as the rest of {self.outer} does."


@dataclass(frozen=True, slots=True)
class Mistake:
    """A zone or an area that decides nothing."""

    zone: Zone
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Coverage:
    gaps: list[Gap]
    overlaps: list[Overlap]
    mistakes: list[Mistake]
    # Each state with the zones that its areas go by, and how many areas; None is no zone.
    states: list[tuple[str, list[tuple[Zone | None, int]]]]
    # Other countries that have a zone, and at the end what all the others have: without it they are quoted.
    abroad: list[ZoneArea]

    @property
    def has_every_other(self) -> bool:
        return any(str(row.country) == EVERY_OTHER for row in self.abroad)


def look_up(destination: Destination, prices: Prices = NAIRA) -> Delivery:
    """What delivery there costs, before any threshold. Without an area where all of the state goes by one zone.
    Its `zone`, if it has one, is `delivery.priced`: what pages tell.

    Raises ShopError naming the field that is missing, or is not a place the shop knows.
    """
    known = areas_of(destination.country, destination.state)
    if known and not destination.area and not asks_area(destination):
        delivery.check(Destination(destination.country, destination.state, known[0]))
    else:
        delivery.check(destination)
    found = delivery.delivery_to(destination, Money(0, prices.currency), prices)
    if found.zone:
        delivery.priced(found.zone, prices)
    return found


def asks_area(destination: Destination) -> bool:
    """Whether the areas of this state go by different zones."""
    narrow = ZoneArea.objects.filter(country=destination.country, state=destination.state, zone__active=True)
    return bool(destination.state) and narrow.exclude(area="").exists()


def asks_region(country: str) -> bool:
    """Whether parts of a country whose states are not known one by one go by zones of their own."""
    if states_of(country):
        return False
    return ZoneArea.objects.filter(country=country, zone__active=True).exclude(state="").exists()


def check_mapping(country: str, state: str, area: str) -> None:
    """For who maps an area to a zone. Raises ShopError naming the field that no address can match."""
    if country == EVERY_OTHER and (state or area):
        told = "Choose the country of this state, or leave the state empty as well."
        raise ShopError(told, code="no_country", field="country")
    states = states_of(country)
    if not states and area:
        raise ShopError("Checkout asks for an area in Nigeria alone: leave it empty.", field="area")
    if states and state and state not in states:
        raise ShopError(f"There is no state “{state}”.{_meant(state, states)}", field="state")
    if states and area and area not in areas_of(country, state):
        raise ShopError(f"{state} has no area “{area}”.{_meant(area, areas_of(country, state))}", field="area")


def coverage() -> Coverage:
    """All of it at once. Two queries, however many zones and areas there are."""
    rows = list(ZoneArea.objects.select_related("zone").order_by("country", "state", "area"))
    used = {(str(row.country), row.state, row.area): row for row in rows if row.zone.active}
    deciding = {(state, area): _deciding(used, HOME, state, area) for state, area in _all_areas()}
    return Coverage(
        gaps=_gaps(deciding),
        overlaps=[Overlap(row, wider) for row in used.values() if (wider := _wider(used, row))],
        mistakes=_mistakes(rows, deciding.values()),
        states=_states(deciding),
        abroad=sorted(
            (row for row in used.values() if str(row.country) not in KNOWN),
            key=lambda row: str(row.country) == EVERY_OTHER,
        ),
    )


def gaps() -> list[Gap]:
    """One query."""
    rows = ZoneArea.objects.filter(country=HOME, zone__active=True).select_related("zone")
    used = {(str(row.country), row.state, row.area): row for row in rows}
    return _gaps({(state, area): _deciding(used, HOME, state, area) for state, area in _all_areas()})


Mapped = dict[tuple[str, str, str], ZoneArea]
Deciding = dict[tuple[str, str], ZoneArea | None]


def _all_areas() -> Iterable[tuple[str, str]]:
    return ((state, area) for state in states_of(HOME) for area in areas_of(HOME, state))


def _deciding(used: Mapped, country: str, state: str, area: str) -> ZoneArea | None:
    """As `delivery.delivery_to` finds it, which a test holds it to."""
    narrowest_first = ((country, state, area), (country, state, ""), (country, "", ""))
    return next((used[place] for place in narrowest_first if place in used), None)


def _wider(used: Mapped, row: ZoneArea) -> ZoneArea | None:
    if not row.state:
        return None
    return _deciding(used, str(row.country), row.state if row.area else "", "")


def _gaps(deciding: Deciding) -> list[Gap]:
    found = []
    for state in states_of(HOME):
        areas = areas_of(HOME, state)
        without = tuple(area for area in areas if deciding[state, area] is None)
        if without:
            found.append(Gap(HOME, state, () if len(without) == len(areas) else without))
    return found


def _states(deciding: Deciding) -> list[tuple[str, list[tuple[Zone | None, int]]]]:
    found = []
    for state in states_of(HOME):
        zones = [row.zone if (row := deciding[state, area]) else None for area in areas_of(HOME, state)]
        found.append((state, Counter(zones).most_common()))
    return found


def _mistakes(rows: Sequence[ZoneArea], deciding: Iterable[ZoneArea | None]) -> list[Mistake]:
    at_work = {row.pk for row in deciding if row}
    found = [Mistake(row.zone, why) for row in rows if (why := _why_idle(row, at_work))]
    for zone in Zone.objects.annotate(mapped=Count("areas")).order_by("position", "name"):
        if zone.active and not zone.mapped:
            found.append(Mistake(zone, f"{zone} is in use, but no area maps to it."))
        if not zone.active and zone.mapped:
            found.append(Mistake(zone, f"{zone} is switched off: its {_areas(zone)} by wider zones, or for a price."))
    return found


def _why_idle(row: ZoneArea, at_work: set[int]) -> str:
    try:
        check_mapping(str(row.country), row.state, row.area)
    except ShopError as error:
        return f"{row} matches no address. {error.message}"
    if row.zone.active and str(row.country) in KNOWN and row.pk not in at_work:
        return f"{row} decides nothing: all its areas are mapped one by one."
    return ""


def _areas(zone: Zone) -> str:
    mapped: int = zone.mapped  # type: ignore[attr-defined]
    return "1 area goes" if mapped == 1 else f"{mapped} areas go"


def _meant(written: str, names: Sequence[str]) -> str:
    near = get_close_matches(written, names, 1)
    return f" Is it “{near[0]}”?" if near else " Take the name from the list of checkout."
