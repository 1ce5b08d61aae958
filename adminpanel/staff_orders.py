"""The page on which staff make an order for somebody who writes on WhatsApp or calls."""

import secrets
from collections import Counter
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from accounts.models import User
from adminpanel.baskets import BasketForm
from core.errors import ShopError
from orders import delivery, on_delivery, staff_orders
from orders.checkout import Contact
from orders.events import staff
from orders.forms import CheckoutForm
from orders.models import Order
from orders.staff_orders import NO_PIECE

CONTACT = ("email", "full_name", "phone", "street", "landmark", "city", "postcode", "billing_name", "billing_address")


# The form of the checkout speaks to the customer, this one to whoever writes for them.
REQUIRED = {
    "email": "Write the customer's e-mail address.",
    "full_name": "Write the customer's name.",
    "state": "Choose the state.",
    "area": "Choose the local government area.",
}
TOO_MANY = "At most {} of one piece go into an order. Make another order for more."
# In the address, so that the Back button leads to the same form.
FORM = "form"
MADE_BEFORE = "Order {} was made with this form already, and no second one. For another order, open a new form."
INVALID_CHOICE = {"state": "Choose the state from the list."}


class StaffOrderForm(BasketForm, CheckoutForm):
    """The form of the checkout, with pieces and bundles. What a customer agrees to, and keeps, is theirs to say."""

    piece_rows = 6
    bundle_rows = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("consent", "marketing", "keep"):
            del self.fields[name]
        for said, words in (("required", REQUIRED), ("invalid_choice", INVALID_CHOICE)):
            for name in words.keys() & self.fields.keys():
                self.fields[name].error_messages[said] = words[name]
        self._ask_how_it_is_paid()
        self._ask_how_it_is_sent()

    def clean(self) -> dict[str, Any]:
        """Whatever else is missing, the pieces are told as well."""
        cleaned = super().clean() or {}
        rows = range(1, self.piece_rows + 1)
        wanted = {number: sku for number in rows if (sku := cleaned.get(f"piece_{number}", "").strip())}
        counts: Counter[str] = Counter()
        for number, sku in wanted.items():
            counts[sku] += cleaned.get(f"quantity_{number}") or 1
            if counts[sku] > settings.BAG_LINE_MAX:
                self.add_error(f"quantity_{number}", TOO_MANY.format(settings.BAG_LINE_MAX))
        if not wanted and not self.names_a_bundle:
            self.add_error("piece_1", NO_PIECE)
        return cleaned

    def _ask_how_it_is_paid(self) -> None:
        """Where paying at the door is switched on at all."""
        asked = self.fields.pop("pay_on_delivery")
        if on_delivery.most():
            self.fields["pay_on_delivery"] = forms.ChoiceField(
                label="How they pay",
                choices=asked.choices,  # type: ignore[attr-defined]
                required=False,
                widget=UnfoldAdminRadioSelectWidget,
            )

    def _ask_how_it_is_sent(self) -> None:
        """Where some zone has more than one way; what does not go to this address is refused by name."""
        del self.fields["delivery_method"]
        if names := delivery.method_names():
            self.fields["delivery_method"] = forms.ChoiceField(
                label="How it is sent",
                choices=[("", "The cheapest way"), *((name, name) for name in names)],
                required=False,
                widget=UnfoldAdminSelectWidget,
            )

    @property
    def is_paid_at_the_door(self) -> bool:
        """As it was sent: switched off meanwhile, the order is refused and not quietly made otherwise."""
        return self._given("pay_on_delivery") == "on"

    def contact(self) -> Contact:
        given = self.cleaned_data
        return Contact(**{name: str(given.get(name) or "") for name in CONTACT})


class MakesOrders:
    """Mixed into the order's admin class: its Add button leads to this page.

    Whoever may make orders also gets the customer's own links. They do what the customer can, up to cancelling a paid
    order, so that nobody else of the staff sees them.
    """

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = list(super().get_fieldsets(request, obj))  # type: ignore[misc]
        if self.has_add_permission(request):
            shown.insert(1, ("The customer's links", {"fields": [("link_to_pay", "their_page")]}))
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "link_to_pay", "their_page"]  # type: ignore[misc]

    @admin.display(description="Link to pay")
    def link_to_pay(self, order: Order) -> str:
        if order.is_owed_at_the_door:
            return "None: it is paid at the door"
        if not order.is_payable:
            return "–"
        return format_html(
            '<span class="long">{}</span><br><a href="{}" rel="noreferrer"><u>Send it by WhatsApp</u></a>',
            staff_orders.pay_link(order),
            staff_orders.whatsapp_link(order),
        )

    @admin.display(description="The order's page")
    def their_page(self, order: Order) -> str:
        return format_html('<a href="{}"><u>As the customer sees it</u></a>', order.get_absolute_url())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_order"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponseBase:
        if not self.has_add_permission(request):
            raise PermissionDenied
        key = request.GET.get(FORM, "")
        if request.method == "GET" and not key:
            return HttpResponseRedirect(f"{request.path}?{FORM}={secrets.token_urlsafe(16)}")
        if made := staff_orders.made_with(key):
            messages.warning(request, MADE_BEFORE.format(made.number))
            return HttpResponseRedirect(reverse("admin:orders_order_change", args=[made.pk]))
        form = StaffOrderForm(request.POST or None)
        # A new choice of country or state only changes the fields.
        if request.method == "POST" and "show" in request.POST:
            form = StaffOrderForm(initial=request.POST.dict())
        elif request.method == "POST" and form.is_valid():
            try:
                order = staff_orders.make(
                    form.wanted(),
                    form.contact(),
                    form.destination(),
                    staff(cast(User, request.user)),
                    form.cleaned_data["note"],
                    form.cleaned_data["code"],
                    form.currency(),
                    pay_on_delivery=form.is_paid_at_the_door,
                    method=form.method_chosen(),
                    form=key,
                )
            except ShopError as error:
                form.refuse(error)
            else:
                messages.success(request, _told(order))
                return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": "New order",
            "opts": Order._meta,
            "form": form,
        }
        status = 400 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "admin/new_order.html", context, status=status)


def _told(order: Order) -> str:
    if order.is_owed_at_the_door:
        return f"Order {order.number} is made, to be paid at the door. The mail is on its way, and it can be packed."
    return f"Order {order.number} is made. Send its link: the mail is on its way as well."
