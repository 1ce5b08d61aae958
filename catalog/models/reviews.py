"""What customers say of what they bought. Only a delivered order line gives the right to a review, and to one."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse

from catalog.models.products import Product, VariantSize

TITLE_MAX = 80
TEXT_MAX = 2_000
NAME_MAX = 40
REASON_MAX = 300


def new_invitation_token() -> str:
    """192 random bits: whoever holds it may write the review."""
    return secrets.token_urlsafe(24)


class ReviewInvitation(models.Model):
    """The right to one review. What was bought stands here as sold; orders are known by number and line."""

    token = models.CharField(max_length=40, unique=True, default=new_invitation_token, editable=False)
    order_line = models.BigIntegerField(unique=True, help_text="Id of the line of the order, or of a bundle's piece.")
    order_number = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    variant_size = models.ForeignKey(VariantSize, models.CASCADE, related_name="+")
    colour = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=NAME_MAX, blank=True, help_text="Offered as the name to show.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["order_number"], name="invitation_order_idx")]

    def __str__(self) -> str:
        return f"{self.order_number}, line {self.order_line}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:review", args=[self.token])


class Review(models.Model):
    """One customer's words about one delivered piece. Nobody edits them, staff included: a trigger refuses it."""

    class State(models.TextChoices):
        PENDING = "pending", "To read"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    class Fit(models.TextChoices):
        SMALL = "small", "Runs small"
        TRUE = "true", "True to size"
        LARGE = "large", "Runs large"

    invitation = models.OneToOneField(ReviewInvitation, models.RESTRICT, related_name="review")
    product = models.ForeignKey(Product, models.CASCADE, related_name="reviews", db_index=False)
    author = models.CharField(max_length=60, help_text="Who wrote it, as votes know people.")
    display_name = models.CharField(max_length=NAME_MAX)
    stars = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=TITLE_MAX)
    text = models.TextField()
    fit = models.CharField(max_length=5, choices=Fit)
    colour = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=10, blank=True)
    # Set in catalog.reviews only.
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=REASON_MAX, blank=True, help_text="Why it was rejected.")
    reply = models.TextField(blank=True, help_text="The shop's public answer.")
    replied_at = models.DateTimeField(null=True, blank=True)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_of_one_to_five_stars"),
            models.CheckConstraint(condition=Q(fit__in=["small", "true", "large"]), name="review_fit_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "approved", "rejected"]), name="review_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(display_name=""), name="review_says_something"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), TEXT_MAX) & LessThanOrEqual(Length("reply"), TEXT_MAX),
                name="review_texts_are_short",
            ),
            models.CheckConstraint(condition=~Q(state="rejected") | ~Q(reason=""), name="review_rejected_for_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["product", "-helpful_count", "-id"],
                condition=Q(state="approved"),
                name="review_shown_idx",
            ),
            models.Index(fields=["-id"], condition=Q(state="approved", stars__gte=4), name="review_praise_idx"),
            models.Index(fields=["product"], name="review_product_idx"),
            models.Index(fields=["id"], condition=Q(state="pending"), name="review_to_read_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.stars} of 5: {self.title}"


class ReviewVote(models.Model):
    """Somebody found a review helpful. `voter` is an account or the signed cookie of a guest."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="votes", db_index=False)
    voter = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "voter"], name="review_vote_once_a_person")]

    def __str__(self) -> str:
        return f"{self.voter} on {self.review_id}"
