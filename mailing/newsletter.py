"""Who gets the newsletter: whoever asked for it and confirmed that from their own mailbox, until they leave."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core import email_addresses
from core.errors import NotFound, ShopError
from core.queue import nudge
from core.transactions import in_transaction
from mailing import outbox, suppression, tasks
from mailing.models import CampaignRecipient, OutgoingMail, Subscriber

KIND = "newsletter-confirm"
CONFIRM, LEAVE = "mailing.newsletter.confirm", "mailing.newsletter.leave"
CONFIRM_WITHIN = timedelta(days=7)
PER_ADDRESS_AN_HOUR = 20
# What was never confirmed is no consent, and nothing that the shop may keep.
UNCONFIRMED_KEPT = timedelta(days=30)

# Kinds in the outbox that nobody gets who has left meanwhile.
MARKETING = ("abandoned-bag",)

State = Subscriber.State


class TooMany(ShopError):
    status = 429
    code = "too_many_sign_ups"


@in_transaction
def ask(email: str, source: str, *, network_address: str) -> None:
    """Sends the link that confirms, once a day at most. Nothing tells whether somebody is on the list already.

    Raises ShopError naming `email` for what is no address, TooMany for more than one network address can want.
    """
    address = email_addresses.checked(email)
    asked_from = salted_hmac(CONFIRM, network_address, algorithm="sha256").hexdigest()[:32]
    lately = Subscriber.objects.filter(asked_from=asked_from, asked_at__gt=Now() - timedelta(hours=1))
    if lately.count() >= PER_ADDRESS_AN_HOUR:
        raise TooMany("Too many people signed up from here in a short time. Try again in an hour.", field="email")
    asked = {"email": address, "source": source[:40], "asked_at": timezone.now(), "asked_from": asked_from}
    row, is_new = Subscriber.objects.get_or_create(person=email_addresses.person(address), defaults=asked)
    if row.state == State.CONFIRMED or suppression.is_stopped(address):
        return
    if not is_new:
        # But for who confirms in this very moment.
        Subscriber.objects.filter(pk=row.pk).exclude(state=State.CONFIRMED).update(**asked, state=State.ASKED)
    confirm_url = settings.SITE_URL + reverse("newsletter:confirm", args=[_confirming(row)])
    about = f"newsletter/{row.pk}/{timezone.localdate()}/{row.times_left}"
    mail = outbox.write(KIND, about, address, {"confirm_url": confirm_url, "email": address})
    nudge(tasks.send, mail.pk)


def confirm(token: str) -> Subscriber:
    """Harmless twice. Raises NotFound for a link that is wrong, older than a week, or from before they left."""
    row = asked_by(token)
    Subscriber.objects.filter(pk=row.pk, state=State.ASKED).update(state=State.CONFIRMED, confirmed_at=Now())
    row.refresh_from_db()
    return row


def asked_by(token: str) -> Subscriber:
    """Who would confirm by this link. Raises NotFound as `confirm`."""
    try:
        pk, round_ = signing.TimestampSigner(salt=CONFIRM).unsign(token, max_age=CONFIRM_WITHIN).split(".")
        row = Subscriber.objects.filter(pk=int(pk), times_left=int(round_)).exclude(state=State.LEFT).first()
    except (signing.BadSignature, ValueError):
        row = None
    if row is None:
        raise NotFound("This link confirms nothing any more. Sign up again, and use the link in the newest mail.")
    return row


def leave_url(subscriber_id: int, recipient_id: int = 0, *, account_id: int = 0) -> str:
    """What takes a person off the list; with the row of a campaign's mail, it is counted for that. A mail that went to
    an account by its own consent names that."""
    token = signing.Signer(salt=LEAVE).sign(
        f"{subscriber_id}.{recipient_id}" + (f".{account_id}" if account_id else "")
    )
    return settings.SITE_URL + reverse("newsletter:leave", args=[token])


def leaving(token: str) -> Subscriber:
    """Whom this link takes off the list; it never grows old. Raises NotFound."""
    row = Subscriber.objects.filter(pk=_named_by(token)[0]).first()
    if row is None:
        raise NotFound("This link stops nothing. Use the one in the newest mail, or answer that mail.")
    return row


def count_leaving(token: str) -> None:
    """For the campaign whose mail the link stood in. Harmless twice."""
    CampaignRecipient.objects.filter(pk=_named_by(token)[1], left_at=None).update(left_at=Now())


def account_left_by(token: str) -> int:
    """The account whose consent a mail was sent by; nought for one that went by the list."""
    return _named_by(token)[2]


@in_transaction
def leave(email: str) -> None:
    """Takes this address off the list and out of a campaign that is under way, and drops what waits or may be tried
    again. Harmless twice, and for one that was never on it."""
    theirs = Subscriber.objects.as_written([email.lower()])
    waiting = CampaignRecipient.objects.filter(subscriber__in=theirs)
    waiting.filter(state=CampaignRecipient.State.QUEUED).update(state=CampaignRecipient.State.SKIPPED)
    unsent = OutgoingMail.objects.filter(kind__in=MARKETING, recipient__iexact=email)
    unsent.filter(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.DEAD]).delete()
    theirs.exclude(state=State.LEFT).update(state=State.LEFT, left_at=Now(), times_left=F("times_left") + 1)


def include(email: str, source: str, agreed_at: datetime) -> Subscriber:
    """Somebody who agreed elsewhere, with an address that is proved. Who left after that stays away; harmless twice."""
    confirmed = {"state": State.CONFIRMED, "source": source[:40], "confirmed_at": agreed_at}
    row, is_new = Subscriber.objects.get_or_create(
        person=email_addresses.person(email), defaults={"email": email, "asked_at": agreed_at, **confirmed}
    )
    if not is_new and (row.state == State.ASKED or (row.left_at and row.left_at < agreed_at)):
        Subscriber.objects.filter(pk=row.pk).exclude(state=State.CONFIRMED).update(email=email, **confirmed)
        row.refresh_from_db()
    return row


def forget_unconfirmed() -> int:
    """Returns how many rows went."""
    return Subscriber.objects.filter(state=State.ASKED, asked_at__lt=Now() - UNCONFIRMED_KEPT).delete()[0]


def _confirming(row: Subscriber) -> str:
    return signing.TimestampSigner(salt=CONFIRM).sign(f"{row.pk}.{row.times_left}")


def _named_by(token: str) -> tuple[int, int, int]:
    """The rows of the person, of the mail and of the account; nought for what is not named or was changed."""
    try:
        named = [int(number) for number in signing.Signer(salt=LEAVE).unsign(token).split(".")]
    except (signing.BadSignature, ValueError):
        named = []
    person, mail, account = [*named, 0, 0, 0][:3]
    return person, mail, account
