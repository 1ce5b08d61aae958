"""Payments that a bank disputes: by when to answer, and that somebody did."""

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
from adminpanel.waiting import WhatIsToDo
from orders.events import staff
from payments import disputes
from payments.models import Dispute

STATES = {"overdue": "danger", "waiting": "warning", "answered": "info", "won": "success", "lost": "danger"}


class View(WhatIsToDo):
    views = {
        "to_answer": ("To answer", disputes.to_answer),
        "lost": ("Lost", lambda rows: rows.filter(state=Dispute.State.LOST)),
    }


class AnsweredForm(BaseDialogForm):
    note = forms.CharField(
        max_length=200,
        label="What you answered",
        help_text="Such as which slip you sent. It stands in the order's timeline.",
        widget=UnfoldAdminTextInputWidget,
    )


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    list_display = ["order_number", "over", "state_badge", "due_at", "category", "answered_by", "opened_at"]
    list_filter = [View, "state", "category", "currency"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number", "payment__order__email", "payment__reference", "provider_dispute_id"]
    search_help_text = "Order number, e-mail, reference or Paystack's number of the dispute"
    date_hierarchy = "opened_at"
    actions_detail = ["answered"]
    fieldsets = [
        (None, {"fields": ["payment", ("order_number", "over"), ("state", "category"), "due_at"]}),
        ("Your answer", {"fields": ["answer", ("answered_by", "answered_at")]}),
        ("Paystack", {"fields": [("provider_dispute_id", "provider_status"), "resolution"]}),
        ("Times", {"fields": [("opened_at", "closed_at"), "reminded_at"]}),
    ]
    over = amount("amount_subunit", "Over")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        is_to_do = request.GET.get(View.parameter_name) == "to_answer"
        return list(disputes.MOST_PRESSING_FIRST) if is_to_do else ["-opened_at", "-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["over", "order_number", *(field.name for field in Dispute._meta.fields)]

    @admin.display(description="Order")
    def order_number(self, dispute: Dispute) -> str:
        return dispute.payment.order.number

    @display(description="State", ordering="state", label=STATES)
    def state_badge(self, dispute: Dispute) -> tuple[str, str]:
        if dispute.state != Dispute.State.OPEN:
            return dispute.state, dispute.get_state_display()
        if dispute.answered_at:
            return "answered", "Answered"
        return ("overdue", "Overdue") if dispute.is_overdue else ("waiting", "To answer")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        found = at(Dispute, object_id)
        return super().get_actions_detail(request, object_id) if disputes.to_answer(found).exists() else []

    @action(
        description="I have answered it",
        url_path="answered",
        icon="mark_chat_read",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "You answered it on Paystack's dashboard?",
            "description": "Evidence is sent there. Here it stops being asked for; what the bank decides still comes.",
            "form_class": AnsweredForm,
            "form_submit_text": "It is answered",
        },
    )
    def answered(self, request: HttpRequest, form: AnsweredForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            dispute = disputes.answered(
                find(Dispute, object_id).pk, staff(cast(User, request.user)), form.cleaned_data["note"]
            )
            return f"The dispute over {dispute.amount} is answered."

        return act(request, reverse("admin:payments_dispute_changelist"), work)
