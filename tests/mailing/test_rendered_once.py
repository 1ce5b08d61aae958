"""A mail is written with its cause and rendered by the sender, once: each try hands over the same letter."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from core.money import Money
from mailing import outbox
from mailing.models import OutgoingMail
from tests.factories import placed_order

pytestmark = pytest.mark.django_db


def sent_again(mail: OutgoingMail) -> bool:
    OutgoingMail.objects.filter(pk=mail.pk).update(state="queued", next_attempt_at=mail.created_at)
    return outbox.send(mail.pk)


def test_an_order_waits_for_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise AssertionError("rendered within the order")

    monkeypatch.setattr(outbox, "render", broken)
    order = placed_order()
    mail = OutgoingMail.objects.get(about=f"order/{order.number}")
    assert (mail.subject, mail.text, mail.html) == ("", "", "")
    assert mail.facts["order"]["total"] == order.total


def test_the_letter_says_what_was_true_when_it_was_written(mailoutbox: list[Any]) -> None:
    order = placed_order()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger keeps the order as it was
        cursor.execute("UPDATE orders_order SET full_name = 'Somebody Else' WHERE id = %s", [order.pk])
    mail = OutgoingMail.objects.get(about=f"order/{order.number}")
    assert outbox.send(mail.pk)
    assert "Ada Obi" in mailoutbox[0].body
    assert "Somebody Else" not in mailoutbox[0].body


def test_a_repeat_is_the_same_to_the_letter(monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]) -> None:
    mail = OutgoingMail.objects.get(about=f"order/{placed_order().number}")
    assert outbox.send(mail.pk)
    monkeypatch.setattr(outbox, "render", lambda *args: outbox.Rendered("Another", "Another", "Another"))
    assert sent_again(mail)
    first, second = mailoutbox
    assert (first.subject, first.body, first.alternatives) == (second.subject, second.body, second.alternatives)


def test_who_renders_second_hands_over_what_was_kept_first() -> None:
    mail = OutgoingMail.objects.get(about=f"order/{placed_order().number}")
    OutgoingMail.objects.filter(pk=mail.pk).update(subject="First", text="First", html="First")
    assert outbox.compose(mail).subject == "First"


def test_a_text_that_cannot_be_made_is_tried_again_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = OutgoingMail.objects.get(about=f"order/{placed_order().number}")
    monkeypatch.setattr(outbox, "render", lambda *args: 1 / 0)
    assert not outbox.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "ZeroDivisionError" in mail.last_error


def test_amounts_and_times_come_back_as_they_were() -> None:
    facts = {"total": Money(1_900_050), "dollars": Money(12, "USD"), "at": datetime(2026, 11, 24, 9, 5, tzinfo=UTC)}
    row = outbox.write("order-paid", "nothing/1", "ada@prechi.test", {**facts, "parts": [[facts["total"], "a"]]})
    row.refresh_from_db()
    assert row.facts == {**facts, "parts": [[Money(1_900_050), "a"]]}
