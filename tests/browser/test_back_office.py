"""What staff cannot work with unless it is drawn well: long dialogs, wide forms, slips on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window, sign_in
from tests.journeys.steps import Customer, sizes_in_stock
from tests.running_shop import RunningShop

# Of the boxes of two elements, whether they share any room.
SHARE_ROOM = """([one, other]) => {
  const [a, b] = [one, other].map((name) => document.querySelector(name).getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}"""


@pytest.fixture
def desk(visit: Callable[..., Page]) -> Callable[[int, int], Page]:
    """A page of the owner, in a window of this width and height."""

    def open_desk(width: int, height: int = 900) -> Page:
        page = visit(Window(width=width, height=height))
        sign_in(page)
        return page

    return open_desk


@pytest.fixture(scope="module")
def order_of_five(running_shop: RunningShop) -> int:
    """Five lines, paid."""
    customer = Customer(running_shop)
    for size in sizes_in_stock(running_shop, count=5):
        customer.takes(*size)
    assert customer.checks_out().pays().has("paid")
    return int(customer.order["id"])


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (360, 740)])
def test_the_end_of_a_long_dialog_can_be_reached(
    desk: Callable[..., Page], order_of_five: int, width: int, height: int
) -> None:
    page = desk(width, height)
    page.goto(f"/admin/orders/order/{order_of_five}/change/")
    page.eval_on_selector("a[hx-get$='/refund/']", "link => link.click()")
    expect(page.get_by_text("Give money back")).to_be_in_viewport()
    for end in (page.locator("#dialog input[name=number]"), page.locator("#dialog button[type=submit]")):
        end.scroll_into_view_if_needed()
        expect(end).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [1600, 1280, 360])
def test_the_form_of_a_discount_fits_its_window(desk: Callable[..., Page], width: int) -> None:
    page = desk(width)
    page.goto("/admin/orders/discount/add/")
    expect(page.locator(".selector-chosen")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for field, label in (("starts_on", "ends_on"), ("ends_on", "time_zone")):
        assert not page.evaluate(SHARE_ROOM, [f"#id_{field}", f"label[for=id_{label}]"])


def test_the_name_of_a_bundle_stands_on_one_line_of_the_slip(
    desk: Callable[..., Page], running_shop: RunningShop
) -> None:
    order = Customer(running_shop).takes_a_bundle().checks_out().order
    page = desk(1280)
    page.goto(f"/admin/orders/order/slips/?order={order['id']}")
    name = page.get_by_role("cell", name="Bundle:")
    box = name.bounding_box()
    assert box is not None
    assert box["height"] < 40
    assert box["width"] > 400
