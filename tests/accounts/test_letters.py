"""The words of the mails about an account, in both forms."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import mails
from mailing.render import Rendered, render

KINDS = [*mails.KINDS.values(), "account-changed", "account-welcome"]
FACTS = {
    "email": "o'brien&daughters@prechi.test",
    "activate_url": "https://shop.example/accounts/confirm-email/key/",
    "password_reset_url": "https://shop.example/accounts/password/reset/key/1-abc/",
    "signup_url": "https://shop.example/accounts/signup/",
    "reset_url": "https://shop.example/accounts/password/reset/",
    "shop_url": "https://shop.example/shop/",
    "what": "Your password was changed.",
    "at": datetime(2026, 11, 23, 15, 40, tzinfo=UTC),
}


@pytest.fixture(params=KINDS)
def letter(request: pytest.FixtureRequest) -> Rendered:
    return render(request.param, FACTS)


def test_the_subject_is_one_short_line(letter: Rendered) -> None:
    assert letter.subject
    assert "\n" not in letter.subject
    assert len(letter.subject) <= 78


def test_there_is_one_thing_to_do_in_both_parts(letter: Rendered) -> None:
    buttons = re.findall(r'<td class="button".*?href="([^"]+)"', letter.html, re.DOTALL)
    assert len(buttons) == 1
    assert f": {buttons[0]}\n" in letter.text


def test_nothing_is_fetched_and_nothing_is_missing(letter: Rendered) -> None:
    assert not re.search(r"<(img|link|script|iframe)\b", letter.html)
    assert "None" not in letter.text + letter.html
    assert "\n\n\n" not in letter.text
    assert "{" not in letter.text
    assert len(letter.html.encode()) <= 40 * 1024


def test_html_is_escaped_and_text_is_not(letter: Rendered) -> None:
    assert not re.search(r"&(amp|lt|gt|quot|#x27);", letter.text + letter.subject)
    assert "o'brien&d" not in letter.html


def test_a_change_is_told_in_the_shops_own_time() -> None:
    assert "23 November 2026, 16:40 (Lagos time)" in render("account-changed", FACTS).text


def test_the_shop_has_words_for_whatever_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError):
        mails.write("account/email/something_new", "ada@prechi.test", {})


def test_a_link_leads_to_the_shops_own_name(settings: Any) -> None:
    settings.SITE_URL = "https://shop.example"
    assert "https://shop.example" in render("account-welcome", FACTS).text
