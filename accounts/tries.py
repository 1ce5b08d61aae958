"""Guessing at passwords: each try is counted, by account and by address, whichever door it comes to. So is each mail
that anybody may have sent to an address.

Kept in the database, for guessing must not be free while Redis is away.
"""

from datetime import timedelta

from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import FailedSignIn
from core.bodies import address_of
from core.email_addresses import person
from core.errors import ShopError

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 20
CODES_PER_ADDRESS = 20
TRACKINGS_PER_ORDER = 10
TRACKINGS_PER_ADDRESS = 20
EXPORTS_PER_ACCOUNT = 10
CANCELLED_PER_ACCOUNT = 10
MAILS_PER_ACCOUNT = 3
MAILS_PER_ADDRESS = 20


class TooManyTries(ShopError):
    status = 429
    code = "too_many_tries"


def begin(request: HttpRequest, email: str) -> list[int]:
    """Writes a try down before the password is looked at, so that tries sent all at once are counted too.

    Returns what `succeeded` takes back. Raises TooManyTries.
    """
    return _count(
        {_account(email): FAILURES_PER_ACCOUNT, _address(request): FAILURES_PER_ADDRESS},
        "There were too many tries with a wrong password. Wait 15 minutes, then try again.",
    )


def begin_code(request: HttpRequest) -> list[int]:
    """The same before a discount code is looked up. Raises TooManyTries."""
    return _count(
        {f"code by {_address(request)}"[:300]: CODES_PER_ADDRESS},
        "There were too many tries with codes that do not exist. Wait 15 minutes, then try again.",
    )


def begin_tracking(request: HttpRequest, number: str) -> list[int]:
    """The same before an order is looked up by its number. Raises TooManyTries."""
    return _count(
        {
            f"order {number}"[:300]: TRACKINGS_PER_ORDER,
            f"order by {_address(request)}"[:300]: TRACKINGS_PER_ADDRESS,
        },
        "There were too many tries to find an order. Open it by the link in your mail, or try again in 15 minutes.",
    )


def begin_export(user_id: int) -> None:
    """Counts a file of all that is kept of somebody, for it costs much to gather. Raises TooManyTries."""
    _count(
        {f"export {user_id}": EXPORTS_PER_ACCOUNT},
        "You have taken this file along several times just now. Use the last one, or try again in 15 minutes.",
    )


def count_mail(request: HttpRequest, email: str) -> None:
    """Counts a mail that somebody who need not be its reader asks for. Raises TooManyTries, for known and unknown
    addresses alike."""
    _count(
        {
            f"mail to {_account(email)}"[:300]: MAILS_PER_ACCOUNT,
            f"mail by {_address(request)}"[:300]: MAILS_PER_ADDRESS,
        },
        "We have written to this address already. Look for our mail, also among the spam, or try again in 15 minutes.",
    )


def count_cancelled(email: str, *, ends_by_itself: bool) -> None:
    """Counts an unpaid order that its customer cancels: it and its end each write a mail, to whatever address whoever
    ordered named. By mailbox, for one has many spellings. Raises TooManyTries."""
    _count(
        {_cancelled(email): CANCELLED_PER_ACCOUNT},
        "Many orders with this e-mail address were cancelled just now. "
        + (
            "This one costs nothing and ends by itself when not paid; to cancel it sooner, try again in 15 minutes"
            if ends_by_itself
            else "Write to us to cancel this one, or try again in 15 minutes"
        )
        + ".",
    )


def succeeded(tries: list[int]) -> None:
    """The password was right: this try counts no longer."""
    FailedSignIn.objects.filter(pk__in=tries).delete()


def forget_account(email: str) -> None:
    """What was counted under an address goes with its person."""
    account = _account(email)
    subjects = [account, f"mail to {account}"[:300], _cancelled(email)]
    FailedSignIn.objects.filter(subject__in=subjects).delete()


def forget_old() -> int:
    """Returns how many rows went."""
    return FailedSignIn.objects.filter(created_at__lt=Now() - WINDOW).delete()[0]


def _count(limits: dict[str, int], too_many: str) -> list[int]:
    tries = FailedSignIn.objects.bulk_create(FailedSignIn(subject=subject) for subject in limits)
    this_one = [row.pk for row in tries]
    if any(_too_many(subject, most) for subject, most in limits.items()):
        # Otherwise somebody who goes on trying would keep the owner out for ever.
        succeeded(this_one)
        raise TooManyTries(too_many, details={"retry_after_seconds": int(WINDOW.total_seconds())})
    return this_one


def _cancelled(email: str) -> str:
    return f"cancelled {person(email)}"[:300]


def _account(email: str) -> str:
    """One name for every spelling by which the database finds the same person: it compares in capitals."""
    return f"account {email.strip().upper().lower()}"[:300]


def _address(request: HttpRequest) -> str:
    return f"address {address_of(request)}"[:290]


def _too_many(subject: str, most: int) -> bool:
    return FailedSignIn.objects.filter(subject=subject, created_at__gt=Now() - WINDOW).count() > most
