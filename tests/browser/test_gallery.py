"""Staff send pictures in a browser: followed file by file until the shop shows them, ordered by buttons, plain too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window, sign_in
from tests.catalogue.test_pictures import photograph
from tests.running_shop import RunningShop

READY_WITHIN_MS = 30_000


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def forget(running_shop: RunningShop, alt: str) -> None:
    """The shop is shared with other tests."""
    running_shop.sql("DELETE FROM catalog_upload")
    running_shop.sql("DELETE FROM catalog_image WHERE alt LIKE %s", alt)


@pytest.fixture
def bundle(running_shop: RunningShop) -> int:
    number: int = running_shop.sql("SELECT id FROM catalog_bundle ORDER BY id LIMIT 1")[0]
    return number


@pytest.mark.parametrize("width", [1280, 768])
def test_pictures_are_sent_followed_and_ordered(
    visit: Callable[..., Page], running_shop: RunningShop, bundle: int, width: int, pictures: Path
) -> None:
    page = visit(Window(width=width, height=1000))
    sign_in(page)
    page.goto(f"/admin/catalog/bundle/{bundle}/pictures/")
    before = page.locator("[data-pictures] > li").count()
    files = [
        file("front.jpg", photograph((1200, 1500 + width))),
        file("notes.jpg", b"no picture"),
        file("half.jpg", photograph((900, 1000 + width))[:6000]),
    ]
    page.set_input_files("#files", files)
    rows = page.locator("[data-files] > li")
    expect(rows).to_have_count(3)
    for number in range(3):
        rows.nth(number).get_by_label("What is to be seen").fill(f"Side {number} at {width}")
    page.screenshot(path=pictures / f"gallery-chosen-{width}.png", full_page=True)
    page.get_by_role("button", name="Upload").click()
    expect(rows.nth(0)).to_contain_text("Ready", timeout=READY_WITHIN_MS)
    expect(rows.nth(1)).to_contain_text("is no JPEG, PNG, WebP or AVIF picture")
    expect(rows.nth(2)).to_contain_text("ends too early", timeout=READY_WITHIN_MS)
    expect(rows.nth(2).get_by_role("button", name="Try again")).to_be_visible()
    expect(page.locator("[data-status]")).to_have_text("1 of 3 are ready.")
    shown = page.locator("[data-pictures] > li")
    expect(shown).to_have_count(before + 2)
    page.screenshot(path=pictures / f"gallery-ready-{width}.png", full_page=True)

    page.get_by_role("button", name=f"Move up: Side 0 at {width}").click()
    expect(shown.nth(before - 1).locator("input")).to_have_value(f"Side 0 at {width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    forget(running_shop, f"Side % at {width}")


def test_without_scripts_a_plain_form_does_it(
    visit: Callable[..., Page], running_shop: RunningShop, bundle: int
) -> None:
    page = visit(Window(width=1280, height=1000, scripts=False))
    sign_in(page)
    page.goto(f"/admin/catalog/bundle/{bundle}/pictures/")
    page.set_input_files("#files", [file("a.jpg", photograph((640, 800))), file("b.jpg", photograph((650, 800)))])
    page.fill("#alt", "Plain one\nPlain two")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("2 of 2 files are taken")).to_be_visible()
    forget(running_shop, "Plain %")
