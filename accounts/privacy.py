"""Everything that the shop keeps of somebody: handed out to them, or forgotten."""

from typing import Any

from django.http import HttpRequest

from accounts import mails, tries
from accounts.models import User
from accounts.proof import proved_addresses
from core import personal
from core.errors import ShopError
from core.personal import Person, holders, refuse_what_is_under_way
from core.transactions import in_transaction


def export(user: User) -> dict[str, Any]:
    """All of it as plain data, by what it is; of nobody else. An address that is not proved finds nothing."""
    return _export(person_of(user))


def export_guest(email: str) -> dict[str, Any]:
    """The same for somebody without an account, whose address staff have made sure of."""
    return _export(_guest(email))


def hindrances(user: User) -> list[str]:
    """Why the account cannot be erased yet; empty when it can."""
    return personal.hindrances(person_of(user))


def erase_own(request: HttpRequest, user: User, password: str) -> None:
    """`erase`, for who asks for it: with the password once more, for a session that was left open must not end an
    account. Raises ShopError naming `password`, tries.TooManyTries."""
    this_one = tries.begin(request, user.email)
    if not user.check_password(password):
        raise ShopError("This is not your password. Check it and try again.", code="wrong_password", field="password")
    tries.succeeded(this_one)
    erase(user.pk)


@in_transaction
def erase(user_id: int) -> None:
    """Forgets all of an account's person but what the law wants kept of a sale. It cannot be undone. Harmless twice.

    Locks the account, then its orders. Raises NotYet while an order, a return or money is under way.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    if user.erased_at is None:
        _erase(person_of(user))
        mails.erased(user.email)


@in_transaction
def erase_guest(email: str) -> None:
    """The same for somebody without an account, whose address staff have made sure of. Raises NotYet likewise."""
    person = _guest(email)
    _erase(person)
    mails.erased(*person.emails)


def person_of(user: User) -> Person:
    return Person(tuple(proved_addresses(user.pk)), user.pk)


def _guest(email: str) -> Person:
    return Person((email.strip().lower(),))


def _export(person: Person) -> dict[str, Any]:
    return {name: found for holder in holders()[::-1] for name, found in holder.export(person).items()}


def _erase(person: Person) -> None:
    refuse_what_is_under_way(person)
    for holder in holders():
        holder.erase(person)
