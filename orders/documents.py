"""What invoice and packing slip say, as plain data: the pages and the PDFs of both take it from here.

An invoice shows the order as it was sold, so it says the same for ever; under it stands what went back since, which
payments tells. A slip is for the storeroom: no prices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django_countries import countries

from core.money import Money
from orders import delivery_quotes, parcels
from orders.models import Order, OrderLine, ReturnLine
from orders.summary import lines_of, totals_of

Status = Order.Status
NOT_TO_PACK: dict[str, str] = {
    Status.PENDING_PAYMENT: "Not paid: do not pack",
    Status.CANCELLED: "Cancelled: do not pack",
    Status.EXPIRED: "Expired: do not pack",
    Status.SHIPPED: "Sent already: do not pack",
    Status.DELIVERED: "Sent already: do not pack",
}


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A piece or a bundle; `about` are its colour and size, or the pieces of the bundle."""

    name: str
    about: tuple[str, ...]
    sku: str
    quantity: int
    unit: Money
    total: Money


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """What went back of the money, or is on its way; `about` says why, and for which pieces."""

    label: str
    date: datetime
    about: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Invoice:
    """`is_paid` decides what it is called: what is not paid is no receipt."""

    title: str
    number: str
    date: datetime
    paid_at: datetime | None
    seller: tuple[str, ...]
    bill_to: tuple[str, ...]
    """Whom it is for, where that is not the customer; else empty."""
    customer: tuple[str, ...]
    lines: tuple[InvoiceLine, ...]
    totals: tuple[tuple[str, Money], ...]
    notes: tuple[str, ...]
    money_back: tuple[MoneyBack, ...]
    cancelled_at: datetime | None

    @property
    def left(self) -> Money:
        """What stays paid. Where the customer bore the fee of paying, more than the total may have gone back."""
        total = self.totals[-1][1]
        return Money(max(0, total.amount - sum(back.amount.amount for back in self.money_back)), total.currency)

    @property
    def is_paid(self) -> bool:
        return self.paid_at is not None


@dataclass(frozen=True, slots=True)
class SlipLine:
    """So many of one size to take from the shelf; `bundle` names the bundle that they belong to.

    For `refunded` of them the money went back, though they were not put back on sale: they may be damaged.
    """

    sku: str
    name: str
    colour: str
    size: str
    quantity: int
    bundle: str
    refunded: int

    @property
    def warning(self) -> str:
        if not self.refunded:
            return ""
        were = "was" if self.refunded == 1 else "were"
        return f"{self.refunded} of these {were} refunded: do not pack without asking"


@dataclass(frozen=True, slots=True)
class Slip:
    warning: str
    """Why nothing of it is to be packed; empty for one that is."""
    number: str
    date: datetime
    deliver_to: tuple[str, ...]
    phone: str
    zone: str
    note: str
    lines: tuple[SlipLine, ...]
    not_in_it: int
    """Pieces of the order that left in an earlier parcel, or were taken out of it."""
    collect: Money | None
    """What the rider takes at the door; the one amount on a slip."""
    address: str
    """Where staff find the order: what the square code leads to."""

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def squares(self) -> list[list[bool]]:
        """The square code of `address`, row by row; its quiet border is left to whoever draws it."""
        code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
        code.add_data(self.address)
        return [[bool(cell) for cell in row] for row in code.get_matrix()]


def invoice(order: Order, money_back: Sequence[MoneyBack] = ()) -> Invoice:
    return Invoice(
        title="Invoice" if order.paid_at else "Pro forma invoice, not paid",
        number=order.number,
        date=order.placed_at,
        paid_at=order.paid_at,
        seller=(settings.SHOP_NAME, *settings.SELLER_ADDRESS, *_numbers(), settings.CONTACT_EMAIL),
        bill_to=order.bill_to,
        customer=(*_address(order), order.email),
        lines=tuple(_invoiced(line) for line in lines_of(order)),
        totals=tuple(totals_of(order)),
        notes=tuple(_notes(order)),
        money_back=tuple(money_back),
        cancelled_at=order.closed_at if order.status == Order.Status.CANCELLED else None,
    )


def slip(order: Order, paid_back: Mapping[int, int] | None = None, *, is_for_nothing: bool = False) -> Slip:
    """`paid_back` says of how many pieces the money went back or is to (line id to quantity), put back on sale or not;
    `is_for_nothing`, whether the money of all of them goes back."""
    lines = lines_of(order)
    counts, back = _to_pack(order), paid_back or {}
    taken = [_taken(part, counts, back, line.name) for line in lines for part in line.parts]  # type: ignore[attr-defined]
    taken += [_taken(line, counts, back, "") for line in lines if line.kind == OrderLine.Kind.PIECE]
    packed = tuple(sorted((line for line in taken if line.quantity), key=lambda line: (line.bundle, line.sku)))
    return Slip(
        warning=_not_to_pack(order, packed, is_for_nothing or order.is_paid_back),
        number=order.number,
        date=order.placed_at,
        deliver_to=_address(order),
        phone=order.phone,
        zone=", ".join(filter(None, [order.zone_name, order.delivery_method])),
        note=order.note,
        lines=packed,
        not_in_it=sum(line.quantity for line in order.all_lines() if line.kind != OrderLine.Kind.BUNDLE)
        - sum(line.quantity for line in packed),
        collect=order.total if order.is_owed_at_the_door else None,
        address=settings.SITE_URL + reverse("admin:orders_order_change", args=[order.pk]),
    )


