"""Where a workflow owns the rows, staff look and do not touch."""

import pytest
from django.db.models import Model
from django.forms.models import model_to_dict
from django.test import Client

from catalog.models import StockAlert, StockMovement, VariantSize
from core.models import IdempotencyKey
from mailing.models import OutgoingMail
from orders.models import Bag, BagLine, BagPick, Order, OrderEvent, OrderLine, Reservation
from payments.models import Payment, ProviderEvent
from tests.admin.test_every_page_opens import address

OWNED = [
    StockAlert,
    StockMovement,
    IdempotencyKey,
    OutgoingMail,
    Bag,
    BagLine,
    BagPick,
    Order,
    OrderEvent,
    OrderLine,
    Reservation,
    Payment,
    ProviderEvent,
]


@pytest.mark.usefixtures("full_shop")
def test_nothing_can_be_added_changed_or_deleted(desk: Client, subtests: pytest.Subtests) -> None:
    for model in OWNED:
        with subtests.test(model.__name__):
            is_left_alone(desk, model)


def is_left_alone(desk: Client, model: type[Model]) -> None:
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    before, count = model_to_dict(row), model._default_manager.count()
    changes = {"status": "delivered", "payment_status": "paid", "state": "sent", "quantity": "99", "change": "99"}
    # An order is made by the workflow, of pieces and an address: these columns are none of its form's.
    may_be_made = model is Order
    assert desk.get(address(model, "add"), follow=True).status_code == (200 if may_be_made else 403)
    assert desk.post(address(model, "add"), changes).status_code == (400 if may_be_made else 403)
    assert desk.post(address(model, "change", row.pk), changes).status_code == 403
    assert desk.get(address(model, "delete", row.pk)).status_code == 403
    assert desk.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    desk.post(address(model, "changelist"), selected)
    row.refresh_from_db()
    assert (model_to_dict(row), model._default_manager.count()) == (before, count)


@pytest.mark.usefixtures("full_shop")
def test_counts_of_a_size_are_not_taken_from_its_form(desk: Client) -> None:
    size = VariantSize.objects.order_by("pk").first()
    assert size is not None
    form = {
        "variant": size.variant_id,
        "size": size.size_id,
        "sku": size.sku,
        "price_kobo": "9,000",
        "low_stock_threshold": "2",
        "active": "on",
        "on_hand": "500",
        "reserved": "0",
        "movements-TOTAL_FORMS": "0",
        "movements-INITIAL_FORMS": "0",
    }
    assert desk.post(address(VariantSize, "change", size.pk), form).status_code == 302
    after = VariantSize.objects.get(pk=size.pk)
    assert (after.price_kobo, after.low_stock_threshold) == (900_000, 2)
    assert (after.on_hand, after.reserved) == (size.on_hand, size.reserved)


@pytest.mark.usefixtures("full_shop")
def test_secrets_are_not_shown(desk: Client) -> None:
    """The token of a bag opens it; a stored answer holds the token of an order."""
    bag = Bag.objects.order_by("pk").first()
    assert bag is not None
    assert bag.token not in desk.get(address(Bag, "change", bag.pk)).content.decode()
    key = IdempotencyKey.objects.order_by("pk").first()
    assert key is not None
    IdempotencyKey.objects.filter(pk=key.pk).update(answer="a-token-of-an-order")
    assert "a-token-of-an-order" not in desk.get(address(IdempotencyKey, "change", key.pk)).content.decode()
