"""The list of what is wrong above checkout names what is wrong still, and goes when nothing is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.purchase import Buyer
from tests.journeys.steps import sizes_in_stock
from tests.running_shop import RunningShop


@pytest.mark.parametrize("window", [Window(), Window(1280, 900)], ids=str)
def test_it_follows_what_is_filled_in(running_shop: RunningShop, visit: Callable[..., Page], window: Window) -> None:
    product, colour, _, sku = sizes_in_stock(running_shop)[0]
    buyer = Buyer(visit(window))
    buyer.puts_into_bag(f"/products/{product}/?colour={colour}", sku)
    buyer.goes_to_checkout()
    page = buyer.page
    page.get_by_role("button", name="Continue to the total").click()
    listed = page.get_by_role("alert")
    for wrong in ("Write your name.", "Choose your state.", "Write street and number.", "Tick that you have read"):
        expect(listed.get_by_text(wrong)).to_be_visible()
    page.get_by_label("Full name", exact=True).fill("Ada Obi")
    expect(listed.get_by_text("Write your name.")).to_have_count(0)
    expect(page.locator(".has-error [name=full_name]")).to_have_count(0)
    expect(listed.get_by_text("Write your e-mail address.")).to_be_visible()
    buyer.fills_in(scripts=True)
    expect(page.get_by_role("button", name="Pay ₦")).to_be_visible()
    expect(listed).to_have_count(0)
    buyer.pays(scripts=True)
