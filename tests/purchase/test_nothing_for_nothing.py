"""What leaves the shop, or is asked for, when the money of an order goes back: by lines, by amount, or by a bank."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import checkout, events, lifecycle, return_changes, return_policy, returns
from orders.delivery import Destination
from orders.lifecycle import NotAllowed
from orders.models import DeliveryQuote, Order, OrderLine, Return
from orders.returns import Wish
from payments import attempts, audit, cancellation, for_nothing, not_owed, refunds, returning, settlement, standing
from payments.models import Dispute, Payment, Refund
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import (
    ADA,
    CategoryFactory,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    delivered_order,
    given_by_hand,
    paid,
    placed_order,
)
from tests.payments.conftest import pay_at_paystack
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import on_hand

pytestmark = pytest.mark.django_db
PRICE = 900_000


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def back(order: Order, **what: Any) -> Refund:
    key = f"{order.number}/{Refund.objects.count()}"
    return given_by_hand(refunds.request(order.pk, reason="For the wait.", key=key, actor=events.SYSTEM, **what))


def failed(refund: Refund) -> Refund:
    Refund.objects.filter(pk=refund.pk).update(state="failed", finished_at="2026-01-01T00:00Z")
    standing.count_kept(refund.payment.order)
    return Refund.objects.get(pk=refund.pk)


def pack(order: Order) -> Order:
    return for_nothing.pack(order.pk, events.SYSTEM)


def ship(order: Order, **how: Any) -> Order:
    return for_nothing.ship(order.pk, events.SYSTEM, "GIG", **how)


class TestSentInPart:
    """Three pieces, of which one left before the money went back."""

    @pytest.fixture
    def order(self, medium: VariantSize, sandbox: Sandbox) -> Order:
        order = paid(placed_order((medium, 3)))
        pack(order)
        return ship(order, pieces={order.lines.get().pk: 1})

    def is_refused(self, order: Order) -> None:
        with pytest.raises(NotAllowed, match="Keep the rest here"):
            ship(order)
        assert now(order).shipments.count() == 1

    @pytest.mark.parametrize("how", ["amount", "lines", "bank"])
    def test_the_rest_stays_and_the_order_goes_on(
        self,
        order: Order,
        medium: VariantSize,
        desk: Client,  # noqa: F811
        how: str,
    ) -> None:
        if how == "bank":
            payment = order.payments.get()
            its = {"state": "lost", "closed_at": timezone.now(), "currency": "NGN"}
            dispute = Dispute.objects.create(
                payment=payment, provider_dispute_id=1, amount_subunit=payment.captured_subunit, **its
            )
            for kind in ("disputed", "dispute-lost"):
                events.record(order, kind, events.PAYSTACK, key=str(dispute.pk))
            standing.follow(lifecycle.lock(order.pk))
        else:
            back(order, **({"lines": {order.lines.get().pk: 3}} if how == "lines" else {}))
        self.is_refused(order)
        shelf = on_hand(medium)
        address = reverse("admin:orders_order_keep_rest", args=[order.pk])
        page = desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
        assert address in page
        desk.post(address, {"_form_submitted": "on"})
        assert (now(order).status, on_hand(medium)) == ("shipped", shelf + 2)
        assert OutgoingMail.objects.filter(kind="order-rest-taken-out").count() == 1
        for_nothing.keep_rest(order.pk, events.SYSTEM)
        assert on_hand(medium) == shelf + 2
        assert lifecycle.deliver(order.pk, events.SYSTEM).status == "delivered"

    def test_what_is_damaged_is_written_off(self, order: Order, medium: VariantSize) -> None:
        back(order)
        shelf = on_hand(medium)
        assert for_nothing.keep_rest(order.pk, events.SYSTEM, write_off=True).status == "shipped"
        assert on_hand(medium) == shelf

    def test_what_is_paid_for_is_sent_and_not_kept(self, order: Order, desk: Client) -> None:  # noqa: F811
        back(order, lines={order.lines.get().pk: 1})
        with pytest.raises(NotAllowed, match="no pieces left here"):
            for_nothing.keep_rest(order.pk, events.SYSTEM)
        assert "keep_rest" not in desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
        assert ship(order).status == "shipped"

    def test_what_is_owed_after_its_refund_failed_stays_too(self, order: Order, desk: Client) -> None:  # noqa: F811
        """Of its pieces alone, while the one that left is paid for."""
        failed(refunds.request(order.pk, lines={order.lines.get().pk: 2}, reason="-", key="2", actor=events.SYSTEM))
        self.is_refused(order)
        slip = desk.get(reverse("admin:orders_order_slips"), {"order": order.pk}).text
        assert "2 of these were refunded" in slip
        assert for_nothing.keep_rest(order.pk, events.SYSTEM).status == "shipped"

    @pytest.mark.parametrize("is_refunded_first", [True, False])
    def test_the_piece_that_was_sent_may_still_come_back(self, order: Order, is_refunded_first: bool) -> None:
        """Of the two that stayed here the customer keeps none for nothing, whenever a refund is looked at."""
        refund = refunds.request(order.pk, lines={order.lines.get().pk: 2}, reason="-", key="2", actor=events.SYSTEM)
        if is_refunded_first:
            given_by_hand(refund)
        for_nothing.keep_rest(order.pk, events.SYSTEM)
        if not is_refunded_first:
            given_by_hand(refund)
        lifecycle.deliver(order.pk, events.SYSTEM)
        [piece] = return_policy.pieces_of(now(order))
        assert piece.left == 1

    @pytest.mark.parametrize("how", ["amount", "lines"])
    def test_the_money_of_what_stayed_is_not_let_go(self, order: Order, how: str) -> None:
        what: dict[str, Any] = {"lines": {order.lines.get().pk: 2}} if how == "lines" else {}
        refund = failed(refunds.request(order.pk, reason="-", key="2", actor=events.SYSTEM, **what))
        for_nothing.keep_rest(order.pk, events.SYSTEM)
        with pytest.raises(Conflict, match="kept here because its money goes back"), transaction.atomic():
            not_owed.let_go(refund.pk, events.SYSTEM, "By mistake.")
        assert Refund.objects.get(pk=refund.pk).resolved_at is None
        assert not OutgoingMail.objects.filter(kind="refund-let-go").exists()

    def test_a_gift_for_what_was_sent_is_let_go_although_the_rest_stayed(self, order: Order) -> None:
        back(order, lines={order.lines.get().pk: 2})
        for_nothing.keep_rest(order.pk, events.SYSTEM)
        gift = failed(refunds.request(order.pk, amount=5_000, reason="-", key="gift", actor=events.SYSTEM))
        assert not_owed.let_go(gift.pk, events.SYSTEM, "By mistake.").resolved_at

    def test_kept_and_then_lost_the_sent_piece_comes_back_too(self, order: Order, medium: VariantSize) -> None:
        back(order)
        shelf = on_hand(medium)
        for_nothing.keep_rest(order.pk, events.SYSTEM)
        cancellation.end_not_arrived(order.pk, events.SYSTEM, "Brought back", restock=True)
        assert on_hand(medium) == shelf + 3


class TestGivenByAmount:
    """It is taken for the money of the pieces first; of the delivery where that is said."""

    @pytest.fixture
    def order(self, sandbox: Sandbox) -> Order:
        order = paid(placed_order((VariantSizeFactory(on_hand=5, price_kobo=300_000), 1)))
        assert order.delivery_subunit >= 300_000
        return order

    def test_the_price_of_the_delivery_holds_up_nothing(self, order: Order) -> None:
        back(order, delivery=True)
        assert pack(order).status == "packed"

    def test_nor_does_it_when_it_failed(self, order: Order) -> None:
        refund = refunds.request(order.pk, delivery=True, reason="Cheap.", key="d", actor=events.SYSTEM)
        failed(refund)
        assert pack(order).status == "packed"

    def test_with_a_part_of_it_given_by_amount_the_pieces_are_not_paid(self, order: Order) -> None:
        back(order, delivery=True)
        back(order)
        with pytest.raises(NotAllowed, match="Cancel it"):
            pack(order)

    def test_the_dialog_says_so(self, order: Order, desk: Client) -> None:  # noqa: F811
        page = desk.get(reverse("admin:orders_order_refund", args=[order.pk])).text
        assert "an amount is taken for the pieces" in page

    @pytest.mark.breaks_invariants
    def test_what_paystack_took_for_itself_is_not_of_the_pieces(self, order: Order) -> None:
        Payment.objects.filter(order=order).update(captured_subunit=order.total_subunit + 5_000)
        back(order, amount=order.total_subunit - order.delivery_subunit)
        with pytest.raises(NotAllowed, match="Cancel it"):
            pack(order)


@pytest.fixture
def free() -> VariantSize:
    """All of its category is given away by the code FREE."""
    size: VariantSize = VariantSizeFactory(on_hand=5, price_kobo=PRICE)
    DiscountFactory(code="FREE", basis_points=10_000, categories=[size.variant.product.category])
    return size


def test_a_piece_that_was_free_is_sent_when_the_others_went_back(free: VariantSize, sandbox: Sandbox) -> None:
    costly: VariantSize = VariantSizeFactory(on_hand=5, variant__product__category=CategoryFactory())
    order = paid(placed_order((free, 1), (costly, 1), code="FREE"))
    back(order, lines={order.lines.get(sku=costly.sku).pk: 1}, write_off=True)
    assert pack(order).status == "packed"


class TestExchange:
    @pytest.fixture
    def order(self, medium: VariantSize, sandbox: Sandbox) -> Order:
        return delivered_order((medium, 2))

    def asked(self, order: Order, large: VariantSize) -> Return:
        wish = {order.lines.get().pk: Wish(1, large.sku)}
        return returns.request(order.pk, wish, "exchange", "size", "", events.CUSTOMER)

    def arrives(self, found: Return) -> Return:
        return for_nothing.receive(found.pk, {line.pk: "sound" for line in found.lines.all()}, events.SYSTEM)

    def test_none_is_asked_for_when_all_money_went_back(self, order: Order, large: VariantSize, client: Client) -> None:
        address = f"/orders/{order.token}/return/"
        assert "Another size" in client.get(address).text
        back(order, amount=order.total_subunit)
        with pytest.raises(ShopError, match="nothing to exchange") as told:
            self.asked(order, large)
        assert told.value.field == "kind"
        assert "Another size" not in client.get(address).text

    def test_nor_promised(self, order: Order, large: VariantSize) -> None:
        found = self.asked(order, large)
        back(order, amount=order.total_subunit - order.delivery_subunit)
        with pytest.raises(Conflict, match="Refuse it"):
            for_nothing.approve(found.pk, events.SYSTEM)
        assert Return.objects.get(pk=found.pk).state == "requested"

    def test_nor_made_of_a_parcel_that_was_given_up(self, order: Order, large: VariantSize) -> None:
        found = for_nothing.approve(self.asked(order, large).pk, events.SYSTEM)
        return_changes.give_up(found.pk, events.SYSTEM)
        back(order, lines={order.lines.get().pk: 1})
        back(order)
        with pytest.raises(Conflict, match="Choose money instead"):
            self.arrives(found)
        assert on_hand(large) == 2

    def test_that_of_a_piece_that_was_free_is_made(self, free: VariantSize, sandbox: Sandbox) -> None:
        other: VariantSize = VariantSizeFactory(on_hand=5, price_kobo=PRICE, variant=free.variant, size__name="L")
        costly: VariantSize = VariantSizeFactory(on_hand=5, variant__product__category=CategoryFactory())
        order = delivered_order((free, 1), (costly, 1), code="FREE")
        line = order.lines.get(sku=free.sku)
        found = returns.request(order.pk, {line.pk: Wish(1, other.sku)}, "exchange", "size", "", events.CUSTOMER)
        for_nothing.approve(found.pk, events.SYSTEM)
        back(order, amount=order.total_subunit - order.delivery_subunit)
        assert self.arrives(found).state == "closed"


class TestDeliveryToPay:
    """Abroad: the items are paid, and the price of the delivery is asked for apart."""

    @pytest.fixture
    def order(self, sandbox: Sandbox) -> Order:
        bag = bag_with((VariantSizeFactory(on_hand=5), 1))
        return paid(checkout.place_order(bag, ADA, Destination("CA")))

    def priced(self, order: Order) -> DeliveryQuote:
        return for_nothing.price_delivery(order.pk, 500_000, events.SYSTEM)

    def test_none_is_priced_for_what_does_not_leave(self, order: Order) -> None:
        back(order)
        with pytest.raises(NotAllowed, match="Cancel it"):
            self.priced(order)

    def test_nor_asked_for(self, order: Order, client: Client) -> None:
        quote = self.priced(order)
        back(order)
        with pytest.raises(Conflict, match="not to be paid"):
            attempts.start(now(order), quote)
        assert quote.get_absolute_url() not in client.get(order.get_absolute_url()).text
        assert "goes back to you" in client.post(quote.get_absolute_url(), follow=True).text
        assert not Payment.objects.filter(purpose="delivery").exists()

    def test_what_was_paid_for_it_goes_back_although_it_was_let_go_once(self, order: Order, sandbox: Sandbox) -> None:
        payment = attempts.start(order, self.priced(order))
        pay_at_paystack(sandbox, payment)
        settlement.settle(payment.reference)
        mistaken = failed(refunds.give_back_delivery(payment.pk, reason="It was late.", actor=events.SYSTEM))
        not_owed.let_go(mistaken.pk, events.SYSTEM, "It was in time.")
        for _ in range(2):
            again = refunds.give_back_delivery(payment.pk, reason="It was late all the same.", actor=events.SYSTEM)
            assert (again.state, again.amount_subunit) == ("requested", 500_000)
        assert payment.refunds.count() == 2

    def test_money_that_comes_all_the_same_is_told_of_as_it_is(self, order: Order, sandbox: Sandbox) -> None:
        payment = attempts.start(order, self.priced(order))
        back(order)
        assert now(order).payment_status == "refunded"
        pay_at_paystack(sandbox, payment)
        settlement.settle(payment.reference)
        assert now(order).payment_status == "partly_refunded"
        assert audit.violations() == []
        cancellation.cancel(now(order), events.SYSTEM, by_staff=True)
        assert Refund.objects.latest("pk").payment == payment


class TestRefundByMistake:
    """It failed, or was to be given by hand, and nothing is owed by it."""

    @pytest.fixture
    def order(self, sandbox: Sandbox) -> Order:
        return paid(placed_order((VariantSizeFactory(on_hand=5), 1)))

    def ask(self, order: Order) -> Refund:
        return refunds.request(order.pk, reason="-", key="all", actor=events.SYSTEM)

    def test_it_is_let_go_and_the_order_goes_on(self, order: Order, desk: Client) -> None:  # noqa: F811
        refund = failed(self.ask(order))
        with pytest.raises(NotAllowed):
            pack(order)
        address = reverse("admin:payments_refund_let_go", args=[refund.pk])
        assert address in desk.get(reverse("admin:payments_refund_change", args=[refund.pk])).text
        desk.post(address, {"_form_submitted": "on", "note": "We meant another order."})
        assert (now(order).payment_status, pack(order).status) == ("paid", "packed")
        mail = OutgoingMail.objects.get(kind="refund-let-go")
        assert mail.facts["note"] == "We meant another order."
        assert address not in desk.get(reverse("admin:payments_refund_change", args=[refund.pk])).text

    def test_harmless_twice_and_not_without_a_reason(self, order: Order) -> None:
        refund = failed(self.ask(order))
        with pytest.raises(ShopError, match="Write why"):
            not_owed.let_go(refund.pk, events.SYSTEM, " ")
        for _ in range(2):
            not_owed.let_go(refund.pk, events.SYSTEM, "By mistake.")
        assert OutgoingMail.objects.filter(kind="refund-let-go").count() == 1

    def test_pieces_of_it_are_not_kept_for_nothing_any_more(self, order: Order) -> None:
        line = order.lines.get()
        refund = refunds.request(order.pk, lines={line.pk: 1}, reason="-", key="one", actor=events.SYSTEM)
        assert OrderLine.objects.get(pk=line.pk).refunded_kept == 1
        failed(refund)
        not_owed.let_go(refund.pk, events.SYSTEM, "By mistake.")
        assert OrderLine.objects.get(pk=line.pk).refunded_kept == 0

    @pytest.mark.parametrize("is_tried_again", [False, True])
    def test_the_money_of_a_piece_that_was_taken_out_is_not_let_go(self, order: Order, is_tried_again: bool) -> None:
        line = order.lines.get()
        what = {"lines": {line.pk: 1}, "write_off": True, "reason": "Torn.", "key": "out"}
        refund = failed(refunds.request(order.pk, **what, amount=5_000, actor=events.SYSTEM))
        if is_tried_again:
            refund = failed(refunds.try_again(refund.pk, events.SYSTEM))
        with pytest.raises(Conflict, match="taken out of the order or came back"):
            not_owed.let_go(refund.pk, events.SYSTEM, "By mistake.")
        assert Refund.objects.get(pk=refund.pk).resolved_at is None

    def test_nor_is_that_of_a_piece_that_was_sent_back(self, medium: VariantSize, sandbox: Sandbox) -> None:
        order = delivered_order((medium, 1))
        found = returns.request(order.pk, {order.lines.get().pk: Wish(1)}, "refund", "size", "", events.CUSTOMER)
        returns.approve(found.pk, events.SYSTEM)
        for_nothing.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
        refund = failed(returning.give_back(found.pk, events.SYSTEM))
        with pytest.raises(Conflict, match="taken out of the order or came back"):
            not_owed.let_go(refund.pk, events.SYSTEM, "By mistake.")

    def test_what_is_given_or_owed_is_not_let_go(self, order: Order) -> None:
        given = back(order, amount=5_000)
        with pytest.raises(Conflict, match="Only a refund that failed"):
            not_owed.let_go(given.pk, events.SYSTEM, "By mistake.")
        cancellation.cancel(now(order), events.SYSTEM, by_staff=True)
        owed = failed(Refund.objects.latest("pk"))
        with pytest.raises(Conflict, match="has to go back"):
            not_owed.let_go(owed.pk, events.SYSTEM, "By mistake.")


def test_what_has_arrived_is_paid_by_its_return_and_not_once_more(medium: VariantSize, sandbox: Sandbox) -> None:
    order = delivered_order((medium, 2))
    line = order.lines.get()
    found = returns.request(order.pk, {line.pk: Wish(1)}, "refund", "size", "", events.CUSTOMER)
    returns.approve(found.pk, events.SYSTEM)
    for_nothing.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
    with pytest.raises(Conflict, match=f"Return {found.pk} of .* has arrived"):
        back(order, lines={line.pk: 1})
    given_by_hand(returning.give_back(found.pk, events.SYSTEM))
    assert back(order, lines={line.pk: 1}).amount_subunit == PRICE


def test_a_customer_is_told_whom_to_write_to(sandbox: Sandbox) -> None:
    order = paid(placed_order((VariantSizeFactory(on_hand=5), 1)))
    refunds.request(order.pk, amount=5_000, reason="-", key="gift", actor=events.SYSTEM)
    with pytest.raises(Conflict, match="Write to us"), transaction.atomic():
        cancellation.cancel(now(order), events.CUSTOMER)
