"""What the admin classes share: amounts in naira, lists that nobody edits, and actions that ask before they act."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import AllValuesFieldListFilter
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, IntegerField, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from adminpanel.audit_history import WithAuditRows
from core.errors import ShopError
from core.money import SIGNS, SUBUNITS, Money, parse

M = TypeVar("M", bound=Model)
AMOUNT_MAX = 10**12
# No id of the database has more.
ID_DIGITS = 18
# So many of the newest rows are looked at for what a column may be filtered by.
LATELY = 2_000
# Of the columns whose names end so.
CURRENCIES = {"_kobo": "NGN", "_cents": "USD"}


class NairaField(forms.CharField):
    """Staff read and write naira, or dollars; the column holds kobo, or cents."""

    def __init__(self, *, nought: bool = False, currency: str = "NGN", **kwargs: Any) -> None:
        self.nought = nought
        self.currency = currency
        super().__init__(widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        naira, kobo = divmod(value, SUBUNITS)
        return f"{naira:,}.{kobo:02}" if kobo else f"{naira:,}"

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            amount = parse(text, self.currency).amount
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if amount > AMOUNT_MAX:
            raise forms.ValidationError("This is more than the shop can charge.")
        if amount == 0 and not self.nought:
            raise forms.ValidationError(
                f"{Money(0, self.currency)} is not a price. Leave nothing out, or stop selling it instead."
            )
        return amount

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True


class NairaMixin:
    """Every `…_kobo` column is entered in naira, every `…_cents` column in dollars."""

    # Columns where nought is an amount like any other (a fee), not a slip.
    may_be_nought: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        unit = next((unit for unit in CURRENCIES if db_field.name.endswith(unit)), None)
        if unit is None:
            return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        return NairaField(
            nought=db_field.name in self.may_be_nought,
            currency=CURRENCIES[unit],
            required=not db_field.blank,
            label=f"{_label(db_field, unit)} ({SIGNS[CURRENCIES[unit]]})",
            help_text=db_field.help_text,
        )


def _label(db_field: Any, unit: str) -> str:
    """Of a dollar's column what the model calls it; of a naira's its name."""
    if unit == "_cents":
        return str(db_field.verbose_name).capitalize()
    return str(db_field.name.removesuffix(unit).replace("_", " ").capitalize())


class ReadOnly:
    """A workflow owns these rows: staff look at them, and act through it."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LatelySeen(AllValuesFieldListFilter):
    """Offers what the newest rows have in a column. For all that ever stood in it each opening of a list would read the
    whole table; an older value still filters by its address."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        newest = model._default_manager.order_by("-pk").values_list(field.name, flat=True)
        found = set(newest[:LATELY])
        self.lookup_choices = [*sorted(found - {None}), *found & {None}]


class WholeLookups:
    """Lists are narrowed by what they offer, or by a whole value. How many rows match a part of a hidden one, such as a
    customer's token or the text of a mail, would tell it letter by letter."""

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        filters = (one[0] if isinstance(one, tuple) else one for one in self.list_filter)  # type: ignore[attr-defined]
        offered = [one for one in (*filters, self.date_hierarchy) if isinstance(one, str)]  # type: ignore[attr-defined]
        if not any(lookup == one or lookup.startswith(f"{one}__") for one in offered) and not self._is_whole(lookup):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def _is_whole(self, lookup: str) -> bool:
        path = re.sub("__(exact|isnull)$", "", lookup)
        try:
            return "__" not in path or bool(get_fields_from_path(self.model, path))  # type: ignore[attr-defined]
        except (FieldDoesNotExist, NotRelationField):
            return False


class ShopAdmin(WholeLookups, WithAuditRows, NairaMixin, ModelAdmin):
    # A page with a token in its address is for whoever it was sent to; lists of public pages turn it on.
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = False
    warn_unsaved_form = True

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [(one, LatelySeen) if self._is_open(one) else one for one in super().get_list_filter(request)]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """What no row can be called is not asked of the database, which would break on it."""
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Straight to the page. Django's detour by content types would lead anybody anywhere (prechi.urls)."""
        return obj.get_absolute_url() if obj and self.view_on_site and hasattr(obj, "get_absolute_url") else None

    def _is_open(self, name: Any) -> bool:
        """Whether this is a column of text or figures that may say anything."""
        field = self.opts.get_field(name) if isinstance(name, str) and "__" not in name else None
        return isinstance(field, CharField | IntegerField) and not field.choices

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For actions: the right to change the row, which read-only lists deny to their forms alone."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def has_refund_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For every action that gives money back, wherever it stands."""
        return bool(request.user.has_perm("payments.add_refund"))


class ReadOnlyAdmin(ReadOnly, ShopAdmin):
    warn_unsaved_form = False


class ReadOnlyInline(ReadOnly, TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True


def in_words(words: Callable[[Any], str], description: str) -> Callable[[Any, Any], str]:
    """A column that says of a row what `words` say."""

    def show(self: Any, row: Any) -> str:
        return words(row)

    show.short_description = description  # type: ignore[attr-defined]
    return show


def naira(column: str, description: str) -> Callable[[Any, Any], str]:
    """A list column that shows an amount of kobo as a person reads it."""

    def show(self: Any, row: Any) -> str:
        amount = getattr(row, column)
        return "" if amount is None else Money(amount).display

    show.short_description = description  # type: ignore[attr-defined]
    show.admin_order_field = column  # type: ignore[attr-defined]
    return show


def amount(column: str, description: str, currency: str = "currency") -> Callable[[Any, Any], str]:
    """The same for an amount whose currency stands in the row."""

    def show(self: Any, row: Any) -> str:
        value = getattr(row, column)
        return "" if value is None else Money(value, getattr(row, currency)).display

    show.short_description = description  # type: ignore[attr-defined]
    show.admin_order_field = column  # type: ignore[attr-defined]
    return show


def at(model: type[M], object_id: Any) -> "QuerySet[M]":
    """The row of that number, as an address has it: none for what no number of a row is."""
    written = str(object_id)
    is_number = written.isascii() and written.isdecimal() and len(written) <= ID_DIGITS
    return model._default_manager.filter(pk=written) if is_number else model._default_manager.none()


def find(model: type[M], object_id: str) -> M:
    """The row that an action or its dialog is about. Raises Http404 for one that is gone, or never was."""
    row = at(model, object_id).first()
    if row is None:
        raise Http404("It is no longer there. Go back to the list.")
    return row


class StillToDo(SafeString):
    """What an action tells of work that is left for staff: a warning, and not done with green."""


def act(request: HttpRequest, address: str, work: Callable[[], str]) -> HttpResponseBase:
    """Does one piece of work for an action, says how it went, and goes to `address`.

    `work` makes one domain call and returns what to tell, StillToDo where something is left to do; a refusal by a rule
    of the shop is told as it stands.
    """
    try:
        told = work()
        messages.add_message(request, messages.WARNING if isinstance(told, StillToDo) else messages.SUCCESS, told)
    except ShopError as error:
        messages.error(request, error.message)
    except Http404 as gone:
        messages.error(request, str(gone))
    # A dialog posts in the background, where a plain redirect would be swallowed.
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
