"""The dialog in which staff price a delivery that no zone has a fee for."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import ReadOnlyInline, act, find
from core.money import parse
from orders import delivery_quotes
from orders.events import staff
from orders.models import DeliveryQuote, Order
from payments import for_nothing

TO_BE_PRICED = (Order.QuoteStatus.AWAITING, Order.QuoteStatus.QUOTED)


class QuoteForm(BaseDialogForm):
    amount = forms.CharField(
        max_length=20, label="What delivery costs", widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
    )
    note = forms.CharField(
        required=False,
        max_length=delivery_quotes.NOTE_MAX,
        help_text="The customer reads this with the price: which courier, how long it takes.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.order = find(Order, str(object_id))
        standing = delivery_quotes.in_force(self.order)
        before = f" Now it is {standing.amount}; its link ends." if standing else ""
        days = settings.DELIVERY_QUOTE_DAYS
        holds = f" It holds {days} day{'' if days == 1 else 's'}." if days else ""
        self.fields["amount"].help_text = f"In {self.order.currency}.{before}{holds}"

    def clean_amount(self) -> int:
        try:
            return parse(self.cleaned_data["amount"], self.order.currency).amount
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class QuoteActions:
    """Mixed into the order's admin class."""

    @action(
        description="Price the delivery",
        url_path="quote_delivery",
        icon="sell",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "What does the courier take?",
            "description": "The customer gets a mail with a link that takes exactly this. A link before it ends.",
            "form_class": QuoteForm,
            "form_submit_text": "Send the price",
        },
    )
    def quote_delivery(self, request: HttpRequest, form: QuoteForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            said = form.cleaned_data
            actor = staff(cast(User, request.user))
            quote = for_nothing.price_delivery(form.order.pk, said["amount"], actor, said["note"])
            return f"Delivery of order {form.order.number} costs {quote.amount}. The customer has the link."

        return act(request, reverse("admin:orders_order_change", args=[object_id]), work)


class QuoteInline(ReadOnlyInline):
    tab = True
    model = DeliveryQuote
    verbose_name_plural = "prices of delivery"
    fields = ["price", "state", "note", "made_by", "created_at", "expires_at", "paid_at"]
    readonly_fields = fields
    show_change_link = False

    def price(self, quote: DeliveryQuote) -> str:
        return quote.amount.display
