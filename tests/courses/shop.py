"""What happens to money beside its straight way: too late, disputed, given back, for a delivery priced later."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from hypothesis import strategies as st
from hypothesis.stateful import rule

from catalog import stock
from core.http import ProviderUnavailable
from orders import checkout, delivery_quotes, events, substitutes
from orders.delivery import Destination
from orders.models import DeliveryQuote, Order
from payments import attempts, disputes, late_money, refund_sending, refunds, settlement
from payments.models import Payment, Refund
from tests.courses.course import ANY, FEW, Course
from tests.factories import buyer

WORDS = st.sampled_from(["pending", "processing", "needs-attention", "processed", "processed", "failed"])
FAULTS = st.sampled_from(["", "", "", "lost", "silent", "refused"])


class Shop(Course):
    # --- Money that comes when the hold had ended

    @rule(size=ANY, quantity=FEW, is_gone=st.booleans())
    def pay_after_the_end(self, size: int, quantity: int, is_gone: bool) -> None:
        """The pieces are there still, or somebody else had them."""
        self.come_order_and_go_to_pay(size, quantity, is_paid=False)
        order = Order.objects.filter(bag=self.bags[-1]).first()
        payment = order.payments.first() if order else None
        if order is None or payment is None:
            return
        Order.objects.filter(pk=order.pk).update(hold_expires_at=Now() - timedelta(minutes=1))
        self.sweep()
        chosen = self.a_size(size)
        chosen.refresh_from_db()
        if is_gone and chosen.available:
            stock.adjust(chosen.pk, -chosen.available, "loss")
        self.paystack.pay(payment.reference)
        settlement.settle(payment.reference)

    @rule(which=ANY, choice=ANY)
    def take_another_size(self, which: int, choice: int) -> None:
        if order := self.an_order_paid_late(which):
            short = [one for one in substitutes.short_lines(order) if one.choices]
            chosen = {one.line.pk: one.choices[choice % len(one.choices)].sku for one in short}
            self.may_refuse(lambda: late_money.accept(order.pk, chosen, events.CUSTOMER))

    @rule(which=ANY)
    def rather_have_the_money(self, which: int) -> None:
        if order := self.an_order_paid_late(which):
            self.may_refuse(lambda: late_money.decline(order.pk, events.CUSTOMER))

    @rule()
    def nobody_chose_in_time(self) -> None:
        late = Payment.objects.filter(outcome=Payment.Outcome.LATE, review_closed_at=None)
        late.update(review_opened_at=Now() - timedelta(days=30))
        self.may_refuse(late_money.give_back_unanswered)

    # --- Refunds, through Paystack and by hand

    @rule(which=ANY, word=WORDS, fault=FAULTS)
    def a_refund_goes_on(self, which: int, word: str, fault: str) -> None:
        if found := self.a_refund(which):
            self.ask_paystack(found, word, fault)

    @rule(which=ANY, word=WORDS, fault=FAULTS, then=WORDS)
    def a_refund_nobody_knows_of(self, which: int, word: str, fault: str, then: str) -> None:
        """Asked for, perhaps without an answer, and asked about once more."""
        self.refund_a_piece(which, which, restock=False)
        if newest := Refund.objects.order_by("pk").last():
            self.ask_paystack(newest, word, fault)
            self.ask_paystack(newest, then, "")

    @rule(which=ANY, word=WORDS, is_late=st.booleans())
    def paystack_tells_of_a_refund(self, which: int, word: str, is_late: bool) -> None:
        found = self.a_refund(which)
        if found and found.provider_refund_id:
            self.paystack.word = word
            data = {"id": found.provider_refund_id, "transaction_reference": found.payment.reference, "status": word}
            self.say(f"refund.{word}", data, is_late=is_late)

    @rule(which=ANY)
    def try_a_refund_again(self, which: int) -> None:
        if found := self.a_refund(which):
            self.may_refuse(lambda: refunds.try_again(found.pk, events.SYSTEM))

    @rule(which=ANY)
    def give_back_by_hand(self, which: int) -> None:
        if found := self.a_refund(which):
            self.may_refuse(lambda: refunds.given_by_hand(found.pk, events.SYSTEM, "Transfer 12"))

    # --- Banks

    @rule(which=ANY, part=st.sampled_from([1, 1, 2]), is_late=st.booleans())
    def a_bank_asks(self, which: int, part: int, is_late: bool) -> None:
        payment = self.a_payment(which)
        if payment and payment.captured_subunit and payment.pk not in self.disputed:
            self.disputed[payment.pk] = payment.captured_subunit // part
            self.say("charge.dispute.create", self.dispute(payment, "awaiting-merchant-feedback"), is_late=is_late)

    @rule(size=ANY, word=WORDS, is_first=st.booleans())
    def a_bank_asks_while_a_refund_waits(self, size: int, word: str, is_first: bool) -> None:
        """Or a refund is asked for while the bank decides."""
        self.come_order_pay_and_get_it(size, 1)
        payment = Payment.objects.filter(reference=self.paid_last).exclude(captured_subunit=None).first()
        if payment is None:
            return
        payments = list(Payment.objects.order_by("pk").values_list("pk", flat=True))
        orders = list(Order.objects.order_by("pk").values_list("pk", flat=True))
        if is_first:
            self.a_bank_asks(payments.index(payment.pk), part=1, is_late=False)
        self.refund_a_piece(orders.index(payment.order_id), 0, restock=False)
        if not is_first:
            self.a_bank_asks(payments.index(payment.pk), part=1, is_late=False)
        if asked := payment.refunds.first():
            self.ask_paystack(asked, word, "")

    @rule(which=ANY, resolution=st.sampled_from(["merchant-accepted", "declined"]), is_late=st.booleans())
    def a_bank_decides(self, which: int, resolution: str, is_late: bool) -> None:
        asked = list(Payment.objects.filter(pk__in=self.disputed).order_by("pk"))
        if asked:
            data = self.dispute(asked[which % len(asked)], "resolved", resolution)
            self.say("charge.dispute.resolve", data, is_late=is_late)

    @rule(which=ANY)
    def the_shop_answers_a_bank(self, which: int) -> None:
        self.may_refuse(lambda: disputes.answered(which, events.SYSTEM, "It was delivered."))

    # --- Delivery where no zone has a fee

    @rule(size=ANY, is_paid=st.booleans())
    def order_from_abroad(self, size: int, is_paid: bool) -> None:
        self.somebody_else_comes()
        newest = len(self.bags) - 1
        self.put_into_the_bag(newest, size, 1)
        abroad = Destination("CA")
        self.may_refuse(lambda: checkout.place_order(self.bags[newest], buyer(newest), abroad))
        order = Order.objects.filter(bag=self.bags[newest]).first()
        if order and is_paid:
            self.pay_at_once(order)

    @rule(which=ANY, amount=st.sampled_from([1_000_00, 2_000_00]))
    def price_a_delivery(self, which: int, amount: int) -> None:
        if order := self.an_order_from_abroad(which):
            self.may_refuse(lambda: delivery_quotes.make(order.pk, amount, events.SYSTEM))

    @rule(which=ANY, is_paid=st.booleans())
    def go_to_pay_a_delivery(self, which: int, is_paid: bool) -> None:
        """By whichever link of those that were sent."""
        quotes = list(DeliveryQuote.objects.select_related("order").order_by("pk"))
        if quotes:
            quote = quotes[which % len(quotes)]
            self.may_refuse(lambda: self.pay_at_once(quote.order, quote, is_settled=is_paid))

    @rule(size=ANY, is_priced_anew=st.booleans())
    def order_and_pay_a_delivery(self, size: int, is_priced_anew: bool) -> None:
        """At one go; the first price is paid although another has taken its place, or before that."""
        self.order_from_abroad(size, is_paid=True)
        newest = Order.objects.order_by("pk").last()
        if newest is None or newest.quote_status != Order.QuoteStatus.AWAITING or newest.paid_at is None:
            return
        quote = delivery_quotes.make(newest.pk, 1_000_00, events.SYSTEM)
        payment = attempts.start(newest, quote)
        if is_priced_anew:
            delivery_quotes.make(newest.pk, 2_000_00, events.SYSTEM)
        self.paystack.pay(payment.reference)
        settlement.settle(payment.reference)

    # --- Choosing

    def pay_at_once(self, order: Order, quote: DeliveryQuote | None = None, *, is_settled: bool = True) -> None:
        payment = attempts.start(order, quote)
        self.paystack.pay(payment.reference)
        if is_settled:
            settlement.settle(payment.reference)

    def ask_paystack(self, refund: Refund, word: str, fault: str) -> None:
        """Long after it was last asked."""
        self.paystack.word, self.paystack.fault = word, fault
        Refund.objects.filter(pk=refund.pk, sent_at__isnull=False).update(sent_at=Now() - timedelta(hours=1))
        banks_decide, sent = disputes.State.OPEN in self.states_of_disputes(refund), len(self.paystack.refunds)
        try:
            refund_sending.go_on(refund.pk)
        except ProviderUnavailable:
            pass
        self.paystack.fault = ""
        assert not (banks_decide and len(self.paystack.refunds) > sent), "money goes back while a bank decides"

    def states_of_disputes(self, refund: Refund) -> list[str]:
        return list(refund.payment.disputes.values_list("state", flat=True))

    def dispute(self, payment: Payment, status: str, resolution: str = "") -> dict[str, Any]:
        return {
            "id": payment.pk,
            "refund_amount": self.disputed[payment.pk],
            "currency": payment.currency,
            "category": "fraud",
            "status": status,
            "resolution": resolution,
            "domain": "test",
            "transaction": {"reference": payment.reference},
        }

    def a_refund(self, which: int) -> Refund | None:
        found = list(Refund.objects.select_related("payment").order_by("pk"))
        return found[which % len(found)] if found else None

    def an_order_paid_late(self, which: int) -> Order | None:
        late = Order.objects.filter(payments__outcome=Payment.Outcome.LATE).order_by("pk").distinct()
        return late[which % len(late)] if late else None

    def an_order_from_abroad(self, which: int) -> Order | None:
        found = list(Order.objects.exclude(quote_status=Order.QuoteStatus.NOT_NEEDED).order_by("pk"))
        return found[which % len(found)] if found else None
