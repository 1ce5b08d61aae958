"""Bags, quotes and orders as the API answers them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch

from catalog.api.representation import absolute
from core.money import Money
from orders import delivery_quotes, events, notices, offline_methods, on_delivery, progress
from orders.contents import Item, Part
from orders.delivery import Delivery
from orders.models import Bag, Order, OrderLine, Return, ReturnLine, Shipment
from orders.models.zones import STANDARD
from orders.parcels import parcels_of
from orders.pricing import Quote


def bag(bag: Bag, priced: Quote) -> dict[str, Any]:
    return {
        "token": bag.token,
        "lines": [_bag_line(item) for item in priced.items],
        "totals": _totals(priced),
        "notices": _notices(priced),
    }


def quote(priced: Quote) -> dict[str, Any]:
    return {
        "totals": _totals(priced),
        "discounts": [_discount(step, priced.currency) for step in priced.trace if step["step"] == "discount"],
        "delivery": _quoted(priced, priced.delivery) if priced.delivery else None,
        "pay_on_delivery": on_delivery.is_offered(priced),
        "notices": _notices(priced),
        "trace": priced.trace,
    }


def order(order: Order, refunds: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """An order with its lines; `refunds` as payments tells them. A few queries, or none right after it was placed."""
    return {
        "number": order.number,
        "token": order.token,
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "pay_on_delivery": order.pay_on_delivery,
        "hold_expires_at": _time(order.hold_expires_at),
        "hold_extensions_left": max(0, settings.HOLD_EXTENSIONS_MAX - order.hold_extensions),
        **_progress(order),
        "email": order.email,
        "full_name": order.full_name,
        "phone": order.phone,
        "address": {
            "country": str(order.country),
            "state": order.state,
            "area": order.area,
            "street": order.street,
            "landmark": order.landmark,
            "city": order.city,
            "postcode": order.postcode,
        },
        "billing": {"name": order.billing_name, "address": order.billing_address} if order.billing_name else None,
        "note": order.note,
        "bank_account": offline_methods.bank_account(order),
        "lines": _order_lines(order),
        "totals": {
            "subtotal": Money(order.subtotal_subunit, order.currency).json(),
            "discount": Money(order.discount_subunit, order.currency).json(),
            "delivery": Money(order.delivery_subunit, order.currency).json(),
            "tax": Money(order.tax_subunit, order.currency).json(),
            "total": order.total.json(),
        },
        "discounts": [_discount(step, order.currency) for step in order.trace if step.get("step") == "discount"],
        "delivery": {
            "zone": order.zone_name,
            "method": order.delivery_method or (STANDARD if order.delivery_max_days is not None else None),
            "min_days": order.delivery_min_days,
            "max_days": order.delivery_max_days,
            "quote_status": str(order.quote_status),
            "price": _quote(order),
            "carrier": order.carrier,
            "tracking_number": order.tracking_number,
        },
        "returns": [returned(found) for found in _returns(order)] if order.delivered_at else [],
        "parcels": _parcels(order),
        "refunds": list(refunds),
        "notices": [{"code": told.code, "message": told.message} for told in notices.notices_of(order)],
        "messages": [] if order.written_lines else _messages(order),
    }


def _messages(order: Order) -> list[dict[str, Any]]:
    return [{"text": said.data["text"], "created_at": _time(said.created_at)} for said in events.messages_of(order)]


def listed(order: Order) -> dict[str, Any]:
    """As much as a list of orders shows of one. No query."""
    return {
        "number": order.number,
        "token": order.token,
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "placed_at": _time(order.placed_at),
        "hold_expires_at": _time(order.hold_expires_at) if order.is_payable else None,
        "total": order.total.json(),
    }


def _quote(order: Order) -> dict[str, Any] | None:
    quote = delivery_quotes.in_force(order)
    if quote is None:
        return None
    price = Money(quote.amount_subunit, order.currency).json()
    return {"amount": price, "note": quote.note, "expires_at": _time(quote.expires_at) if quote.expires_at else None}


def returned(found: Return) -> dict[str, Any]:
    return {
        "number": found.pk,
        "kind": str(found.kind),
        "state": str(found.state),
        "reason": str(found.reason),
        "answer": found.answer,
        "created_at": _time(found.created_at),
        "sent_at": _time(found.sent_at) if found.sent_at else None,
        "carrier": found.carrier,
        "tracking_number": found.tracking_number,
        "lines": [
            {
                "id": line.pk,
                "line": line.order_line_id,
                "came_by": line.came_by_id,
                "sku": line.told_sku,
                "quantity": line.quantity,
                "size": line.exchange_to.sku if line.exchange_to else None,
            }
            for line in found.lines.all()
        ],
    }


def _returns(order: Order) -> list[Return]:
    pieces = Prefetch("lines", ReturnLine.objects.with_pieces())
    return list(order.returns.order_by("pk").prefetch_related(pieces))


def tracked(order: Order) -> dict[str, Any]:
    """As much of an order as somebody may know who has its number and address, but no link."""
    pieces = [line for line in order.all_lines() if line.kind != OrderLine.Kind.BUNDLE]
    return {
        "number": order.number,
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "hold_expires_at": _time(order.hold_expires_at) if order.is_payable else None,
        **_progress(order),
        "name": progress.short_name(order.full_name),
        "address": {"country": str(order.country), "state": order.state, "area": order.area, "city": order.city},
        "lines": [
            {"name": line.name, "colour": line.colour, "size": line.sent_size, "quantity": line.quantity}
            for line in pieces
        ],
        "parcels": _parcels(order),
    }


def _progress(order: Order) -> dict[str, Any]:
    days = progress.expected(order)
    stamps = ("placed_at", "paid_at", "packed_at", "shipped_at", "delivered_at", "closed_at")
    return {
        **{name: _time(moment) if (moment := getattr(order, name)) else None for name in stamps},
        "expected": {"earliest": days[0].isoformat(), "latest": days[1].isoformat()} if days else None,
        "is_late": progress.is_late(order),
    }


def _parcels(order: Order) -> list[dict[str, Any]]:
    return [_parcel(parcel) for parcel in parcels_of(order)] if order.packed_at else []


def _parcel(parcel: Shipment) -> dict[str, Any]:
    return {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "shipped_at": _time(parcel.shipped_at),
        "pieces": [{"sku": line.order_line.told_sku, "quantity": line.quantity} for line in parcel.lines.all()],
    }


def _totals(priced: Quote) -> dict[str, Any]:
    return {name: money.json() for name, money in priced.totals.items()}


def _discount(step: dict[str, Any], currency: str) -> dict[str, Any]:
    return {
        "name": step["name"],
        "code": step["code"],
        "worth": step["worth"],
        "amount": Money(step["amount"], currency).json(),
        "delivery": Money(step["delivery"], currency).json(),
    }


def _notices(priced: Quote) -> list[dict[str, Any]]:
    return [{"code": notice.code, "message": notice.message, "line": notice.line_id} for notice in priced.notices]


def _bag_line(item: Item) -> dict[str, Any]:
    first = _piece(item.parts[0]) if item.parts else None
    is_bundle = item.bundle is not None
    return {
        "id": item.line_id,
        "sku": None if is_bundle else item.sku,
        "bundle": item.sku if is_bundle else None,
        "name": item.name,
        "colour": first["colour"] if first and not is_bundle else None,
        "size": first["size"] if first and not is_bundle else None,
        "picks": [_piece(part) for part in item.parts] if is_bundle else [],
        "quantity": item.quantity,
        "unit_price": item.unit.json(),
        "compare_at": item.compare_at.json() if item.compare_at else None,
        "total": item.total.json(),
        "saving": item.saving.json(),
        **absolute({"url": _page_of(item), "image": item.picture}),
    }


def _piece(part: Part) -> dict[str, Any]:
    size = part.size
    return {
        "sku": size.sku,
        "name": size.variant.product.name,
        "colour": size.variant.colour.name,
        "size": size.size.name,
        "share": part.unit.json(),
    }


def _page_of(item: Item) -> str:
    if item.bundle is not None:
        return item.bundle.get_absolute_url()
    variant = item.parts[0].size.variant
    return f"{variant.product.get_absolute_url()}?colour={variant.colour.slug}"


def delivery(found: Delivery) -> dict[str, Any]:
    """Of a quote, whose currency is what is charged."""
    return {
        "zone": found.zone_name,
        "method": found.method or None,
        "methods": [
            {"name": way.name, "fee": way.fee.json(), "min_days": way.min_days, "max_days": way.max_days}
            for way in found.methods
        ],
        "fee": found.fee.json(),
        "min_days": found.min_days,
        "max_days": found.max_days,
        "is_quoted": found.is_quoted,
        "free_from": found.free_from.json() if found.free_from else None,
        "tax_percent": found.tax_percent,
    }


def _quoted(priced: Quote, found: Delivery) -> dict[str, Any]:
    """The same, each of its ways with what it costs this bag."""
    told = delivery(found)
    for way, (_, price) in zip(told["methods"], priced.methods, strict=True):
        way["price"] = price.json()
    return told


def covered(found: Delivery) -> dict[str, Any]:
    """What `orders.coverage.look_up` found: with what is charged beside what is only about that much."""
    zone: Any = found.zone
    if found.is_quoted:
        return delivery(found)
    ways = {way["name"]: way for way in zone.methods}
    told = {"fee": ways[found.method]["fee"], "methods": [ways[way.name] for way in found.methods]}
    return delivery(found) | told | {"free_from": zone.free_from}


def zone(zone: Any) -> dict[str, Any]:
    """One of `orders.delivery.zones`."""
    return {
        "name": zone.name,
        "is_quoted": zone.is_quoted,
        "fee": zone.fee,
        "free_from": zone.free_from,
        "min_days": zone.min_days,
        "max_days": zone.max_days,
        "tax_percent": zone.tax_percent,
        "methods": zone.methods,
        "places": zone.places,
    }


def _order_lines(order: Order) -> list[dict[str, Any]]:
    rows = order.all_lines()
    parts: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if row.parent_id is not None:
            parts.setdefault(row.parent_id, []).append(
                {
                    "id": row.pk,
                    "sku": row.told_sku,
                    "name": row.name,
                    "colour": row.colour,
                    "size": row.sent_size,
                    "share": Money(row.unit_price_subunit, order.currency).json(),
                }
            )
    return [_order_line(order, row, parts.get(row.pk, [])) for row in rows if row.parent_id is None]


def _order_line(order: Order, row: OrderLine, picks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": str(row.kind),
        "sku": row.told_sku,
        "name": row.name,
        "colour": row.colour,
        "size": row.sent_size,
        "picks": picks,
        "quantity": row.quantity,
        "unit_price": Money(row.unit_price_subunit, order.currency).json(),
        "total": Money(row.total_subunit, order.currency).json(),
        "discount": Money(row.discount_subunit, order.currency).json(),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
