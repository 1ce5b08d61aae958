"""Customers whose parcels have come, and what they say."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from catalog import reviews
from catalog.models import Product, Review, ReviewInvitation
from catalog.reviews import Opinion
from orders.models import Order
from tests.factories import LINES_OF_NO_ORDER, StaffFactory, VariantSizeFactory, delivered_order

WORDS = {
    "stars": 4,
    "fit": "true",
    "title": "Soft, and stays put",
    "text": "Three washes in and it still sits as on the first day.",
    "display_name": "Ada O.",
}


@pytest.fixture
def staff(db: None) -> User:
    person: User = StaffFactory()
    person.save()
    return person


@pytest.fixture
def order(db: None) -> Order:
    """Delivered: two lines, M and L of two products."""
    return delivered_order((VariantSizeFactory(), 1), (VariantSizeFactory(size__name="L"), 1))


@pytest.fixture
def invitation(order: Order) -> ReviewInvitation:
    return ReviewInvitation.objects.filter(order_number=order.number).order_by("pk")[0]


@pytest.fixture
def product(invitation: ReviewInvitation) -> Product:
    return invitation.product


@pytest.fixture
def review_of(staff: User) -> Callable[..., Review]:
    """A review of the product by somebody new, approved unless told otherwise."""

    def write(product: Product, *, state: str = "approved", **words: Any) -> Review:
        number = ReviewInvitation.objects.count() + LINES_OF_NO_ORDER
        size = VariantSizeFactory._meta.model.objects.filter(variant__product=product).first()
        reviews.invite(f"PR-{number}", [reviews.Delivered(number, size.pk, "Black", words.pop("size", "M"))])
        token = ReviewInvitation.objects.get(order_line=number).token
        review = reviews.submit(token, Opinion(**{**WORDS, **words}), [], author=f"guest {number}")
        if state == "approved":
            reviews.approve(review.pk, staff.pk)
        elif state == "rejected":
            reviews.reject(review.pk, "Not about the garment", staff.pk)
        review.refresh_from_db()
        return review

    return write
