"""What staff do when somebody writes to have their data, or to have it erased. Each time is noted in the log."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import privacy
from accounts.download import as_file
from accounts.models import User
from adminpanel.base import act, find
from core.errors import Conflict
from orders.models import Order

CANNOT_BE_UNDONE = "All of it goes for ever. Of each sale its number, date, pieces, amounts and state stay."


class _EraseForm(BaseDialogForm):
    email = forms.CharField(max_length=254, label="Write the e-mail address", widget=UnfoldAdminTextInputWidget)
    model: type[User] | type[Order]

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.row = find(self.model, str(object_id))
        self.fields["email"].help_text = format_html("{}, so that nobody else is erased by a slip.", self.row.email)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if email != self.row.email.lower():
            raise forms.ValidationError("This is another address. Are you on the right page?")
        return email


class EraseAccountForm(_EraseForm):
    model = User


class EraseGuestForm(_EraseForm):
    model = Order


def _erasing(form: type[BaseDialogForm]) -> dict[str, Any]:
    return {
        "title": "Erase this person?",
        "description": CANNOT_BE_UNDONE,
        "form_class": form,
        "form_submit_text": "Erase for ever",
    }


class AccountPrivacy:
    """Mixed into the admin class of accounts."""

    actions_detail = ["hand_out", "erase_account"]

    def has_erase_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.delete_user"))  # type: ignore[union-attr]

    @action(description="Export", url_path="hand_out", icon="download", permissions=["erase"])
    def hand_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = find(User, object_id)
        self.log_change(request, user, "Handed out all data.")  # type: ignore[attr-defined]
        return as_file(privacy.export(user), f"account-{user.pk}.json")

    @action(
        description="Erase",
        url_path="erase",
        icon="person_remove",
        variant=ActionVariant.DANGER,
        permissions=["erase"],
        dialog=_erasing(EraseAccountForm),
    )
    def erase_account(self, request: HttpRequest, form: EraseAccountForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            privacy.erase(form.row.pk)
            self.log_change(request, find(User, object_id), "Erased the person.")  # type: ignore[attr-defined]
            return "The person is erased."

        return act(request, reverse("admin:accounts_user_change", args=[object_id]), work)


def is_of_guest(order: Order) -> bool:
    """Of nobody's account, and not erased."""
    return order.user_id is None and order.erased_at is None


class GuestPrivacy:
    """Mixed into the admin class of orders, for people without an account. The export stands with their data and not
    among the buttons, of which an order has many."""

    def has_erase_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.delete_user"))  # type: ignore[union-attr]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        shown = list(super().get_fieldsets(request, obj))  # type: ignore[misc]
        if obj and is_of_guest(obj) and self.has_erase_permission(request):
            shown.append(("Their data", {"classes": ["tab"], "fields": ["their_data"]}))
        return shown

    @admin.display(description="For the customer")
    def their_data(self, order: Order) -> str:
        return format_html(
            '<a href="{}"><u>Export all that the shop keeps of {}</u></a>',
            reverse("admin:orders_order_hand_out_customer", args=[order.pk]),
            order.email,
        )

    @action(description="Export the customer", url_path="hand_out_customer", icon="download", permissions=["erase"])
    def hand_out_customer(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """All orders of guests with this address, and what else the shop keeps under it: not of an account."""
        order = find(Order, object_id)
        if not is_of_guest(order):
            gone = "The customer of this order was erased: nothing is left to export."
            messages.error(request, gone if order.erased_at else "This order belongs to an account: export that one.")
            return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
        self.log_change(request, order, "Handed out all data of the customer.")  # type: ignore[attr-defined]
        return as_file(privacy.export_guest(order.email), f"customer-{order.number}.json")

    @action(
        description="Erase the customer",
        url_path="erase_customer",
        icon="person_remove",
        variant=ActionVariant.DANGER,
        permissions=["erase"],
        dialog=_erasing(EraseGuestForm),
    )
    def erase_customer(self, request: HttpRequest, form: EraseGuestForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            order = cast(Order, form.row)
            if order.user_id:
                raise Conflict("This order belongs to an account: erase that one.")
            privacy.erase_guest(order.email)
            self.log_change(request, find(Order, object_id), "Erased the customer.")  # type: ignore[attr-defined]
            return "The customer is erased from all orders with this address."

        return act(request, reverse("admin:orders_order_change", args=[object_id]), work)
