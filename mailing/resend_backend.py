"""Django's mail backend over the Resend SDK."""

from collections.abc import Sequence
from typing import Any

import resend
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from resend.exceptions import ResendError
from resend.http_client_requests import RequestsClient

IDEMPOTENCY_HEADER = "X-Idempotency-Key"
KEY_TAG = "key"
TIMEOUT_SECONDS = 10
# Answers that no repeat of the same request can change.
FINAL_STATUSES = {400, 404, 405, 409, 422}
# Those of the first are still at it, or have a lock: the next try finds them done.
TRANSIENT_CONFLICTS = {"concurrent_idempotent_requests", "resource_locked"}
ANOTHER_BODY = "invalid_idempotent_request"
# A key that is missing, wrong or without the right, a domain that is not verified, an account that is suspended: the
# shop's affair, which staff mend. Some wrong keys are answered with a 400 that only its text tells from others.
REFUSES_SENDER = {401, 403}
WRONG_KEY = "api key is invalid"
USED_UP = {"daily_quota_exceeded", "monthly_quota_exceeded"}


class MailRefused(Exception):
    """Resend will never take this mail as it is."""


class SentOtherwise(MailRefused):
    """Resend knows a mail by this key, of other words: an earlier try of this one, whose answer was lost."""


class SenderRefused(Exception):
    """Resend takes no mail of the shop's now, whichever it is. This one may wait."""


class ResendBackend(BaseEmailBackend):
    """Sends each message by the API and leaves the provider's id on it as `provider_id`.

    The header X-Idempotency-Key travels as Resend's own key, not as a header of the mail.
    Raises SenderRefused where the shop itself is refused, MailRefused for final refusals of this mail (SentOtherwise
    for one of them), ResendError for what may pass.
    """

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently, **kwargs)
        resend.api_key = settings.RESEND_API_KEY
        resend.api_url = settings.RESEND_API_URL
        resend.default_http_client = RequestsClient(timeout=TIMEOUT_SECONDS)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message.provider_id = self._send(message)  # type: ignore[attr-defined]
        return len(email_messages)

    def _send(self, message: EmailMessage) -> str:
        headers = dict(message.extra_headers)
        key = headers.pop(IDEMPOTENCY_HEADER, "")
        params: resend.Emails.SendParams = {
            "from": message.from_email or settings.DEFAULT_FROM_EMAIL,
            "to": list(message.to),
            "subject": str(message.subject),
            "text": str(message.body),
        }
        if isinstance(message, EmailMultiAlternatives):
            for content, mimetype in message.alternatives:
                if mimetype == "text/html":
                    params["html"] = str(content)
        if headers:
            params["headers"] = headers
        if key:
            # Comes back with each webhook, even one that is here before the answer to this very call.
            params["tags"] = [{"name": KEY_TAG, "value": key.replace("/", "_")}]
        try:
            answer = resend.Emails.send(params, {"idempotency_key": key} if key else None)
        except ResendError as error:
            if refusal := _refusal(error):
                raise refusal(f"{error.code} {error.error_type}: {error.message}") from error
            raise
        return str(answer["id"])


def _refusal(error: ResendError) -> type[Exception] | None:
    """What Resend means by it; None for what may pass. The SDK calls a lost connection a 500 of its own."""
    if error.code in REFUSES_SENDER or error.error_type in USED_UP or WRONG_KEY in str(error.message).lower():
        return SenderRefused
    if error.error_type == ANOTHER_BODY:
        return SentOtherwise
    is_final = error.code in FINAL_STATUSES and error.error_type not in TRANSIENT_CONFLICTS
    return MailRefused if is_final else None