def _invoiced(line: OrderLine) -> InvoiceLine:
    parts: list[OrderLine] = line.parts  # type: ignore[attr-defined]
    about = tuple(f"{part.name}, {part.colour}, {part.told_size}" for part in parts)
    about = about or (f"{line.colour}, {line.told_size}",)
    sku = "" if parts else line.told_sku  # a bundle is no piece on a shelf
    return InvoiceLine(line.name, about, sku, line.quantity, line.unit_price, line.total)


def _to_pack(order: Order) -> dict[int, int]:
    """Line id to what is still to be sent. Of an order that has left, what it was packed with."""
    if order.status in (Order.Status.PAID, Order.Status.PACKED):
        return {line.pk: count for line, count in parcels.left_of(order).items()}
    return {line.pk: line.quantity - line.taken_back for line in order.lines.all()}


def _taken(line: OrderLine, counts: Mapping[int, int], paid_back: Mapping[int, int], bundle: str) -> SlipLine:
    count = counts.get(line.pk, 0)
    refunded = max(0, min(count, paid_back.get(line.pk, 0) - line.taken_back))
    return SlipLine(line.told_sku, line.name, line.colour, line.sent_size, count, bundle, refunded)


def _not_to_pack(order: Order, lines: Sequence[SlipLine], is_for_nothing: bool) -> str:
    """What stands at the top of a slip that is printed all the same."""
    if order.status == Status.CANCELLED and order.shipped_at is not None and order.paid_at is None:
        return "Came back: do not pack"
    if order.status == Status.PENDING_PAYMENT and order.pay_on_delivery:
        return ""
    if warning := NOT_TO_PACK.get(order.status):
        return warning
    if not lines:
        return "Nothing is left to pack"
    if is_for_nothing:
        return "All its money went back, or is to: do not pack"
    is_disputed = order.payment_status == Order.PaymentStatus.DISPUTED
    return "Disputed at the bank: ask before you pack" if is_disputed else ""


def _address(order: Order) -> tuple[str, ...]:
    place = " ".join(filter(None, [order.city, order.postcode]))
    region = ", ".join(filter(None, [order.area, order.state]))
    country = countries.name(str(order.country))
    return tuple(filter(None, [order.full_name, order.street, order.landmark, place, region, country]))


def _numbers() -> list[str]:
    numbers = [("RC", settings.SELLER_REGISTRATION), ("TIN", settings.SELLER_TAX_NUMBER)]
    return [f"{label} {number}" for label, number in numbers if number]


def _notes(order: Order) -> list[str]:
    notes = []
    if order.is_owed_at_the_door:
        notes.append(f"To be paid in cash, at the door: {order.total}.")
    if order.exchange_rate is not None:
        notes.append(f"Charged in {order.currency} at {order.exchange_rate.normalize():f} naira for one.")
    if order.quote_status != Order.QuoteStatus.NOT_NEEDED:
        price = delivery_quotes.in_force(order)
        paid = f" It was paid with {price.amount}." if price and price.paid_at else ""
        notes.append(f"Delivery is priced and paid apart from this invoice.{paid}")
    if not _is_taxed(order):
        notes.append("No tax is charged on orders to this address.")
    return notes + _exchanges(order)


def _is_taxed(order: Order) -> bool:
    """Whether its zone was taxed: where a discount took all of the goods, the tax of them is nought as well."""
    rates = [step["basis_points"] for step in order.trace if step.get("step") == "tax"]
    return any(rates) or order.tax_subunit > 0


def _exchanges(order: Order) -> list[str]:
    """Of a delivered order: which pieces were given for others, at the same price."""
    if order.delivered_at is None:
        return []
    swapped = ReturnLine.objects.with_pieces().filter(
        parcel__order=order, parcel__received_at__isnull=False, exchange_to__isnull=False
    )
    return [
        f"Exchanged on {localtime(row.parcel.received_at):%-d %B %Y}: {row.quantity} × {row.order_line.name}, "
        f"{row.exchange_to.variant.colour.name} {row.exchange_to.size.name} for "
        f"{row.told_colour} {row.sent_size}."
        for row in swapped.select_related("parcel")
        if row.exchange_to
    ]
