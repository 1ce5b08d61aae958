"""What must never be read in a log: links that are keys to somebody's order, keys of providers, numbers of cards."""

import re
from collections.abc import MutableMapping
from typing import Any

from core import card_numbers
from core.card_numbers import HIDDEN

_SECRETS = [
    # A bag's or an order's token in a path opens it to whoever holds it, and so do links out of account mails.
    (re.compile(r"\b((?:orders|pay|pay/delivery|bags|reviews)/)[\w-]{22,}+(?!\.py)"), rf"\1{HIDDEN}"),
    (re.compile(r"\b((?:alerts|newsletter/(?:confirm|leave))/)[\w:.=-]{12,}+(?!\.py)"), rf"\1{HIDDEN}"),
    (re.compile(r"\b((?:reference|trxref)=)[\w.=-]{12,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\b((?:confirm-email|reset/key)/)[\w:.=-]{12,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\b((?:sk|pk)_(?:test|live)_|whsec_|re_(?=\w*\d))[\w+/=-]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer|Token|Basic) [\w.~+/=:-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+@"), rf"\1{HIDDEN}@"),
]


def mask_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step of structlog that runs last, on the shop's lines and on everybody else's."""
    for key, value in event.items():
        event[key] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, replacement in _SECRETS:
            value = pattern.sub(replacement, value)
        return card_numbers.hide(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value
