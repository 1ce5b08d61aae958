"""Money on its way back, and what staff do where Paystack cannot go on alone."""

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
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline, act, amount, at, find
from adminpanel.waiting import WhatIsToDo
from core.errors import Unavailable
from core.http import ProviderUnavailable
from core.money import Money
from orders.events import staff
from payments import not_owed, refund_sending, refunds
from payments.models import Refund, RefundLine

STATE_COLOURS = {
    "requested": "warning",
    "pending": "info",
    "processing": "info",
    "needs-attention": "danger",
    "processed": "success",
    "failed": "danger",
    "by-hand": "success",
    "yours": "danger",
}


PAYSTACK = "Paystack"


def standing_of(refund: Refund) -> tuple[str, str]:
    """Its state and how staff read it: of what did not come through Paystack, no word of Paystack's."""
    if refund.in_flight and not refund.payment.through_paystack:
        return "yours", "To be given back by you"
    return refund.state, refund.get_state_display()


class View(WhatIsToDo):
    views = {
        "waiting": ("Waiting for you", refund_sending.waiting),
        "under_way": ("On their way", lambda rows: rows.filter(state__in=Refund.IN_FLIGHT)),
    }


class ByHandForm(BaseDialogForm):
    note = forms.CharField(
        max_length=200,
        label="How",
        help_text="Such as the bank's reference, or who took the cash.",
        widget=UnfoldAdminTextInputWidget,
    )


class LetGoForm(BaseDialogForm):
    note = forms.CharField(
        max_length=not_owed.NOTE_MAX,
        label="Why",
        help_text="The customer reads this in the mail.",
        widget=UnfoldAdminTextInputWidget,
    )


class RefundLineInline(ReadOnlyInline):
    model = RefundLine
    fields = ["order_line", "quantity", "amount", "restocked"]
    readonly_fields = fields
    show_change_link = False
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundLine]:
        return super().get_queryset(request).select_related("order_line__order", "refund")

    @admin.display(description="Amount")
    def amount(self, line: RefundLine) -> str:
        return Money(line.amount_subunit, line.refund.currency).display


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "order_number", "gives_back", "state_badge", "reason", "requested_by", "finished_at"]
    list_filter = [View, "state", "currency"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number", "payment__reference", "payment__order__email", "provider_refund_id"]
    search_help_text = "Order number, reference, e-mail or Paystack's refund number"
    date_hierarchy = "created_at"
    inlines = [RefundLineInline]
    actions_detail = ["ask_paystack", "try_again", "by_hand", "let_go"]
    fieldsets = [
        (None, {"fields": [("payment", "order_number"), ("gives_back", "stands"), "reason", "problem"]}),
        (PAYSTACK, {"fields": [("provider_refund_id", "attempts"), ("sent_at", "checked_at")]}),
        ("Times", {"fields": [("created_at", "finished_at"), ("resolved_at", "requested_by"), "key"]}),
    ]
    gives_back = amount("amount_subunit", "Amount")

    def get_fieldsets(self, request: HttpRequest, obj: Refund | None = None) -> list[Any]:
        """Without what Paystack said of money that it never had."""
        shown = super().get_fieldsets(request, obj)
        return [one for one in shown if obj is None or obj.payment.through_paystack or one[0] != PAYSTACK]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["gives_back", "order_number", "stands", *(field.name for field in Refund._meta.fields)]

    @admin.display(description="Order")
    def order_number(self, refund: Refund) -> str:
        return refund.payment.order.number

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, refund: Refund) -> tuple[str, str]:
        return standing_of(refund)

    @admin.display(description="State")
    def stands(self, refund: Refund) -> str:
        return standing_of(refund)[1]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done now; what was offered a moment too long is refused by the workflow."""
        fitting = _fitting(at(Refund, object_id).select_related("payment").first())
        return [item for item in super().get_actions_detail(request, object_id) if item.path in fitting]

    @action(
        description="Ask Paystack now",
        url_path="ask-paystack",
        icon="sync",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Ask Paystack how this refund stands",
            "description": "What Paystack says is recorded. Asking twice does no harm.",
            "form_class": None,
            "form_submit_text": "Ask",
        },
    )
    def ask_paystack(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            try:
                refund = refund_sending.go_on(find(Refund, object_id).pk)
            except ProviderUnavailable as error:
                raise Unavailable("Paystack does not answer just now. Nothing was changed: try again later.") from error
            return f"The refund of {refund.amount}: {refund.get_state_display()}."

        return act(request, reverse("admin:payments_refund_change", args=[object_id]), work)

    @action(
        description="Try again",
        url_path="try-again",
        icon="replay",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Ask Paystack for this refund anew?",
            "description": "The failed one stays in the list; the new one is sent in its place.",
            "form_class": None,
            "form_submit_text": "Try again",
        },
    )
    def try_again(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            again = refunds.try_again(find(Refund, object_id).pk, staff(cast(User, request.user)))
            return f"A new refund of {again.amount} is on its way."

        return act(request, reverse("admin:payments_refund_changelist"), work)

    @action(
        description="Given back by hand",
        url_path="by-hand",
        icon="account_balance",
        permissions=["act"],
        dialog={
            "title": "You sent the money yourself?",
            "description": "For money that did not come through Paystack, or that it could not return. The customer "
            "gets the mail that it is done.",
            "form_class": ByHandForm,
            "form_submit_text": "It is given back",
        },
    )
    def by_hand(self, request: HttpRequest, form: ByHandForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            refund = refunds.given_by_hand(
                find(Refund, object_id).pk, staff(cast(User, request.user)), form.cleaned_data["note"]
            )
            return f"{refund.amount} is given back."

        return act(request, reverse("admin:payments_refund_change", args=[object_id]), work)

    @action(
        description="Not to be given",
        url_path="let-go",
        icon="money_off",
        permissions=["act"],
        dialog={
            "title": "This money is not to go back after all?",
            "description": "Where the refund was a mistake. Nothing is owed by it any more, and the order goes on as "
            "before. The customer, who was told that it comes, gets a mail with your reason.",
            "form_class": LetGoForm,
            "form_submit_text": "It is not given",
        },
    )
    def let_go(self, request: HttpRequest, form: LetGoForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            refund = not_owed.let_go(
                find(Refund, object_id).pk, staff(cast(User, request.user)), form.cleaned_data["note"]
            )
            return f"{refund.amount} is not given back. The customer has a mail."

        return act(request, reverse("admin:payments_refund_change", args=[object_id]), work)


def _fitting(refund: Refund | None) -> set[str]:
    if refund is None or refund.state in Refund.GIVEN_BACK:
        return set()
    by_hand = set() if refund.resolved_at else {"by-hand"}
    if not_owed.may_be_let_go(refund):
        by_hand |= {"let-go"}
    if not refund.payment.through_paystack:
        return by_hand
    if refund.state == Refund.State.FAILED and refund.resolved_at is None:
        return {"ask-paystack", "try-again"} | by_hand
    return {"ask-paystack"} | (by_hand if refund.state == Refund.State.NEEDS_ATTENTION else set())


@admin.register(RefundLine)
class RefundLineAdmin(ReadOnlyAdmin):
    list_display = ["refund", "order_line", "quantity", "restocked"]
    list_select_related = ["refund__payment__order", "order_line"]
    search_fields = ["refund__payment__order__number", "order_line__sku", "order_line__instead_sku"]
