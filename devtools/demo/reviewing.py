"""Orders of demo customers that have arrived, and what they say of them: every step as the shop takes it."""

from itertools import groupby
from operator import itemgetter

import requests
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from catalog import reviews
from catalog.models import Review, ReviewInvitation, VariantSize
from catalog.reviews import Opinion
from devtools.demo.tables import rows
from orders import bag, checkout, events, lifecycle
from orders.delivery import Destination
from orders.models import Order, OrderLine
from payments import attempts, paystack, settlement
from payments.models import Payment

# Briefs are sold by three; nobody minds three of the rest in a demo.
PIECES = 3
IKEJA = Destination("NG", "Lagos", "Ikeja")
# Seconds that the sandbox may take for an answer.
PATIENCE = 5
# Far from what the sandbox counts its transactions by.
FIRST_TRANSACTION = 9_000_000_000

Row = dict[str, str]


def load(staff: User) -> int:
    """Returns how many reviews the shop has. Harmless twice: with any review there, nothing is done."""
    if not Review.objects.exists():
        for _, group in groupby(rows("reviews"), key=itemgetter("order")):
            bought = [(row, size) for row in group if (size := _size(row)) is not None]
            if bought:
                _order(bought, staff)
    return Review.objects.count()


def _size(row: Row) -> VariantSize | None:
    """The colour with the most left. None where a small demo shop does not have it."""
    sizes = VariantSize.objects.filter(
        variant__product__slug=row["product"], size__name=row["size"], on_hand__gte=F("reserved") + 2 * PIECES
    )
    return sizes.order_by(F("reserved") - F("on_hand"), "pk").first()


def _order(bought: list[tuple[Row, VariantSize]], staff: User) -> None:
    person = bought[0][0]
    chosen = bag.open_bag()
    for _, size in bought:
        bag.add(chosen, size.sku, PIECES)
    contact = checkout.Contact(
        email=person["email"], full_name=person["customer"], phone="+2348030000000", street="12 Allen Avenue"
    )
    order = checkout.place_order(chosen, contact, IKEJA)
    _pay(order)
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG Logistics", f"GIG-{order.pk:05}")
    lifecycle.deliver(order.pk, events.SYSTEM)
    for row, size in bought:
        _review(row, OrderLine.objects.get(order=order, variant_size=size), staff)


def _pay(order: Order) -> None:
    """By card at the sandbox, so that staff can refund it like any other."""
    if controls := _sandbox():
        payment = attempts.start(order)
        address = f"{controls}/paystack/transactions/{payment.reference}/pay"
        requests.post(address, json={"outcome": "success", "webhooks": 0}, timeout=PATIENCE).raise_for_status()
        settlement.settle(payment.reference)
    else:
        _pay_nowhere(order)


def _sandbox() -> str:
    """Where the pretended Paystack is told what its payers do; "" where the shop has another, or it does not run."""
    sandbox, found, _ = settings.PAYSTACK_BASE_URL.rpartition("/paystack")
    if not found:
        return ""
    try:
        requests.get(f"{sandbox}/health", timeout=PATIENCE).raise_for_status()
    except requests.RequestException:
        return ""
    return f"{sandbox}/_control"


def _pay_nowhere(order: Order) -> None:
    """As if Paystack had told us."""
    amount = order.total_subunit
    payment = Payment.objects.create(
        order=order, reference=f"DEMO-{order.number}", amount_subunit=amount, currency=order.currency
    )
    word = paystack.Transaction(
        id=FIRST_TRANSACTION + order.pk,
        reference=payment.reference,
        status=settlement.PAID,
        amount=amount,
        requested_amount=amount,
        currency=order.currency,
        domain=paystack.mode(),
        channel="card",
        fees=0,
        paid_at=timezone.now(),
        message="",
    )
    settlement.record_money(payment.pk, word)


def _review(row: Row, line: OrderLine, staff: User) -> None:
    invitation = ReviewInvitation.objects.get(order_line=line.pk)
    words = Opinion(int(row["stars"]), row["fit"], row["title"], row["text"], invitation.name)
    review = reviews.submit(invitation.token, words, [], author=f"guest of the demo {row['order']}")
    reviews.approve(review.pk, staff.pk)
    if row["reply"]:
        reviews.reply(review.pk, row["reply"], staff.pk)
    for number in range(int(row["helpful"])):
        reviews.vote(review.pk, f"guest {number:016} of the demo")  # each from a place of their own
