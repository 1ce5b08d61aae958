"""One calculation of what a bag costs: the bag page, the checkout, the API and the order itself all take this one."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from catalog import currencies
from catalog.currencies import NAIRA, Prices
from catalog.pricing import price_of
from core.errors import Conflict, ShopError
from core.money import Money, basis_points_of
from orders import discounts, minimums, redemptions
from orders.contents import Item, contents_of, wanted
from orders.contents import shortages as shortages_of
from orders.delivery import Delivery, Destination, Method, delivery_to
from orders.discounts import Choice
from orders.models import Bag
from orders.models.discounts import code_key

# In the trace, where a zone is named otherwise.
QUOTED_LATER = "quoted later"


@dataclass(frozen=True)
class Notice:
    """Something about the bag that the shopper must know. `line_id` is None where it is about the whole bag."""

    code: str
    message: str
    line_id: int | None = None
    set_to: int | None = None
    """How many of the line can be had, where that mends it."""

    @property
    def must_be_mended(self) -> bool:
        """Before it can be ordered; the others only tell."""
        return self.code != "price_changed"


@dataclass(frozen=True)
class Quote:
    """What a bag costs now, delivered to a place or (without one) before delivery. Writes nothing, holds nothing."""

    items: list[Item]
    subtotal: Money
    discount: Money
    delivery_fee: Money
    tax: Money
    delivery: Delivery | None
    notices: list[Notice] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)
    choice: Choice = field(default_factory=Choice)
    code: str = ""
    # Why the code that was asked for is none of it: for pages, which price the bag without it then.
    code_refusal: str = ""
    prices: Prices = NAIRA
    # The same in the currency that somebody looks at prices in, where that is not what they are charged.
    about: "Quote | None" = None

    @property
    def total(self) -> Money:
        return self.subtotal - self.discount + self.delivery_fee + self.tax

    @property
    def currency(self) -> str:
        return self.subtotal.currency

    @property
    def lines(self) -> list[tuple[Item, Money | None]]:
        """Each item, with about what it costs in the currency that is looked at, if that is another."""
        about = [item.total for item in self.about.items] if self.about else [None] * len(self.items)
        return list(zip(self.items, about, strict=True))

    @property
    def count(self) -> int:
        """As the badge of the bag counts: a bundle is one."""
        return sum(item.quantity for item in self.items)

    @property
    def savings(self) -> list[tuple[str, Money]]:
        """Each discount that is in the total, and what it takes off; nought while a delivery's fee is not known."""
        return [(one.discount.label, Money(one.amount + one.delivery, self.currency)) for one in self.choice.applied]

    @property
    def methods(self) -> list[tuple[Method, Money]]:
        """Each way to send it, and what that costs with the discounts. A free delivery is worth the cheapest one, so
        that whoever wants it faster pays the rest."""
        waived = Money(self.choice.delivery, self.currency)
        return [(method, method.fee - waived) for method in self.delivery.methods] if self.delivery else []

    @property
    def hints(self) -> list[str]:
        """What stands between this bag and the offers that need no code, where the shopper should know."""
        return [one.why for one in self.choice.refused if not one.discount.code and one.code in discounts.HINTS]

    @property
    def must_be_mended(self) -> bool:
        return any(notice.must_be_mended for notice in self.notices)

    @property
    def totals(self) -> dict[str, Money]:
        return {
            "subtotal": self.subtotal,
            "discount": self.discount,
            "delivery": self.delivery_fee,
            "tax": self.tax,
            "total": self.total,
        }


class PriceChanged(Conflict):
    code = "price_changed"

    def __init__(self, seen: int, now: Money) -> None:
        super().__init__(
            f"The price changed while you were ordering: it is now {now.display}, not "
            f"{Money(seen, now.currency).display}. Look it over and order again.",
            field="expected_total",
            details={"total": now.json()},
        )


class UnknownCode(ShopError):
    code = "unknown_code"


def quote(
    bag: Bag,
    destination: Destination | None,
    code: str = "",
    currency: str = "NGN",
    *,
    email: str = "",
    with_offers: bool = True,
    method: str = "",
) -> Quote:
    """Prices a bag. Tax is on the goods after discount, at the rate of the destination's zone. It goes by `method`
    where that reaches the destination, else by the cheapest way there is.

    Whether a discount is still to be had by this person is known where `email` is. Without `with_offers` the caller
    knows that there is no automatic one. Raises ShopError naming `code` or `currency` where the shop cannot take it.
    What is wrong with the bag itself is told in `notices`; placing the order refuses it.
    """
    return _priced(bag, destination, code, currencies.charged(currency), email, with_offers, method)


def approximate(
    bag: Bag, destination: Destination | None, code: str, currency: str, *, email: str = "", method: str = ""
) -> Quote:
    """The same in a currency that is only shown, to stand beside what is charged. Raises as `quote` does."""
    return _priced(bag, destination, code, currencies.shown(currency), email, True, method)


def _priced(
    bag: Bag,
    destination: Destination | None,
    code: str,
    prices: Prices,
    email: str,
    with_offers: bool,
    method: str,
) -> Quote:
    items = contents_of(bag, prices)
    nothing = Money(0, prices.currency)
    subtotal = sum((item.total for item in items), nothing)
    delivery = delivery_to(destination, subtotal, prices, method) if destination else None
    choice = _choice(items, delivery, code_key(code), email, prices) if code or with_offers else Choice()
    discount = Money(choice.amount, prices.currency)
    fee = (delivery.fee if delivery else nothing) - Money(choice.delivery, prices.currency)
    rate = delivery.tax_basis_points if delivery else 0
    tax = Money(basis_points_of((subtotal - discount).amount, rate), prices.currency)
    trace = [*_rate_step(prices), *_trace(items, subtotal, choice, delivery, tax)]
    return Quote(
        items, subtotal, discount, fee, tax, delivery, _notices(items), trace, choice, code_key(code), prices=prices
    )


