"""The outbox as staff see it, and another try for a mail that was given up."""

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from adminpanel.base import ReadOnlyAdmin, act, find
from core.queue import nudge
from mailing import outbox, tasks
from mailing.models import OutgoingMail
from mailing.render import render

STATE_COLOURS = {"queued": "info", "sending": "info", "sent": "success", "dead": "danger"}


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "kind",
        "about",
        "recipient",
        "subject",
        "state_badge",
        "delivery",
        "attempts",
        "sent_at",
    ]
    list_filter = ["state", "delivery", "kind"]
    search_fields = ["about", "recipient", "subject"]
    search_help_text = "Order number, recipient or subject"
    date_hierarchy = "created_at"
    actions_detail = ["requeue"]
    fieldsets = [
        (None, {"fields": [("kind", "about"), ("recipient", "subject"), ("state", "attempts")]}),
        ("Text", {"fields": ["letter"]}),
        ("Sending", {"fields": [("next_attempt_at", "sent_at"), "last_error", ("provider_id", "key"), "created_at"]}),
    ]

    @display(description="Text")
    def letter(self, mail: OutgoingMail) -> str:
        """A mail about an account holds a key to it, an owner's too."""
        if mail.about.startswith("account/"):
            return "Not shown: it may hold a key to the account."
        return mail.text or render(mail.kind, mail.facts).text

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, mail: OutgoingMail) -> tuple[str, str]:
        return mail.state, mail.get_state_display()

    @action(
        description="Try again",
        url_path="requeue",
        icon="forward_to_inbox",
        variant=ActionVariant.PRIMARY,
        permissions=["act"],
        dialog={
            "title": "Send this mail after all?",
            "description": "Only a mail that was given up goes back into the queue. The customer gets it once.",
            "form_class": None,
            "form_submit_text": "Try again",
        },
    )
    def requeue(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            mail = find(OutgoingMail, object_id)
            outbox.requeue(mail.pk)
            nudge(tasks.send, mail.pk)
            return "The mail is in the queue again."

        return act(request, reverse("admin:mailing_outgoingmail_change", args=[object_id]), work)
