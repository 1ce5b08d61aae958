"""The trace of an order's calculation (orders.pricing) as sentences for staff."""

from typing import Any

from core.money import Money
from orders.pricing import QUOTED_LATER


def told(step: dict[str, Any], currency: str) -> str:
    """One step of `Order.trace`; amounts in it are subunits of `currency`."""
    kind = step.get("step")
    how = _HOW.get(str(kind))
    return how(step, currency) if how else ", ".join(f"{key} {value}" for key, value in step.items())


def _rate(step: dict[str, Any], currency: str) -> str:
    since = f", in force since {str(step['since'])[:10]}" if step.get("since") else ""
    return f"{step['currency']} 1 was ₦{step['naira']}{since}"


def _line(step: dict[str, Any], currency: str) -> str:
    said = (
        f"{step['quantity']} × {step['name']} at {_money(step['unit'], currency)}: {_money(step['amount'], currency)}"
    )
    if "kobo" not in step:
        return said
    naira = _money(step["kobo"], "NGN")
    return f"{said} ({naira} by the rate)" if step["by"] == "rate" else f"{said} (a fixed price; {naira} in naira)"


def _subtotal(step: dict[str, Any], currency: str) -> str:
    return f"Subtotal {_money(step['amount'], currency)}"


def _discount(step: dict[str, Any], currency: str) -> str:
    given = [f"−{_money(step['amount'], currency)}"] if step["amount"] else []
    given += [f"−{_money(step['delivery'], currency)} of the delivery"] if step.get("delivery") else []
    return f"Discount {_named(step)}: {', '.join(given) or 'nothing to take off'}"


def _no_discount(step: dict[str, Any], currency: str) -> str:
    return f"Not given: {_named(step)}. {step['why']}"


def _delivery(step: dict[str, Any], currency: str) -> str:
    if step["zone"] == QUOTED_LATER:
        return "Delivery is priced later, and paid apart"
    by = f" by {step['method']}" if step.get("method") else ""
    return f"Delivery{by}, {step['zone']}: {_money(step['amount'], currency)}"


def _tax(step: dict[str, Any], currency: str) -> str:
    rate = f"{step['basis_points'] / 100:g} %"
    return f"Tax of {rate}: {_money(step['amount'], currency)}" if step["basis_points"] else "No tax there"


def _named(step: dict[str, Any]) -> str:
    return f"{step['name']} ({step['code']})" if step["code"] else str(step["name"])


def _money(subunits: int, currency: str) -> str:
    return Money(subunits, currency).display


_HOW = {
    "rate": _rate,
    "line": _line,
    "subtotal": _subtotal,
    "discount": _discount,
    "no discount": _no_discount,
    "delivery": _delivery,
    "tax": _tax,
}
