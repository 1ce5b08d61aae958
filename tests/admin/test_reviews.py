"""The queue of reviews: read, shown or not, answered; their words cannot be touched."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from catalog import reviews
from catalog.models import Review, ReviewInvitation
from orders.models import Order
from tests.admin.conftest import messages_of
from tests.admin.test_actions import do
from tests.factories import VariantSizeFactory, delivered_order


@pytest.fixture
def order(db: None) -> Order:
    return delivered_order((VariantSizeFactory(), 1))


@pytest.fixture
def review(order: Order) -> Review:
    token = ReviewInvitation.objects.get(order_number=order.number).token
    return reviews.submit(token, reviews.Opinion(4, "true", "Soft", "Sits well.", "Ada"), [], author="guest 1")


def state_of(review: Review) -> str:
    review.refresh_from_db()
    return review.state


def test_the_dashboard_counts_what_is_to_read(desk: Client, review: Review) -> None:
    page = desk.get(reverse("admin:index")).text
    assert "Reviews to read" in page
    queue = desk.get(f"{reverse('admin:catalog_review_changelist')}?state__exact=pending").text
    assert "Soft" in queue
    assert "Soft" not in desk.get(f"{reverse('admin:catalog_review_changelist')}?state__exact=approved").text


def test_the_record_leads_to_its_order(desk: Client, review: Review, order: Order) -> None:
    page = desk.get(reverse("admin:catalog_review_change", args=[review.pk])).text
    assert reverse("admin:orders_order_change", args=[order.pk]) in page
    assert "Bought here" in page
    assert review.invitation.token not in page


def test_approved_rejected_and_answered_each_in_the_log(desk: Client, review: Review, owner: Any) -> None:
    assert "The review is shown" in messages_of(do(desk, "catalog_review_approve", review.pk))
    assert state_of(review) == "approved"
    do(desk, "catalog_review_reply", review.pk, reply="Thank you.")
    do(desk, "catalog_review_reject", review.pk, reason="About another shop")
    assert (state_of(review), review.reason, review.reply) == ("rejected", "About another shop", "Thank you.")
    logged = LogEntry.objects.filter(object_id=str(review.pk), user=owner).order_by("pk")
    assert [entry.change_message for entry in logged] == [
        "Approved.",
        "Replied: Thank you.",
        "Rejected: About another shop",
    ]


def test_a_rejection_without_a_reason_is_none(desk: Client, review: Review) -> None:
    do(desk, "catalog_review_reject", review.pk)
    assert state_of(review) == "pending"


def test_nobody_edits_or_deletes_a_review(desk: Client, review: Review) -> None:
    url = reverse("admin:catalog_review_change", args=[review.pk])
    assert 'name="text"' not in desk.get(url).text
    assert desk.post(url, {"text": "Bought words", "stars": "5"}).status_code == 403
    assert desk.post(reverse("admin:catalog_review_delete", args=[review.pk]), {"post": "yes"}).status_code == 403
    review.refresh_from_db()
    assert (review.text, review.stars) == ("Sits well.", 4)


def test_looking_is_not_deciding(desk_of: Callable[..., Client], review: Review) -> None:
    desk = desk_of("catalog.view_review")
    assert desk.get(reverse("admin:catalog_review_change", args=[review.pk])).status_code == 200
    assert do(desk, "catalog_review_approve", review.pk).status_code == 403
    assert state_of(review) == "pending"
