"""What staff do to an order: each is a dialog that makes one call into the workflow, which knows what is allowed."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.models import User
from adminpanel.base import act, at, find
from adminpanel.offline_actions import OfflineActions, is_due
from adminpanel.order_lines import named
from adminpanel.privacy_actions import GuestPrivacy, is_of_guest
from adminpanel.quote_actions import TO_BE_PRICED, QuoteActions
from adminpanel.refund_actions import PIECES, RefundActions
from core.errors import ShopError
from orders import delivery_quotes, lifecycle, not_arrived, parcels, staff_orders, transitions
from orders.events import Actor, staff
from orders.models import Order
from payments import cancellation, for_nothing, refunds

MAY = ["act"]
# What is offered, by the status of the order. What may really be done is for orders.lifecycle to say.
OFFERED = {
    "quote_delivery": delivery_quotes.QUOTABLE,
    "pack": transitions.PACKED.sources,
    "ship": transitions.SHIPPED.sources,
    "keep_rest": transitions.REST_TAKEN_OUT.sources,
    "deliver": transitions.DELIVERED.sources,
    "cancel": (*transitions.CANCELLED.sources, *transitions.CANCELLED_PAID.sources),
    "refund": (
        *transitions.CANCELLED_PAID.sources,
        *transitions.DELIVERED.sources,
        transitions.DELIVERED.target,
        transitions.CANCELLED_PAID.target,
    ),
    "not_arrived": transitions.NOT_ARRIVED.sources,
    "write_note": Order.Status.values,
    "record_payment": Order.Status.values,
    "erase_customer": (Order.Status.DELIVERED, Order.Status.CANCELLED, Order.Status.EXPIRED),
}


# The same of an order that is paid at the door and is not paid yet.
OWED = {
    **OFFERED,
    "pack": transitions.PACKED_UNPAID.sources,
    "deliver": (),
    "refund": (),
    "not_arrived": (),
    "not_accepted": transitions.NOT_ACCEPTED.sources,
}


class ShipForm(BaseDialogForm):
    """A field for each line that is not sent yet. All of them go with this parcel unless some are changed."""

    carrier = forms.CharField(max_length=60, widget=UnfoldAdminTextInputWidget)
    tracking_number = forms.CharField(required=False, max_length=80, widget=UnfoldAdminTextInputWidget)

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        order = find(Order, str(object_id))
        if order.delivery_method:
            self.fields["carrier"].help_text = format_html("It is to go by {}.", order.delivery_method)
        for line, left in parcels.left_of(order).items():
            self.fields[f"{PIECES}{line.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=left,
                initial=left,
                label=named(line),
                help_text=f"Of {left} that are left. Fewer, or none: they follow in another parcel.",
                widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
            )

    def pieces(self) -> dict[int, int] | None:
        """Line id to quantity; None, for all, where no line was asked about."""
        chosen = {
            int(name.removeprefix(PIECES)): count
            for name, count in self.cleaned_data.items()
            if name.startswith(PIECES) and count is not None
        }
        return chosen or None


class EndForm(BaseDialogForm):
    reason = forms.CharField(
        max_length=200, help_text="The customer reads this in the mail.", widget=UnfoldAdminTextInputWidget
    )
    restock = forms.BooleanField(
        required=False,
        initial=True,
        label="Put the pieces back on sale",
        help_text="What an unpaid order held is freed in any case.",
        widget=UnfoldBooleanSwitchWidget,
    )


class CancelForm(EndForm):
    """With the mail that goes out."""

    form_after_template = "admin/mail_preview.html"

    def get_after_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        order = find(Order, str(object_id))
        try:
            mail = cancellation.preview(order, staff(cast(User, request.user)), "[your reason]")
        except ShopError as error:
            return {"why_not": error.message}
        return {"mail": mail, "to": order.email}


class NotArrivedForm(EndForm):
    restock = forms.BooleanField(
        required=False,
        label="They came back: put the pieces on sale again",
        help_text="Not where the parcel is lost or its pieces are damaged.",
        widget=UnfoldBooleanSwitchWidget,
    )


class KeepRestForm(BaseDialogForm):
    write_off = forms.BooleanField(
        required=False,
        label="They are damaged or lost: write them off",
        help_text="Otherwise they are on sale again.",
        widget=UnfoldBooleanSwitchWidget,
    )


class NoteForm(BaseDialogForm):
    text = forms.CharField(max_length=staff_orders.NOTE_MAX, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}))
    tell = forms.BooleanField(
        required=False,
        label="Send it to the customer",
        help_text="By mail and on the page of the order. Otherwise staff alone read it.",
        widget=UnfoldBooleanSwitchWidget,
    )


class OrderActions(QuoteActions, RefundActions, OfflineActions, GuestPrivacy):
    """Mixed into the order's admin class."""

    actions_detail = [
        *("quote_delivery", "pack", "ship", "keep_rest", "deliver", "write_note", "record_payment", "not_accepted"),
        *("not_arrived", "refund", "cancel", "hand_out_customer", "erase_customer"),
    ]

    def has_cancel_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Apart from packing, for what was paid goes back with it."""
        return bool(request.user.has_perm("orders.delete_order"))  # type: ignore[union-attr]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done now; what was offered a moment too long is refused by the workflow."""
        rows = at(Order, object_id)
        order = rows.first() or Order(status="")
        offer = OWED if order.is_owed_at_the_door else OFFERED
        fitting = {name for name, sources in offer.items() if order.status in sources}
        if order.quote_status not in TO_BE_PRICED:
            fitting -= {"quote_delivery"}
        if not any(map(is_due, rows)):
            fitting -= {"record_payment"}
        if "keep_rest" in fitting and not for_nothing.may_keep_rest(order):
            fitting -= {"keep_rest"}
        if "refund" in fitting and not refunds.left_of(order):
            fitting -= {"refund"}
        if not is_of_guest(order):
            fitting -= {"erase_customer"}
        offered = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [item for item in offered if item.path in fitting]

    @action(
        description="Mark as packed",
        url_path="pack",
        icon="inventory",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "Everything is packed?",
            "description": "The customer can no longer cancel after this.",
            "form_class": None,
            "form_submit_text": "Packed",
        },
    )
    def pack(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return _act(request, object_id, lambda order, actor: for_nothing.pack(order.pk, actor), "packed")

    @action(
        description="Mark as shipped",
        url_path="ship",
        icon="local_shipping",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "Handed to the courier",
            "description": "The customer gets a mail with these.",
            "form_class": ShipForm,
            "form_submit_text": "Shipped",
        },
    )
    def ship(self, request: HttpRequest, form: ShipForm, object_id: str) -> HttpResponseBase:
        said = form.cleaned_data
        order = find(Order, object_id)

        def work() -> str:
            done = for_nothing.ship(
                order.pk, staff(cast(User, request.user)), said["carrier"], said["tracking_number"], form.pieces()
            )
            if done.status == Order.Status.SHIPPED:
                return f"Order {done.number} is shipped."
            return f"A part of order {done.number} is shipped. The rest waits."

        return act(request, reverse("admin:orders_order_change", args=[object_id]), work)

    @action(
        description="Keep the rest here",
        url_path="keep_rest",
        icon="inventory_2",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "Nothing more of this order is sent?",
            "description": "Its customer has the money of what is left here, so it stays: what left before is all that "
            "comes. The customer gets a mail.",
            "form_class": KeepRestForm,
            "form_submit_text": "Keep it here",
        },
    )
    def keep_rest(self, request: HttpRequest, form: KeepRestForm, object_id: str) -> HttpResponseBase:
        write_off = form.cleaned_data["write_off"]
        return _act(
            request,
            object_id,
            lambda order, actor: for_nothing.keep_rest(order.pk, actor, write_off=write_off),
            "shipped without its rest",
        )

    @action(
        description="Mark as delivered",
        url_path="deliver",
        icon="task_alt",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "The customer has it?",
            "description": "The customer gets a mail.",
            "form_class": None,
            "form_submit_text": "Delivered",
        },
    )
    def deliver(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return _act(request, object_id, lambda order, actor: lifecycle.deliver(order.pk, actor), "delivered")

    @action(
        description="Cancel",
        url_path="cancel",
        icon="cancel",
        variant=ActionVariant.DANGER,
        permissions=["cancel"],
        dialog={
            "title": "Cancel this order",
            "description": "Paystack is asked first whether an unpaid one was paid meanwhile. What a paid one took is "
            "given back, and the customer gets a mail.",
            "form_class": CancelForm,
            "form_submit_text": "Cancel the order",
        },
    )
    def cancel(self, request: HttpRequest, form: CancelForm, object_id: str) -> HttpResponseBase:
        reason, restock = form.cleaned_data["reason"], form.cleaned_data["restock"]

        def step(order: Order, actor: Actor) -> Order:
            return cancellation.cancel(order, actor, reason, by_staff=True, restock=restock)

        return _act(request, object_id, step, "cancelled")

    @action(
        description="Came back unpaid",
        url_path="not_accepted",
        icon="assignment_return",
        variant=ActionVariant.DANGER,
        permissions=MAY,
        dialog={
            "title": "Nobody took it at the door?",
            "description": "The order ends, and the customer gets a mail.",
            "form_class": EndForm,
            "form_submit_text": "It came back",
        },
    )
    def not_accepted(self, request: HttpRequest, form: EndForm, object_id: str) -> HttpResponseBase:
        said = form.cleaned_data

        def step(order: Order, actor: Actor) -> Order:
            return not_arrived.not_accepted(order.pk, actor, said["reason"], restock=said["restock"])

        return _act(request, object_id, step, "cancelled")

    @action(
        description="Lost or came back",
        url_path="not_arrived",
        icon="assignment_return",
        variant=ActionVariant.DANGER,
        permissions=["cancel"],
        dialog={
            "title": "The parcel did not arrive?",
            "description": "Lost, or back here unopened. The whole order ends, what is left of its money is given "
            "back, and the customer gets a mail. Where one parcel of several is lost, refund its pieces instead.",
            "form_class": NotArrivedForm,
            "form_submit_text": "It did not arrive",
        },
    )
    def not_arrived(self, request: HttpRequest, form: NotArrivedForm, object_id: str) -> HttpResponseBase:
        said = form.cleaned_data

        def step(order: Order, actor: Actor) -> Order:
            return cancellation.end_not_arrived(order.pk, actor, said["reason"], restock=said["restock"])

        return _act(request, object_id, step, "cancelled")

    @action(
        description="Write a note",
        url_path="write_note",
        icon="edit_note",
        permissions=MAY,
        dialog={
            "title": "A note about this order",
            "description": "It stands in the timeline, for ever.",
            "form_class": NoteForm,
            "form_submit_text": "Write it down",
        },
    )
    def write_note(self, request: HttpRequest, form: NoteForm, object_id: str) -> HttpResponseBase:
        def write(order: Order, actor: Actor) -> Order:
            said = form.cleaned_data
            staff_orders.write_note(order.pk, said["text"], actor, tell_customer=said["tell"])
            return order

        return _act(request, object_id, write, "noted")


def _act(request: HttpRequest, object_id: str, step: Callable[[Order, Actor], Order], done: str) -> HttpResponseBase:
    def work() -> str:
        order = find(Order, object_id)
        step(order, staff(cast(User, request.user)))
        return f"Order {order.number} is {done}."

    return act(request, reverse("admin:orders_order_change", args=[object_id]), work)
