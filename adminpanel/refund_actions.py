"""The dialog in which staff give money of an order back."""

import uuid
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.models import User
from adminpanel.base import StillToDo, act, find
from adminpanel.order_lines import named
from core.money import Money, parse
from orders.events import staff
from orders.models import Order, OrderLine
from payments import refunds
from payments.models import Refund
from payments.refund_amounts import worth_of
from payments.standing import pieces_paid_back

PIECES = "pieces_"


class RefundForm(BaseDialogForm):
    """A field for each line that can still go back; what was left untouched is not refunded."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.order = find(Order, str(object_id))
        self.fields["key"].initial = uuid.uuid4().hex
        self._add_lines()
        if self.order.delivery_subunit:
            label = f"Delivery, {Money(self.order.delivery_subunit, self.order.currency)}"
            self.fields["delivery"] = _switch(label)
        delivery = " For the delivery switch that on: an amount is taken for the pieces' first."
        self.fields["amount"] = forms.CharField(
            required=False,
            label=f"Or another amount ({self.order.currency})",
            help_text=f"Up to {refunds.left_of(self.order)}. Empty: what was paid for what you chose above. Less is a "
            "gift, unless you take the pieces out: they are kept, and may still come back."
            f"{delivery if self.order.delivery_subunit else ''}",
            widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        )
        self.fields["reason"] = forms.CharField(
            max_length=200, help_text="The customer reads this in the mail.", widget=UnfoldAdminTextInputWidget
        )
        self.fields["restock"] = _switch("Take the pieces out of the order, back on sale")
        self.fields["write_off"] = _switch("Take the pieces out of the order, damaged or lost: write them off")
        self.fields["number"] = forms.CharField(
            label=f"To confirm, type {self.order.number}", widget=UnfoldAdminTextInputWidget
        )

    def _add_lines(self) -> None:
        lines = self.order.all_lines()
        worth = worth_of(self.order, lines)
        gone = pieces_paid_back(self.order)
        for line in lines:
            left = line.quantity - gone[line.pk]
            if line.kind == OrderLine.Kind.BUNDLE or left <= 0:
                continue
            each = Money(worth[line.pk] // line.quantity, self.order.currency)
            self.fields[f"{PIECES}{line.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=left,
                label=named(line),
                help_text=f"Of {left}, {each} each",
                widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
            )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        if number.upper() != self.order.number:
            raise forms.ValidationError(f"This is not {self.order.number}. Are you on the right order?")
        return number

    def clean_amount(self) -> int | None:
        text = self.cleaned_data["amount"].strip()
        try:
            return parse(text, self.order.currency).amount if text else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.lines and not cleaned.get("delivery") and cleaned.get("amount") is None:
            self.add_error("amount", "Choose pieces, delivery or an amount.")
        return cleaned

    @property
    def lines(self) -> dict[int, int]:
        """Line id to quantity."""
        return {
            int(name.removeprefix(PIECES)): quantity
            for name, quantity in self.cleaned_data.items()
            if name.startswith(PIECES) and quantity
        }


def _switch(label: str) -> forms.BooleanField:
    return forms.BooleanField(required=False, label=label, widget=UnfoldBooleanSwitchWidget)


def goes_back(refund: Refund, about: str) -> str:
    """What is told of a refund that was asked for just now, `about` what: that it goes, or that staff must give it."""
    if refund.payment.through_paystack:
        return f"{refund.amount} {about} goes back."
    told = format_html(
        "{} {} did not come through Paystack: give it back yourself, then write it down on "
        '<a href="{}"><u>the page of this refund</u></a>.',
        refund.amount,
        about,
        reverse("admin:payments_refund_change", args=[refund.pk]),
    )
    return StillToDo(told)


class RefundActions:
    """Mixed into the order's admin class."""

    @action(
        description="Refund",
        url_path="refund",
        icon="undo",
        variant=ActionVariant.DANGER,
        permissions=["refund"],
        dialog={
            "title": "Give money back",
            "description": "It goes back through Paystack; what did not come that way you give back yourself. The "
            "customer gets a mail now and when it is done.",
            "form_class": RefundForm,
            "form_submit_text": "Refund",
        },
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            refund = refunds.request(
                form.order.pk,
                amount=form.cleaned_data["amount"],
                lines=form.lines,
                delivery=bool(form.cleaned_data.get("delivery")),
                restock=form.cleaned_data["restock"],
                write_off=form.cleaned_data["write_off"],
                reason=form.cleaned_data["reason"],
                key=f"staff/{form.cleaned_data['key']}",
                actor=staff(cast(User, request.user)),
            )
            return goes_back(refund, f"of order {form.order.number}")

        return act(request, reverse("admin:orders_order_change", args=[object_id]), work)
