"""What the shop keeps of a person: every app says of its own tables what it has and how it forgets it.

An app registers its module here when it starts; who exports or erases (accounts.privacy) goes through all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import Conflict

# The domain is reserved: nothing is ever sent to it.
ERASED_DOMAIN = "erased.invalid"
ERASED_NAME = "Erased"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, or a guest who has none. `emails` are proved addresses, in lower case."""

    emails: tuple[str, ...]
    user_id: int | None = None


class NotYet(Conflict):
    """Something under way needs the person."""

    code = "not_erasable_yet"


class Holder(Protocol):
    """A module that keeps something of people."""

    def export(self, person: Person) -> dict[str, Any]:
        """All of it, as plain data, by what it is."""

    def hindrances(self, person: Person) -> Sequence[str]:
        """Why it cannot be forgotten yet, in words for that person."""

    def erase(self, person: Person) -> None:
        """Forgets all but what the law wants kept. In the caller's transaction; harmless twice."""


_HOLDERS: list[Holder] = []


def register(holder: Holder) -> None:
    if holder not in _HOLDERS:
        _HOLDERS.append(holder)


def holders() -> list[Holder]:
    """From the top floor down: who knows more of a person by others' rows is asked while those still stand."""
    return _HOLDERS[::-1]


def hindrances(person: Person) -> list[str]:
    """Why they cannot be forgotten yet; empty when they can."""
    return [reason for holder in holders() for reason in holder.hindrances(person)]


def refuse_what_is_under_way(person: Person) -> None:
    """Raises NotYet."""
    if reasons := hindrances(person):
        raise NotYet(f"{' '.join(reasons)} Wait until that is done, then ask again.")


def is_erased(email: str) -> bool:
    return email.endswith(f"@{ERASED_DOMAIN}")


def erased_email(key: int | str) -> str:
    return f"erased-{key}@{ERASED_DOMAIN}"
