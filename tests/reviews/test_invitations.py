"""Who may write a review: whoever received the piece, once for each line of the order."""

import pytest

from catalog import reviews
from catalog.models import ReviewInvitation
from core.errors import NotFound
from mailing import outbox
from mailing.models import OutgoingMail
from orders import bag, checkout, events, lifecycle
from orders.models import Order
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    VariantSizeFactory,
    delivered,
    lagos,
    paid,
    placed_order,
)

pytestmark = pytest.mark.django_db


def test_delivery_invites_once_for_each_line(order: Order) -> None:
    lines = set(order.lines.values_list("pk", "size", "colour"))
    invited = ReviewInvitation.objects.filter(order_number=order.number)
    assert set(invited.values_list("order_line", "size", "colour")) == lines
    assert {invitation.name for invitation in invited} == {"Ada O."}
    assert all(len(invitation.token) >= 32 for invitation in invited)


def test_nobody_is_invited_before_the_parcel_has_come() -> None:
    order = paid(placed_order())
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    assert not ReviewInvitation.objects.exists()


def test_delivering_twice_invites_once(order: Order) -> None:
    before = set(ReviewInvitation.objects.values_list("token", flat=True))
    lifecycle.deliver(order.pk, events.SYSTEM)
    pieces = [reviews.Delivered(line.pk, line.variant_size_id or 0, "", "") for line in order.lines.all()]
    reviews.invite(order.number, pieces)
    assert set(ReviewInvitation.objects.values_list("token", flat=True)) == before


def test_every_piece_of_a_bundle_is_reviewed_by_itself() -> None:
    lagos()
    size = VariantSizeFactory()
    bundle = BundleFactory(eligible=[size.variant.product])
    open_bag = bag.open_bag()
    bag.add_bundle(open_bag, bundle.slug, [size.sku] * 3)
    order = delivered(paid(checkout.place_order(open_bag, ADA, LAGOS_ISLAND)))
    components = set(order.lines.filter(kind="component").values_list("pk", flat=True))
    assert components
    assert set(ReviewInvitation.objects.values_list("order_line", flat=True)) == components


def test_the_delivery_mail_carries_a_link_for_each_piece(order: Order, settings: object) -> None:
    mail = outbox.compose(OutgoingMail.objects.get(kind="order-delivered", about=f"order/{order.number}"))
    for invitation in ReviewInvitation.objects.all():
        address = f"/reviews/{invitation.token}/"
        assert address in mail.text
        assert address in mail.html
    assert "\n\n\n" not in mail.text


@pytest.mark.parametrize("token", ["", "x", "a" * 5_000, "nul\0", "' OR 1=1"])
def test_a_wrong_token_opens_nothing(token: str) -> None:
    with pytest.raises(NotFound):
        reviews.invitation_with(token)
