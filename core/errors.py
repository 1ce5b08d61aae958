"""Errors that a person sees. Each says what happened, to what, and what to do."""

from typing import Any


class ShopError(Exception):
    """A refusal by a rule of the shop; pages and the API show its message as it stands.

    `code` is stable and meant for programs, `field` names the input at fault (empty when none is), `details` holds
    what a client needs to mend it. Subclasses set `status`, the HTTP status that a view answers with.
    """

    status = 400
    code = "invalid"

    def __init__(self, message: str, *, code: str = "", field: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.details = details or {}


class NotFound(ShopError):
    """The thing is not there, or not the asker's: the two are never told apart."""

    status = 404
    code = "not_found"


class Conflict(ShopError):
    """The request was right when it was made, but the shop has changed since."""

    status = 409
    code = "conflict"


class Busy(ShopError):
    """A lock could not be had in time. Nothing was changed; the same request may be sent again."""

    status = 503
    code = "busy"


class Unavailable(ShopError):
    """Something outside the shop did not answer."""

    status = 503
    code = "unavailable"
