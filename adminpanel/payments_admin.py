"""Money taken, money to look into, and what the provider told us."""

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
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, act, amount, at, find
from adminpanel.phone_search import SearchesPhones
from adminpanel.refund_actions import goes_back
from adminpanel.waiting import WhatIsToDo, done_with
from core.errors import Unavailable
from core.http import ProviderUnavailable
from core.queue import nudge
from orders.events import staff
from payments import provider_events, refunds, settlement, tasks, unclear
from payments.models import Payment, ProviderEvent, Refund
from payments.standing import is_paid_delivery

STATE_COLOURS = {"created": "info", "pending": "warning", "captured": "success", "failed": "danger"}
OUTCOME_COLOURS = {
    "": "default",
    "applied": "success",
    "duplicate": "danger",
    "late": "danger",
    "mismatch": "danger",
    "replaced": "danger",
}
EVENT_COLOURS = {
    "received": "warning",
    "applied": "success",
    "ignored": "default",
    "review": "danger",
    "dead": "danger",
    "closed": "default",
}


class GiveBackForm(BaseDialogForm):
    reason = forms.CharField(
        max_length=200, help_text="The customer reads this in the mail.", widget=UnfoldAdminTextInputWidget
    )


def _give_back(
    way: Callable[..., Refund], request: HttpRequest, form: GiveBackForm, object_id: str
) -> HttpResponseBase:
    def work() -> str:
        actor = staff(cast(User, request.user))
        payment = find(Payment, object_id)
        refund = way(payment.pk, reason=form.cleaned_data["reason"], actor=actor)
        return goes_back(refund, f"of payment {payment.reference}")

    return act(request, reverse("admin:payments_payment_change", args=[object_id]), work)


