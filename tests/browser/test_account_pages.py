"""The pages of an account, in light and dark, on a phone and at a desk, with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.test_every_page import AXE, AXE_IN_THE_DARK, complaints_of, overflow

PAGES = ["/orders/", "/accounts/addresses/", "/accounts/addresses/new/", "/accounts/profile/", "/accounts/email/"]
PAGES += ["/accounts/password/change/", "/accounts/news/", "/accounts/data/"]
WINDOWS = [Window(360, 780), Window(1280, 900, scheme="dark")]


def signed_in(page: Page) -> Page:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").first.fill("ada@prechi.test")
    page.get_by_label("Password", exact=True).fill("prechi-demo-ada")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "login" not in url)
    return page


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_they_keep_nobody_out(visit: Callable[..., Page], window: Window) -> None:
    page = signed_in(visit(window))
    found = {}
    for address in PAGES:
        page.goto(address)
        found[address] = complaints_of(page, AXE_IN_THE_DARK if window.scheme == "dark" else AXE)
    assert {address: complaints for address, complaints in found.items() if complaints} == {}


def test_without_scripts_consent_is_given_and_an_address_put_back(visit: Callable[..., Page]) -> None:
    page = signed_in(visit(Window(360, 780, scripts=False)))
    page.goto("/accounts/news/")
    page.get_by_role("button", name="Yes, send them").click()
    page.get_by_text("You get news and offers from now on").wait_for()
    page.get_by_role("button", name="Send me none any more").click()
    page.get_by_text("No more news and offers come").wait_for()
    assert overflow(page) == 0
    page.goto("/accounts/addresses/new/")
    page.get_by_label("Full name", exact=True).fill("Ada Obi")
    page.get_by_label("Phone", exact=True).fill("0803 123 4567")
    page.get_by_label("State", exact=True).select_option("Lagos")
    page.get_by_role("button", name="Update the fields").click()
    page.get_by_label("Local government area").select_option("Eti-Osa")
    page.get_by_label("Street and number").fill("12 Admiralty Way")
    page.get_by_role("button", name="Add the address").click()
    page.get_by_role("link", name="Change").first.click()
    page.get_by_role("button", name="Delete this address").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".place")).to_have_count(1)
    page.get_by_role("link", name="Change").first.click()
    page.get_by_role("button", name="Delete this address").click()
