"""What in a list waits for staff: its tabs, and the word with which it waits no more."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import act, find
from orders.events import Actor, staff


class WhatIsToDo(admin.SimpleListFilter):
    """The tabs of a list. `views` has them by their name in the address: title, and which rows."""

    title = "what is to do"
    parameter_name = "view"
    views: dict[str, tuple[str, Callable[[QuerySet[Any]], QuerySet[Any]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, title) for name, (title, _) in self.views.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.views.get(self.value() or "")
        return chosen[1](queryset) if chosen else queryset


class LookedAtForm(BaseDialogForm):
    note = forms.CharField(max_length=200, label="What it was", widget=UnfoldAdminTextInputWidget)


def done_with(
    title: str,
    description: str,
    close: Callable[[int, str, Actor], object],
    form_class: type[BaseDialogForm] = LookedAtForm,
) -> Any:
    """The action `looked_at` of an admin class: `close` is given the row's id, what staff wrote, and who they are."""

    @action(
        description="Looked at",
        url_path="looked-at",
        icon="visibility",
        permissions=["act"],
        dialog={
            "title": title,
            "description": description,
            "form_class": form_class,
            "form_submit_text": "Looked at",
        },
    )
    def looked_at(self: Any, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            close(find(self.model, object_id).pk, form.cleaned_data["note"], staff(cast(User, request.user)))
            return "It is done with."

        return act(request, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"), work)

    return looked_at
