"""What staff cannot work with unless it is drawn well: long dialogs, wide forms, slips on paper."""

from collections.abc import Callable
from pathlib import Path

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


@pytest.mark.parametrize("width", [768, 1280])
def test_staff_sell_a_bundle_to_somebody_who_writes(
    desk: Callable[..., Page], running_shop: RunningShop, pictures: Path, width: int
) -> None:
    """What is wrong is told in its place, and what was written stays."""
    name, slug, sku = running_shop.sql(
        """SELECT bundle.name, bundle.slug, size.sku
             FROM catalog_bundle bundle
             JOIN catalog_bundle_eligible eligible ON eligible.bundle_id = bundle.id
             JOIN catalog_product product ON product.id = eligible.product_id AND product.active
             JOIN catalog_variant variant ON variant.product_id = product.id AND variant.active
             JOIN catalog_variantsize size ON size.variant_id = variant.id AND size.active
            WHERE bundle.active AND bundle.pieces = 3 ORDER BY size.on_hand - size.reserved DESC LIMIT 1"""
    )[0]
    page = desk(width)
    page.goto("/admin/orders/order/add/")
    page.get_by_label("Bundle 1").select_option(slug)
    page.locator("#id_picks_1").fill(f"{sku}\n{sku}\nNO-SUCH")
    page.get_by_label("State").select_option("Lagos")
    page.locator("#id_state ~ button").click()
    page.get_by_label("Local government area").select_option("Eti-Osa")
    for label, written in (
        ("E-mail", f"chika{width}@prechi.test"),
        ("Full name", "Chika Eze"),
        ("Phone", f"0803 123 {width:04}"),
        ("Street and number", "1 Awolowo Road"),
    ):
        page.get_by_label(label).fill(written)
    page.get_by_role("button", name="Make the order").click()
    expect(page.get_by_text("Piece 3: There is no piece “NO-SUCH” on sale.")).to_be_visible()
    page.screenshot(path=pictures / f"staff-bundle-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.evaluate(SHARE_ROOM, ["#id_bundle_1", "#id_count_1"])
    assert not page.evaluate(SHARE_ROOM, ["#id_bundle_1", "#id_picks_1"])
    page.locator("#id_picks_1").fill(f"{sku}\n{sku}\n{sku}")
    page.get_by_role("button", name="Make the order").click()
    expect(page.get_by_text("is made. Send its link")).to_be_visible()
    expect(page.get_by_text(name).first).to_be_visible()
