"""Which keys the sandbox takes: its own, and only if they are obviously not real."""

import hmac
import logging
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

logger = logging.getLogger("sandbox")

PAYSTACK_DEFAULT = "sk_test_prechi_demo"
RESEND_DEFAULT = "re_test_prechi_demo"
RESEND_WEBHOOK_DEFAULT = "whsec_cHJlY2hpLWRlbW8tc2VjcmV0"
CLOUDINARY_DEFAULT = "cloudinary://demo-key:demo-secret@prechi-demo"


class LiveLookingKey(Exception):
    """A key that might be real was given to the sandbox."""


@dataclass(frozen=True)
class CloudinaryAccount:
    cloud_name: str
    api_key: str
    api_secret: str


@dataclass(frozen=True)
class Keys:
    paystack: str
    resend: str
    resend_webhook: str
    cloudinary: CloudinaryAccount


def from_environment() -> Keys:
    """The accounts of this sandbox, or ``LiveLookingKey`` naming the variable to change."""
    paystack = os.environ.get("PAYSTACK_SECRET_KEY") or PAYSTACK_DEFAULT
    resend = os.environ.get("RESEND_API_KEY") or RESEND_DEFAULT
    cloudinary = urlsplit(os.environ.get("CLOUDINARY_URL") or CLOUDINARY_DEFAULT)
    account = CloudinaryAccount(cloudinary.hostname or "", cloudinary.username or "", cloudinary.password or "")
    for variable, value, fake in (
        ("PAYSTACK_SECRET_KEY", paystack, is_fake_paystack(paystack)),
        ("RESEND_API_KEY", resend, is_fake_resend(resend)),
        ("CLOUDINARY_URL", account.api_key, is_fake_cloudinary(account.api_key)),
    ):
        if not fake:
            raise LiveLookingKey(
                f"{variable} holds {masked(value)}, which could be a real key. The sandbox takes only keys that "
                "are plainly made up: sk_test_..., re_test_..., and a Cloudinary key with 'demo' or 'test' in it. "
                f"Unset {variable} to use the demo key."
            )
    return Keys(
        paystack=paystack,
        resend=resend,
        resend_webhook=os.environ.get("RESEND_WEBHOOK_SECRET") or RESEND_WEBHOOK_DEFAULT,
        cloudinary=account,
    )


def is_fake_paystack(key: str) -> bool:
    return key.startswith("sk_test_")


def is_fake_resend(key: str) -> bool:
    return key.startswith("re_test_")


def is_fake_cloudinary(key: str) -> bool:
    return "demo" in key or "test" in key


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def warn_if_live(provider: str, given: str, *, fake: bool) -> None:
    """Says on the terminal that a key which may be real has just been sent to a test program."""
    if given and not fake:
        logger.error(
            "%s: REFUSED A KEY THAT LOOKS LIVE (%s). It was sent to the sandbox, not to the provider; "
            "if it is real, change it and check the base URL and key of that environment.",
            provider,
            masked(given),
        )


def masked(key: str) -> str:
    return f"{key[:7]}..." if len(key) > 7 else "a short key"
