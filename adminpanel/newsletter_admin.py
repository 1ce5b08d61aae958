"""The newsletter: who gets it."""

from django.contrib import admin
from unfold.decorators import display

from adminpanel.base import ReadOnlyAdmin
from mailing.models import Subscriber

STATE_COLOURS = {"asked": "info", "confirmed": "success", "left": "default"}


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyAdmin):
    """Nobody is put on the list by staff: each says yes from their own mailbox, or in their account."""

    list_display = ["email", "state_badge", "source", "asked_at", "confirmed_at", "left_at"]
    list_filter = ["state", "source"]
    search_fields = ["email", "person"]
    date_hierarchy = "asked_at"
    fields = [("email", "state"), ("source", "asked_at"), ("confirmed_at", "left_at")]

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, subscriber: Subscriber) -> tuple[str, str]:
        return subscriber.state, subscriber.get_state_display()
