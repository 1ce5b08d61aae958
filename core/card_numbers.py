"""Numbers of cards, which the shop never keeps: Paystack alone asks for them. SQL sees the same by `secret_in`."""

import re

from core.errors import ShopError

_LIKE_ONE = re.compile(
    r"\b(?:4\d{15}|4\d{18}|5[0-8]\d{14}|5[0-8]\d{17}|6\d{15}|6\d{18}|2[2-7]\d{14}|3[47]\d{13}"
    r"|[2456]\d{3} \d{4} \d{4} \d{4}(?: \d{3})?|[2456]\d{3}-\d{4}-\d{4}-\d{4}(?:-\d{3})?"
    r"|3[47]\d{2}[ -]\d{6}[ -]\d{5})\b"
)
HIDDEN = "…"


def refuse(text: str, field: str) -> None:
    """Raises ShopError for words with such a number in them, which names the field that they were written in."""
    if hide(text) != text:
        raise ShopError(
            "This looks like the number of a card, and we keep none. Take it out: you pay on Paystack's own page.",
            code="card_number",
            field=field,
        )


def hide(text: str) -> str:
    return _LIKE_ONE.sub(lambda found: HIDDEN if _passes_luhn(found[0]) else found[0], text)


def _passes_luhn(written: str) -> bool:
    digits = [int(each) for each in reversed(written) if each.isdecimal()]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0
