"""Every page, in light and dark, on a phone and at a desk: nobody is kept out, and nothing runs off the side."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Window
from tests.journeys.plain_browser import PlainBrowser
from tests.journeys.steps import Customer, sizes_in_stock
from tests.running_shop import RunningShop

AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
# In the dark only colours are different.
AXE_IN_THE_DARK = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
PAGES = {
    "home": "/",
    "category": "/c/briefs/",
    "shop": "/shop/",
    "search": "/search/?q=trunk",
    "search-nothing": "/search/?q=zzzz",
    "product": "{product}",
    "product-reviewed": "/products/everyday-trunk/",
    "reviews": "/products/everyday-trunk/reviews/",
    "reviews-filtered": "/products/everyday-trunk/reviews/?stars=5&size=M",
    "review-form": "/reviews/{open_review}/",
    "review-sent": "/reviews/{sent_review}/",
    "bundles": "/bundles/",
    "bundle": "{bundle}",
    "bag": "/bag/",
    "where to": "/delivery/place/",
    "checkout": "/checkout/",
    "return-paid": "{paid_return}",
    "return-failed": "{failed_return}",
    "order-paid": "{paid_order}",
    "order-open": "{open_order}",
    "pay": "{pay}",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "track": "/track/",
    "help": "/help/",
    "help-delivery": "/help/delivery/",
    "help-returns": "/help/returns/",
    "help-sizes": "/help/sizes/",
    "help-questions": "/help/questions/",
    "contact": "/contact/",
    "privacy": "/privacy/",
    "terms": "/terms/",
    "not-found": "/no-such-page/",
}
SCHEMES = {"light": AXE, "dark": AXE_IN_THE_DARK}
WINDOWS = [Window(360, 780), Window(1280, 900)]


@pytest.fixture(scope="package")
def places(running_shop: RunningShop) -> dict[str, str]:
    """Addresses with orders in each state behind them, and the cookies of a customer who has something in the bag."""
    paid = Customer(running_shop).orders().pays()
    paid.assert_paid()
    failed = Customer(running_shop).orders()
    failed.control("failed")
    failed.comes_back()
    product, colour, size, _ = sizes_in_stock(running_shop)[0]
    slug = running_shop.sql("SELECT slug FROM catalog_bundle WHERE active ORDER BY position LIMIT 1")[0]
    return {
        "product": f"/products/{product}/?colour={colour}&size={size}",
        "bundle": f"/bundles/{slug}/",
        "paid_return": f"/pay/return/?reference={paid.reference}",
        "failed_return": f"/pay/return/?reference={failed.reference}",
        "paid_order": f"/orders/{paid.order['token']}/",
        "open_order": f"/orders/{failed.order['token']}/",
        "open_review": _invitation(running_shop),
        "sent_review": running_shop.sql("SELECT token FROM catalog_reviewinvitation ORDER BY id LIMIT 1")[0],
        "pay": f"/pay/{failed.order['token']}/",
        "bag": _bag(_takes_something_reduced(running_shop)),
    }


def _invitation(shop: RunningShop) -> str:
    """One more right to review the first piece that was delivered in the demo shop."""
    columns = "order_number, product_id, variant_size_id, colour, size, name, created_at"
    query = (
        f"INSERT INTO catalog_reviewinvitation (token, order_line, {columns}) "
        f"SELECT md5(random()::text), 900000, {columns} FROM catalog_reviewinvitation ORDER BY id LIMIT 1 "
        "RETURNING token"
    )
    return str(shop.sql(query)[0])


def _takes_something_reduced(shop: RunningShop) -> PlainBrowser:
    """Someone with a reduced piece in the bag: its line is the widest, for it bears the former price too."""
    return Customer(shop).takes(*sizes_in_stock(shop, reduced=True)[0]).browser


def _bag(browser: PlainBrowser) -> str:
    return str(browser.session.cookies["bag"])


def with_bag(page: Page, places: dict[str, str]) -> Page:
    page.context.add_cookies([{"name": "bag", "value": places["bag"], "domain": "localhost", "path": "/"}])
    return page


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_pages_keep_nobody_out(
    visit: Callable[..., Page], places: dict[str, str], pictures: Path, window: Window
) -> None:
    page = with_bag(visit(window), places)
    found = {}

    def look(name: str) -> None:
        for scheme, options in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            photograph(page, pictures / f"{window.width}-{scheme}-{name}.png")
            found[f"{name}, {scheme}"] = complaints_of(page, options)
        page.emulate_media(color_scheme="light")

    for name, address in PAGES.items():
        page.goto(address.format(**places))
        look(name)
    page.goto("/checkout/")
    page.get_by_role("button", name="Continue to the total").click()
    page.get_by_text("Please look at this again").wait_for()
    look("checkout-errors")
    page.select_option("[name=state]", "Lagos")
    page.locator("[name=area] option", has_text="Eti-Osa").wait_for(state="attached")
    page.select_option("[name=area]", "Eti-Osa")
    page.get_by_role("radio", name="Express").check()
    page.get_by_text("Delivery by Express").wait_for()
    look("checkout-ways")
    page.goto(PAGES["review-form"].format(**places))
    page.get_by_role("button", name="Send the review").click()
    page.get_by_text("Please look at this again").wait_for()
    look("review-errors")
    assert {name: complaints for name, complaints in found.items() if complaints} == {}


def complaints_of(page: Page, options: dict[str, Any] = AXE) -> list[str]:
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    said = [
        f"{violation['id']}: {node['html'][:150]} ({node.get('failureSummary', '')[:300]})"
        for violation in violations
        for node in violation["nodes"][:3]
    ]
    if runs_off := overflow(page):
        said.append(f"runs off the side by {runs_off}px")
    return said


def photograph(page: Page, file: Path) -> None:
    """Of the whole page, with the pictures that wait for somebody to scroll. Only where somebody asked for them."""
    if "PRECHI_SCREENSHOTS" not in os.environ:
        return
    page.evaluate("""() => Promise.all([...document.images].map((image) => {
        image.loading = "eager";
        return image.decode().catch(() => null);
    }))""")
    page.screenshot(path=file, full_page=True)


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_nothing_runs_off_the_narrowest_screen(
    visit: Callable[..., Page], places: dict[str, str], pictures: Path, scripts: bool
) -> None:
    """320 px is also a desk's window at 400 %."""
    window = Window(320, 640, scripts=scripts)
    page = with_bag(visit(window), places)
    wide = {}
    for name, address in PAGES.items():
        page.goto(address.format(**places))
        photograph(page, pictures / f"{window}-{name}.png")
        wide[name] = overflow(page)
    assert {name: pixels for name, pixels in wide.items() if pixels} == {}


def test_what_is_wrong_would_be_seen(visit: Callable[..., Page]) -> None:
    """The control of the two above."""
    page = visit()
    page.goto("/help/")
    page.evaluate("""() => {
        const add = (tag, style, about = {}) => {
            const made = Object.assign(document.createElement(tag), about);
            Object.assign(made.style, style);
            document.querySelector("main").append(made);
        };
        const tiny = { display: "inline-block", width: "8px", height: "8px" };
        add("a", tiny, { href: "#a", textContent: "a" });
        add("a", tiny, { href: "#b", textContent: "b" });
        add("p", { width: "2000px", color: "#eee", background: "#fff" }, { textContent: "faint and wide" });
        add("img", {}, { src: "/static/svg/favicon.svg" });
    }""")
    complaints = " ".join(complaints_of(page))
    for rule in ("target-size", "color-contrast", "image-alt", "runs off the side"):
        assert rule in complaints
