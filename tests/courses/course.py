"""What may happen to a shop: buying, paying, waiting, packing, sending back. Each rule is a step of a course."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catalog import stock
from catalog.models import VariantSize
from core.errors import ShopError
from orders import bag, checkout, events, lifecycle, merging, return_policy, returns
from orders.models import Bag, Order, Return, Zone
from orders.returns import Wish
from payments import (
    attempts,
    audit,
    cancellation,
    for_nothing,
    paystack,
    provider_events,
    reconciliation,
    refunds,
    returning,
    settlement,
    webhooks,
)
from payments.models import Payment, Refund
from tests.courses.paystack import Paystack
from tests.factories import (
    LAGOS_ISLAND,
    BundleFactory,
    CategoryFactory,
    DeliveryMethodFactory,
    DiscountFactory,
    ProductFactory,
    UserFactory,
    VariantFactory,
    VariantSizeFactory,
    buyer,
    lagos,
)

FEW = st.integers(1, 3)
ANY = st.integers(0, 50)


class Course(RuleBasedStateMachine):
    """Three sizes with a few pieces each and a bundle of them, ordered by whoever comes."""

    @initialize()
    def open_shop(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.paystack = Paystack()
        self.patches = [
            mock.patch.object(paystack, "initialize", self.paystack.initialize),
            mock.patch.object(paystack, "verify", self.paystack.verify),
            mock.patch.object(paystack, "refund", self.paystack.refund),
            mock.patch.object(paystack, "find_refund", self.paystack.find_refund),
            mock.patch.object(paystack, "refunds_of", self.paystack.refunds_of),
            mock.patch.object(settings, "OFFLINE_METHODS", ["on_delivery"]),
        ]
        for patch in self.patches:
            patch.start()
        Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
        DeliveryMethodFactory(zone=lagos())
        product = ProductFactory(category=CategoryFactory(minimum_quantity=1))
        variant = VariantFactory(product=product)
        self.sizes = [VariantSizeFactory(on_hand=4, variant=variant, size__name=name) for name in ("S", "M", "L")]
        self.bundle = BundleFactory(eligible=[product], pieces=2)
        DiscountFactory(limit_total=4, limit_per_customer=2)
        self.customer = UserFactory()
        self.bags: list[Bag] = [bag.open_bag()]
        self.said: list[bytes] = []
        self.disputed: dict[int, int] = {}

    def teardown(self) -> None:
        if not hasattr(self, "undo"):
            return
        try:
            self.all_money_is_known_in_the_end()
        finally:
            for patch in self.patches:
                patch.stop()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def all_money_is_known_in_the_end(self) -> None:
        """Of what it was not told the shop asks: all that Paystack took is written down, and broke nothing."""
        for reference, found in self.paystack.known.items():
            payment = settlement.settle(reference)
            if found.status == "success":
                assert payment.captured_subunit == found.amount, reference
        self.nothing_is_broken()

    # --- Shopping

    @rule(which=ANY, size=ANY, quantity=FEW)
    def put_into_the_bag(self, which: int, size: int, quantity: int) -> None:
        self.may_refuse(lambda: bag.add(self.a_bag(which), self.a_size(size).sku, quantity))

    @rule(which=ANY, first=ANY, second=ANY)
    def put_a_bundle_into_the_bag(self, which: int, first: int, second: int) -> None:
        picks = [self.a_size(first).sku, self.a_size(second).sku]
        self.may_refuse(lambda: bag.add_bundle(self.a_bag(which), self.bundle.slug, picks))

    @rule()
    def somebody_else_comes(self) -> None:
        self.bags.append(bag.open_bag())

    @rule(which=ANY)
    def sign_in(self, which: int) -> None:
        """What was put into a bag before goes into the customer's own."""
        self.may_refuse(lambda: merging.merge(self.a_bag(which).token, self.customer))
        own = Bag.objects.filter(user=self.customer, state=Bag.State.OPEN).first()
        if own and own not in self.bags:
            self.bags.append(own)

    @rule(which=ANY, code=st.sampled_from(["", "TENTH", "tenth", "NONE"]))
    def order(self, which: int, code: str = "") -> None:
        """The same bag twice gives the same order, for the same person orders it."""
        chosen = self.a_bag(which)
        person = buyer(self.bags.index(chosen))
        method = "Express" if which % 3 else ""
        self.may_refuse(lambda: checkout.place_order(chosen, person, LAGOS_ISLAND, code=code, method=method))

    @rule(size=ANY, quantity=FEW, is_paid=st.booleans())
    def come_order_and_go_to_pay(self, size: int, quantity: int, is_paid: bool) -> None:
        """What most people do, at one go: so most courses get as far as money."""
        self.somebody_else_comes()
        newest = len(self.bags) - 1
        self.put_into_the_bag(newest, size, quantity)
        self.order(newest, "TENTH" if size % 2 else "")
        order = Order.objects.filter(bag=self.bags[newest]).first()
        if order:
            payment = attempts.start(order)
            if is_paid:
                self.paystack.pay(payment.reference)
                self.paid_last = payment.reference

    @rule(size=ANY, quantity=FEW)
    def come_order_pay_and_get_it(self, size: int, quantity: int) -> None:
        """So that returns are met as well."""
        self.paid_last = ""
        self.come_order_and_go_to_pay(size, quantity, is_paid=True)
        if self.paid_last:
            order = settlement.settle(self.paid_last).order
            self.may_refuse(lambda: for_nothing.pack(order.pk, events.SYSTEM))
            self.may_refuse(lambda: for_nothing.ship(order.pk, events.SYSTEM, "GIG"))
            self.may_refuse(lambda: lifecycle.deliver(order.pk, events.SYSTEM))

    # --- Money

    @rule(which=ANY)
    def go_to_pay(self, which: int) -> None:
        if order := self.an_order(which):
            self.may_refuse(lambda: attempts.start(order))

    @rule(which=ANY, short_by=st.sampled_from([0, 0, 0, 0, 100]))
    def pay(self, which: int, short_by: int) -> None:
        """At Paystack, which knows nothing of cash; the shop hears of it later, or twice, or never."""
        payment = self.a_payment(which)
        if payment and payment.reference in self.paystack.known:
            self.paystack.pay(payment.reference, short_by=short_by)

    @rule(which=ANY)
    def come_back_from_paystack(self, which: int) -> None:
        if payment := self.a_payment(which):
            settlement.settle(payment.reference)

    @rule(which=ANY, is_late=st.booleans())
    def webhook(self, which: int, is_late: bool) -> None:
        if payment := self.a_payment(which):
            word = self.paystack.known.get(payment.reference)
            if word and word.status == "success":
                data = {"id": word.id, "reference": word.reference, "amount": word.amount, "status": word.status}
                self.say("charge.success", data, is_late=is_late)

    @rule(which=ANY)
    def webhook_late_or_again(self, which: int) -> None:
        """In any order, and as often as Paystack likes."""
        if self.said:
            self.hear(self.said[which % len(self.said)])

    # --- Time and staff

    @rule(which=ANY, is_noticed=st.booleans())
    def hold_ends(self, which: int, is_noticed: bool) -> None:
        if order := self.an_order(which):
            Order.objects.filter(pk=order.pk).update(hold_expires_at=Now() - timedelta(minutes=1))
            if is_noticed:
                self.sweep()

    @rule()
    def sweep(self) -> None:
        reconciliation.settle_open_payments()
        reconciliation.expire_unpaid_orders()

    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        if order := self.an_order(which):
            self.may_refuse(lambda: cancellation.cancel(order, events.CUSTOMER, by_staff=which % 2 == 0))

    @rule(which=ANY, step=st.sampled_from(["pack", "ship", "deliver"]))
    def go_on(self, which: int, step: str) -> None:
        if order := self.an_order(which):
            more = ("GIG",) if step == "ship" else ()
            floor = lifecycle if step == "deliver" else for_nothing
            self.may_refuse(lambda: getattr(floor, step)(order.pk, events.SYSTEM, *more))

    @rule(which=ANY, line=ANY, count=FEW)
    def send_a_part(self, which: int, line: int, count: int) -> None:
        order = self.an_order(which)
        lines = list(order.lines.exclude(kind="bundle").order_by("pk")) if order else []
        if order and lines:
            pieces = {lines[line % len(lines)].pk: count}
            self.may_refuse(lambda: for_nothing.ship(order.pk, events.SYSTEM, "GIG", pieces=pieces))

    @rule(which=ANY, line=ANY, restock=st.booleans())
    def refund_a_piece(self, which: int, line: int, restock: bool) -> None:
        order = self.an_order(which)
        lines = list(order.lines.exclude(kind="bundle").order_by("pk")) if order else []
        if order and lines:
            key = f"{order.pk}/{Refund.objects.count()}"
            self.may_refuse(
                lambda: refunds.request(
                    order.pk,
                    lines={lines[line % len(lines)].pk: 1},
                    restock=restock,
                    reason="Stain",
                    key=key,
                    actor=events.SYSTEM,
                )
            )

    @rule(which=ANY, line=ANY, count=FEW, instead=st.none() | ANY)
    def ask_to_send_back(self, which: int, line: int, count: int, instead: int | None) -> None:
        """For money, or for another size; also what was got in exchange."""
        delivered = list(Order.objects.filter(status=Order.Status.DELIVERED).order_by("pk"))
        if not delivered:
            return
        order = delivered[which % len(delivered)]
        pieces = return_policy.pieces_of(order)
        kind = Return.Kind.REFUND if instead is None else Return.Kind.EXCHANGE
        wish = Wish(count, "" if instead is None else self.a_size(instead).sku)
        chosen = {pieces[line % len(pieces)].key: wish}
        self.may_refuse(lambda: returns.request(order.pk, chosen, kind, "size", "", events.CUSTOMER))

    @rule(line=ANY, instead=st.none() | ANY, condition=st.sampled_from(["sound", "damaged"]))
    def buy_and_send_back(self, line: int, instead: int | None, condition: str) -> None:
        """At one go, as most people do it."""
        self.come_order_pay_and_get_it(line, 1)
        newest = Order.objects.filter(status=Order.Status.DELIVERED).count() - 1
        self.ask_to_send_back(max(newest, 0), line, 1, instead)
        last = Return.objects.count() - 1
        self.decide_on_a_return(max(last, 0), is_welcome=True)
        self.a_return_arrives(max(last, 0), condition)

    @rule(which=ANY, is_welcome=st.sampled_from([True, True, True, False]))
    def decide_on_a_return(self, which: int, is_welcome: bool) -> None:
        if found := self.a_return(which):
            decide = returns.approve if is_welcome else returns.refuse
            self.may_refuse(lambda: decide(found.pk, events.SYSTEM, "As we wrote."))

    @rule(which=ANY, condition=st.sampled_from(["sound", "damaged"]))
    def a_return_arrives(self, which: int, condition: str) -> None:
        if found := self.a_return(which):
            conditions = {line.pk: condition for line in found.lines.all()}
            self.may_refuse(lambda: for_nothing.receive(found.pk, conditions, events.SYSTEM))

    @rule(which=ANY)
    def its_money_goes_back(self, which: int) -> None:
        if found := self.a_return(which):
            self.may_refuse(lambda: returning.give_back(found.pk, events.SYSTEM))

    @rule(size=ANY, change=st.sampled_from([-2, -1, 1, 3]))
    def count_stock(self, size: int, change: int) -> None:
        self.may_refuse(lambda: stock.adjust(self.a_size(size).pk, change, "count"))

    @rule(size=ANY, price=st.integers(1, 20))
    def edit_price(self, size: int, price: int) -> None:
        VariantSize.objects.filter(pk=self.a_size(size).pk).update(price_kobo=price * 100_001)

    # --- What must hold

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "undo"):
            found = [*map(str, audit.violations()), *self.paystack.given_back_twice()]
            assert not found, found

    # --- Choosing

    def a_bag(self, which: int) -> Bag:
        return self.bags[which % len(self.bags)]

    def a_size(self, which: int) -> VariantSize:
        return self.sizes[which % len(self.sizes)]

    def an_order(self, which: int) -> Order | None:
        orders = list(Order.objects.order_by("pk"))
        return orders[which % len(orders)] if orders else None

    def a_return(self, which: int) -> Return | None:
        found = list(Return.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    def a_payment(self, which: int) -> Payment | None:
        payments = list(Payment.objects.order_by("pk"))
        return payments[which % len(payments)] if payments else None

    def may_refuse(self, step: Any) -> None:
        """The shop may say no, in words; anything else that is raised fails the test."""
        try:
            with transaction.atomic():
                step()
        except ShopError:
            pass

    def say(self, event: str, data: dict[str, Any], *, is_late: bool = False) -> None:
        """A webhook of Paystack, which comes at once or whenever it is its turn."""
        self.said.append(json.dumps({"event": event, "data": data}).encode())
        if not is_late:
            self.hear(self.said[-1])

    def hear(self, body: bytes) -> None:
        signature = hmac.new(settings.PAYSTACK_SECRET_KEY.encode(), body, hashlib.sha512).hexdigest()
        provider_events.apply(webhooks.receive(body, signature).pk)
