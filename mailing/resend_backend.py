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
# Answers that no repeat of the same request can change. A wrong key (401, 403) is not among them: staff mend it.
FINAL_STATUSES = {400, 404, 405, 409, 422}
TRANSIENT_CONFLICT = "concurrent_idempotent_requests"


class MailRefused(Exception):
    """Resend will never take this mail as it is."""


class ResendBackend(BaseEmailBackend):
    """Sends each message by the API and leaves the provider's id on it as `provider_id`.

    The header X-Idempotency-Key travels as Resend's own key, not as a header of the mail.
    Raises MailRefused for final refusals, ResendError for what may pass.
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
            final = error.code in FINAL_STATUSES and error.error_type != TRANSIENT_CONFLICT
            if final and error.error_type != "HttpClientError":
                raise MailRefused(f"{error.code} {error.error_type}: {error.message}") from error
            raise
        return str(answer["id"])
