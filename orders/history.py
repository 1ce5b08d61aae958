"""Orders of an account, the newest first, in pages: by the last one seen, so that a new order shifts nothing."""

from dataclasses import dataclass

from orders.models import Order

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page:
    orders: list[Order]
    next: int | None
    """What asks for the page after this one; None on the last."""


def page_of(user_id: int, after: int | None = None) -> Page:
    """One query."""
    mine = Order.objects.filter(user=user_id).order_by("-pk")
    found = list((mine.filter(pk__lt=after) if after else mine)[: PAGE_SIZE + 1])
    orders = found[:PAGE_SIZE]
    return Page(orders, orders[-1].pk if len(found) > len(orders) else None)
