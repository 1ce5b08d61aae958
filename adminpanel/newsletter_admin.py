"""The newsletter: who gets it, and each from draft to sent."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from accounts import newsletter
from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, ShopAdmin, act, at, find
from mailing import campaigns
from mailing.models import Campaign, CampaignRecipient, Subscriber

To = CampaignRecipient.State
SUBSCRIBER_COLOURS = {"asked": "info", "confirmed": "success", "left": "default"}
STATE_COLOURS = {"draft": "default", "scheduled": "info", "sending": "warning", "sent": "success", "stopped": "danger"}
WRITTEN = ["subject", "preheader", "heading", "body", "button_label", "button_url"]
SHOWN = ["goes_to", "letter", "state", "send_at", "progress", "started_at", "finished_at"]
# What is offered, by the state; what may really be done is for mailing.campaigns to say.
OFFERED = {"send_test": {"draft", "scheduled"}, "schedule": {"draft"}, "stop": {"scheduled", "sending"}}


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyAdmin):
    """Nobody is put on the list by staff: each says yes from their own mailbox, or in their account."""

    list_display = ["email", "state_badge", "source", "asked_at", "confirmed_at", "left_at"]
    list_filter = ["state", "source"]
    search_fields = ["email", "person"]
    date_hierarchy = "asked_at"
    fields = [("email", "state"), ("source", "asked_at"), ("confirmed_at", "left_at")]

    @display(description="State", ordering="state", label=SUBSCRIBER_COLOURS)
    def state_badge(self, subscriber: Subscriber) -> tuple[str, str]:
        return subscriber.state, subscriber.get_state_display()


class ScheduleForm(BaseDialogForm):
    send_at = forms.DateTimeField(
        required=False,
        label="When (Lagos time)",
        help_text="Such as 2026-12-01 09:00. Empty: now.",
        widget=UnfoldAdminTextInputWidget,
    )
    typed = forms.IntegerField(
        min_value=1,
        label="How many people does it go to?",
        help_text="Type the number that the page of the newsletter says. Nothing can call a sent mail back.",
        widget=UnfoldAdminIntegerFieldWidget,
    )


@admin.register(Campaign)
class CampaignAdmin(ShopAdmin):
    list_display = ["subject", "state_badge", "send_at", "sent_of", "finished_at"]
    list_filter = ["state"]
    search_fields = ["subject", "heading", "body"]
    date_hierarchy = "created_at"
    fieldsets = [
        (None, {"fields": WRITTEN}),
        ("How it looks", {"fields": ["letter"]}),
        ("Sending", {"fields": ["goes_to", ("state", "send_at"), "progress", ("started_at", "finished_at")]}),
    ]
    actions_detail = ["send_test", "schedule", "stop"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return super().get_queryset(request).annotate(mails=_count(), sent_mails=_count(state=To.SENT))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nothing is written any more in what is about to be sent, for a repeat must be the same letter."""
        return SHOWN if obj is None or obj.state == Campaign.State.DRAFT else [*WRITTEN, *SHOWN]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == Campaign.State.DRAFT)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        rows = at(Campaign, object_id)
        state = rows.values_list("state", flat=True).first()
        offered = super().get_actions_detail(request, object_id)
        return [item for item in offered if state in OFFERED[item.path]]

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, campaign: Campaign) -> tuple[str, str]:
        return campaign.state, campaign.get_state_display()

    @admin.display(description="Sent")
    def sent_of(self, campaign: Any) -> str:
        return f"{campaign.sent_mails} of {campaign.mails}" if campaign.started_at else "–"

    @admin.display(description="Goes to")
    def goes_to(self, campaign: Campaign) -> str:
        if campaign.state not in (Campaign.State.DRAFT, Campaign.State.SCHEDULED):
            return "–"
        return f"{newsletter.people()} people, as it stands now"

    @admin.display(description="Letter")
    def letter(self, campaign: Campaign) -> str:
        if campaign.pk is None:
            return "Save it first."
        return format_html(
            '<p><a href="{}" target="_blank"><u>See it as a mail</u></a></p><pre class="whitespace-pre-wrap">{}</pre>',
            reverse("admin:mailing_campaign_preview", args=[campaign.pk]),
            campaigns.rendered(campaign).text,
        )

    def get_urls(self) -> list[Any]:
        preview = self.admin_site.admin_view(self.preview)
        return [path("<int:pk>/preview/", preview, name="mailing_campaign_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = get_object_or_404(Campaign, pk=pk)
        if not self.has_view_permission(request, campaign):
            raise PermissionDenied
        return HttpResponse(campaigns.rendered(campaign).html)

    @admin.display(description="Progress")
    def progress(self, campaign: Campaign) -> str:
        if campaign.started_at is None:
            return "Not begun"
        counts = campaigns.progress(campaign)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", counts.items()))

    @action(
        description="Send me a test",
        url_path="send_test",
        icon="outgoing_mail",
        permissions=["act"],
        dialog={
            "title": "Send it to your own address?",
            "description": "Nobody else gets it.",
            "form_class": None,
            "form_submit_text": "Send the test",
        },
    )
    def send_test(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            email = cast(User, request.user).email
            campaigns.send_test(find(Campaign, object_id), email)
            return f"A test is on its way to {email}."

        return act(request, _address(object_id), work)

    @action(
        description="Schedule",
        url_path="schedule",
        icon="schedule_send",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Send this newsletter",
            "description": "It goes to everybody who is on the list when it begins. Have you read a test?",
            "form_class": ScheduleForm,
            "form_submit_text": "Schedule it",
        },
    )
    def schedule(self, request: HttpRequest, form: ScheduleForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            newsletter.include_accounts()
            send_at = form.cleaned_data["send_at"] or timezone.now()
            campaign = campaigns.schedule(find(Campaign, object_id).pk, send_at, typed=form.cleaned_data["typed"])
            self.log_change(request, campaign, f"Scheduled for {form.cleaned_data['typed']} people.")
            return "The newsletter is scheduled. Its progress is on this page."

        return act(request, _address(object_id), work)

    @action(
        description="Stop",
        url_path="stop",
        icon="block",
        variant=ActionVariant.DANGER,
        permissions=["act"],
        dialog={
            "title": "Stop this newsletter for good?",
            "description": "What is sent is sent. To pause all newsletters for a while, use the switch.",
            "form_class": None,
            "form_submit_text": "Stop it",
        },
    )
    def stop(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            campaign = campaigns.stop(find(Campaign, object_id).pk)
            self.log_change(request, campaign, "Stopped.")
            return "The newsletter is stopped."

        return act(request, _address(object_id), work)


@admin.register(CampaignRecipient)
class CampaignRecipientAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "subscriber", "state", "delivery", "attempts", "sent_at", "left_at"]
    list_filter = ["state", "delivery", "campaign"]
    list_select_related = ["campaign", "subscriber"]
    search_fields = ["subscriber__email", "campaign__subject"]
    date_hierarchy = "sent_at"


def _count(**which: str) -> Coalesce:
    """Of a campaign's mails, each campaign for itself: together they would be counted row by row."""
    mails = CampaignRecipient.objects.filter(campaign=OuterRef("pk"), **which).order_by()
    return Coalesce(Subquery(mails.values("campaign").annotate(number=Count("pk")).values("number")), 0)


def _address(object_id: str) -> str:
    return reverse("admin:mailing_campaign_change", args=[object_id])
