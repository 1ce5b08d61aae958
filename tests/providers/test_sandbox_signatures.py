"""Both sides of every signature against fixed vectors and the real SDKs, never against each other."""

import time

import cloudinary.utils
import pytest
import resend

from devtools.sandbox import signatures

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def test_paystack_webhook_vector() -> None:
    body = b'{"event":"charge.success","data":{"id":1,"reference":"ref-1","amount":5000}}'
    assert signatures.paystack(body, "sk_test_vector") == (
        "1859235b81342cd0a62c48912eb274eba50f02f7375c7d6dd005b16a2baba2db"
        "8d6753b30b6db414c467216e9fa5a090943f8d2dcbc57ce651a482cbf1105881"
    )


def test_paystack_webhook_signature_covers_every_byte() -> None:
    assert signatures.paystack(b'{"a":1}', "sk_test_vector") != signatures.paystack(b'{"a": 1}', "sk_test_vector")


@pytest.mark.parametrize(
    ("version", "expected"),
    [(2, "baf85fd8f0cb60a0aa3bd2b2d9b47e4307c17e52"), (1, "87215e6e024d82a702a85509c9c868368bdb756c")],
)
def test_cloudinary_upload_vectors(version: int, expected: str) -> None:
    params = {"public_id": "p", "timestamp": "1700000000", "context": "alt=A&B"}
    assert signatures.cloudinary(params, "abcd", version=version) == expected


def test_cloudinary_documented_vector() -> None:
    params = {"public_id": "sample_image", "timestamp": "1315060510", "file": "x", "api_key": "1", "tags": ""}
    assert signatures.cloudinary(params, "abcd") == "b4ad47fb4e25c7bf5f92a20089f9db59bc302313"


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_cloudinary_signs_as_the_sdk_does(digest: str) -> None:
    params = {"public_id": "a/b", "timestamp": "1700000000", "tags": ["x", "y&z"], "context": "alt=A&B"}
    assert signatures.cloudinary(params, "abcd", digest=digest) == cloudinary.utils.api_sign_request(
        params, "abcd", digest
    )


def test_cloudinary_notification_vector() -> None:
    body = b'{"notification_type":"upload","public_id":"a"}'
    assert signatures.cloudinary_notification(body, 1700000000, "abcd") == "e68a92654256fccaf2534aa380f62b4697479d19"


def test_resend_webhook_vector() -> None:
    signed = signatures.svix(b'{"type":"email.sent","data":{}}', SECRET, "msg_1", 1700000000)
    assert signed == "v1,J5Wakez8WnOt9XuBUE/mEDTX9kI7llTmEe8QP/vJaDk="


def test_the_resend_sdk_accepts_our_signature_and_refuses_a_changed_body() -> None:
    body, now = b'{"type":"email.sent","data":{}}', int(time.time())
    headers = {"id": "msg_1", "timestamp": str(now), "signature": signatures.svix(body, SECRET, "msg_1", now)}
    options = {"payload": body.decode(), "headers": headers, "webhook_secret": SECRET}
    assert resend.Webhooks.verify(options)["type"] == "email.sent"  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="signature"):
        resend.Webhooks.verify({**options, "payload": body.decode() + " "})  # type: ignore[arg-type]
