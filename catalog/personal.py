"""What the catalogue keeps of a person: reviews, wishes, and sizes that somebody waits for."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from catalog import reviews
from catalog.models import Review, ReviewInvitation, StockAlert, Wish, Wishlist
from core import email_addresses
from core.personal import Person

# A review stays for those who read it; who wrote it does not.
NOBODY = "A customer"


def export(person: Person) -> dict[str, Any]:
    written = (
        "product__slug",
        "display_name",
        "stars",
        "title",
        "text",
        "fit",
        "state",
        "created_at",
        "reply",
        "reason",
    )
    waiting = _alerts(person).order_by("pk")
    wishes = Wish.objects.filter(wishlist__user=person.user_id) if person.user_id else Wish.objects.none()
    return {
        "reviews": list(_reviews(person).order_by("pk").values(*written)),
        "wishlist": list(wishes.values("variant__product__slug", "variant__colour__name", "size__name")),
        "back_in_stock": list(waiting.values("email", "variant_size__sku", "state", "created_at")),
    }


def hindrances(person: Person) -> Sequence[str]:
    return ()


def erase(person: Person) -> None:
    _alerts(person).delete()
    if person.user_id is None:
        return
    _reviews(person).update(display_name=NOBODY, author="")
    ReviewInvitation.objects.filter(user=person.user_id).update(name="", user=None)
    Wishlist.objects.filter(user=person.user_id).delete()


def forget_buyer(order_numbers: Sequence[str]) -> None:
    """Whose orders these are is not known from their invitations and reviews any more."""
    ReviewInvitation.objects.filter(order_number__in=order_numbers).update(name="", user=None)
    written = Review.objects.filter(invitation__order_number__in=order_numbers)
    written.update(display_name=NOBODY, author="")


def _reviews(person: Person) -> Any:
    if person.user_id is None:
        return Review.objects.none()
    return Review.objects.filter(author=reviews.account(person.user_id)) | Review.objects.filter(
        invitation__user=person.user_id
    )


def _alerts(person: Person) -> QuerySet[StockAlert]:
    """Of their proved addresses as they are written: another spelling is somebody else's with many providers."""
    spelled = [email_addresses.person(email) for email in person.emails]
    return StockAlert.objects.alias(written=Lower("email")).filter(person__in=spelled, written__in=person.emails)
