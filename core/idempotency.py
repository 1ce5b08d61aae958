"""`Idempotency-Key`: the same request sent twice gets the same answer and is done once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from django.db.models.functions import Now

from core.errors import Conflict, NotFound, ShopError
from core.models import IdempotencyKey

KEY_MAX = 255
KEPT_FOR = timedelta(hours=24)
Answer = tuple[int, Any]


def once(scope: str, key: str, request: Any, work: Callable[[], Answer]) -> Answer:
    """Runs `work` for the first request with this key; every later one gets the stored status and body.

    The row is written before the work and completed after it. A request that died in between leaves it open and its
    repeat works again, so `work` must itself be harmless twice (placing an order from a bag is: a bag becomes at most
    one order). Refusals are not stored: the client may mend the cause and repeat with the same key.
    Raises ShopError for a malformed key and Conflict for a key that was used with another request.
    """
    if not key or not key.isascii() or not key.isprintable() or len(key) > KEY_MAX:
        raise ShopError(
            f"Idempotency-Key must be 1 to {KEY_MAX} printable ASCII characters.",
            code="invalid_idempotency_key",
            field="Idempotency-Key",
        )
    digest = _digest_of(request)
    row, _ = IdempotencyKey.objects.get_or_create(scope=scope, key=key, defaults={"request_hash": digest})
    if row.request_hash != digest:
        raise Conflict(
            "This Idempotency-Key was already used with another request. Use a new key for a new request.",
            code="idempotency_key_reused",
            field="Idempotency-Key",
        )
    if row.status_code is not None:
        return row.status_code, row.answer
    try:
        status, answer = work()
    except NotFound:
        # Whoever guesses at tokens, a key with each, leaves nothing behind.
        IdempotencyKey.objects.filter(pk=row.pk, status_code=None).delete()
        raise
    IdempotencyKey.objects.filter(pk=row.pk, status_code=None).update(status_code=status, answer=answer)
    return status, answer


def forget_old() -> int:
    """Answers hold customers' names and addresses, so they go after a day. Returns how many went."""
    return IdempotencyKey.objects.filter(created_at__lt=Now() - KEPT_FOR).delete()[0]


def _digest_of(request: Any) -> str:
    try:
        return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except TypeError as error:  # what was read can be nested deeper than what can be written
        raise ShopError("The body is nested too deeply. Send only what this address takes.") from error
