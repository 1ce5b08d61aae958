"""A review is read before it is shown, its words stand, and the figures of its product are always those of its rows."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from catalog import reviews
from catalog.models import Product, Review, ReviewInvitation
from catalog.reviews import AlreadyReviewed, Opinion
from core.errors import NotFound, ShopError
from payments import audit
from tests.reviews.conftest import WORDS

pytestmark = pytest.mark.django_db


def test_a_new_review_waits_and_counts_for_nothing(invitation: ReviewInvitation, product: Product) -> None:
    review = reviews.submit(invitation.token, Opinion(**WORDS), [], author="guest 1")
    product.refresh_from_db()
    assert (review.state, review.size, review.colour) == ("pending", invitation.size, invitation.colour)
    assert product.rating_count == 0


def test_approval_counts_it_and_rejection_takes_it_out(
    product: Product, review_of: Callable[..., Review], staff: User
) -> None:
    good, bad = review_of(product, stars=5), review_of(product, stars=2, fit="small")
    for _ in range(2):  # twice is harmless
        reviews.approve(good.pk, staff.pk)
    product.refresh_from_db()
    assert (product.rating_count, product.rating_sum) == (2, 7)
    assert (product.star_counts, product.fit_counts) == ([0, 1, 0, 0, 1], [1, 1, 0])
    reviews.reject(bad.pk, "Another shop's garment", staff.pk)
    product.refresh_from_db()
    assert (product.rating_count, product.rating_sum, product.fit_counts) == (1, 5, [0, 1, 0])


def test_one_review_for_one_line(invitation: ReviewInvitation) -> None:
    first = reviews.submit(invitation.token, Opinion(**WORDS), [], author="guest 1")
    with pytest.raises(AlreadyReviewed):
        reviews.submit(invitation.token, Opinion(**{**WORDS, "title": "Again"}), [], author="guest 1")
    assert Review.objects.get() == first


def test_the_database_itself_keeps_to_one_review_and_its_words(invitation: ReviewInvitation) -> None:
    review = reviews.submit(invitation.token, Opinion(**WORDS), [], author="guest 1")
    for change in ({"text": "Bought words"}, {"stars": 5}, {"title": "x"}, {"fit": "large"}):
        with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**change)
    review.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        review.save(force_insert=True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stars": 0}, "stars"),
        ({"stars": 6}, "stars"),
        ({"fit": "huge"}, "fit"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"text": "x" * 10_240}, "text"),
        ({"text": "nul\0"}, "text"),
        ({"display_name": ""}, "display_name"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_kept(
    invitation: ReviewInvitation, change: dict[str, object], field: str
) -> None:
    with pytest.raises(ShopError) as refused:
        reviews.submit(invitation.token, Opinion(**{**WORDS, **change}), [], author="guest 1")
    assert refused.value.field == field
    assert not Review.objects.exists()


def test_a_rejection_needs_a_reason(product: Product, review_of: Callable[..., Review], staff: User) -> None:
    review = review_of(product, state="pending")
    with pytest.raises(ShopError, match="Write why"):
        reviews.reject(review.pk, " ", staff.pk)
    review.refresh_from_db()
    assert review.state == "pending"


def test_every_step_of_staff_is_logged(product: Product, review_of: Callable[..., Review], staff: User) -> None:
    review = review_of(product)
    reviews.reply(review.pk, "Thank you, Ada.", staff.pk)
    reviews.reject(review.pk, "Asked to take it down", staff.pk)
    said = LogEntry.objects.filter(object_id=str(review.pk)).order_by("pk").values_list("change_message", "user_id")
    assert list(said) == [
        ("Approved.", staff.pk),
        ("Replied: Thank you, Ada.", staff.pk),
        ("Rejected: Asked to take it down", staff.pk),
    ]


def test_a_review_that_is_gone_is_told(staff: User) -> None:
    with pytest.raises(NotFound):
        reviews.approve(999, staff.pk)


@pytest.mark.breaks_invariants
def test_the_audit_sees_a_figure_that_drifted(product: Product, review_of: Callable[..., Review], staff: User) -> None:
    review = review_of(product)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET rating_sum = rating_sum + 1 WHERE id = %s", [product.pk])
    assert [breach.rule for breach in audit.violations()] == ["ratings kept on the product equal its approved reviews"]
    # Whatever the figure was, the next decision counts anew.
    reviews.reject(review.pk, "Spam", staff.pk)
    assert audit.violations() == []


steps = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["approve", "reject"])), max_size=8)


@given(stars=st.lists(st.integers(1, 5), min_size=3, max_size=3), steps=steps)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_after_any_decisions_the_figures_are_those_of_the_rows(
    product: Product,
    review_of: Callable[..., Review],
    staff: User,
    stars: list[int],
    steps: list[tuple[int, str]],
) -> None:
    rows = [review_of(product, state="pending", stars=number) for number in stars]
    for which, what in steps:
        if what == "approve":
            reviews.approve(rows[which].pk, staff.pk)
        else:
            reviews.reject(rows[which].pk, "No", staff.pk)
    shown = list(Review.objects.filter(product=product, state="approved").values_list("stars", flat=True))
    product.refresh_from_db()
    assert (product.rating_count, product.rating_sum) == (len(shown), sum(shown))
    assert product.star_counts == [shown.count(number) for number in range(1, 6)]
