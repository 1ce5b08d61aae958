"""How allauth speaks in this shop: in its words, counted with all other doors, by its outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from accounts import mails, tries
from core.bodies import address_of
from core.email_addresses import refuse_disguises


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "E-mail address and password do not belong together. Check both and try again.",
        "incorrect_password": "This is not your password. Check it and try again.",
        "enter_current_password": "This is not your current password. Check it and try again.",
        "duplicate_email": "This is your address already. Write another one.",
        "too_many_login_attempts": "There were too many tries. Wait 15 minutes, then try again.",
        "rate_limited": "There were too many tries. Wait a minute, then try again.",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The shop's own rule: behind the proxy all would else be one address, and one guesser would shut all out."""
        return address_of(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Counted with the tries of the API and of the back office, so that no door is easier than another."""
        this_one = _begin(request, str(credentials.get("email") or credentials.get("username") or ""))
        user = super().authenticate(request, **credentials)
        if user is not None:
            tries.succeeded(this_one)
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Counted too: a session that was left open is no place to guess."""
        this_one = _begin(self.request, user.email)
        if not user.check_password(password):
            return False
        tries.succeeded(this_one)
        return True

    def clean_email(self, email: str) -> str:
        refuse_disguises(email)
        return str(super().clean_email(email))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whoever proves the first address of an account is welcomed, once."""
        is_first = not EmailAddress.objects.filter(user=email_address.user_id, verified=True).exists()
        confirmed = super().confirm_email(request, email_address)
        if confirmed and is_first:
            mails.welcome(email_address.email)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        mails.write(template_prefix, email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the shop's own name, whatever name the request came by."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])


def _begin(request: HttpRequest, email: str) -> list[int]:
    try:
        return tries.begin(request, email)
    except tries.TooManyTries as error:
        raise ValidationError(error.message, code=error.code) from error
