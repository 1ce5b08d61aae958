"""Chromium buys: on a phone with and without scripts, and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Window
from tests.browser.purchase import Buyer
from tests.journeys.steps import sizes_in_stock
from tests.running_shop import RunningShop, eventually

MOST_TAPS = 5
MOST_FIELDS = 8
EXPRESS_MORE = 350_000  # kobo, on Lagos Island
WITHOUT_SCRIPTS_MORE = 2  # asking for the areas of a state, and for the total


@pytest.mark.parametrize("window", [Window(), Window(scripts=False), Window(1280, 900)], ids=str)
def test_somebody_buys(running_shop: RunningShop, visit: Callable[..., Page], window: Window) -> None:
    product, colour, _, sku = sizes_in_stock(running_shop)[0]
    buyer = Buyer(visit(window))
    buyer.puts_into_bag(f"/products/{product}/?colour={colour}", sku)
    buyer.goes_to_checkout()
    buyer.fills_in(window.scripts)
    buyer.pays(window.scripts)
    assert buyer.taps <= MOST_TAPS + (0 if window.scripts else WITHOUT_SCRIPTS_MORE)
    assert buyer.fields <= MOST_FIELDS
    buyer.pays_at_paystack()
    buyer.page.get_by_role("link", name="Follow your order").click()
    expect(buyer.page.get_by_role("heading", name="Order PR-")).to_be_visible()
    assert eventually(lambda: len(running_shop.mails(buyer.email, "order-paid")) == 1)


def test_the_whole_way_by_keyboard(running_shop: RunningShop, visit: Callable[..., Page]) -> None:
    """Tab, arrows, space and enter, from the first key on the product to Paystack's page."""
    product, colour, size, _ = sizes_in_stock(running_shop)[0]
    page = visit(Window(1280, 900))
    page.goto(f"/products/{product}/?colour={colour}&size={size}")
    tab_to(page, "select[name=quantity]")
    page.keyboard.press("3")
    tab_to(page, "button:has-text('Add to bag')")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is in your bag.")).to_be_visible()
    tab_to(page, "a:has-text('Check out')")
    page.keyboard.press("Enter")
    for name, text in (("email", "kunle@prechi.test"), ("full_name", "Kunle Ade"), ("phone", "08031234567")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    tab_to(page, "[name=state]")
    page.keyboard.type("Lagos")
    expect(page.locator("[name=area] option", has_text="Eti-Osa")).to_have_count(1)
    expect(page.locator("[name=state]")).to_be_focused()
    tab_to(page, "[name=area]")
    page.keyboard.type("Eti")
    tab_to(page, "[name=street]")
    page.keyboard.type("12 Admiralty Way")
    tab_to(page, "[name=consent]")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pay ₦")).to_be_visible()
    tab_to(page, "button:has-text('Pay ₦')")
    page.keyboard.press("Enter")
    expect(page.get_by_text("SANDBOX")).to_be_visible()


def test_a_late_answer_leaves_the_focus_where_somebody_types(
    running_shop: RunningShop, visit: Callable[..., Page]
) -> None:
    product, colour, size, _ = sizes_in_stock(running_shop)[0]
    page = visit(Window(1280, 900))
    page.goto(f"/products/{product}/?colour={colour}&size={size}")
    page.select_option("select[name=quantity]", "3")
    page.get_by_role("button", name="Add to bag").click()
    page.goto("/checkout/")
    page.select_option("[name=state]", "Lagos")
    expect(page.locator("[name=area] option", has_text="Eti-Osa")).to_have_count(1)
    held: list[Route] = []
    page.route("**/checkout/", lambda route: held.append(route))  # noqa: PLW0108 (a bound method of a list is refused)
    with page.expect_request("**/checkout/"):
        page.select_option("[name=area]", "Eti-Osa")
    page.locator("[name=street]").focus()
    held[0].continue_()
    expect(page.get_by_role("button", name="Pay ₦")).to_be_visible()
    expect(page.locator("[name=street]")).to_be_focused()


def test_another_way_of_delivery_changes_the_total_and_keeps_the_focus(
    running_shop: RunningShop, visit: Callable[..., Page]
) -> None:
    product, colour, size, _ = sizes_in_stock(running_shop)[0]
    page = visit(Window())
    page.goto(f"/products/{product}/?colour={colour}&size={size}")
    page.select_option("select[name=quantity]", "3")
    page.get_by_role("button", name="Add to bag").click()
    page.goto("/checkout/")
    page.select_option("[name=state]", "Lagos")
    expect(page.locator("[name=area] option", has_text="Eti-Osa")).to_have_count(1)
    page.select_option("[name=area]", "Eti-Osa")
    cheapest, faster = page.get_by_role("radio", name="Standard"), page.get_by_role("radio", name="Express")
    expect(cheapest).to_be_checked()
    before = int(page.locator("[name=expected_total]").input_value())
    cheapest.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=expected_total]")).to_have_value(str(before + EXPRESS_MORE))
    expect(faster).to_be_checked()
    expect(faster).to_be_focused()
    expect(page.locator("#totals")).to_contain_text("Delivery by Express")


def test_a_way_that_is_gone_is_an_error_until_another_is_chosen(
    running_shop: RunningShop, visit: Callable[..., Page]
) -> None:
    product, colour, _, sku = sizes_in_stock(running_shop)[0]
    buyer = Buyer(visit(Window()))
    page = buyer.page
    buyer.puts_into_bag(f"/products/{product}/?colour={colour}", sku)
    buyer.goes_to_checkout()
    buyer.fills_in(scripts=True)
    page.get_by_role("radio", name="Express").evaluate("radio => { radio.value = 'Drone'; radio.checked = true; }")
    page.locator("form#checkout .btn-wide").click()
    listed, told = page.locator(".error-summary li"), page.locator("#methods .error-text")
    expect(listed).to_have_text("Drone does not go to this address. Choose Standard or Express.")
    listed.locator("a").click()
    expect(page.get_by_role("group", name="How it is sent")).to_be_focused()
    expect(page.get_by_role("group", name="How it is sent")).to_have_accessible_description(told.text_content() or "-")
    page.get_by_role("radio", name="Express").check()
    expect(told).to_have_count(0)
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.locator("#totals")).to_contain_text("Delivery by Express")


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until it has the focus, which then must be in sight."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.evaluate(
            "(element, wanted) => element === wanted", page.locator(selector).first.element_handle()
        ):
            break
    target = page.locator(selector).first
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()
