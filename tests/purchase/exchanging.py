"""What tests of pieces that were got in exchange begin with, beside tests.purchase.sending_back."""

import pytest

from catalog.models import VariantSize
from orders import events, exchanges, return_policy, returns
from orders.models import Order, Return
from orders.return_policy import Piece
from orders.returns import Wish
from payments import for_nothing


def pieces(order: Order) -> dict[str, Piece]:
    """What may come back still, by its size."""
    return {piece.sent_size: piece for piece in return_policy.pieces_of(order) if piece.left}


def asked(order: Order, size: str, instead: str = "", quantity: int = 1, reason: str = "size") -> Return:
    """To send back a piece of this size, for another one (SKU) or for money."""
    kind = "exchange" if instead else "refund"
    wish = {pieces(order)[size].key: Wish(quantity, instead)}
    found = returns.request(order.pk, wish, kind, reason, "", events.CUSTOMER)
    return returns.approve(found.pk, events.SYSTEM)


def arrived(found: Return, condition: str = "sound") -> Return:
    return for_nothing.receive(found.pk, {line.pk: condition for line in found.lines.all()}, events.SYSTEM)


def exchanged(order: Order, size: str, instead: str) -> Return:
    """Arrived, and the other size is sent."""
    return exchanges.send(arrived(asked(order, size, instead)).pk, "GIG", "", events.SYSTEM)


@pytest.fixture
def swap(order: Order, large: VariantSize) -> Return:
    """Of two of size M one became an L, and it was sent."""
    return exchanged(order, "M", large.sku)
