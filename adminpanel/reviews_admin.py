"""Reviews as staff read them: shown or not, answered or not, but never rewritten."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from adminpanel.base import ReadOnlyAdmin, act, at, find
from catalog import reviews
from catalog.models import Image, Review, ReviewInvitation, ReviewVote
from catalog.models.reviews import REASON_MAX, TEXT_MAX
from catalog.pictures import picture, source_of
from orders.models import Order

MAY = ["act"]
STATE_COLOURS = {"pending": "warning", "approved": "success", "rejected": "danger"}
# What is offered, by the state of the review. What may really be done is for catalog.reviews to say.
OFFERED = {
    "approve": {Review.State.PENDING, Review.State.REJECTED},
    "reject": {Review.State.PENDING, Review.State.APPROVED},
    "reply": {Review.State.PENDING, Review.State.APPROVED},
}


class RejectForm(BaseDialogForm):
    reason = forms.CharField(
        max_length=REASON_MAX,
        help_text="The customer reads this behind the link of the invitation.",
        widget=UnfoldAdminTextInputWidget,
    )


class ReplyForm(BaseDialogForm):
    reply = forms.CharField(
        required=False,
        max_length=TEXT_MAX,
        help_text="Everybody reads this under the review. Left empty, an earlier reply is taken away.",
        widget=UnfoldAdminTextareaWidget,
    )


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["title", "stars", "product", "fit", "size", "display_name", "verified", "state_badge", "created_at"]
    list_filter = ["state", "stars", "fit"]
    list_select_related = ["product", "invitation"]
    search_fields = ["title", "text", "display_name", "product__name", "invitation__order_number"]
    search_help_text = "Words, name, product or order number"
    date_hierarchy = "created_at"
    fieldsets = [
        (None, {"fields": [("stars", "fit"), "title", "text", "photos_shown", ("display_name", "verified")]}),
        ("Bought", {"fields": [("product", "order"), ("colour", "size")]}),
        ("The shop", {"fields": [("state", "decided_at"), "reason", ("reply", "replied_at")]}),
        ("Record", {"fields": [("helpful_count", "created_at")]}),
    ]
    actions_detail = ["approve", "reject", "reply"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["verified", "order", "photos_shown", *(field.name for field in Review._meta.fields)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return super().get_queryset(request).select_related("product", "invitation")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        rows = at(Review, object_id)
        state = rows.values_list("state", flat=True).first()
        offered = super().get_actions_detail(request, object_id)
        return [item for item in offered if state in OFFERED.get(item.path, {state})]

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, review: Review) -> tuple[str, str]:
        return review.state, review.get_state_display()

    @display(description="Verified", label="success")
    def verified(self, review: Review) -> str:
        """Every review is: there is none without a delivered line."""
        return "Bought here"

    @admin.display(description="Order")
    def order(self, review: Review) -> str:
        number = review.invitation.order_number
        order = Order.objects.filter(number=number).values_list("pk", flat=True).first()
        if order is None:
            return number
        return format_html('<a href="{}"><u>{}</u></a>', reverse("admin:orders_order_change", args=[order]), number)

    @admin.display(description="Photos")
    def photos_shown(self, review: Review) -> str:
        photos = [picture(photo) for photo in review.photos.filter(state=Image.State.READY)]
        rows = ((source_of(photo, 1080), source_of(photo, 360), photo["alt"]) for photo in photos)
        return format_html_join(" ", '<a href="{}"><img src="{}" alt="{}" width="120"></a>', rows) or "–"

    @action(
        description="Approve",
        url_path="approve",
        icon="check",
        variant=ActionVariant.PRIMARY,
        permissions=MAY,
        dialog={
            "title": "Show this review",
            "description": "It appears on the product's page with its stars.",
            "form_class": None,
            "form_submit_text": "Approve",
        },
    )
    def approve(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        return _act(request, object_id, lambda pk: reviews.approve(pk, request.user.pk), "The review is shown.")

    @action(
        description="Reject",
        url_path="reject",
        icon="block",
        variant=ActionVariant.DANGER,
        permissions=MAY,
        dialog={
            "title": "Do not show this review",
            "description": "A bad opinion is no reason; words about people, or about another garment, are.",
            "form_class": RejectForm,
            "form_submit_text": "Reject",
        },
    )
    def reject(self, request: HttpRequest, form: RejectForm, object_id: str) -> HttpResponseBase:
        reason = form.cleaned_data["reason"]
        return _act(request, object_id, lambda pk: reviews.reject(pk, reason, request.user.pk), "It is not shown.")

    @action(
        description="Reply",
        url_path="reply",
        icon="reply",
        permissions=MAY,
        dialog={
            "title": "Answer in public",
            "description": "It stands under the review, as Prechi's answer.",
            "form_class": ReplyForm,
            "form_submit_text": "Reply",
        },
    )
    def reply(self, request: HttpRequest, form: ReplyForm, object_id: str) -> HttpResponseBase:
        text = form.cleaned_data["reply"]
        said = "The reply is saved." if text else "There is no reply now."
        return _act(request, object_id, lambda pk: reviews.reply(pk, text, request.user.pk), said)


@admin.register(ReviewInvitation)
class ReviewInvitationAdmin(ReadOnlyAdmin):
    """Without the token: whoever reads it could write the review."""

    list_display = ["order_number", "product", "colour", "size", "name", "created_at"]
    list_select_related = ["product"]
    search_fields = ["order_number", "product__name"]
    fields = ["order_number", "order_line", "product", "variant_size", "colour", "size", "name", "user", "created_at"]


@admin.register(ReviewVote)
class ReviewVoteAdmin(ReadOnlyAdmin):
    list_display = ["review", "voter", "created_at"]
    list_select_related = ["review"]
    search_fields = ["voter", "review__title"]


def _act(request: HttpRequest, object_id: str, step: Callable[[int], object], done: str) -> HttpResponseBase:
    def work() -> str:
        step(find(Review, object_id).pk)
        return done

    return act(request, reverse("admin:catalog_review_change", args=[object_id]), work)
