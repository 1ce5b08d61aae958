"""Chromium against the running shop. What the page says against itself (errors, refused sources) fails the test."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from devtools import browser as chromium
from tests.running_shop import RunningShop

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
# Chromium says by itself that a page answered 4xx; the pages of this shop that do so are asked for on purpose.
OWN_WORDS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """Ended with the folder: while it runs, Django takes this thread for an asynchronous one."""
    program = chromium.find()
    if program is None:
        missing = "NO CHROMIUM: apt-get install chromium, or set CHROMIUM to its path."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Window:
    """What makes one visit differ from another."""

    width: int = 360
    height: int = 780
    scripts: bool = True
    scheme: str = "light"
    dots: int = 1
    """Of the screen for each pixel of the page."""

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}{'' if self.scripts else '-plain'}"


@pytest.fixture
def visit(running_shop: RunningShop, chrome: Browser) -> Iterator[Callable[..., Page]]:
    """A new page of a browser of its own."""
    contexts, complaints = [], []

    def open_page(window: Window = Window()) -> Page:
        context = chrome.new_context(
            base_url=running_shop.url,
            viewport={"width": window.width, "height": window.height},
            java_script_enabled=window.scripts,
            color_scheme=window.scheme,  # type: ignore[arg-type]
            device_scale_factor=window.dots,
            has_touch=window.width < 768,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(complaints, page, message))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert running_shop.violations() == []


def sign_in(page: Page) -> None:
    """The owner of the demo shop, to the back office."""
    page.goto("/admin/login/")
    page.fill("#id_username", "owner@prechi.test")
    page.fill("#id_password", "prechi-demo-owner")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")


def _note(complaints: list[str], page: Page, message: Any) -> None:
    if message.type in ("error", "warning") and not OWN_WORDS.match(message.text):
        complaints.append(f"{page.url}: {message.text}")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: PRECHI_SCREENSHOTS, or a temporary folder that pytest clears after some runs."""
    folder = Path(os.environ.get("PRECHI_SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
