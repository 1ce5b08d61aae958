"""Which discounts a bag gets, what each takes off, and why another takes nothing. Arithmetic, which asks nobody.

Of those that may go together (`stacks`) all are taken, percentages first and each of what the ones before left; one
that may not is taken alone. The bag gets whichever way leaves the least to pay. What orders.redemptions knows of a
discount's use comes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from catalog.currencies import NAIRA, Prices
from core.money import Money, allocate, basis_points_of
from orders.contents import Item
from orders.models import Discount

Kind = Discount.Kind
BETTER_OFFER = "better_offer"
# Refusals that a shopper can do something about, or wonders about.
HINTS = {"below_minimum", "first_order_only"}
IN_TURN = [Kind.PERCENTAGE, Kind.FIXED, Kind.FREE_DELIVERY]


@dataclass(frozen=True)
class Goods:
    """A line of a bag: what it costs, and of each of its pieces the categories, those above included."""

    total: int
    pieces: tuple[frozenset[int], ...] = ()


@dataclass(frozen=True)
class Offer:
    """A discount at a moment, for a person: how often it was used in all and by this one, and whether they ordered."""

    discount: Discount
    now: datetime
    categories: frozenset[int] = frozenset()
    used: int = 0
    used_by_person: int = 0
    has_ordered: bool = False

    @cached_property
    def starts_at(self) -> datetime | None:
        return self._midnight(self.discount.starts_on)

    @cached_property
    def ends_at(self) -> datetime | None:
        """The end of its last day."""
        last = self.discount.ends_on
        return self._midnight(last + timedelta(days=1)) if last else None

    def _midnight(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, ZoneInfo(self.discount.time_zone)) if day else None


@dataclass(frozen=True)
class Applied:
    """`shares` is what each line costs less, `delivery` what the delivery does; subunits."""

    discount: Discount
    shares: tuple[int, ...]
    delivery: int = 0

    @property
    def amount(self) -> int:
        return sum(self.shares)


@dataclass(frozen=True)
class Refused:
    """`why` is a sentence for the customer."""

    discount: Discount
    code: str
    why: str


@dataclass(frozen=True)
class Choice:
    applied: tuple[Applied, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def amount(self) -> int:
        """Off the goods."""
        return sum(one.amount for one in self.applied)

    @property
    def delivery(self) -> int:
        return sum(one.delivery for one in self.applied)

    def share_of(self, line: int) -> int:
        """What this line of the bag costs less."""
        return sum(one.shares[line] for one in self.applied)

    def refusal_of(self, code: str) -> Refused | None:
        return next((one for one in self.refused if one.discount.code == code), None)


def goods_of(items: Sequence[Item]) -> list[Goods]:
    return [
        Goods(item.total.amount, tuple(_with_above(part.size.variant.product.category) for part in item.parts))
        for item in items
    ]


def choose(offers: Sequence[Offer], goods: Sequence[Goods], fee: int | None, prices: Prices = NAIRA) -> Choice:
    """The combination that leaves the least to pay. `fee` is the delivery's; None while nobody knows where to.

    Amounts are in the currency of `prices`; what staff wrote in naira is converted to it.
    """
    refused, fitting = [], []
    for offer in offers:
        problem = spent(offer) or _misfit(offer, goods, fee, prices)
        if problem:
            refused.append(Refused(offer.discount, *problem))
        else:
            fitting.append(offer)
    together = [offer for offer in fitting if offer.discount.stacks]
    ways = [_apply(way, goods, fee or 0, prices) for way in (together, *([offer] for offer in fitting)) if way]
    # Of two that come to the same the first is taken: all together, then what was made first.
    best = max(ways, key=_worth, default=())
    taken = {one.discount.pk for one in best}
    for offer in fitting:
        if offer.discount.pk not in taken:
            better = " and ".join(_named(one.discount) for one in best)
            why = f"{_named(offer.discount)} does not go together with {better}, which saves you more."
            refused.append(Refused(offer.discount, BETTER_OFFER, why))
    return Choice(tuple(best), tuple(refused))


def spent(offer: Offer) -> tuple[str, str] | None:
    """What stands against it whatever the bag holds: (code, sentence). Looked at once more under its lock."""
    discount, name = offer.discount, _named(offer.discount)
    if offer.starts_at and offer.now < offer.starts_at:
        return "not_started", f"{name} starts on {_day(discount.starts_on)}."
    if offer.ends_at and offer.now >= offer.ends_at:
        return "ended", f"{name} ended on {_day(discount.ends_on)}."
    if discount.limit_total is not None and offer.used >= discount.limit_total:
        return "used_up", f"{name} is used up."
    if discount.first_order_only and (offer.has_ordered or offer.used_by_person):
        return "first_order_only", f"{name} is for a first order only."
    if discount.limit_per_customer is not None and offer.used_by_person >= discount.limit_per_customer:
        times = "once" if discount.limit_per_customer == 1 else f"{discount.limit_per_customer} times"
        return "used_by_you", f"{name} can be used {times} by each customer, and you have."
    return None


def _misfit(offer: Offer, goods: Sequence[Goods], fee: int | None, prices: Prices) -> tuple[str, str] | None:
    """What of the bag stands against it."""
    discount, name = offer.discount, _named(offer.discount)
    whole = sum(one.total for one in goods if _is_for(offer, one))
    if whole == 0:
        return "other_pieces", f"{name} is for other pieces than those in your bag."
    minimum = prices.exactly(discount.minimum_kobo)
    if whole < minimum.amount:
        least, have = minimum.display, Money(whole, prices.currency).display
        what = " of the pieces that it is for" if offer.categories else ""
        return "below_minimum", f"{name} needs {least}{what}, and you have {have}."
    if discount.kind == Kind.FREE_DELIVERY and fee == 0:
        return (
            "nothing_to_save",
            f"{name} takes nothing off: it waives the cheapest delivery’s fee, and there is none.",
        )
    if discount.kind == Kind.PERCENTAGE and basis_points_of(whole, discount.basis_points) == 0:
        return "nothing_to_save", f"{name} comes to nothing here."
    return None


def _apply(way: Sequence[Offer], goods: Sequence[Goods], fee: int, prices: Prices) -> tuple[Applied, ...]:
    """Those that still take something off after the ones before them. Free delivery stays: the fee may not be known."""
    left = [one.total for one in goods]
    applied: list[Applied] = []
    for offer in sorted(way, key=lambda offer: (IN_TURN.index(Kind(offer.discount.kind)), offer.discount.pk or 0)):
        if offer.discount.kind == Kind.FREE_DELIVERY:
            if not any(one.discount.kind == Kind.FREE_DELIVERY for one in applied):
                applied.append(Applied(offer.discount, (0,) * len(goods), fee))
            continue
        eligible = [amount if _is_for(offer, one) else 0 for amount, one in zip(left, goods, strict=True)]
        if off := _off(offer.discount, sum(eligible), prices):
            shares = allocate(off, eligible)
            left = [amount - share for amount, share in zip(left, shares, strict=True)]
            applied.append(Applied(offer.discount, tuple(shares)))
    return tuple(applied)


def _off(discount: Discount, amount: int, prices: Prices) -> int:
    if discount.kind == Kind.PERCENTAGE:
        return basis_points_of(amount, discount.basis_points)
    return min(amount, prices.exactly(discount.amount_kobo).amount)


def _worth(way: Sequence[Applied]) -> int:
    return sum(one.amount + one.delivery for one in way)


def _is_for(offer: Offer, goods: Goods) -> bool:
    """A bundle has one price, so it is in where every piece of it is."""
    return not offer.categories or (bool(goods.pieces) and all(offer.categories & piece for piece in goods.pieces))


def _with_above(category: object) -> frozenset[int]:
    return frozenset({category.pk, category.parent_id} - {None})  # type: ignore[attr-defined]


def _named(discount: Discount) -> str:
    return discount.code or f"“{discount.name}”"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
