"""The dialog in which staff record money that did not come through Paystack, and the list of it."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, act, find
from core.errors import Conflict
from core.money import parse
from orders import offline_methods
from orders.events import staff
from orders.models import Order
from payments import offline
from payments.models import Receipt


class OfflineForm(BaseDialogForm):
    method = forms.ChoiceField(label="How it came", widget=UnfoldAdminSelectWidget)
    reference = forms.CharField(
        max_length=offline.REFERENCE_MAX,
        help_text="Of the bank's statement, or the number of the slip you wrote. Each pays one order.",
        widget=UnfoldAdminTextInputWidget,
    )
    amount = forms.CharField(max_length=20, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}))

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.order = find(Order, str(object_id))
        self.fields["method"].choices = [way for way in Receipt.Method.choices if offline_methods.is_on(way[0])]
        if self.order.is_owed_at_the_door:
            self.fields["method"].initial = Receipt.Method.CASH
        self.fields["amount"].label = f"Amount that came ({self.order.currency})"
        self.fields["amount"].help_text = f"The order waits for {_due(self.order)}."

    def clean_amount(self) -> int:
        try:
            return parse(self.cleaned_data["amount"], self.order.currency).amount
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def is_due(order: Order) -> bool:
    """Whether there is something to record, and a way switched on by which it may have come."""
    return any(map(offline_methods.is_on, Receipt.Method.values)) and _due(order) != "nothing"


def _due(order: Order) -> str:
    try:
        return offline.due(order)[0].display
    except Conflict:
        return "nothing"


class OfflineActions:
    """Mixed into the order's admin class."""

    def has_record_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("payments.add_receipt"))  # type: ignore[union-attr]

    @action(
        description="Record a payment",
        url_path="record_payment",
        icon="account_balance",
        permissions=["record"],
        dialog={
            "title": "You have seen the money?",
            "description": "On the bank's statement, or in your hand. The order is paid with it, and the customer gets "
            "the mail.",
            "form_class": OfflineForm,
            "form_submit_text": "Record it",
        },
    )
    def record_payment(self, request: HttpRequest, form: OfflineForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            said = form.cleaned_data
            actor = staff(cast(User, request.user))
            payment = offline.record(form.order.pk, said["method"], said["reference"], said["amount"], actor)
            return f"{payment.amount} of order {form.order.number} are recorded."

        return act(request, reverse("admin:orders_order_change", args=[object_id]), work)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["reference", "method", "order_number", "taken", "recorded_by", "recorded_at"]
    list_filter = ["method"]
    list_select_related = ["payment__order"]
    search_fields = ["reference", "payment__order__number", "recorded_by"]
    search_help_text = "Reference, order number, or who recorded it"
    date_hierarchy = "recorded_at"

    @admin.display(description="Order")
    def order_number(self, receipt: Receipt) -> str:
        return receipt.payment.order.number

    @admin.display(description="Amount")
    def taken(self, receipt: Receipt) -> str:
        return receipt.payment.amount.display
