"""What happens to orders that are paid at the door, among all that happens to the others."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orders import checkout, events, not_arrived
from orders.models import Order
from payments import attempts, for_nothing, offline, settlement
from tests.courses.course import ANY, FEW, Course
from tests.factories import LAGOS_ISLAND, buyer


class Door(Course):
    @rule(size=ANY, quantity=FEW, is_sent=st.booleans(), then=st.sampled_from(["", "cash", "card", "both", "back"]))
    def order_to_pay_at_the_door(self, size: int, quantity: int, is_sent: bool, then: str) -> None:
        """Paid there, on Paystack's page before, both, or not taken; or that is still to come."""
        self.somebody_else_comes()
        newest = len(self.bags) - 1
        self.put_into_the_bag(newest, size, quantity)
        person = buyer(newest)
        self.may_refuse(lambda: checkout.place_order(self.bags[newest], person, LAGOS_ISLAND, pay_on_delivery=True))
        order = Order.objects.filter(bag=self.bags[newest]).first()
        if order is None:
            return
        payment = attempts.start(order) if then in ("card", "both") else None
        if is_sent:
            self.may_refuse(lambda: for_nothing.pack(order.pk, events.SYSTEM))
            self.may_refuse(lambda: for_nothing.ship(order.pk, events.SYSTEM, "GIG"))
        which = list(Order.objects.order_by("pk")).index(order)
        if payment:
            self.paystack.pay(payment.reference)
        if then in ("cash", "both"):
            self.pay_in_cash(which)
        if then == "back":
            self.nobody_takes_it(which, restock=True)
        if payment:
            settlement.settle(payment.reference)

    @rule(which=ANY)
    def pay_in_cash(self, which: int) -> None:
        if order := self.an_order(which):
            slip = f"Slip {order.number}"
            self.may_refuse(lambda: offline.record(order.pk, "cash", slip, order.total_subunit, events.SYSTEM))

    @rule(which=ANY, restock=st.booleans())
    def nobody_takes_it(self, which: int, restock: bool) -> None:
        if order := self.an_order(which):
            self.may_refuse(lambda: not_arrived.not_accepted(order.pk, events.SYSTEM, "", restock=restock))
