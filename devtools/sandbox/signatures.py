"""How each provider signs, written from its documentation. Standard library only: tests import it."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

CLOUDINARY_UNSIGNED = {"file", "cloud_name", "resource_type", "api_key", "signature"}


def paystack(body: bytes, key: str) -> str:
    """``x-paystack-signature``: over the raw bytes, with the secret API key itself."""
    return hmac.new(key.encode(), body, hashlib.sha512).hexdigest()


def svix(body: bytes, secret: str, message_id: str, timestamp: int) -> str:
    """``svix-signature`` of Resend's webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def cloudinary_string(params: Mapping[str, str | Iterable[str]], version: int = 2) -> str:
    """The string that is signed; version 2 keeps a ``&`` inside a value from faking a parameter."""
    pairs = []
    for name, value in params.items():
        joined = value if isinstance(value, str) else ",".join(value)
        if name in CLOUDINARY_UNSIGNED or joined == "":
            continue
        pair = f"{name}={joined}"
        pairs.append(pair.replace("&", "%26") if version == 2 else pair)
    return "&".join(sorted(pairs))


def cloudinary(
    params: Mapping[str, str | Iterable[str]], secret: str, *, version: int = 2, digest: str = "sha1"
) -> str:
    return hashlib.new(digest, (cloudinary_string(params, version) + secret).encode()).hexdigest()


def cloudinary_answer(public_id: str, version: int, secret: str) -> str:
    """The ``signature`` in an upload's answer: always version 1."""
    return cloudinary({"public_id": public_id, "version": str(version)}, secret, version=1)


def cloudinary_notification(body: bytes, timestamp: int, secret: str) -> str:
    """``X-Cld-Signature``: a plain digest, not an HMAC."""
    return hashlib.sha1(body + str(timestamp).encode() + secret.encode(), usedforsecurity=False).hexdigest()
