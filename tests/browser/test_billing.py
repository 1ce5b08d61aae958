"""At checkout somebody says that the invoice goes to somebody else: on a phone, without scripts too, and at a desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.purchase import Buyer
from tests.browser.test_every_page import complaints_of, overflow, photograph
from tests.journeys.steps import sizes_in_stock
from tests.running_shop import RunningShop

NAME, ADDRESS = (
    "Okonkwo & Daughters Trading Company Limited",
    "14 Broad Street, 3rd floor\nMarina, Lagos\nTIN 20418866-0001",
)


@pytest.mark.parametrize("window", [Window(), Window(scripts=False), Window(1280, 900)], ids=str)
def test_it_is_written_mended_and_stands_on_the_invoice(
    running_shop: RunningShop, visit: Callable[..., Page], pictures: Path, window: Window
) -> None:
    product, colour, _, sku = sizes_in_stock(running_shop)[0]
    buyer = Buyer(visit(window))
    page = buyer.page
    buyer.puts_into_bag(f"/products/{product}/?colour={colour}", sku)
    buyer.goes_to_checkout()
    fold, name = page.locator("details.billing"), page.get_by_label("Name on the invoice")
    expect(name).not_to_be_visible()
    photograph(page, pictures / f"billing-closed-{window}.png")
    fold.locator("summary").click()
    name.fill(NAME)
    buyer.fills_in(window.scripts)  # without scripts this sends the page on its way once
    expect(name).to_have_value(NAME)
    page.locator("form#checkout .btn-wide").click()
    listed = page.locator(".error-summary a", has_text="Write the address that goes on the invoice")
    expect(listed).to_be_visible()
    photograph(page, pictures / f"billing-wrong-{window}.png")
    assert overflow(page) == 0
    listed.click()
    address = page.get_by_label("Address on the invoice")
    expect(address).to_be_focused()
    expect(address).to_be_in_viewport()
    address.fill(ADDRESS)
    if window.scripts:
        assert complaints_of(page) == []
    photograph(page, pictures / f"billing-filled-{window}.png")
    buyer.pays(scripts=True)  # the total has been seen by now, either way
    buyer.pays_at_paystack()
    buyer.page.get_by_role("link", name="Follow your order").click()
    expect(page.get_by_role("heading", name="Invoice to")).to_be_visible()
    photograph(page, pictures / f"billing-order-{window}.png")
    page.get_by_role("link", name="Invoice", exact=True).click()
    expect(page.locator("section", has_text="Bill to").locator("address")).to_contain_text("TIN 20418866-0001")
    photograph(page, pictures / f"billing-invoice-{window}.png")
    assert overflow(page) == 0
