"""A letter that somebody has lost is sent again: a new mail with its own key, noted with who did it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.privacy import erase_guest
from core.errors import Conflict, NotFound
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, resending
from orders.models import OrderEvent
from tests.factories import StaffFactory, delivered_order, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> OutgoingMail:
    row = OutgoingMail.objects.get(about=f"order/{placed_order().number}")
    outbox.send(row.pk)
    row.refresh_from_db()
    return row


def test_the_same_letter_goes_out_with_a_key_of_its_own(mail: OutgoingMail, mailoutbox: list[Any], nudges: Any) -> None:
    again = resending.send_again(mail.pk, events.SYSTEM)
    assert outbox.send(again.pk)
    first, second = mailoutbox
    assert (first.subject, first.body, first.to) == (second.subject, second.body, second.to)
    assert again.key != mail.key
    event = OrderEvent.objects.get(kind="mail-sent-again")
    assert (event.order.number, event.data["to"]) == (mail.about.removeprefix("order/"), mail.recipient)


def test_a_double_click_sends_one(mail: OutgoingMail) -> None:
    again = resending.send_again(mail.pk, events.SYSTEM)
    for row in (mail, again):
        with pytest.raises(Conflict):
            resending.send_again(row.pk, events.SYSTEM)
    assert OrderEvent.objects.filter(kind="mail-sent-again").count() == 1


def test_later_it_goes_out_once_more_also_from_its_copy(mail: OutgoingMail) -> None:
    again = resending.send_again(mail.pk, events.SYSTEM)
    OutgoingMail.objects.filter(pk=again.pk).update(created_at=Now() - timedelta(minutes=2))
    assert resending.send_again(again.pk, events.SYSTEM).about == f"{mail.about}/again/2"


def test_what_was_not_sent_yet_is_not_sent_again() -> None:
    waiting = OutgoingMail.objects.get(about=f"order/{placed_order().number}")
    with pytest.raises(Conflict):
        resending.send_again(waiting.pk, events.SYSTEM)


def test_keys_to_an_account_are_not_sent_again() -> None:
    key = OutgoingMail.objects.create(
        kind="account-reset", about="account/1", recipient="a@prechi.test", state="queued"
    )
    with pytest.raises(NotFound):
        resending.send_again(key.pk, events.SYSTEM)


def test_not_to_somebody_who_was_erased() -> None:
    order = delivered_order()
    mail = OutgoingMail.objects.get(about=f"order/{order.number}", kind="order-delivered")
    outbox.send(mail.pk)
    erase_guest(order.email)
    with pytest.raises(Conflict, match="erased"):
        resending.send_again(mail.pk, events.SYSTEM)
    assert not OutgoingMail.objects.filter(about__contains="/again/").exists()


def test_its_order_is_locked_before_its_letter_is_read(mail: OutgoingMail) -> None:
    """Erasing takes the same lock: a copy is either there for it to forget, or not written any more."""
    with CaptureQueriesContext(connection) as seen:
        resending.send_again(mail.pk, events.SYSTEM)
    statements = [query["sql"] for query in seen]
    lock = next(at for at, sql in enumerate(statements) if "orders_order" in sql and "FOR NO KEY UPDATE" in sql)
    read = next(at for at, sql in enumerate(statements) if '"mailing_outgoingmail"."text"' in sql)
    assert lock < read


def test_staff_do_it_from_the_back_office(mail: OutgoingMail) -> None:
    staff = StaffFactory()
    staff.save()
    desk = Client()
    desk.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    page = desk.get(f"/admin/mailing/outgoingmail/{mail.pk}/change/").content.decode()
    assert "Send again" in page
    assert "Try again" not in page
    desk.post(reverse("admin:mailing_outgoingmail_send_again", args=[mail.pk]), {"_form_submitted": "on"})
    assert OrderEvent.objects.get(kind="mail-sent-again").actor_id == staff.pk
