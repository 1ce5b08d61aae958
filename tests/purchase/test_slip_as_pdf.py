"""What a slip's PDF draws beside its words: the square code that leads to the order, and a box to tick by each line."""

import re
import zlib
from itertools import pairwise
from typing import NamedTuple

import pytest
import qrcode

from orders import bag, checkout, documents, pdf
from orders.models import Order
from tests.factories import ADA, LAGOS_ISLAND, BundleFactory, VariantSizeFactory, bag_with, lagos, paid

pytestmark = pytest.mark.django_db
POINT, A4_HEIGHT = 25.4 / 72, 297.0
# From the left edge of A4: where text begins, and where it ends.
LEFT, RIGHT = 18.0, 192.0


class Box(NamedTuple):
    """In millimetres from the upper left corner of its page."""

    page: int
    left: float
    top: float
    width: float
    height: float
    is_filled: bool


def boxes(content: bytes) -> list[Box]:
    """All rectangles that are drawn, in order."""
    found, page = [], 0
    for stream in re.findall(rb"stream\n(.*?)\nendstream", content, re.S):
        try:
            words = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if not words.startswith("2 J\n"):  # lettering, and not a page
            continue
        page += 1
        for left, top, width, height, how in re.findall(r"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re (\S)", words):
            measures = (float(left) * POINT, A4_HEIGHT - float(top) * POINT, float(width) * POINT)
            found.append(Box(page, *measures, abs(float(height)) * POINT, how == "f"))
    return found


def step_of(filled: list[Box]) -> float:
    """From one cell of a code to the next."""
    return min(after - before for before, after in pairwise(sorted({box.left for box in filled})))


def code_of(filled: list[Box]) -> list[list[bool]]:
    """The square code that these dark boxes make up, row by row."""
    left, top, step = min(box.left for box in filled), min(box.top for box in filled), step_of(filled)
    places = {(round((box.top - top) / step), round((box.left - left) / step)) for box in filled}
    count = 1 + max(max(place) for place in places)
    return [[(row, column) in places for column in range(count)] for row in range(count)]


def leads_to(address: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(address)
    return [[bool(cell) for cell in row] for row in code.get_matrix()]


@pytest.fixture
def order() -> Order:
    """Two of a piece, and a bundle of three others."""
    lagos()
    size, *others = [VariantSizeFactory(on_hand=9) for _ in range(4)]
    bundle = BundleFactory(eligible=[other.variant.product for other in others])
    held = bag_with((size, 2))
    bag.add_bundle(held, bundle.slug, [other.sku for other in others])
    return paid(checkout.place_order(held, ADA, LAGOS_ISLAND))


def test_the_square_code_leads_staff_to_the_order(order: Order) -> None:
    slip = documents.slip(order)
    assert slip.address.endswith(f"/admin/orders/order/{order.pk}/change/")
    filled = [box for box in boxes(pdf.slips([slip])) if box.is_filled]
    assert code_of(filled) == leads_to(slip.address)


def test_the_square_code_is_whole_and_large_enough_for_a_phone(order: Order) -> None:
    filled = [box for box in boxes(pdf.slips([documents.slip(order)])) if box.is_filled]
    left, right = min(box.left for box in filled), max(box.left + box.width for box in filled)
    top, bottom = min(box.top for box in filled), max(box.top + box.height for box in filled)
    assert (right, right - left, bottom - top) == pytest.approx((RIGHT, 24, 24), abs=0.1)
    assert 18 < top < bottom < 80
    # Cells that touch leave no white lines between them.
    assert all(step_of(filled) < box.width == box.height < 1.1 * step_of(filled) for box in filled)


def test_each_line_has_a_box_to_tick(order: Order) -> None:
    slip = documents.slip(order)
    empty = [box for box in boxes(pdf.slips([slip])) if not box.is_filled]
    assert len(empty) == len(slip.lines) == 4
    for box in empty:
        assert (box.left, box.width, box.height) == pytest.approx((LEFT, 4.4, 4.4), abs=0.02)
    for one, next_one in pairwise(empty):
        assert one.top + one.height < next_one.top


def test_many_slips_have_each_their_own_code_and_boxes_on_every_page(order: Order) -> None:
    many = paid(checkout.place_order(bag_with(*((VariantSizeFactory(), 1) for _ in range(40))), ADA, LAGOS_ISLAND))
    first, second = documents.slip(order), documents.slip(many)
    drawn = boxes(pdf.slips([first, second]))
    codes = {page: code_of(on_it) for page in range(1, 5) if (on_it := [b for b in drawn if b.page == page and b[-1]])}
    assert codes == {1: leads_to(first.address), 2: leads_to(second.address)}
    ticked = [box.page for box in drawn if not box.is_filled]
    assert (ticked.count(1), len(ticked)) == (4, 44)
    assert {1, 2, 3} <= set(ticked)
