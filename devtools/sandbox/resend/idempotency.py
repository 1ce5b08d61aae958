"""Same key and body: the first answer again, and no second mail."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from devtools.sandbox.faults import board
from devtools.sandbox.models import IdempotentCall, writing
from devtools.sandbox.resend.answers import refused

KEPT = timedelta(hours=24)


def once(request: HttpRequest, endpoint: str, work: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """``work(key)`` and its answer, or the answer of the call that came before with this key.

    Call and work share one write transaction, so two at once are one after the other here; a switch makes the
    refusal that Resend gives while the first is still running.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 256:
        raise refused(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
    if key is None:
        with writing():
            return work("")
    if board.take("resend.key_in_use"):
        text = "Another request with the same idempotency key is still in progress."
        raise refused(409, "concurrent_idempotent_requests", text)
    body_hash = hashlib.sha256(request.body).hexdigest()
    with writing():
        IdempotentCall.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
        first = IdempotentCall.objects.filter(endpoint=endpoint, key=key).first()
        if first is None:
            answer = work(key)
            IdempotentCall.objects.create(endpoint=endpoint, key=key, body_hash=body_hash, answer=answer)
            return answer
    if first.body_hash != body_hash:
        text = "Same idempotency key used with a different request payload."
        raise refused(409, "invalid_idempotent_request", text)
    return dict(first.answer)
