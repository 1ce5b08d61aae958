"""What a mail will be rendered from, as it was when the mail was written: kept as JSON, read back as it was."""

import json
from datetime import datetime
from typing import Any

from core.money import Money

MOMENT = {"moment"}
AMOUNT = {"amount", "currency", "display"}


class Encoder(json.JSONEncoder):
    """Money as {amount, currency, display}, a time as {moment}; a lazy text as its text."""

    def default(self, value: Any) -> Any:
        if isinstance(value, Money):
            return value.json()
        if isinstance(value, datetime):
            return {"moment": value.isoformat()}
        return str(value)


class Decoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(object_hook=_as_it_was)


def _as_it_was(value: dict[str, Any]) -> Any:
    if value.keys() == AMOUNT:
        return Money(value["amount"], value["currency"])
    if value.keys() == MOMENT:
        return datetime.fromisoformat(value["moment"])
    return value
