"""A mail that was given up waits for staff to send it after all or look at it; one to an erased person never does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adminpanel import dashboard
from core.errors import Conflict, ShopError
from core.personal import Person
from mailing import outbox, personal
from mailing.models import OutgoingMail
from mailing.resend_backend import MailRefused
from payments import dead_letters
from tests.admin.conftest import desk as desk
from tests.admin.conftest import desk_of as desk_of
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.operations.test_metrics import figures

pytestmark = pytest.mark.django_db
MISTYPED = "ada@prechi.tset"


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> OutgoingMail:
    """To an address that Resend will never take."""

    def refuse(mail: OutgoingMail) -> str:
        raise MailRefused("422 validation_error: no such domain")

    mail = OutgoingMail.objects.create(kind="k", about="a/1", recipient=MISTYPED, subject="s", text="t", html="h")
    with monkeypatch.context() as refused:
        refused.setattr(outbox, "_hand_over", refuse)
        outbox.send(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "dead"
    return mail


def do(desk: Client, action: str, mail: OutgoingMail, **fields: Any) -> Any:
    address = reverse(f"admin:mailing_outgoingmail_{action}", args=[mail.pk])
    return desk.post(address, {"_form_submitted": "on", **fields}, follow=True)


def counted(client: Client) -> tuple[str, float, int]:
    """As the first page, the alert and the mail to the staff count it."""
    told = len(dict(dead_letters._given_up()))
    return dashboard._dead_mails().figure, figures(client)["prechi_outbox_dead"], told


def offered(desk: Client, mail: OutgoingMail) -> set[str]:
    page = desk.get(reverse("admin:mailing_outgoingmail_change", args=[mail.pk])).text
    return {deed for deed in ("requeue", "looked-at") if f"/{mail.pk}/{deed}/" in page}


def listed(desk: Client) -> list[OutgoingMail]:
    return list(
        desk.get(reverse("admin:mailing_outgoingmail_changelist"), {"view": "given_up"}).context["cl"].result_list
    )


def test_it_is_counted_and_offered_until_then(dead: OutgoingMail, desk: Client, client: Client) -> None:
    assert counted(client) == ("1", 1, 1)
    assert offered(desk, dead) == {"requeue", "looked-at"}
    assert listed(desk) == [dead]


def test_looked_at_it_is_no_dead_letter_any_more(dead: OutgoingMail, desk: Client, client: Client) -> None:
    assert "It is done with" in messages_of(do(desk, "looked_at", dead, note="Called her instead"))
    assert counted(client) == ("0", 0, 0)
    assert offered(desk, dead) == set()
    assert listed(desk) == []


def test_who_looked_and_why_is_kept(dead: OutgoingMail, desk: Client, owner: Any) -> None:
    do(desk, "looked_at", dead, note="Called her instead")
    dead.refresh_from_db()
    assert (dead.state, dead.closed_by, dead.note) == ("dead", owner.email, "Called her instead")
    assert dead.closed_at is not None
    assert "Called her instead" in desk.get(reverse("admin:mailing_outgoingmail_change", args=[dead.pk])).text


def test_not_without_a_word(dead: OutgoingMail, desk: Client) -> None:
    do(desk, "looked_at", dead, note="")
    with pytest.raises(ShopError):
        outbox.looked_at(dead.pk, " ", "owner@prechi.test")
    dead.refresh_from_db()
    assert dead.closed_at is None


def test_done_with_it_is_neither_sent_nor_looked_at_again(dead: OutgoingMail) -> None:
    outbox.looked_at(dead.pk, "Called her instead", "owner@prechi.test")
    with pytest.raises(Conflict):
        outbox.requeue(dead.pk)
    with pytest.raises(Conflict):
        outbox.looked_at(dead.pk, "Something else", "other@prechi.test")
    dead.refresh_from_db()
    assert (dead.state, dead.note) == ("dead", "Called her instead")


def test_one_that_still_waits_is_not_looked_at() -> None:
    mail = OutgoingMail.objects.create(kind="k", about="a/1", recipient=MISTYPED, subject="s", text="t", html="h")
    with pytest.raises(Conflict):
        outbox.looked_at(mail.pk, "Nothing", "owner@prechi.test")


def test_one_to_an_erased_person_is_none(desk: Client, client: Client) -> None:
    mail = OutgoingMail.objects.create(
        kind="k", about="a/1", recipient="ada@prechi.test", subject="s", text="t", html="h"
    )
    personal.erase(Person(("ada@prechi.test",)))
    mail.refresh_from_db()
    assert mail.state == "dead"
    assert counted(client) == ("0", 0, 0)
    assert offered(desk, mail) == set()
    assert listed(desk) == []
    with pytest.raises(Conflict):
        outbox.requeue(mail.pk)


def test_all_that_a_silent_morning_killed_go_back_into_the_queue_at_once(desk: Client, nudges: Any) -> None:
    def mail(number: int, **columns: Any) -> OutgoingMail:
        texts = {"subject": "s", "text": "t", "html": "h", "attempts": 6, "last_error": "silent"}
        return OutgoingMail.objects.create(
            **{"kind": "k", "about": f"a/{number}", "recipient": f"ada{number}@prechi.test", **texts, **columns}
        )

    dead = [mail(number, state="dead") for number in range(120)]
    left = [
        mail(201, state="dead", closed_at=timezone.now(), closed_by="owner"),
        mail(202, state="dead", recipient="erased-1@erased.invalid"),
        mail(203, state="sent", sent_at=timezone.now()),
    ]
    chosen = {"action": "requeue_chosen", "_selected_action": [dead[0].pk], "select_across": "1"}
    done = desk.post(reverse("admin:mailing_outgoingmail_changelist"), chosen, follow=True)
    assert "120 mails are in the queue again." in messages_of(done)
    states = OutgoingMail.objects.filter(pk__in=[each.pk for each in dead]).values_list("state", "attempts")
    assert set(states) == {("queued", 0)}
    assert [OutgoingMail.objects.get(pk=each.pk).state for each in left] == ["dead", "dead", "sent"]
    assert "None of these was given up." in messages_of(
        desk.post(reverse("admin:mailing_outgoingmail_changelist"), chosen, follow=True)
    )


def test_only_who_may_act_sends_them_after_all(dead: OutgoingMail, desk_of: Any) -> None:
    reader = desk_of("mailing.view_outgoingmail")
    chosen = {"action": "requeue_chosen", "_selected_action": [dead.pk]}
    reader.post(reverse("admin:mailing_outgoingmail_changelist"), chosen)
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_what_staff_noted_of_somebody_goes_with_them(dead: OutgoingMail) -> None:
    outbox.looked_at(dead.pk, "Called Ada", "owner@prechi.test")
    personal.erase(Person((MISTYPED,)))
    dead.refresh_from_db()
    assert (dead.note, dead.closed_by) == ("", "owner@prechi.test")


def test_those_that_wait_to_be_sent_are_listed_too(dead: OutgoingMail, desk: Client) -> None:
    mail = OutgoingMail.objects.create(
        kind="k", about="a/2", recipient=MISTYPED, subject="s", text="t", html="h", next_attempt_at=timezone.now()
    )
    page = desk.get(reverse("admin:mailing_outgoingmail_changelist"), {"view": "waiting"})
    assert list(page.context["cl"].result_list) == [mail]