def in_review(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    return payments.filter(review_opened_at__isnull=False, review_closed_at__isnull=True)


class Review(WhatIsToDo):
    title = "review"
    parameter_name = "review"
    views = {
        "open": ("In review", in_review),
        "closed": ("Reviewed", lambda payments: payments.filter(review_closed_at__isnull=False)),
    }


@admin.register(Payment)
class PaymentAdmin(SearchesPhones, ReadOnlyAdmin):
    list_display = [
        "reference",
        "order",
        "asked",
        "taken",
        "state_badge",
        "outcome_badge",
        "channel",
        "created_at",
        "paid_at",
    ]
    list_filter = [Review, "state", "outcome", "purpose", "channel", "currency"]
    list_select_related = ["order"]
    search_fields = ["reference", "order__number", "order__email", "order__phone", "provider_transaction_id"]
    search_help_text = "Reference, order number, e-mail, phone or Paystack's transaction number"
    date_hierarchy = "created_at"
    actions_detail = ["ask_paystack", "give_back", "give_back_delivery", "looked_at"]
    fieldsets = [
        (None, {"fields": [("reference", "order", "purpose"), ("state", "outcome"), ("asked", "taken", "fees")]}),
        ("Review", {"fields": ["review_reason", ("review_opened_at", "review_closed_at")]}),
        (
            "Paystack",
            {
                "fields": [
                    ("provider_status", "domain", "channel"),
                    ("provider_transaction_id", "access_code"),
                    "failure_reason",
                ]
            },
        ),
        ("Times", {"fields": [("created_at", "checked_at", "paid_at")]}),
    ]
    asked = amount("amount_subunit", "Asked")
    taken = amount("captured_subunit", "Captured", currency="captured_currency")
    fees = amount("fees_subunit", "Paystack's fee", currency="captured_currency")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["asked", "taken", "fees", *(field.name for field in Payment._meta.fields)]

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, payment: Payment) -> tuple[str, str]:
        return payment.state, payment.get_state_display()

    @display(description="Outcome", ordering="outcome", label=OUTCOME_COLOURS)
    def outcome_badge(self, payment: Payment) -> tuple[str, str]:
        return payment.outcome, payment.get_outcome_display()

    @action(
        description="Ask Paystack now",
        url_path="ask-paystack",
        icon="sync",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Ask Paystack about this payment",
            "description": "What Paystack says is recorded, and a paid order goes on. Asking twice does no harm.",
            "form_class": None,
            "form_submit_text": "Ask",
        },
    )
    def ask_paystack(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            try:
                payment = settlement.settle(find(Payment, object_id).reference)
            except ProviderUnavailable as error:
                raise Unavailable("Paystack does not answer just now. Nothing was changed: try again later.") from error
            return f"Paystack answered: {payment.provider_status or 'nothing yet'}. {payment.get_state_display()}."

        return act(request, reverse("admin:payments_payment_change", args=[object_id]), work)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Giving back whole is for money that fulfilled nothing, and for the price of a delivery; that of an order goes
        back from the order's page. What is in review and not here can only be looked at."""
        payments = at(Payment, object_id)
        looked_into = in_review(payments).first()
        is_here = looked_into is not None and looked_into.state == Payment.State.CAPTURED
        closed = set() if is_here else {"give-back"}
        closed |= {"looked-at"} if is_here or looked_into is None else set()
        closed |= {"give-back-delivery"} if not any(map(is_paid_delivery, payments)) else set()
        return [item for item in super().get_actions_detail(request, object_id) if item.path not in closed]

    @action(
        description="Give it back",
        url_path="give-back",
        icon="undo",
        variant=ActionVariant.DANGER,
        permissions=["refund"],
        dialog={
            "title": "Give all of this payment back",
            "description": "It goes back the way it came, and the customer gets a mail now and when it is done.",
            "form_class": GiveBackForm,
            "form_submit_text": "Give it back",
        },
    )
    def give_back(self, request: HttpRequest, form: GiveBackForm, object_id: str) -> HttpResponseBase:
        return _give_back(refunds.give_back_reviewed, request, form, object_id)

    @action(
        description="Give the delivery back",
        url_path="give-back-delivery",
        icon="undo",
        variant=ActionVariant.DANGER,
        permissions=["refund"],
        dialog={
            "title": "Give back what was paid for the delivery",
            "description": "All that is left of it, the way it came, as a gift: the parcel may leave all the same, and "
            "no new price can be asked for. The customer gets a mail now and when it is done.",
            "form_class": GiveBackForm,
            "form_submit_text": "Give it back",
        },
    )
    def give_back_delivery(self, request: HttpRequest, form: GiveBackForm, object_id: str) -> HttpResponseBase:
        return _give_back(refunds.give_back_delivery, request, form, object_id)

    looked_at = done_with(
        "No money of this payment is here?",
        "It leaves the list, and its order may end. Look in Paystack's dashboard before. Should Paystack call it paid "
        "one day, it is recorded all the same.",
        unclear.looked_at,
    )


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "provider", "event", "reference", "state_badge", "attempts", "applied_at"]
    list_filter = ["state", "provider", "event"]
    search_fields = ["reference", "key"]
    date_hierarchy = "received_at"
    actions_detail = ["try_again", "looked_at"]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with it; what was offered a moment too long is refused by the workflow."""
        events = at(ProviderEvent, object_id)
        is_dead = events.filter(state=ProviderEvent.State.DEAD).exists()
        fitting = {
            "try-again": is_dead,
            "looked-at": is_dead or events.filter(state=ProviderEvent.State.REVIEW).exists(),
        }
        return [item for item in super().get_actions_detail(request, object_id) if fitting[item.path]]

    @action(
        description="Try again",
        url_path="try-again",
        icon="replay",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Try this event again?",
            "description": "Only one that was given up. It is tried now and, where that fails, for three days more.",
            "form_class": None,
            "form_submit_text": "Try again",
        },
    )
    def try_again(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            event = find(ProviderEvent, object_id)
            provider_events.try_again(event.pk)
            nudge(tasks.apply_event, event.pk)
            return "It is tried again."

        return act(request, reverse("admin:payments_providerevent_change", args=[object_id]), work)

    looked_at = done_with(
        "Nothing is to be done about this event?",
        "It leaves the list of what is to look at. The event itself stays as it came.",
        provider_events.looked_at,
    )

    @display(description="State", ordering="state", label=EVENT_COLOURS)
    def state_badge(self, event: ProviderEvent) -> tuple[str, str]:
        return event.state, event.get_state_display()
