"""The outbox as staff see it, and another try for a mail that was given up."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, act, at, find
from core.queue import nudge
from mailing import outbox, tasks
from mailing.models import OutgoingMail, Suppression
from mailing.render import render
from orders import resending
from orders.events import staff

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
    actions_detail = ["requeue", "send_again"]
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

    @action(
        description="Send again",
        url_path="send_again",
        icon="forward_to_inbox",
        permissions=["act"],
        dialog={
            "title": "Send this letter once more?",
            "description": "The customer gets it a second time, as it stands here. The order's timeline notes it.",
            "form_class": None,
            "form_submit_text": "Send it again",
        },
    )
    def send_again(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            again = resending.send_again(find(OutgoingMail, object_id).pk, staff(cast(User, request.user)))
            return f"The mail goes to {again.recipient} again."

        return act(request, reverse("admin:mailing_outgoingmail_change", args=[object_id]), work)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with it; what was offered a moment too long is refused by the workflow."""
        rows = at(OutgoingMail, object_id)
        fitting = {
            "requeue": rows.filter(state=OutgoingMail.State.DEAD).exists(),
            "send_again": rows.filter(state=OutgoingMail.State.SENT, about__startswith="order/").exists(),
        }
        return [item for item in super().get_actions_detail(request, object_id) if fitting[item.path]]


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Staff may take one away where the address is known to work again; the staff log keeps it."""

    list_display = ["created_at", "email", "reason"]
    list_filter = ["reason"]
    search_fields = ["email", "person"]
    date_hierarchy = "created_at"
    fields = ["email", "person", "reason", "created_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("mailing.delete_suppression"))
