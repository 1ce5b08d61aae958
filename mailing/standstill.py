"""While Resend refuses the shop itself, for its key, domain or quota, no mail is lost by it and hardly one asks.

All mails wait as they are, but for one each minute, which finds out whether Resend takes mails again. With the first
that it takes, or refuses for that mail's own sake, the others go on.
"""

from datetime import timedelta

import structlog
from django.db.models.functions import Now

from mailing.models import Standstill

ALONE = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def is_our_turn() -> bool:
    """Whether a mail may be handed over now: any, and in a standstill the one that asks in this minute."""
    standing = Standstill.objects.all()
    return not standing.exists() or standing.filter(ask_at__lte=Now()).update(ask_at=Now() + ALONE) == 1


def begin(reason: str) -> None:
    """Resend has refused the shop. Harmless at any time; the first is said as an error."""
    told = {"reason": reason[:300], "ask_at": Now() + ALONE}
    _, is_new = Standstill.objects.update_or_create(pk=Standstill.ONLY, defaults=told)
    if is_new:
        log.error("resend_refuses_the_shop", reason=reason)


def end() -> None:
    """Resend has spoken of a mail, so it takes the shop's. Harmless at any time."""
    ended, _ = Standstill.objects.all().delete()
    if ended:
        log.warning("resend_takes_mails_again")


def reason() -> str:
    """Why no mail goes out, in Resend's words, for staff; empty when they do."""
    return Standstill.objects.values_list("reason", flat=True).first() or ""


def problem() -> str:
    """The same for anybody."""
    return "Resend refuses the shop's mails" if reason() else ""
