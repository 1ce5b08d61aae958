"""How allauth speaks in this shop: its mails go through the outbox like all others."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts import tries
from core.bodies import address_of
from core.queue import nudge
from mailing import outbox, tasks
from mailing.render import Rendered


class AccountAdapter(DefaultAccountAdapter):
    def get_client_ip(self, request: HttpRequest) -> str:
        """The shop's own rule: behind the proxy all would else be one address, and one guesser would shut all out."""
        return address_of(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Counted with the tries of the API and of the back office, so that no door is easier than another."""
        try:
            this_one = tries.begin(request, str(credentials.get("email") or credentials.get("username") or ""))
        except tries.TooManyTries as error:
            raise ValidationError(error.message, code=error.code) from error
        user = super().authenticate(request, **credentials)
        if user is not None:
            tries.succeeded(this_one)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Renders allauth's texts and writes them to the outbox, each as a mail of its own: `about` is random."""
        site = {"name": settings.SHOP_NAME, "domain": urlsplit(settings.SITE_URL).netloc}
        everything = {"request": self.request, "email": email, "current_site": site, **context}
        text = render_to_string(f"{template_prefix}_message.txt", everything).strip()
        subject = self.format_email_subject(
            " ".join(render_to_string(f"{template_prefix}_subject.txt", everything).split())
        )
        html = render_to_string("mail/plain.html", {**everything, "subject": subject, "text": text})
        kind = template_prefix.rsplit("/", 1)[-1].replace("_", "-")[:40]
        mail = outbox.enqueue(kind, f"account/{uuid.uuid4()}", email, Rendered(subject, text, html))
        nudge(tasks.send, mail.pk)
