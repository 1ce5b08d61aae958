"""Sending a newsletter: one campaign at a time, slowly, so that Resend has room for the mails of orders."""

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from core import switches
from core.transactions import in_transaction
from mailing import campaigns, standstill, suppression
from mailing.models import Campaign, CampaignRecipient, Subscriber
from mailing.newsletter import leave_url
from mailing.resend_backend import IDEMPOTENCY_HEADER, MailRefused, SenderRefused, SentOtherwise

# A run ends well within the time limit of a task, and the timetable begins the next.
RUN_SECONDS = 45.0
LEASE = timedelta(minutes=2)
# As in mailing.outbox: a sender that was killed is followed by another with the same key.
MAIL_LEASE, PAUSE = timedelta(minutes=5), timedelta(minutes=1)
ATTEMPTS_MAX = 5
LOCK = 5_210

To = CampaignRecipient.State
log = structlog.get_logger(__name__)


def send_some(seconds: float = RUN_SECONDS) -> int:
    """Sends of the oldest campaign that is under way, for so long at most. Returns how many mails went out.

    Harmless twice and at once: a second run finds the campaign taken. Stops where staff have paused newsletters or all
    mail, and where Resend does not take one, whose turn then comes later.
    """
    campaign = None if paused() else _claim()
    if campaign is None:
        return 0
    sent, give_up = 0, time.monotonic() + seconds
    try:
        while time.monotonic() < give_up and not paused():
            mail = _next(campaign)
            if mail is None:
                _finish(campaign)
                break
            if not standstill.is_our_turn():
                _keep_waiting(mail)
                break
            if _is_wanted(mail):
                outcome = _send(mail)
                sent += outcome == To.SENT
                if outcome == To.QUEUED:
                    break
                time.sleep(1 / max(0.1, settings.NEWSLETTER_MAILS_PER_SECOND))
    finally:
        Campaign.objects.filter(pk=campaign.pk).update(leased_until=None)
    return sent


def paused() -> bool:
    return switches.is_on(switches.NEWSLETTER_PAUSED) or switches.is_on(switches.MAIL_PAUSED)


@in_transaction
def _claim() -> Campaign | None:
    """The oldest under way, unless a worker is at one: together they would send at twice the rate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    under_way = Campaign.objects.filter(state=Campaign.State.SENDING)
    if under_way.filter(leased_until__gt=Now()).exists():
        return None
    campaign = under_way.order_by("started_at").first()
    if campaign is not None:
        Campaign.objects.filter(pk=campaign.pk).update(leased_until=Now() + LEASE)
    return campaign


def _next(campaign: Campaign) -> CampaignRecipient | None:
    """The next mail that is due, now ours. None also where the campaign was stopped meanwhile."""
    if not Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.SENDING).exists():
        return None
    due = campaign.recipients.filter(state__in=[To.QUEUED, To.SENDING], next_attempt_at__lte=Now())
    for pk in due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:20]:
        taken = due.filter(pk=pk).update(
            state=To.SENDING, attempts=F("attempts") + 1, next_attempt_at=Now() + MAIL_LEASE
        )
        if taken:
            return CampaignRecipient.objects.select_related("campaign", "subscriber").get(pk=pk)
    return None


def _is_wanted(mail: CampaignRecipient) -> bool:
    """Who left, or whose address refused, since the campaign began gets none."""
    person = mail.subscriber
    if person.state == Subscriber.State.CONFIRMED and not suppression.is_stopped(person.email):
        return True
    CampaignRecipient.objects.filter(pk=mail.pk, state=To.SENDING).update(state=To.SKIPPED)
    return False


def _send(mail: CampaignRecipient) -> str:
    """The state that it is in then: queued where something failed that may pass, and the next would fare alike."""
    try:
        provider_id = _hand_over(mail)
    except SenderRefused as error:
        standstill.begin(str(error))
        return _keep_waiting(mail, str(error))
    except SentOtherwise as error:
        # Its letter is rendered anew for each try, and may be worded otherwise after a deploy. One is enough.
        log.warning("newsletter_sent_otherwise", mail=mail.pk, error=str(error))
        provider_id = ""
    except MailRefused as error:
        standstill.end()
        return _note(mail, To.FAILED, str(error))
    except Exception as error:  # whatever went wrong, it is tried again
        log.warning("newsletter_not_sent", mail=mail.pk, attempt=mail.attempts, error=str(error))
        state = To.FAILED if mail.attempts >= ATTEMPTS_MAX else To.QUEUED
        return _note(mail, state, f"{type(error).__name__}: {error}")
    CampaignRecipient.objects.filter(pk=mail.pk).update(
        state=To.SENT, sent_at=Now(), provider_id=provider_id, last_error=""
    )
    standstill.end()
    return To.SENT


def _hand_over(mail: CampaignRecipient) -> str:
    letter = campaigns.rendered(mail.campaign, mail.subscriber_id, mail.pk)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[mail.subscriber.email],
        headers={
            "List-Unsubscribe": f"<{leave_url(mail.subscriber_id, mail.pk)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            IDEMPOTENCY_HEADER: f"campaign/{mail.key}",
        },
    )
    message.attach_alternative(letter.html, "text/html")
    message.send()
    return str(getattr(message, "provider_id", ""))


def _keep_waiting(mail: CampaignRecipient, error: str = "") -> str:
    """As if it had not been tried."""
    ours = CampaignRecipient.objects.filter(pk=mail.pk, state=To.SENDING, attempts=mail.attempts)
    ours.update(state=To.QUEUED, attempts=F("attempts") - 1, last_error=error[:2000], next_attempt_at=Now())
    return To.QUEUED


def _note(mail: CampaignRecipient, state: str, error: str) -> str:
    ours = CampaignRecipient.objects.filter(pk=mail.pk, state=To.SENDING, attempts=mail.attempts)
    ours.update(state=state, last_error=error[:2000], next_attempt_at=Now() + PAUSE)
    return state


def _finish(campaign: Campaign) -> None:
    """Unless one waits for another try."""
    if not campaign.recipients.filter(state__in=[To.QUEUED, To.SENDING]).exists():
        under_way = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.SENDING)
        under_way.update(state=Campaign.State.SENT, finished_at=Now())
