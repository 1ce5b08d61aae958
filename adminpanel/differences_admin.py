"""The board of what Paystack and the shop do not agree about: attach it, give it back, or say what it was."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, act, amount, at, find
from adminpanel.waiting import LookedAtForm, WhatIsToDo
from orders.events import staff
from payments import differences
from payments.models import Difference

KINDS = {"unknown": "danger", "not-here": "danger", "missing": "danger", "amount": "warning", "reversed": "warning"}
STATES = {"open": "warning", "closed": "success"}


class View(WhatIsToDo):
    views = {"open": ("To deal with", lambda rows: rows.filter(state=Difference.State.OPEN))}


class AttachForm(BaseDialogForm):
    number = forms.CharField(
        max_length=20, label="Order", help_text="Such as PR-100001.", widget=UnfoldAdminTextInputWidget
    )


class GiveBackForm(BaseDialogForm):
    reason = forms.CharField(max_length=200, help_text="Paystack tells the payer.", widget=UnfoldAdminTextInputWidget)


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    list_display = ["reference", "kind_badge", "over", "email", "paid_at", "state_badge"]
    list_filter = [View, "kind", "state", "closed_how"]
    search_fields = ["reference", "email", "provider_transaction_id", "payment__order__number"]
    search_help_text = "Reference, e-mail, Paystack's transaction number or order number"
    date_hierarchy = "found_at"
    actions_detail = ["attach", "give_back", "looked_at"]
    fieldsets = [
        (None, {"fields": ["reference", ("kind", "over"), ("email", "paid_at"), "detail"]}),
        ("What became of it", {"fields": [("state", "closed_how"), ("closed_by", "closed_at"), "payment", "note"]}),
        ("Paystack", {"fields": [("provider_transaction_id", "found_at")]}),
    ]
    over = amount("amount_subunit", "Amount")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["over", *(field.name for field in Difference._meta.fields)]

    @display(description="What differs", ordering="kind", label=KINDS)
    def kind_badge(self, row: Difference) -> tuple[str, str]:
        return row.kind, row.get_kind_display()

    @display(description="State", ordering="state", label=STATES)
    def state_badge(self, row: Difference) -> tuple[str, str]:
        """Closed, it says how."""
        return row.state, row.get_closed_how_display() or row.get_state_display()

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done now; what was offered a moment too long is refused by the workflow."""
        row = at(Difference, object_id).first()
        if row is None or row.state != Difference.State.OPEN:
            return []
        offered = super().get_actions_detail(request, object_id)
        is_unknown = row.kind == Difference.Kind.UNKNOWN
        return [item for item in offered if is_unknown or item.path == "looked-at"]

    @action(
        description="Attach to an order",
        url_path="attach",
        icon="link",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Which order was this money for?",
            "description": "Where it is exactly what the order costs, the order is paid with it. A second payment of a "
            "paid order goes back by itself; another amount is put into review.",
            "form_class": AttachForm,
            "form_submit_text": "Attach",
        },
    )
    def attach(self, request: HttpRequest, form: AttachForm, object_id: str) -> HttpResponseBase:
        def work(row: Difference) -> str:
            payment = differences.attach(row.pk, form.cleaned_data["number"], staff(cast(User, request.user)))
            order = payment.order
            order.refresh_from_db()
            told = "is paid with it" if payment.outcome == payment.Outcome.APPLIED else payment.get_outcome_display()
            return f"Attached to order {order.number}: {told}."

        return self._deal_with(request, object_id, work)

    @action(
        description="Give it back",
        url_path="give-back",
        icon="undo",
        variant=ActionVariant.DANGER,
        permissions=["refund"],
        dialog={
            "title": "Give all of this money back?",
            "description": "It goes back the way it came. There is no order to write about: Paystack tells the payer.",
            "form_class": GiveBackForm,
            "form_submit_text": "Give it back",
        },
    )
    def give_back(self, request: HttpRequest, form: GiveBackForm, object_id: str) -> HttpResponseBase:
        def work(row: Difference) -> str:
            row = differences.give_back(row.pk, form.cleaned_data["reason"], staff(cast(User, request.user)))
            return f"{row.amount} goes back."

        return self._deal_with(request, object_id, work)

    @action(
        description="Looked at",
        url_path="looked-at",
        icon="visibility",
        permissions=["act"],
        dialog={
            "title": "Nothing is to be done about it?",
            "description": "It leaves the board and does not come back.",
            "form_class": LookedAtForm,
            "form_submit_text": "Looked at",
        },
    )
    def looked_at(self, request: HttpRequest, form: LookedAtForm, object_id: str) -> HttpResponseBase:
        def work(row: Difference) -> str:
            differences.looked_at(row.pk, form.cleaned_data["note"], staff(cast(User, request.user)))
            return "It is dealt with."

        return self._deal_with(request, object_id, work)

    def _deal_with(self, request: HttpRequest, object_id: str, work: Callable[[Difference], str]) -> HttpResponseBase:
        """What was done stands in the staff's log too, for some of it belongs to no order."""

        def logged() -> str:
            row = find(Difference, object_id)
            told = work(row)
            self.log_change(request, row, told)
            return told

        return act(request, reverse("admin:payments_difference_changelist"), logged)
