"""The queue of webhooks for the shop: written with what they report, sent by threads, tried again until answered."""

import json
import logging
import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from devtools.sandbox import signatures
from devtools.sandbox.faults import board
from devtools.sandbox.models import Delivery, code, iso, writing

logger = logging.getLogger("sandbox")

PATHS = {"paystack": "/webhooks/paystack/", "resend": "/webhooks/resend/", "cloudinary": "/webhooks/cloudinary/"}
HELD_AT_MOST = timedelta(seconds=10)
AFTER_REDIRECT = timedelta(seconds=3)

_pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="webhook")
_work = threading.Event()


def wait_for_work(seconds: float) -> None:
    _work.wait(seconds)
    _work.clear()


def take_up_after_restart() -> None:
    with writing():
        Delivery.objects.filter(state=Delivery.State.SENDING).update(state=Delivery.State.WAITING)


def queue(
    provider: str,
    event: str,
    payload: dict[str, Any],
    *,
    about: str = "",
    copies: int | None = None,
    after: timedelta = timedelta(),
    url: str = "",
) -> list[Delivery]:
    """Inside ``writing()``: the event as the shop will get it. ``copies`` overrides the switch."""
    switch = f"webhooks.{provider}"
    count = board.take(f"{switch}.copies") if copies is None else copies
    due = timezone.now() + after + timedelta(milliseconds=board.take(f"{switch}.delay_ms"))
    body = written(payload, board.take(f"{switch}.writing"))
    message_id = code("msg_", 27)
    held = False
    if board.value(f"{switch}.reorder"):
        overtaken = Delivery.objects.filter(provider=provider, held=True, state=Delivery.State.WAITING)
        if overtaken.exists():
            overtaken.update(held=False, next_try_at=due + timedelta(seconds=1))
        else:
            held, due = True, due + HELD_AT_MOST
    deliveries = [
        Delivery.objects.create(
            provider=provider,
            event=event,
            about=about,
            message_id=message_id,
            url=url or settings.SHOP_URL + PATHS[provider],
            body=body,
            held=held,
            next_try_at=due,
        )
        for _ in range(count)
    ]
    _work.set()
    return deliveries


def written(payload: dict[str, Any], style: str) -> bytes:
    """Compact JSON; escaped the way PHP does it every other time, so that only the raw bytes verify."""
    if style == "escaped" or (style == "mixed" and random.random() < 0.5):
        return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()


def send_due(*, about: str = "", whole_queue: bool = False) -> list[Future[None]]:
    """Claims what is due (or everything that waits) and hands it to the senders."""
    with writing():
        waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
        if about:
            waiting = waiting.filter(about=about)
        if not whole_queue:
            waiting = waiting.filter(next_try_at__lte=timezone.now())
        claimed = list(waiting.order_by("next_try_at", "pk"))
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in claimed]).update(state=Delivery.State.SENDING)
    return [_pool.submit(_try, delivery) for delivery in claimed]


def flush(*, about: str = "", whole_queue: bool = False) -> list[Delivery]:
    """Sends what is due now, waits for the answers, and gives the deliveries as they then stand."""
    started = timezone.now()
    while futures := send_due(about=about, whole_queue=whole_queue):
        for future in futures:
            future.result()
        whole_queue = False
    while Delivery.objects.filter(state=Delivery.State.SENDING).exists():
        time.sleep(0.01)
    return list(Delivery.objects.filter(Q(next_try_at__gte=started) | Q(created_at__gte=started)).order_by("pk"))


def again(delivery: Delivery) -> None:
    """A person wants this one sent once more, whether it arrived or not."""
    with writing():
        Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENDING).update(
            state=Delivery.State.WAITING, next_try_at=timezone.now(), held=False
        )
    _work.set()


def _try(delivery: Delivery) -> None:
    started = time.monotonic()
    status, error = 0, ""
    try:
        body, headers = signed(delivery)
        with requests.Session() as session:
            session.trust_env = False  # the shop is on this machine, never behind a proxy of the environment
            answer = session.post(
                delivery.url, data=body, headers=headers, timeout=settings.WEBHOOK_TIMEOUT, allow_redirects=False
            )
        status = answer.status_code
    except requests.RequestException as failure:
        error = type(failure).__name__
    delivery.tries = [
        *delivery.tries,
        {
            "at": iso(timezone.now()),
            "status": status,
            "error": error,
            "milliseconds": round((time.monotonic() - started) * 1000),
        },
    ]
    if status == 200 or (delivery.provider != "paystack" and 200 <= status < 300):
        delivery.state = Delivery.State.DELIVERED
    elif len(delivery.tries) > len(settings.WEBHOOK_RETRY_SECONDS):
        delivery.state = Delivery.State.GIVEN_UP
    else:
        delivery.state = Delivery.State.WAITING
        pause = settings.WEBHOOK_RETRY_SECONDS[len(delivery.tries) - 1]
        delivery.next_try_at = timezone.now() + timedelta(seconds=pause)
    with writing():
        # An update and no save: a reset may have taken the row away meanwhile.
        Delivery.objects.filter(pk=delivery.pk).update(
            tries=delivery.tries, state=delivery.state, next_try_at=delivery.next_try_at
        )
    level = logging.INFO if delivery.state == Delivery.State.DELIVERED else logging.WARNING
    logger.log(level, "webhook %s %s: %s, %s", delivery.event, delivery.about, status or error, delivery.state)


def signed(delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    """Body and headers of this try. Signed when sent, as the providers do, not when queued."""
    how = board.take(f"webhooks.{delivery.provider}.signature")
    body = bytes(delivery.body)
    headers = {"Content-Type": "application/json", "User-Agent": "Sandbox webhooks (no real money)"}
    if how != "missing":
        headers |= _signature(delivery, body, other_key=how == "other_key", wrong=how == "wrong")
    return altered(body) if how == "altered_body" else body, headers


def altered(body: bytes) -> bytes:
    """One byte changed where it would pay: the first digit of the amount."""
    start = body.find(b'"amount":') + len(b'"amount":')
    if body[start : start + 1].isdigit():
        return body[:start] + (b"8" if body[start : start + 1] == b"9" else b"9") + body[start + 1 :]
    return body[:-1] + b" }"


def _signature(delivery: Delivery, body: bytes, *, other_key: bool, wrong: bool) -> dict[str, str]:
    if wrong:
        body = body + b"?"
    if delivery.provider == "paystack":
        key = "sk_test_the_other_mode" if other_key else settings.KEYS.paystack
        return {"x-paystack-signature": signatures.paystack(body, key)}
    now = int(time.time())
    if delivery.provider == "cloudinary":
        secret = "another-secret" if other_key else settings.KEYS.cloudinary.api_secret
        return {"X-Cld-Timestamp": str(now), "X-Cld-Signature": signatures.cloudinary_notification(body, now, secret)}
    secret = "whsec_dGhlLW90aGVyLXNlY3JldA==" if other_key else settings.KEYS.resend_webhook
    return {
        "svix-id": delivery.message_id,
        "svix-timestamp": str(now),
        "svix-signature": signatures.svix(body, secret, delivery.message_id, now),
    }