def _choice(items: list[Item], delivery: Delivery | None, code: str, email: str, prices: Prices) -> Choice:
    """Raises ShopError for a code that takes nothing off, unless something else takes off more."""
    offers = redemptions.offers_for(code, email)
    if code and not any(offer.discount.code == code for offer in offers):
        raise UnknownCode("There is no such code. Check its spelling, or go on without it.", field="code")
    choice = discounts.choose(offers, discounts.goods_of(items), delivery.least.amount if delivery else None, prices)
    refusal = choice.refusal_of(code) if code else None
    if refusal and refusal.code != discounts.BETTER_OFFER:
        raise ShopError(refusal.why, code=refusal.code, field="code")
    return choice


def refuse_what_cannot_be_sold(quote: Quote) -> None:
    """Answers from the unlocked read, before any lock is taken. Raises ShopError or stock.OutOfStock."""
    if not quote.items:
        raise ShopError("Your bag is empty. Put something in it first.", code="empty_bag", field="bag")
    for notice in quote.notices:
        if notice.code == "withdrawn":
            raise Conflict(notice.message, code="withdrawn", field="bag")
    if too_few := minimums.too_few(quote.items):
        raise minimums.BelowMinimum(too_few)
    minimums.check_payable(quote.total, "Your order", "bag")


def _notices(items: list[Item]) -> list[Notice]:
    withdrawn = [
        Notice("withdrawn", f"{item.name} is no longer sold. Remove it to go on.", item.line_id)
        for item in items
        if not item.is_on_sale
    ]
    by_sku = {shortage.sku: shortage for shortage in shortages_of(item for item in items if item.is_on_sale)}
    short = [
        Notice(
            "out_of_stock" if by_sku[part.size.sku].available == 0 else "low_stock",
            str(by_sku[part.size.sku]),
            item.line_id,
            _can_be_had(item, by_sku[part.size.sku].available, items),
        )
        for item in items
        for part in {part.size.sku: part for part in item.parts}.values()
        if part.size.sku in by_sku
    ]
    changed = [
        Notice(
            "price_changed",
            f"{item.name} was {item.seen.display} when you chose it and is {item.unit.display} now.",
            item.line_id,
        )
        for item in items
        if item.seen is not None and item.seen != item.unit and item.is_on_sale
    ]
    few = [Notice("minimum_quantity", str(too_few)) for too_few in minimums.too_few(items)]
    return [*withdrawn, *short, *changed, *few]


def _can_be_had(item: Item, available: int, items: list[Item]) -> int | None:
    """What to set a line to; None where other lines ask for the same pieces, or a bundle for two of them."""
    pieces = wanted(items)
    alone = all(pieces[part.size.pk] == item.quantity for part in item.parts)
    return available if alone and 0 < available < item.quantity else None


def _rate_step(prices: Prices) -> list[dict[str, Any]]:
    """By what naira became another currency; nothing for naira."""
    if prices.naira is None:
        return []
    return [
        {
            "step": "rate",
            "currency": prices.currency,
            "naira": f"{prices.naira.normalize():f}",
            "round_up_to": prices.round_up_to,
            "since": prices.since.isoformat() if prices.since else None,
        }
    ]


def _trace(
    items: list[Item], subtotal: Money, choice: Choice, delivery: Delivery | None, tax: Money
) -> list[dict[str, Any]]:
    """How the total came to be, kept with the order for ever. Amounts are subunits."""
    steps: list[dict[str, Any]] = [
        {
            "step": "line",
            "name": item.name,
            "unit": item.unit.amount,
            "quantity": item.quantity,
            "amount": item.total.amount,
            **_origin(item),
        }
        for item in items
    ]
    steps.append({"step": "subtotal", "amount": subtotal.amount})
    steps += [
        {
            "step": "discount",
            "name": one.discount.name,
            "code": one.discount.code,
            "worth": one.discount.worth,
            "amount": one.amount,
            "delivery": one.delivery,
        }
        for one in choice.applied
    ]
    steps += [
        {"step": "no discount", "name": one.discount.name, "code": one.discount.code, "why": one.why}
        for one in choice.refused
    ]
    if delivery:
        by = QUOTED_LATER if delivery.is_quoted else delivery.zone_name
        way = {"method": delivery.method} if delivery.is_by_choice else {}
        steps.append({"step": "delivery", "zone": by, **way, "amount": delivery.fee.amount})
        steps.append({"step": "tax", "basis_points": delivery.tax_basis_points, "amount": tax.amount})
    return steps


def _origin(item: Item) -> dict[str, Any]:
    """Where a price in another currency comes from; nothing for naira."""
    if item.unit.currency == settings.BASE_CURRENCY:
        return {}
    kobo = item.bundle.price_kobo if item.bundle else price_of(item.parts[0].size).amount
    fixed = item.bundle.usd_price_cents if item.bundle else item.parts[0].size.variant.product.usd_price_cents
    return {"kobo": kobo, "by": "rate" if fixed is None else "fixed price"}
