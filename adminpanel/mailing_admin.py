"""The outbox as staff see it: a mail that was given up has another try, or is looked at and done with."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import pluralize
from django.urls import reverse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from adminpanel.base import ReadOnlyAdmin, act, at, find
from adminpanel.waiting import WhatIsToDo, done_with
from core.queue import nudge
from mailing import outbox, tasks
from mailing.models import OutgoingMail, Suppression
from mailing.render import render
from orders import resending
from orders.events import staff

STATE_COLOURS = {"queued": "info", "sending": "info", "sent": "success", "dead": "danger"}


class View(WhatIsToDo):
    views = {
        "given_up": ("Given up", lambda mails: mails & OutgoingMail.objects.dead_letters()),
        "waiting": ("Waiting", lambda mails: mails.filter(state=OutgoingMail.State.QUEUED)),
    }


class NotSentForm(BaseDialogForm):
    note = forms.CharField(
        max_length=200, label="Why", help_text="Why it need not go out.", widget=UnfoldAdminTextInputWidget
    )


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
    list_filter = [View, "state", "delivery", "kind"]
    search_fields = ["about", "recipient", "subject"]
    search_help_text = "Order number, recipient or subject"
    date_hierarchy = "created_at"
    actions = ["requeue_chosen"]
    actions_detail = ["requeue", "looked_at", "send_again"]
    fieldsets = [
        (None, {"fields": [("kind", "about"), ("recipient", "subject"), ("state", "attempts")]}),
        ("Text", {"fields": ["letter"]}),
        ("Sending", {"fields": [("next_attempt_at", "sent_at"), "last_error", ("provider_id", "key"), "created_at"]}),
        ("Looked at", {"fields": [("closed_by", "closed_at"), "note"]}),
    ]

    @display(description="Text")
    def letter(self, mail: OutgoingMail) -> str:
        """A mail about an account holds a key to it, an owner's too."""
        if mail.about.startswith("account/"):
            return "Not shown: it may hold a key to the account."
        return mail.text if mail.subject else render(mail.kind, mail.facts).text

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, mail: OutgoingMail) -> tuple[str, str]:
        return mail.state, "Looked at" if mail.closed_at else mail.get_state_display()

    @admin.action(description="Try again what was given up", permissions=["act"])
    def requeue_chosen(self, request: HttpRequest, chosen: QuerySet[OutgoingMail]) -> None:
        back = outbox.requeue_all(chosen)
        nudge(tasks.sweep)
        if back:
            messages.success(request, f"{back} mail{pluralize(back, ' is,s are')} in the queue again.")
        else:
            messages.warning(request, "None of these was given up.")

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

    looked_at = done_with(
        "Nothing is to be done about this mail?",
        "It leaves the list of those that were given up, and is not sent any more.",
        lambda mail_id, note, actor: outbox.looked_at(mail_id, note, actor.label),
        NotSentForm,
    )

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
        is_dead_letter = (rows & OutgoingMail.objects.dead_letters()).exists()
        fitting = {
            "requeue": is_dead_letter,
            "looked-at": is_dead_letter,
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
