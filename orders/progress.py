"""How far an order is, and when it should come."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from orders import working_days
from orders.models import Order, OrderLine


def steps(order: Order) -> list[tuple[str, datetime | None]]:
    """The way of an order that goes well, each step with when it was taken."""
    paid, on_its_way = ("Paid", order.paid_at), [("Packed", order.packed_at), ("Shipped", order.shipped_at)]
    middle = [*on_its_way, paid] if order.pay_on_delivery else [paid, *on_its_way]
    return [("Placed", order.placed_at), *middle, ("Delivered", order.delivered_at)]


def expected(order: Order) -> tuple[date, date] | None:
    """The first and the last day on which it should come; None where nobody can say, or nothing comes. One query."""
    days = _promised(order)
    return days if days and _is_anything_coming(order) else None


def is_late(order: Order) -> bool:
    """On its way and past the last day that was promised. One query where it seems so."""
    days = _promised(order)
    is_past = days is not None and order.status in Order.ON_ITS_WAY and timezone.localdate() > days[1]
    return is_past and _is_anything_coming(order)


def _promised(order: Order) -> tuple[date, date] | None:
    """Whatever became of its pieces."""
    begun_at = order.placed_at if order.pay_on_delivery else order.paid_at
    if begun_at is None or order.delivery_min_days is None or order.delivery_max_days is None:
        return None
    begun = timezone.localtime(begun_at).date()
    return working_days.after(begun, order.delivery_min_days), working_days.after(begun, order.delivery_max_days)


def _is_anything_coming(order: Order) -> bool:
    """Whether some piece of it was not taken out before it left. None was, right after it was placed."""
    if order.written_lines is not None:
        return True
    return order.lines.exclude(kind=OrderLine.Kind.BUNDLE).filter(taken_back__lt=F("quantity")).exists()


def stuck(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Those that wait longer than a parcel should: for packing, for the courier, or on their way past the last day.

    Not those whose customer has to pay the delivery first.
    """
    too_long = Now() - timedelta(days=settings.STUCK_AFTER_DAYS)
    return (
        orders.alias(came_by=arrived("shipped_at"))
        .exclude(quote_status=Order.QuoteStatus.QUOTED, status=Order.Status.PACKED)
        .filter(
            Q(status=Order.Status.PAID, paid_at__lt=too_long)
            | Q(status=Order.Status.PENDING_PAYMENT, pay_on_delivery=True, placed_at__lt=too_long)
            | Q(status=Order.Status.PACKED, packed_at__lt=too_long)
            | Q(status=Order.Status.SHIPPED, came_by__lt=too_long)
        )
    )


def arrived(sent_at: str, order: str = "") -> ExpressionWrapper:
    """When a parcel that left at `sent_at` (a column) should be there at the latest, for the database to reckon.

    `order` leads from the row to its order, as in `parcel__order__`.
    """
    # Working days as days of the calendar.
    on_the_road = Coalesce(F(f"{order}delivery_max_days"), Value(14)) * Value(timedelta(days=1)) * 7 / 5
    came = F(sent_at) + ExpressionWrapper(on_the_road, output_field=DurationField())
    return ExpressionWrapper(came, output_field=DateTimeField())


def short_name(full_name: str) -> str:
    """First name and initial, which is as much as most want to see printed: Ada O."""
    first, *others = full_name.split() or [""]
    return f"{first} {others[-1][0]}." if others else first
