"""What happens to an order after its person was erased is written down; the mail about it is handed to nobody."""

from typing import Any

import pytest

from accounts.privacy import erase_guest
from mailing import outbox
from mailing.models import OutgoingMail
from orders import emails
from payments import dead_letters
from tests.factories import delivered_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> OutgoingMail:
    order = delivered_order()
    erase_guest(order.email)
    order.refresh_from_db()
    emails.write("order-refunded", order, part="refund/1")
    return OutgoingMail.objects.get(kind="order-refunded")


def test_it_is_closed_and_neither_waits_nor_is_given_up(mail: OutgoingMail, mailoutbox: list[Any]) -> None:
    assert not outbox.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("dead", "Its person was erased.")
    assert mailoutbox == []
    assert mail.pk not in outbox.due()
    assert not OutgoingMail.objects.dead_letters().exists()
    assert dict(dead_letters._given_up()) == {}


def test_written_again_it_is_the_same_one(mail: OutgoingMail) -> None:
    outbox.send(mail.pk)
    again = outbox.write(mail.kind, mail.about, mail.recipient, {})
    assert (again.pk, OutgoingMail.objects.filter(kind=mail.kind).count()) == (mail.pk, 1)
