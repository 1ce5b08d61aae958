"""The timeline of an order in the words of a person: what happened, and what there is to say of it."""

import re

from orders.models import Order, OrderEvent, ReturnLine

# What became of a return, whose number stands in the event's key.
RETURNS = {
    "return-requested": "is asked for",
    "return-approved": "may be sent back",
    "return-refused": "is refused",
    "return-changed": "is for something else now",
    "return-lost": "did not arrive",
    "return-received": "has arrived",
    "return-closed": "is done",
    "return-unpaid": "is closed without money",
    "return-sent": "is done: the other size is with the courier",
}
# What an event says in free words needs no name before it.
SAYS_ITSELF = ("text", "note", "answer")
NAMES = {"why": "Reason", "instead": "Instead"}
STATUSES: dict[str, str] = dict(Order.Status.choices)
CONDITIONS = {condition.value: str(condition.label).lower() for condition in ReturnLine.Condition if condition.value}


def what(event: OrderEvent) -> str:
    words = RETURNS.get(event.kind)
    if words is None:
        return event.kind.replace("-", " ").capitalize()
    return f"Return {event.key.partition('/')[0]} {words}"


def status(event: OrderEvent) -> str:
    """From which to which, where it changed it."""
    steps = [STATUSES.get(name, name) for name in (event.from_status, event.to_status) if name]
    return " → ".join(steps)


def details(event: OrderEvent) -> str:
    """Nothing where there is nothing to say, or where it went with its person."""
    said = [(name, _word(event, value)) for name, value in event.data.items() if value not in ("", None)]
    return "; ".join(value if name in SAYS_ITSELF else f"{_name(name)}: {value}" for name, value in said)


def _word(event: OrderEvent, value: object) -> str:
    """The condition of what came back, or was not sent, in the words in which staff chose it."""
    if event.kind not in ("return-received", "return-changed"):
        return str(value)
    return re.sub(r"\b(sound|damaged)\b", lambda found: CONDITIONS[found[0]], str(value))


def _name(name: str) -> str:
    """Of what is no name of ours, such as an SKU, as it stands."""
    return NAMES.get(name) or (name.replace("_", " ").capitalize() if name.islower() else name)
