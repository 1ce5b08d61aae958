"""Writes each mail as page and text, and draws it as a phone and a desk see it, by day and by night."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import override_settings

try:
    from playwright.sync_api import Browser, sync_playwright
except ModuleNotFoundError:  # which only those need who look at mails or test
    sync_playwright = None  # type: ignore[assignment]

from devtools import browser as chromium
from devtools.mails import facts
from devtools.problem import Problem
from mailing.render import render

VIEWS: list[tuple[int, Any]] = [(360, "light"), (640, "light"), (360, "dark")]
FLAGS = ["--no-sandbox", "--disable-gpu"]


def draw(folder: Path, only: str, say: Callable[[str], Any]) -> int:
    """Every mail whose name contains `only`. Returns how many; raises Problem where there is nothing to draw with."""
    if sync_playwright is None:
        raise Problem("Drawing needs the packages of the tests: run `make check` once, then this again.")
    program = chromium.find()
    if program is None:
        raise Problem("There is no Chromium here: install it, or name it in CHROMIUM.")
    pages = write(folder, only)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for page in pages:
            _photograph(browser, page)
            say(str(page))
        browser.close()
    return len(pages)


@override_settings(SITE_URL=facts.SHOP, CONTACT_EMAIL="hello@prechi.example")
def write(folder: Path, only: str = "") -> list[Path]:
    """The pages that were written; beside each is its text, subject first."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for name, (kind, said) in facts.kinds().items():
        if only not in name:
            continue
        mail = render(kind, said)
        page = folder / (re.sub(r"[^a-z]+", "-", name).strip("-") + ".html")
        page.write_text(mail.html)
        page.with_suffix(".txt").write_text(f"Subject: {mail.subject}\n\n{mail.text}")
        pages.append(page)
    return pages


def _photograph(browser: "Browser", page: Path) -> None:
    for width, scheme in VIEWS:
        sheet = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
        sheet.goto(page.absolute().as_uri())
        sheet.screenshot(path=page.with_suffix(f".{width}-{scheme}.png"), full_page=True)
        sheet.close()
