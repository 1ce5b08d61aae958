"""What customers send back: looked at, decided, received piece by piece, and paid."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline, act, at, find
from orders import returns
from orders.events import Actor, staff
from orders.models import Return, ReturnLine
from payments import returning

State = Return.State
STATE_COLOURS = {
    "requested": "warning",
    "approved": "info",
    "refused": "default",
    "received": "primary",
    "closed": "success",
}
MAY = ["act"]
OFFERED = {
    "approve": [State.REQUESTED],
    "refuse": [State.REQUESTED],
    "receive": [State.APPROVED],
    "refund": [State.RECEIVED],
    "close": [State.RECEIVED],
}


class AnswerForm(BaseDialogForm):
    answer = forms.CharField(
        required=False,
        max_length=returns.TEXT_MAX,
        help_text="The customer reads this in the mail.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class RefuseForm(AnswerForm):
    answer = forms.CharField(
        max_length=returns.TEXT_MAX,
        help_text="Why. The customer reads this in the mail.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class ReceiveForm(BaseDialogForm):
    """The condition of each piece, as it lies on the table."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        for line in find(Return, str(object_id)).lines.select_related("order_line", "exchange_to__size"):
            piece = line.order_line
            instead = f", for size {line.exchange_to.size.name}" if line.exchange_to else ""
            self.fields[f"line_{line.pk}"] = forms.ChoiceField(
                label=f"{line.quantity} × {piece.name}, {piece.colour}, {piece.size}{instead}",
                choices=[choice for choice in ReturnLine.Condition.choices if choice[0]],
                widget=UnfoldAdminSelectWidget,
            )

    def conditions(self) -> dict[int, str]:
        given = self.cleaned_data.items()
        return {int(name.removeprefix("line_")): value for name, value in given if name.startswith("line_")}


class ReturnLineInline(ReadOnlyInline):
    model = ReturnLine
    fields = ["what", "quantity", "exchange_to", "condition"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        return super().get_queryset(request).select_related("order_line", "exchange_to")

    @admin.display(description="What")
    def what(self, line: ReturnLine) -> str:
        piece = line.order_line
        return ", ".join(filter(None, [piece.name, piece.colour, piece.size, piece.sku]))


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ["number", "order", "kind", "reason", "state_badge", "created_at", "received_at"]
    list_filter = ["state", "kind", "reason"]
    list_select_related = ["order"]
    search_fields = ["order__number", "order__email", "order__full_name"]
    date_hierarchy = "created_at"
    inlines = [ReturnLineInline]
    actions_detail = ["approve", "receive", "refund", "refuse", "close"]

    @admin.display(description="Return", ordering="pk")
    def number(self, found: Return) -> str:
        return f"Return {found.pk}"

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, found: Return) -> tuple[str, str]:
        return found.state, found.get_state_display()

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done now; what was offered a moment too long is refused by the workflow."""
        rows = at(Return, object_id)
        state = rows.values_list("state", flat=True).first()
        return [item for item in super().get_actions_detail(request, object_id) if state in OFFERED[item.path]]

    @action(
        description="Let them send it",
        url_path="approve",
        icon="check",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "They may send it back",
            "description": "The customer gets a mail with the address.",
            "form_class": AnswerForm,
            "form_submit_text": "Send the mail",
        },
    )
    def approve(self, request: HttpRequest, form: AnswerForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: returns.approve(pk, actor, answer), "approved")

    @action(
        description="Refuse",
        url_path="refuse",
        icon="block",
        permissions=MAY,
        dialog={
            "title": "Refuse this return",
            "description": "Nothing changes but for the customer's mail.",
            "form_class": RefuseForm,
            "form_submit_text": "Refuse",
        },
    )
    def refuse(self, request: HttpRequest, form: RefuseForm, object_id: str) -> HttpResponseBase:
        answer = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: returns.refuse(pk, actor, answer), "refused")

    @action(
        description="It has arrived",
        url_path="receive",
        icon="inventory",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "What is in the parcel?",
            "description": "What is as new goes back on sale now. An exchange takes the other size from the shelf now.",
            "form_class": ReceiveForm,
            "form_submit_text": "Received",
        },
    )
    def receive(self, request: HttpRequest, form: ReceiveForm, object_id: str) -> HttpResponseBase:
        conditions = form.conditions()
        return _act(request, object_id, lambda pk, actor: returns.receive(pk, conditions, actor), "received")

    @action(
        description="Give the money back",
        url_path="refund",
        icon="undo",
        variant=ActionVariant.PRIMARY,
        permissions=["refund"],
        dialog={
            "title": "Refund what was paid for these pieces?",
            "description": "It goes back the way it was paid, and the customer gets a mail.",
            "form_class": None,
            "form_submit_text": "Refund",
        },
    )
    def refund(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return _act(request, object_id, returning.give_back, "refunded")

    @action(
        description="Close without money",
        url_path="close",
        icon="task_alt",
        permissions=MAY,
        dialog={
            "title": "Close this return without a refund",
            "description": "For pieces that came back worn, or that were settled in another way.",
            "form_class": AnswerForm,
            "form_submit_text": "Close",
        },
    )
    def close(self, request: HttpRequest, form: AnswerForm, object_id: str) -> HttpResponseBase:
        note = form.cleaned_data["answer"]
        return _act(request, object_id, lambda pk, actor: returns.close(pk, actor, note), "closed")


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = ["parcel", "order_line", "quantity", "exchange_to", "condition"]
    list_filter = ["condition"]
    list_select_related = ["parcel", "order_line", "exchange_to"]
    search_fields = ["parcel__order__number", "order_line__sku"]


def _act(request: HttpRequest, object_id: str, step: Callable[[int, Actor], Any], done: str) -> HttpResponseBase:
    def work() -> str:
        found = find(Return, object_id)
        step(found.pk, staff(cast(User, request.user)))
        return f"Return {found.pk} is {done}."

    return act(request, reverse("admin:orders_return_change", args=[object_id]), work)
