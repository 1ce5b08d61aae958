"""Logs that may be read by anybody who may read logs."""

import io
import logging
from typing import Any

import pytest

from core.logs import mask_secrets

TOKEN = "Zq3v-x9_8LmNoPqRsTuVwXyZ01234567"


@pytest.mark.parametrize(
    ("text", "kept", "secret"),
    [
        (f"GET /orders/{TOKEN}/cancel/", "/cancel/", TOKEN),
        (f"POST /pay/{TOKEN}/", "POST /pay/", TOKEN),
        (f"GET /pay/delivery/{TOKEN}/", "GET /pay/delivery/", TOKEN),
        (f"GET /alerts/42:{TOKEN}/stop/", "/stop/", TOKEN),
        (f"GET /newsletter/confirm/7:{TOKEN}/", "GET /newsletter/confirm/", TOKEN),
        (f"POST /newsletter/leave/{TOKEN}/", "POST /newsletter/leave/", TOKEN),
        (f"{{'path': 'orders/{TOKEN}/'}}", "'path': 'orders/", TOKEN),
        (f"/api/v1/bags/{TOKEN}/lines/7/", "/lines/7/", TOKEN),
        (f"/accounts/confirm-email/MQ:{TOKEN}/", "/accounts/confirm-email/", TOKEN),
        (f"/accounts/password/reset/key/1-{TOKEN}/", "/reset/key/", TOKEN),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer", "abc.def"),
        ("sk_live_0123456789abcdef refused", "sk_live_", "0123456789"),
        ("re_AbCd1234efgh refused", "refused", "AbCd1234"),
        ("declined: 4084 0840 8408 4081 of Ada", "of Ada", "0840 8408"),
        ("{'card': '5060666666666666666'}", "'card'", "50606666"),
        ("postgres://prechi:hunter2@db/prechi", "@db/prechi", "hunter2"),
    ],
)
def test_secrets_are_masked_and_the_rest_is_kept(text: str, kept: str, secret: str) -> None:
    event = mask_secrets(None, "info", {"event": text, "more": {"deep": [text]}})
    assert secret not in str(event)
    assert kept in event["event"]
    assert kept in event["more"]["deep"][0]


def test_ordinary_words_are_left_alone() -> None:
    text = "GET /products/ribbed-brief/?size=M about order PR-100042, re_stocked by 3"
    assert mask_secrets(None, "info", {"event": text, "count": 3}) == {"event": text, "count": 3}
    place = 'File "/app/orders/reservations_of_one_long_name.py", line 3, in release'
    assert mask_secrets(None, "info", {"event": place}) == {"event": place}


def test_every_line_passes_the_mask_libraries_and_tracebacks_too(settings: Any) -> None:
    """The formatter of the settings, on a record of a library whose exception holds a secret."""
    described = dict(settings.LOGGING["formatters"]["line"])
    formatter = described.pop("()")(**described)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("some.library")
    logger.addHandler(handler)
    try:
        raise ValueError(f"no order at /orders/{TOKEN}/")
    except ValueError:
        logger.exception("Internal Server Error: %s", f"/orders/{TOKEN}/")
    finally:
        logger.removeHandler(handler)
    assert "Internal Server Error" in stream.getvalue()
    assert "Traceback" in stream.getvalue()
    assert TOKEN not in stream.getvalue()
