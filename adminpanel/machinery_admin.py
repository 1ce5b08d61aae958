"""Switches, jobs and records of the machinery."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django_celery_results.models import GroupResult, TaskResult
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from adminpanel.base import ReadOnlyAdmin, ShopAdmin
from core import switches
from core.models import IdempotencyKey, Switch

TASK_COLOURS = {"SUCCESS": "success", "FAILURE": "danger", "RETRY": "warning", "STARTED": "info"}

for third_party in (TaskResult, GroupResult):
    if admin.site.is_registered(third_party):
        admin.site.unregister(third_party)


class NewSwitchForm(forms.ModelForm):
    name = forms.ChoiceField(choices=[*switches.KNOWN.items()], widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Switch
        fields = ["name", "on", "note"]


@admin.register(Switch)
class SwitchAdmin(ShopAdmin):
    list_display = ["name", "meaning", "on", "note", "updated_at"]
    list_filter = ["on"]
    search_fields = ["name", "note"]
    readonly_fields = ["updated_at"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {**kwargs, "form": NewSwitchForm}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["name", "meaning", "updated_at"] if obj else ["updated_at"]

    @admin.display(description="What it does when it is on")
    def meaning(self, switch: Switch) -> str:
        return switches.KNOWN.get(switch.name, "Nothing any more")


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "what", "key", "status_code"]
    list_filter = ["status_code"]
    # The scope ends with the token of a bag or an order, and the stored answer holds a customer's data.
    # Neither is shown, nor searched, sorted or narrowed by: that would tell it letter by letter.
    search_fields = ["key"]
    date_hierarchy = "created_at"
    fields = ["what", "key", "request_hash", "status_code", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.fields

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return not lookup.startswith("scope") and super().lookup_allowed(lookup, value, request)

    @admin.display(description="What was asked for")
    def what(self, key: IdempotencyKey) -> str:
        return key.operation


@admin.register(TaskResult)
class TaskResultAdmin(ReadOnlyAdmin):
    list_display = ["date_created", "task_name", "status_badge", "worker", "date_done"]
    list_filter = ["status", "task_name"]
    search_fields = ["task_id", "task_name"]
    date_hierarchy = "date_created"

    @display(description="Status", ordering="status", label=TASK_COLOURS)
    def status_badge(self, task: TaskResult) -> tuple[str, str]:
        return task.status, task.status.lower()


@admin.register(GroupResult)
class GroupResultAdmin(ReadOnlyAdmin):
    list_display = ["date_created", "group_id", "date_done"]
    search_fields = ["group_id"]
    date_hierarchy = "date_created"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__email"]
    date_hierarchy = "action_time"
    fields = ["action_time", "user", "content_type", "object_id", "object_repr", "action_flag", "change_message"]
