"""How often discounts were used, and by whom. What a bag gets is read without a lock, and looked at again under it.

A discount with a limit in all is locked for the order alone. One without is only shared: it must not change meanwhile,
but orders of different people do not wait for each other. What each customer gets is counted in a queue of its own.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now

from catalog.models import CatalogueChange
from core.email_addresses import EmailKey, email_key
from core.errors import Conflict
from core.prepared import Given, IsOneOf, Prepared, run, write
from orders.discounts import Applied, Offer, spent
from orders.models import Discount, Order, Redemption
from orders.models.discounts import code_key

State = Redemption.State
NOBODY = 0
LOOKED_BACK = timedelta(minutes=15)


class UsedUp(Conflict):
    """It was there when the total was calculated, and is not any more."""

    code = "discount_gone"


def offers_for(code: str = "", email: str = "") -> list[Offer]:
    """The automatic ones, and the one of `code` where there is one. One query. Without `email` they are anybody's."""
    return [_offer(row) for row in _ON_OFFER.all(code=code_key(code), person=_person(email), order=NOBODY)]


def first_order_offer() -> Discount | None:
    """What everybody who has not ordered yet gets now. One query."""
    offers = (offer for offer in offers_for() if offer.discount.first_order_only and not spent(offer))
    return next((offer.discount for offer in offers), None)


def note_offers_due() -> bool:
    """Whether one began or ended just now, which is noted for the pages that show it. Harmless twice: it is looked back
    over several runs, so that none is missed."""
    offers = offers_for()
    moments = [(offer.now, moment) for offer in offers for moment in (offer.starts_at, offer.ends_at) if moment]
    due = any(now - LOOKED_BACK < moment <= now for now, moment in moments)
    if due:
        CatalogueChange.objects.create()
    return due


def redeem(order: Order, applied: Sequence[Applied]) -> None:
    """Notes what the order got, and so counts it. Locks the discounts. Raises UsedUp where one is gone meanwhile."""
    if not applied:
        return
    discounts = [one.discount for one in applied]
    for offer in _locked(discounts, order):
        seen = next(discount for discount in discounts if discount.pk == offer.discount.pk)
        problem = spent(offer)
        if problem or not offer.discount.active or offer.discount.limit_total != seen.limit_total:
            why = problem[1] if problem else f"“{seen.name}” has just been changed or ended."
            raise UsedUp(f"{why} Nothing was ordered: look at the total again, then order.", field="code")
    write(
        [
            Redemption(
                discount=one.discount,
                order=order,
                email_key=email_key(order.email),
                amount_subunit=one.amount,
                delivery_subunit=one.delivery,
            )
            for one in applied
        ]
    )


def free(order: Order) -> None:
    """Others may use what the order had; harmless twice. The order is locked by the caller."""
    run(
        "UPDATE orders_redemption SET state = %s WHERE order_id = %s AND state = %s",
        [State.FREED, order.pk, State.LIVE],
    )


def take_again(order: Order) -> None:
    """For an order that is paid after it had ended: its price was promised, so it stays.

    It counts again while there is room; where others have used the discount up, it counts towards no limit. The order
    is locked by the caller.
    """
    freed = {
        row.discount_id: row
        for row in Redemption.objects.filter(order=order, state=State.FREED).select_related("discount")
    }
    if not freed:
        return
    for offer in _locked([row.discount for row in freed.values()], order):
        row = freed[offer.discount.pk]
        has_room = offer.discount.limit_total is None or offer.used < offer.discount.limit_total
        mine = offer.discount.limit_per_customer
        row.state = State.LIVE if has_room and (mine is None or offer.used_by_person < mine) else State.HONOURED
        row.save(update_fields=["state"])


def _locked(discounts: Sequence[Discount], order: Order) -> list[Offer]:
    """As they are once nobody else can use or change them any more, for the person of this order."""
    ids, person = sorted(discount.pk for discount in discounts), email_key(order.email)
    strength = "NO KEY UPDATE" if any(discount.limit_total is not None for discount in discounts) else "SHARE"
    run(f"SELECT FROM orders_discount WHERE id = ANY(%s) ORDER BY id FOR {strength}", [ids])
    if queues := [
        f"discount {discount.pk} {person}"
        for discount in sorted(discounts, key=lambda discount: discount.pk)
        if discount.limit_per_customer is not None or discount.first_order_only
    ]:
        run(f"SELECT {', '.join(['pg_advisory_xact_lock(hashtextextended(%s, 0))'] * len(queues))}", queues)
    # Only a statement that begins now sees what those before us in the queue have written.
    return [_offer(row) for row in _GIVEN.all(discounts=ids, person=person, order=order.pk)]


def _person(email: str) -> str:
    return email_key(email) if email else ""


def _offer(row: Discount) -> Offer:
    known: dict[str, object] = vars(row)
    return Offer(
        row,
        known["now"],  # type: ignore[arg-type]
        frozenset(known["category_ids"]),  # type: ignore[call-overload]
        known["used"],  # type: ignore[arg-type]
        known["used_by_person"],  # type: ignore[arg-type]
        known["has_ordered"],  # type: ignore[arg-type]
    )


def _known() -> QuerySet[Discount]:
    """With all that decides. What a discount does not ask is not counted."""
    live = Redemption.objects.filter(discount=OuterRef("pk"), state=State.LIVE)
    ordered = Order.objects.alias(person=EmailKey("email")).filter(person=Given("person")).exclude(pk=Given("order"))
    asks_person = Q(limit_per_customer__isnull=False) | Q(first_order_only=True)
    categories = Discount.categories.through.objects.filter(discount=OuterRef("pk"))
    return Discount.objects.annotate(
        now=Now(),
        category_ids=ArraySubquery(categories.values("category")),
        used=_if(Q(limit_total__isnull=False), _count(live)),
        used_by_person=_if(asks_person, _count(live.filter(email_key=Given("person")))),
        has_ordered=Case(
            When(
                Q(first_order_only=True)
                & (
                    Exists(ordered.filter(paid_at__isnull=False))
                    | Exists(ordered.filter(status=Order.Status.PENDING_PAYMENT))
                    | Exists(ordered.filter(pay_on_delivery=True, paid_at__isnull=True, closed_at__isnull=True))
                ),
                then=Value(True),
            ),
            default=Value(False),
            output_field=BooleanField(),
        ),
    ).order_by("pk")


def _count(rows: QuerySet[Redemption]) -> Coalesce:
    counted = rows.order_by().values("discount").annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted), 0)


def _if(asked: Q, count: Coalesce) -> Case:
    return Case(When(asked, then=count), default=Value(0), output_field=IntegerField())


_ON_OFFER = Prepared(lambda: _known().filter(Q(code="") | Q(code=Given("code")), active=True))
_GIVEN = Prepared(lambda: _known().filter(IsOneOf("pk", Given("discounts"))))
