"""Each invariant is broken once, past every guard of code and database, and the view names it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Model
from django.utils import timezone

from accounts.models import User
from catalog.models import StockMovement, VariantSize
from core.models import IdempotencyKey
from mailing.models import OutgoingMail
from orders import bag, checkout, transitions
from orders.models import (
    Bag,
    DeliveryQuote,
    Discount,
    Order,
    OrderEvent,
    OrderLine,
    Redemption,
    Reservation,
    Return,
    ReturnLine,
    ShipmentLine,
)
from orders.transitions import Transition
from payments import audit, invariants
from payments.models import Dispute, Payment, ProviderEvent, Refund, RefundLine
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    VariantSizeFactory,
    delivered,
    lagos,
    paid,
)

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_invariants]


@dataclass(frozen=True)
class Shop:
    """One order that was delivered, of two pieces and a bundle, and one that waits for its money; both with a code."""

    sold: Order
    waiting: Order
    line: OrderLine
    component: OrderLine
    payment: Payment
    size: VariantSize


@pytest.fixture
def shop() -> Shop:
    lagos()
    DiscountFactory()
    size, other = VariantSizeFactory(on_hand=9), VariantSizeFactory(on_hand=9)
    bundle = BundleFactory(eligible=[size.variant.product, other.variant.product], pieces=2)
    orders = []
    for _ in range(2):
        held = bag.open_bag()
        bag.add(held, size.sku, 2)
        bag.add_bundle(held, bundle.slug, [size.sku, other.sku])
        orders.append(checkout.place_order(held, ADA, LAGOS_ISLAND, code="TENTH"))
    sold = delivered(paid(orders[0]))
    assert audit.violations() == []
    return Shop(
        sold,
        orders[1],
        sold.lines.get(kind="piece"),
        sold.lines.filter(kind="component")[0],
        sold.payments.get(),
        size,
    )


def change(model: type[Model], pk: int, **columns: Any) -> None:
    model._default_manager.filter(pk=pk).update(**columns)


def another_mail(shop: Shop, **columns: Any) -> None:
    mail = OutgoingMail.objects.filter(about=f"order/{shop.waiting.number}")[0]
    change(OutgoingMail, mail.pk, **columns)


def dispute(shop: Shop) -> None:
    Dispute.objects.create(payment=shop.payment, provider_dispute_id=1, amount_subunit=1, currency="NGN")


def refund(shop: Shop, amount: int = 1_000, pieces: int = 0, of_pieces: int = 0, *, restocked: bool = False) -> None:
    found = Refund.objects.create(payment=shop.payment, key="test", amount_subunit=amount, currency="NGN")
    if pieces:
        RefundLine.objects.create(
            refund=found, order_line=shop.line, quantity=pieces, amount_subunit=of_pieces, restocked=restocked
        )


def returned(shop: Shop, quantity: int, state: str = "received") -> None:
    parcel = Return.objects.create(order=shop.sold, kind="refund", state=state, reason="size", received_at=now())
    ReturnLine.objects.create(parcel=parcel, order_line=shop.line, quantity=quantity)


def exchanged(shop: Shop, size: VariantSize) -> ReturnLine:
    """One piece became another size, which was sent."""
    parcel = Return.objects.create(
        order=shop.sold, kind="exchange", state="closed", reason="size", received_at=now(), sent_at=now(), carrier="GIG"
    )
    return ReturnLine.objects.create(parcel=parcel, order_line=shop.line, quantity=1, exchange_to=size)


def not_sent(shop: Shop, back: VariantSize | None, stayed_as: str = "sound") -> None:
    """One piece was to become another of its size, which was taken for it and stayed after all: `back` is on sale."""
    parcel = Return.objects.create(order=shop.sold, kind="refund", state="received", reason="size", received_at=now())
    line = ReturnLine.objects.create(
        parcel=parcel, order_line=shop.line, quantity=1, condition="sound", stayed=shop.size, stayed_as=stayed_as
    )
    moved_back(shop, 1, "return_line", line.pk)
    for size, change, reason, source in ((shop.size, -1, "sold", "return_line"), (back, 1, "return", "not_sent")):
        if size:
            its = {"variant_size": size, "reason": reason, "source_type": source}
            StockMovement.objects.create(change=change, source_id=line.pk, **its)


def back_of_an_exchange(shop: Shop, given: ReturnLine, quantity: int, state: str) -> ReturnLine:
    parcel = Return.objects.create(order=shop.sold, kind="refund", state=state, reason="size", received_at=now())
    return ReturnLine.objects.create(parcel=parcel, order_line=shop.line, came_by=given, quantity=quantity)


def heard(**columns: Any) -> None:
    ProviderEvent.objects.create(provider="paystack", key="test", **columns)


def moved_back(shop: Shop, quantity: int, source_type: str, source_id: int) -> None:
    StockMovement.objects.create(
        variant_size=shop.size, change=quantity, reason="return", source_type=source_type, source_id=source_id
    )


def reserve_more_than_there_is(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE catalog_variantsize DROP CONSTRAINT reserved_within_on_hand")
    change(VariantSize, shop.size.pk, reserved=F("on_hand") + 1)


def now() -> Any:
    return timezone.now()


def hour_ago() -> Any:
    return timezone.now() - timedelta(hours=1)


BREAKS: dict[str, Callable[[Shop], object]] = {
    "a bag is recalled once, to who agreed": lambda shop: another_mail(shop, kind="abandoned-bag", about="bag/1"),
    "a discount has its redemption": lambda shop: Redemption.objects.filter(order=shop.sold).delete(),
    "a dispute stands in its order's timeline": dispute,
    "a mail of a step has its event": lambda shop: another_mail(shop, kind="order-shipped"),
    "a paid delivery has its payment": lambda shop: change(Order, shop.sold.pk, quote_status="paid"),
    "a paid order has one payment of its amount": lambda shop: change(Payment, shop.payment.pk, captured_subunit=1),
    "a sale belongs to a line of the same size": lambda shop: StockMovement.objects.filter(
        reason="sold", source_id=shop.line.pk
    ).update(source_id=0),
    "a webhook that was applied found its money": lambda shop: heard(
        event="charge.success", state="applied", reference="NOBODY"
    ),
    "a consent has its words": lambda shop: User.objects.create(email="ada@prechi.test", marketing_consent_at=now()),
    "an erased person leaves what the law wants": lambda shop: change(Order, shop.sold.pk, erased_at=now()),
    "an order that a client was told of exists": lambda shop: IdempotencyKey.objects.create(
        scope="orders.place x", key="k", request_hash="h", status_code=201, answer='{"number": "PR-0"}'
    ),
    "an ordered bag has its order": lambda shop: change(Bag, shop.sold.bag_id or 0, state="open"),
    "components add up to their bundle": lambda shop: change(
        OrderLine,
        shop.component.pk,
        unit_price_subunit=F("unit_price_subunit") + 1,
        total_subunit=F("total_subunit") + F("quantity"),
    ),
    "discounts of components add up to their bundle": lambda shop: change(
        OrderLine, shop.component.pk, discount_subunit=F("discount_subunit") - 1
    ),
    "discounts of lines add up to that of the order": lambda shop: change(
        OrderLine, shop.line.pk, discount_subunit=F("discount_subunit") - 1
    ),
    "events form an unbroken path": lambda shop: OrderEvent.objects.filter(order=shop.sold, kind="packed").delete(),
    "events lead to the status": lambda shop: OrderEvent.objects.filter(order=shop.sold, kind="delivered").delete(),
    "every change by staff has its row": lambda shop: change(VariantSize, shop.size.pk, price_kobo=1),
    "every price of delivery has its mails": lambda shop: DeliveryQuote.objects.create(
        order=shop.waiting, amount_subunit=1_000, made_by="Test"
    ),
    "every refund has its mails": refund,
    "every return has its movements": lambda shop: returned(shop, 1),
    "every step of an order is allowed": lambda shop: OrderEvent.objects.filter(order=shop.sold, kind="packed").update(
        kind="handed-over"
    ),
    "every transition has its mails": lambda shop: OutgoingMail.objects.filter(kind="order-paid").delete(),
    "money of an ended order goes back": lambda shop: change(Order, shop.sold.pk, status="cancelled"),
    "money that fulfilled nothing is in review": lambda shop: change(Payment, shop.payment.pk, outcome="duplicate"),
    "no card number or key is kept": lambda shop: heard(event="charge.success", body='{"pan": "4084084084084081"}'),
    "no hold is kept past its end": lambda shop: change(Order, shop.waiting.pk, hold_expires_at=hour_ago()),
    "no more comes back than was sent": lambda shop: returned(shop, 9, "requested"),
    "no more is sent than was ordered": lambda shop: ShipmentLine.objects.filter(order_line=shop.line).update(
        quantity=9
    ),
    "no webhook waits for long": lambda shop: heard(event="charge.success", next_attempt_at=hour_ago()),
    "nothing is given back while a bank decides": lambda shop: (dispute(shop), refund(shop)),
    "nothing is shipped before its delivery is paid": lambda shop: change(Order, shop.sold.pk, quote_status="awaiting"),
    "on hand is the sum of its movements": lambda shop: change(VariantSize, shop.size.pk, on_hand=F("on_hand") + 1),
    "one currency from order to payment": lambda shop: change(Payment, shop.payment.pk, currency="USD"),
    "parcels follow the order": lambda shop: ShipmentLine.objects.all().delete(),
    "pieces kept for nothing are counted": lambda shop: change(OrderLine, shop.line.pk, refunded_kept=1),
    "redemptions follow the order": lambda shop: Redemption.objects.filter(order=shop.sold).update(state="freed"),
    "redemptions within limits": lambda shop: Discount.objects.update(limit_total=1),
    "redemptions within limits of a customer": lambda shop: Discount.objects.update(limit_per_customer=1),
    "refunded pieces were sold": lambda shop: refund(shop, pieces=9, of_pieces=1_000),
    "refunds add up": lambda shop: refund(shop, pieces=1, of_pieces=999),
    "refunds stay within what was taken": lambda shop: refund(shop, shop.sold.total_subunit + 1),
    "reservations follow the order": lambda shop: Reservation.objects.filter(order=shop.waiting).delete(),
    "reserved is the sum of open reservations": lambda shop: change(
        VariantSize, shop.size.pk, reserved=F("reserved") + 1
    ),
    "reserved within on hand": reserve_more_than_there_is,
    "the total adds up": lambda shop: change(
        Order, shop.sold.pk, subtotal_subunit=F("subtotal_subunit") + 1, total_subunit=F("total_subunit") + 1
    ),
    "what a refund took out is in the ledger": lambda shop: refund(shop, pieces=1, of_pieces=1_000, restocked=True),
    "what came back was sold": lambda shop: moved_back(shop, 9, "order_line", shop.line.pk),
    "what comes back names what brought it": lambda shop: moved_back(shop, 1, "return_line", 0),
    "what is said of the money follows the money": lambda shop: change(
        Order, shop.sold.pk, payment_status="partly_refunded"
    ),
    "what was paid left the shelf once": lambda shop: StockMovement.objects.filter(reason="sold").delete(),
}
# Breaches that look like something else at first: a name for each, the rule that finds it, and how it is made.
DODGES: dict[str, tuple[str, Callable[[Shop], object]]] = {
    "pieces are kept of another size than was ordered": (
        "reservations follow the order",
        lambda shop: Reservation.objects.filter(order=shop.waiting, variant_size=shop.size).update(
            variant_size=VariantSizeFactory(on_hand=9)
        ),
    ),
    "nothing is kept for a piece, and too much for another": (
        "reservations follow the order",
        lambda shop: (
            Reservation.objects.filter(order=shop.waiting, variant_size=shop.size).update(quantity=1),
            Reservation.objects.filter(order=shop.waiting).exclude(variant_size=shop.size).update(quantity=3),
        ),
    ),
    "a component of a bundle never left the shelf": (
        "what was paid left the shelf once",
        lambda shop: StockMovement.objects.filter(source_type="order_line", source_id=shop.component.pk).delete(),
    ),
    "a little of a cancelled order goes back": (
        "money of an ended order goes back",
        lambda shop: (change(Order, shop.sold.pk, status="cancelled"), refund(shop, 1_000)),
    ),
    "a part is sent before its delivery is paid": (
        "nothing is shipped before its delivery is paid",
        lambda shop: change(Order, shop.sold.pk, quote_status="quoted", status="packed"),
    ),
    "a dispute was heard of, and none is written down": (
        "a webhook that was applied found its money",
        lambda shop: heard(event="charge.dispute.create", state="applied", reference=shop.payment.reference),
    ),
    "a refund was heard of, and none is written down": (
        "a webhook that was applied found its money",
        lambda shop: heard(event="refund.processed", state="applied", reference=shop.payment.reference),
    ),
    "another size comes back than went out": (
        "what comes back names what brought it",
        lambda shop: moved_back(shop, 1, "order_line", other_component(shop).pk),
    ),
    "more comes back of an exchange than it gave": (
        "no more comes back than was sent",
        lambda shop: back_of_an_exchange(shop, exchanged(shop, shop.size), 2, "requested"),
    ),
    "what an exchange gave comes back before it was sent": (
        "no more comes back than was sent",
        lambda shop: (
            back_of_an_exchange(shop, exchanged(shop, shop.size), 1, "requested"),
            Return.objects.filter(kind="exchange").update(sent_at=None, carrier=""),
        ),
    ),
    "the first size comes back for the one that it was exchanged for": (
        "what comes back names what brought it",
        lambda shop: moved_back(
            shop,
            1,
            "return_line",
            back_of_an_exchange(shop, exchanged(shop, VariantSizeFactory(on_hand=9)), 1, "received").pk,
        ),
    ),
    "what was not sent is gone": ("every return has its movements", lambda shop: not_sent(shop, None)),
    "what was not sent is torn": ("every return has its movements", lambda shop: not_sent(shop, shop.size, "damaged")),
    "another size is on sale than was not sent": (
        "what comes back names what brought it",
        lambda shop: not_sent(shop, VariantSizeFactory(on_hand=9)),
    ),
    "a discount is counted for somebody else": (
        "redemptions within limits of a customer",
        lambda shop: Redemption.objects.filter(order=shop.sold).update(email_key="else@prechi.test"),
    ),
    "what is sent hangs on the bundle, not on its pieces": (
        "no more is sent than was ordered",
        lambda shop: ShipmentLine.objects.filter(order_line=shop.component).update(
            order_line=OrderLine.objects.get(order=shop.sold, kind="bundle")
        ),
    ),
}


def other_component(shop: Shop) -> OrderLine:
    return OrderLine.objects.get(pk__in=shop.sold.lines.filter(kind="component").exclude(variant_size=shop.size))


# Rules of what this shop here has not, each broken where it is at home.
ELSEWHERE = {
    "an address book has one usual address",
    "helpful counts equal their votes",
    "ratings kept on the product equal its approved reviews",
    "a receipt is of money that staff saw",
    "what was attached is that payment",
}


@pytest.mark.parametrize("rule", BREAKS)
def test_broken_it_is_named(rule: str, shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
    BREAKS[rule](shop)
    assert rule in {violation.rule for violation in audit.violations()}


@pytest.mark.parametrize("name", DODGES)
def test_it_is_not_dodged(name: str, shop: Shop) -> None:
    rule, breach = DODGES[name]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    breach(shop)
    assert rule in {violation.rule for violation in audit.violations()}


def test_each_promise_has_guards_that_exist() -> None:
    """payments/rules/README.md names every rule, and only constraints and triggers that are there."""
    table = (invariants.RULES / "README.md").read_text()
    _head, *rows = re.findall(r"^\| ?(\d*) \| [^|]* \|([^|]*)\|([^|]*)\|$", table, re.M)
    assert [number for number, _, _ in rows] == [*map(str, range(1, 25)), ""]
    assert all(rules.strip() for _, rules, _ in rows)
    named = {name for _, rules, _ in rows for name in re.findall(r"`(\w+)`", rules)}
    assert named == {path.stem for path in invariants.RULES.glob("*.sql")}
    refused = {name for _, _, guards in rows for name in re.findall(r"`(\w+)`", guards)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger"
            " UNION SELECT indexname FROM pg_indexes"
        )
        assert refused <= {name for (name,) in cursor.fetchall()}


def test_no_rule_is_left_out() -> None:
    rules = {path.stem.replace("_", " ") for path in invariants.RULES.glob("*.sql")}
    named = {rule.replace("'", "").replace(",", "") for rule in [*BREAKS, *ELSEWHERE]}
    assert rules == {rule.replace("-", " ") for rule in named}


def declared() -> list[Transition]:
    """All there are, so that none is forgotten in a list of them."""
    ways = [one for one in vars(transitions).values() if isinstance(one, Transition)]
    assert {*transitions.TRANSITIONS, *transitions.ON_DELIVERY, *transitions.BY_THE_WAY} == set(ways)
    return ways


def test_the_mails_that_the_rules_ask_for_are_those_that_the_steps_declare() -> None:
    """Both ways: each step has its mail, and each mail, to staff too, its step."""

    def listed(rule: str) -> list[tuple[str, str]]:
        return re.findall(r"\('([\w-]+)', '([\w-]+)'\)", (invariants.RULES / f"{rule}.sql").read_text())

    to_customers = {(one.event, one.mail) for one in declared() if one.mail}
    to_staff = {(one.event, one.staff_mail) for one in declared() if one.staff_mail}
    assert to_staff
    assert sorted(listed("every_transition_has_its_mails")) == sorted(to_customers)
    of_mails = [(event, mail) for mail, event in listed("a_mail_of_a_step_has_its_event")]
    assert sorted(of_mails) == sorted(to_customers | to_staff)


def test_the_steps_that_the_rule_allows_are_those_of_the_shop() -> None:
    sql = (invariants.RULES / "every_step_of_an_order_is_allowed.sql").read_text()
    steps = {(one.event, source, one.target) for one in declared() for source in one.sources}
    listed = re.findall(r"\('([\w-]+)', '(\w*)', '(\w+)'\)", sql)
    assert sorted(listed) == sorted(steps)
