"""The outbox: a mail is a row written with its cause, and is sent once, whatever dies in between."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from core import prepared, switches
from core.errors import Conflict, ShopError
from core.personal import is_erased
from core.transactions import in_transaction
from mailing import standstill
from mailing.models import OutgoingMail
from mailing.personal import OF_NOBODY, nothing_personal
from mailing.render import Rendered, render
from mailing.resend_backend import IDEMPOTENCY_HEADER, MailRefused, SenderRefused

# A worker that takes longer than this to send is taken for dead and the mail is claimed again; Resend knows its key for
# 24 hours and sends it no second time.
LEASE = timedelta(minutes=5)
BACKOFF = [timedelta(seconds=seconds) for seconds in (20, 60, 300, 1800, 7200)]

# What follows in `about` of a mail that was sent again, before its number.
AGAIN = "/again/"
AGAIN_AFTER = timedelta(minutes=1)

# Goes to somebody of whom nothing else is kept (accounts.privacy). When it is done with, so is its address.
LAST_WORD = "account-erased"

log = structlog.get_logger(__name__)


def write(
    kind: str, about: str, recipient: str, facts: dict[str, Any], headers: dict[str, str] | None = None
) -> OutgoingMail:
    """Writes a mail in the caller's transaction. The same (about, kind, recipient) is written once.

    `facts` are plain data (with Money and times, see mailing.facts) for templates/mail/<kind>.*, which the sender
    renders: a cause is never held up by its mail. The caller nudges `mailing.tasks.send`; without a nudge the sweeper
    sends it within seconds.
    """
    row = OutgoingMail(about=about, kind=kind, recipient=recipient, facts=facts, headers=headers or {})
    _write([row])
    return row


def write_to_all(kind: str, about: str, recipients: Iterable[str], facts: dict[str, Any]) -> list[OutgoingMail]:
    """As `write`, one mail to each of them, in one statement."""
    rows = [
        OutgoingMail(about=about, kind=kind, recipient=recipient, facts=facts)
        for recipient in dict.fromkeys(recipients)
    ]
    _write(rows)
    return rows


def enqueue(
    kind: str, about: str, recipient: str, mail: Rendered, headers: dict[str, str] | None = None
) -> OutgoingMail:
    """As `write`, for a mail whose texts are made already."""
    row = OutgoingMail(about=about, kind=kind, recipient=recipient, headers=headers or {})
    _put_into(row, mail)
    _write([row])
    return row


def latest(about: str, kind: str) -> OutgoingMail:
    """The latest mail of a kind about something, sent or not."""
    return OutgoingMail.objects.filter(about=about, kind=kind).latest("pk")


def due(limit: int = 100) -> list[int]:
    """Ids of mails to send now: queued ones whose time has come, and ones whose sender seems dead."""
    rows = OutgoingMail.objects.filter(state__in=["queued", "sending"], next_attempt_at__lte=Now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def send(mail_id: int) -> bool:
    """Sends one mail if it is due and nobody else is at it. Returns whether it went out.

    Claimed by a conditional update, sent outside any transaction, then marked. A refusal by the provider that no
    repeat can mend ends in the state dead; where the shop itself is refused all wait (mailing.standstill), and it is no
    try of this mail; anything else is tried again, later each time. One to an erased person, of whose order something
    was written down since, is handed to nobody.
    """
    if switches.is_on(switches.MAIL_PAUSED) or not standstill.is_our_turn() or not _claim(mail_id):
        return False
    mail = OutgoingMail.objects.get(pk=mail_id)
    if is_erased(mail.recipient):
        OutgoingMail.objects.filter(pk=mail_id).update(**OF_NOBODY)
        return False
    try:
        provider_id = _hand_over(compose(mail))
    except SenderRefused as error:
        _keep_waiting(mail, str(error))
        standstill.begin(str(error))
        return False
    except MailRefused as error:
        _put_off(mail, str(error), final=True)
        standstill.end()
        return False
    except Exception as error:  # whatever went wrong, the mail stays and is tried again
        _put_off(mail, f"{type(error).__name__}: {error}", final=mail.attempts > len(BACKOFF))
        return False
    sent = {"state": OutgoingMail.State.SENT, "sent_at": Now(), "provider_id": provider_id, "last_error": ""}
    OutgoingMail.objects.filter(pk=mail_id).update(**{**sent, **_forgotten(mail)})
    standstill.end()
    return True


def requeue(mail_id: int) -> None:
    """Another full round of attempts for a mail that was given up. Raises Conflict for any other.

    Resend knows its key for a day, so that even a mail that did go out is not sent twice by a hasty repeat.
    """
    if not requeue_all(OutgoingMail.objects.filter(pk=mail_id)):
        raise Conflict("Only a mail that was given up is sent again. Look at its state.", code="mail_not_dead")


def requeue_all(mails: QuerySet[OutgoingMail]) -> int:
    """The same for those of `mails` that were given up, as after a morning without Resend. Returns how many."""
    given_up = OutgoingMail.objects.dead_letters().filter(pk__in=mails.order_by().values("pk"))
    return given_up.update(state=OutgoingMail.State.QUEUED, attempts=0, next_attempt_at=Now(), last_error="")


def looked_at(mail_id: int, note_of_staff: str, who: str) -> None:
    """Nothing is to be done about a mail that was given up, and why: it is no dead letter any more.

    Raises ShopError without a note, Conflict for any other mail.
    """
    if not note_of_staff.strip():
        raise ShopError("Write why it need not go out.", field="note")
    given_up = OutgoingMail.objects.dead_letters().filter(pk=mail_id)
    if not given_up.update(closed_by=who, closed_at=Now(), note=note_of_staff.strip()[:200]):
        raise Conflict("Only a mail that was given up waits for somebody. Look at its state.", code="mail_not_dead")


@in_transaction
def send_again(mail_id: int) -> OutgoingMail:
    """The same letter as a new mail with a key of its own, for somebody who has lost theirs.

    The caller nudges. Raises Conflict for a mail that is still on its way, and for a second one within a minute, which
    is a double click.
    """
    mail = OutgoingMail.objects.select_for_update(of=("self",), no_key=True).get(pk=mail_id)
    if AGAIN in mail.about:
        mail = OutgoingMail.objects.select_for_update(of=("self",), no_key=True).get(
            about=mail.about.partition(AGAIN)[0], kind=mail.kind, recipient=mail.recipient
        )
    if mail.state != OutgoingMail.State.SENT:
        raise Conflict("This mail has not been sent yet. Look at its state.", code="mail_not_sent")
    copies = OutgoingMail.objects.filter(about__startswith=mail.about + AGAIN, kind=mail.kind, recipient=mail.recipient)
    if copies.filter(created_at__gt=Now() - AGAIN_AFTER).exists():
        raise Conflict("This mail was sent again a moment ago. Wait a minute.", code="mail_sent_again")
    copy = OutgoingMail(
        kind=mail.kind,
        about=f"{mail.about}{AGAIN}{copies.count() + 1}",
        recipient=mail.recipient,
        facts=mail.facts,
        headers=mail.headers,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
    )
    _write([copy])
    return copy


def compose(mail: OutgoingMail) -> OutgoingMail:
    """The mail with its texts: rendered and kept where it has none yet. Harmless twice and at once."""
    if not mail.subject:
        _put_into(mail, render(mail.kind, mail.facts))
        texts = {"subject": mail.subject, "text": mail.text, "html": mail.html}
        if not OutgoingMail.objects.filter(pk=mail.pk, subject="").update(**texts):
            mail.refresh_from_db(fields=list(texts))
    return mail


def _write(rows: list[OutgoingMail]) -> None:
    # A mail that is there already keeps all it has, and gives its id.
    prepared.write(rows, "ON CONFLICT (about, kind, recipient) DO UPDATE SET kind = excluded.kind")


def _put_into(row: OutgoingMail, mail: Rendered) -> None:
    row.subject, row.text, row.html = mail.subject[:200], mail.text, mail.html


def _claim(mail_id: int) -> bool:
    waiting = Q(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.SENDING], next_attempt_at__lte=Now())
    claimed = OutgoingMail.objects.filter(waiting, pk=mail_id).update(
        state=OutgoingMail.State.SENDING, attempts=F("attempts") + 1, next_attempt_at=Now() + LEASE
    )
    return claimed == 1


def _hand_over(mail: OutgoingMail) -> str:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.recipient],
        headers={**mail.headers, IDEMPOTENCY_HEADER: f"mail/{mail.key}"},
    )
    message.attach_alternative(mail.html, "text/html")
    message.send()
    return str(getattr(message, "provider_id", ""))


def _keep_waiting(mail: OutgoingMail, error: str) -> None:
    """As if it had not been tried. Ours alone, as in `_put_off`."""
    ours = OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.SENDING, attempts=mail.attempts)
    ours.update(
        state=OutgoingMail.State.QUEUED,
        attempts=F("attempts") - 1,
        last_error=error[:2000],
        next_attempt_at=Now() + standstill.ALONE,
    )


def _put_off(mail: OutgoingMail, error: str, *, final: bool) -> None:
    log.warning("mail_not_sent", mail=mail.pk, kind=mail.kind, attempt=mail.attempts, final=final, error=error)
    pause = BACKOFF[min(mail.attempts, len(BACKOFF)) - 1]
    # Not where a sender that was taken for dead comes back: another has claimed the mail, or sent it.
    ours = OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.SENDING, attempts=mail.attempts)
    state = OutgoingMail.State.DEAD if final else OutgoingMail.State.QUEUED
    put_off = {"state": state, "last_error": error[:2000], "next_attempt_at": Now() + pause}
    ours.update(**{**put_off, **(_forgotten(mail) if final else {})})


def _forgotten(mail: OutgoingMail) -> dict[str, Any]:
    """What the row loses when it is done with. In the same statement: no crash leaves an address behind."""
    return {**nothing_personal(), "last_error": ""} if mail.kind == LAST_WORD else {}
