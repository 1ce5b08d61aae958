"""What happened to an order, written down with who did it."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from orders.models import Order, OrderEvent


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: a person with an account, or a part of the shop."""

    label: str
    user_id: int | None = None


CUSTOMER = Actor("customer")
PAYSTACK = Actor("Paystack")
SYSTEM = Actor("the shop")


def staff(user: User) -> Actor:
    return Actor(user.email[:60], user.pk)


def record(order: Order, kind: str, actor: Actor, *, key: str = "", data: dict[str, Any] | None = None) -> None:
    """Notes something that changes no status. The same (kind, key) is noted once for an order."""
    OrderEvent.objects.get_or_create(
        order=order,
        kind=kind,
        key=key,
        defaults={"actor_id": actor.user_id, "actor_label": actor.label, "data": data or {}},
    )


def messages_of(order: Order) -> list[OrderEvent]:
    """What staff wrote to its customer, the newest first. Of a person who was erased the words are gone."""
    return list(order.events.filter(kind="message", data__has_key="text").order_by("-id"))
