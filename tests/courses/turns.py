"""What turns out otherwise than asked for: returns that change, parcels that are lost, pieces that are torn, gifts."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from orders import events, exchanges, other_sizes, return_changes, return_policy, returns
from orders.models import Order, OrderLine, Return
from orders.returns import Wish
from payments import cancellation, for_nothing, not_owed, refunds, settlement
from payments.models import Refund
from tests.courses.course import ANY, FEW, Course

WHAT = st.sampled_from(["kept", "kept", "restock", "write_off", "gift", "all"])
CHANGES = ["money", "size", "give up", "send", "close", "refund first", "refund first", "refund all first"]


class Turns(Course):
    @initialize()
    def forget_what_was_given(self) -> None:
        self.owned_twice: list[str] = []
        self.sent_for_nothing: list[str] = []

    @rule(which=ANY, change=st.sampled_from(CHANGES), size=ANY)
    def a_return_turns_out_otherwise(self, which: int, change: str, size: int) -> None:
        if not (found := self.a_return(which)):
            return
        sizes = {line.pk: self.a_size(size).sku for line in found.lines.all()}
        steps = {
            "money": lambda: return_changes.give_money_instead(found.pk, events.SYSTEM, "Gone."),
            "size": lambda: return_changes.give_another_size(found.pk, sizes, events.SYSTEM),
            "give up": lambda: return_changes.give_up(found.pk, events.SYSTEM),
            "send": lambda: self.send_or_keep(found, size),
            "close": lambda: returns.close_without_money(found.pk, events.SYSTEM, "Worn."),
            "refund first": lambda: self.refund(found.order_id, found.lines.all()[0].order_line_id, 1, "kept"),
            "refund all first": lambda: self.refund(found.order_id, 0, 1, "all"),
        }
        self.may_refuse(steps[change])

    @rule(size=ANY, change=st.sampled_from(CHANGES), condition=st.sampled_from(["sound", "sound", "damaged"]))
    def exchange_that_turns_out_otherwise(self, size: int, change: str, condition: str) -> None:
        """At one go: bought, asked for, changed on its way, arrived, paid or sent, or not sent and paid then."""
        self.come_order_pay_and_get_it(size, 1)
        order = self.just_paid()
        if order is None or not self.ask_for_another_size(order):
            return
        last = Return.objects.count() - 1
        self.decide_on_a_return(last, is_welcome=True)
        self.a_return_turns_out_otherwise(last, change, size + 1)
        self.a_return_arrives(last, condition)
        self.its_money_goes_back(last)
        self.a_return_turns_out_otherwise(last, "send", size)
        self.its_money_goes_back(last)

    @rule(size=ANY, count=st.integers(1, 2), what=st.sampled_from(["", "kept"]), change=st.sampled_from(["", *CHANGES]))
    def what_was_got_in_exchange_comes_back_too(self, size: int, count: int, what: str, change: str) -> None:
        """At one go: bought, exchanged for a size that is not right either, and that for a third one or for money."""
        self.come_order_pay_and_get_it(size, count)
        order = self.just_paid()
        for is_last in (False, True):
            if order is None or not self.ask_for_another_size(order):
                return
            last = Return.objects.count() - 1
            self.decide_on_a_return(last, is_welcome=True)
            if is_last and what:
                self.may_refuse(lambda: self.refund(order.pk, order.lines.all()[0].pk, 1, what))
            if is_last and change:
                self.a_return_turns_out_otherwise(last, change, size)
            self.a_return_arrives(last, "sound")
            self.its_money_goes_back(last)
            self.a_return_turns_out_otherwise(last, "send", size if is_last else 0)
            self.its_money_goes_back(last)

    @rule(size=ANY, is_swapped=st.booleans(), is_lost_first=st.booleans())
    def what_was_given_up_arrives_after_all(self, size: int, is_swapped: bool, is_lost_first: bool) -> None:
        """At one go: bought, perhaps exchanged, given up on its way back, asked for anew. Then both parcels come."""
        self.come_order_pay_and_get_it(size, 1)
        order = self.just_paid()
        if order is None or (is_swapped and not self.exchange(order)):
            return
        lost = self.send_back(order)
        self.a_return_turns_out_otherwise(lost, "give up", 0)
        both = [lost, self.send_back(order)]
        for which in both if is_lost_first else reversed(both):
            self.a_return_arrives(which, "sound")
            self.its_money_goes_back(which)

    @rule(which=ANY, line=ANY, count=FEW, what=WHAT)
    def give_money_for_pieces(self, which: int, line: int, count: int, what: str) -> None:
        order = self.an_order(which)
        lines = list(order.lines.exclude(kind="bundle").order_by("pk")) if order else []
        if order and lines:
            self.may_refuse(lambda: self.refund(order.pk, lines[line % len(lines)].pk, count, what))

    @rule(which=ANY)
    def a_refund_is_given_by_hand(self, which: int) -> None:
        """Of those that Paystack has given up or asks about."""
        found = list(Refund.objects.order_by("pk"))
        if found:
            self.may_refuse(lambda: refunds.given_by_hand(found[which % len(found)].pk, events.SYSTEM, "By the bank."))

    @rule(which=ANY)
    def a_refund_is_let_go(self, which: int) -> None:
        found = list(Refund.objects.order_by("pk"))
        if found:
            self.may_refuse(lambda: not_owed.let_go(found[which % len(found)].pk, events.SYSTEM, "By mistake."))

    @rule(which=ANY, write_off=st.booleans())
    def the_rest_is_kept(self, which: int, write_off: bool) -> None:
        if order := self.an_order(which):
            self.may_refuse(lambda: for_nothing.keep_rest(order.pk, events.SYSTEM, write_off=write_off))

    @rule(which=ANY, step=st.sampled_from(["pack", "ship", "deliver"]))
    def go_on(self, which: int, step: str) -> None:
        self.watched(which, lambda: super(Turns, self).go_on(which, step))

    @rule(which=ANY, line=ANY, count=FEW)
    def send_a_part(self, which: int, line: int, count: int) -> None:
        self.watched(which, lambda: super(Turns, self).send_a_part(which, line, count))

    @rule(size=ANY)
    def pack_what_was_paid_back(self, size: int) -> None:
        """At one go: bought, all money asked back, and somebody packs it all the same."""
        self.come_order_and_go_to_pay(size, 1, is_paid=True)
        if order := self.just_paid():
            self.may_refuse(lambda: self.refund(order.pk, 0, 1, "all"))
            self.go_on(Order.objects.count() - 1, "pack")

    def watched(self, which: int, step: Callable[[], None]) -> None:
        """Notes an order that went a step towards its customer although all its money had gone back before."""
        order = self.an_order(which)
        is_back = order is not None and self.all_went_back_before(order)
        step()
        if order and is_back and self.way_of(Order.objects.get(pk=order.pk)) != self.way_of(order):
            self.sent_for_nothing.append(order.number)

    def way_of(self, order: Order) -> tuple[str, int]:
        is_here = order.status in (Order.Status.PAID, Order.Status.PACKED)
        return (order.status, order.shipments.count()) if is_here else ("", 0)

    @invariant()
    def nothing_leaves_whose_money_went_back(self) -> None:
        assert not getattr(self, "sent_for_nothing", []), self.sent_for_nothing

    @rule(which=ANY, restock=st.booleans())
    def a_parcel_is_lost_or_comes_back(self, which: int, restock: bool) -> None:
        if order := self.an_order(which):
            self.may_refuse(lambda: cancellation.end_not_arrived(order.pk, events.SYSTEM, "No trace.", restock=restock))

    @rule(size=ANY, sent=st.booleans(), what=st.sampled_from(["restock", "write_off"]), then=WHAT)
    def take_the_rest_out(self, size: int, sent: bool, what: str, then: str) -> None:
        """Of two pieces one is sent, or none, and the other taken out; then the rest of them too."""
        self.come_order_and_go_to_pay(size, 2, is_paid=True)
        order = self.just_paid()
        line = order.lines.first() if order else None
        if order and line:
            if sent:
                self.may_refuse(lambda: for_nothing.pack(order.pk, events.SYSTEM))
                self.may_refuse(lambda: for_nothing.ship(order.pk, events.SYSTEM, "GIG", pieces={line.pk: 1}))
            self.may_refuse(lambda: self.refund(order.pk, line.pk, 1, what))
            self.a_refund_is_given_by_hand(Refund.objects.count() - 1)
            self.may_refuse(lambda: self.refund(order.pk, line.pk, 1, then))

    def ask_for_another_size(self, order: Order) -> bool:
        """For a piece of it that was got in exchange, where there is one. Whether there is a size to be had."""
        left = [piece for piece in return_policy.pieces_of(order) if piece.left]
        others = other_sizes.instead_of(left[-1]) if left else []
        if others:
            wish = {left[-1].key: Wish(1, others[-1].sku)}
            self.may_refuse(lambda: returns.request(order.pk, wish, "exchange", "size", "", events.CUSTOMER))
        return bool(others)

    def send_or_keep(self, found: Return, how: int) -> Return:
        """The other size leaves, or stays for money after all: on sale or written off."""
        if how % 2 == 0:
            return exchanges.send(found.pk, "GIG", "", events.SYSTEM)
        stayed_as = "sound" if how % 4 == 1 else "damaged"
        conditions = {line.pk: stayed_as for line in found.lines.all()}
        return return_changes.keep_unsent(found.pk, conditions, events.SYSTEM)

    def exchange(self, order: Order) -> bool:
        """Up to the other size being sent."""
        if not self.ask_for_another_size(order):
            return False
        last = Return.objects.count() - 1
        self.decide_on_a_return(last, is_welcome=True)
        self.a_return_arrives(last, "sound")
        self.a_return_turns_out_otherwise(last, "send", 0)
        return True

    def send_back(self, order: Order) -> int:
        """For money: what it has of pieces still, which may be none. Which return that is."""
        left = [piece for piece in return_policy.pieces_of(order) if piece.left]
        wishes = {piece.key: Wish(piece.left) for piece in left}
        self.may_refuse(lambda: returns.request(order.pk, wishes, "refund", "size", "", events.CUSTOMER))
        last = Return.objects.count() - 1
        self.decide_on_a_return(last, is_welcome=True)
        return last

    def just_paid(self) -> Order | None:
        reference, self.paid_last = getattr(self, "paid_last", ""), ""
        return settlement.settle(reference).order if reference else None

    @invariant()
    def nobody_holds_a_swapped_piece_whose_money_went_back_before(self) -> None:
        """Of an exchange that was made: the customer had as many pieces of its line then, besides those that were paid
        back and kept before it."""
        assert not getattr(self, "owned_twice", []), self.owned_twice

    def a_return_arrives(self, which: int, condition: str) -> None:
        found = self.a_return(which)
        before = found.state if found else ""
        super().a_return_arrives(which, condition)
        if not found or found.kind != Return.Kind.EXCHANGE or before not in ("approved", "lost"):
            return
        found.refresh_from_db()
        if found.state == "closed" and found.is_to_send and self.all_went_back_before(found.order):
            self.owned_twice.append(f"return {found.pk}, order {found.order_id}")
        for line in found.lines.select_related("order_line") if found.state == "closed" else []:
            piece: OrderLine = line.order_line
            if line.exchange_to_id and self.held(piece) - piece.refunded_kept < line.quantity:
                self.owned_twice.append(f"return {found.pk}, line {piece.pk}")

    def held(self, line: OrderLine) -> int:
        """Pieces of it that the customer has, or that are on the way in exchange."""
        here = line.returned.filter(parcel__received_at__isnull=False)
        given = sum(row.quantity for row in here if row.exchange_to_id)
        return line.quantity - line.taken_back - sum(row.quantity for row in here) + given

    def all_went_back_before(self, order: Order) -> bool:
        """Of its one payment nothing is left: exchanging gives no money back."""
        taken = sum(payment.captured_subunit or 0 for payment in order.payments.filter(outcome="applied"))
        back = sum(row.amount_subunit for row in Refund.objects.filter(payment__order=order).exclude(state="failed"))
        return bool(taken) and back >= taken

    def refund(self, order_id: int, line_id: int, count: int, what: str) -> Refund:
        return refunds.request(
            order_id,
            lines=None if what == "all" else {line_id: count},
            amount=50 if what == "gift" else None,
            restock=what == "restock",
            write_off=what == "write_off",
            reason="Torn.",
            key=f"{order_id}/{Refund.objects.count()}",
            actor=events.SYSTEM,
        )
