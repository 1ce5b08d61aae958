"""The gallery that every mail is looked at in shows all of them, from the names that the shop really writes."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.test import override_settings
from django.utils import timezone

from accounts import mails as letters
from catalog import low_stock
from devtools.mails import facts, pictures
from mailing import outbox
from mailing.models import OutgoingMail
from mailing.render import render
from orders import emails
from tests.admin.conftest import full_shop as full_shop
from tests.admin.conftest import owner as owner
from tests.factories import placed_order

HOLE = "!!hole!!"
TEXTS = settings.BASE_DIR / "templates/mail"


def test_every_kind_is_in_the_gallery() -> None:
    kinds = {path.name.removesuffix(".subject.txt") for path in TEXTS.glob("*.subject.txt")}
    assert {kind for kind, _ in facts.kinds().values()} == kinds


@pytest.mark.django_db
def test_the_gallery_says_of_an_order_what_the_shop_says() -> None:
    written = emails.facts_of(placed_order())
    assert set(facts.OF_AN_ORDER) == set(written)
    assert set(facts.ORDER) == set(written["order"])
    assert {name for line in facts.OF_AN_ORDER["lines"] for name in line} == set(written["lines"][0])


@pytest.mark.parametrize("name", facts.kinds())
def test_no_mail_has_a_hole_where_something_should_be_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, said = facts.kinds()[name]
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", HOLE)  # type: ignore[attr-defined]
    with override_settings(SITE_URL=facts.SHOP, CONTACT_EMAIL="hello@prechi.example"):
        mail = render(kind, said)
    assert HOLE not in mail.subject + mail.text
    assert HOLE not in mail.html
    assert "None" not in mail.text


def names_in(said: Any) -> Any:
    """What is in there by name, without what it says."""
    if isinstance(said, dict):
        return {name: names_in(value) for name, value in said.items()}
    return names_in(said[0]) if isinstance(said, list) and said else None


@pytest.mark.django_db
def test_what_the_shop_really_writes_is_in_the_gallery_and_has_no_hole(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STAFF_EMAILS = ["staff@prechi.test"]
    request.getfixturevalue("full_shop")
    low_stock.tell()
    letters.welcome("ada@prechi.test")
    links = dict.fromkeys(letters.LINKS, "https://prechi.test/") | {"timestamp": timezone.now()}
    for prefix in (*letters.KINDS, *letters.CHANGES):
        letters.write(prefix, "ada@prechi.test", links)
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", HOLE)  # type: ignore[attr-defined]
    shown = [(kind, names_in(said)) for kind, said in facts.kinds().values()]
    mails = {mail.kind: mail for mail in OutgoingMail.objects.order_by("pk")}
    assert len(mails) > 20
    for kind, mail in mails.items():
        written = outbox.compose(mail)
        assert HOLE not in written.subject + written.text + written.html, kind
        assert any(kind == known and fits(names_in(mail.facts), names) for known, names in shown), (kind, mail.facts)


def fits(written: Any, shown: Any) -> bool:
    """Whether all that the gallery shows is written, too."""
    if not isinstance(shown, dict):
        return True
    return isinstance(written, dict) and all(name in written and fits(written[name], shown[name]) for name in shown)


def test_pages_and_texts_are_written_side_by_side(tmp_path: Path) -> None:
    pages = pictures.write(tmp_path, "order-received")
    names = ["order-received.html", "order-received-by-staff.html", "order-received-abroad.html"]
    names += ["order-received-at-the-door.html"]
    assert [page.name for page in pages] == names
    assert pages[0].with_suffix(".txt").read_text().startswith("Subject: Your order PR-104207: pay by 14:42")
    assert "pay by Saturday, 14:02 to keep it" in pages[1].with_suffix(".txt").read_text()
