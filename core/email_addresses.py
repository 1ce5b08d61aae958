"""E-mail addresses as people type them, and whose they are."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import CharField, Func

from core.errors import ShopError

LENGTH_MAX = 254


def checked(text: str, field: str = "email") -> str:
    """The address, ready to be written to. Raises ShopError naming `field` for what is none."""
    email = text.strip(" ")
    if not email:
        raise ShopError("Write your e-mail address, such as ada@example.com.", code="required", field=field)
    if len(email) > LENGTH_MAX:
        raise ShopError(
            f"This is {len(email)} characters long; an e-mail address has {LENGTH_MAX} at most.", field=field
        )
    try:
        # The validator lets a line end pass where it stands last, and a header must never hold one.
        if not email.isprintable():
            raise ValidationError("control characters")
        validate_email(email)
        refuse_disguises(email)
    except ValidationError as error:
        raise ShopError(
            "This is not an e-mail address. Write it like ada@example.com.", code="invalid_email", field=field
        ) from error
    return email


def refuse_disguises(email: str) -> None:
    """A validator: "ada"@x reaches the person of ada@x, and who is counted by address would be somebody new.

    So does a domain in other letters that mean the same one; a name in letters of its own is written as xn--.
    """
    if not email.isascii() or any(sign in email for sign in '"['):
        raise ValidationError("Write an e-mail address like ada@example.com.", "invalid")


# What comes after a plus, and dots before the @, make no new address.
_SAME_ADDRESS = r"\+.*(?=@)|\.(?=.*@)"


def email_key(email: str) -> str:
    """One spelling for all that reach the same person: case, +tags and dots make no difference."""
    return re.sub(_SAME_ADDRESS, "", email.lower())


class EmailKey(Func):
    """`email_key` as the database computes it."""

    function = "regexp_replace"
    template = f"%(function)s(lower(%(expressions)s), '{_SAME_ADDRESS}', '', 'g')"
    output_field = CharField()


def person(email: str) -> str:
    """The same as a name for who is written to, of whatever somebody typed. What is nothing but a tag stays."""
    typed = email.strip()
    key = email_key(typed)
    return typed.lower() if key.startswith("@") else key
