"""allauth's forms with the shop's labels and limits. One field for a new password: it can be shown and pasted."""

from typing import Any

from allauth.account import forms as theirs
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.models import EmailAddress
from allauth.core import context
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts import consent, tries
from accounts.models import User
from core.one_line import is_one_line

LONG_ENOUGH = "At least 10 characters. A few words in a row are good."


class _InOurWords:
    """A label above each field says what a placeholder would hide as soon as one writes."""

    fields: dict[str, forms.Field]
    words: dict[str, tuple[str, str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text, field.widget.attrs["autocomplete"] = self.words[name]


class _Mails:
    """Each use sends a mail to the address given, so it is counted; the same for addresses that have an account."""

    errors: Any

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc, attr-defined]
        if not self.errors:
            try:
                tries.count_mail(context.request, cleaned["email"])
            except tries.TooManyTries as error:
                raise forms.ValidationError(error.message, code=error.code) from error
        return cleaned


class SignIn(_InOurWords, theirs.LoginForm):
    words = {"login": ("E-mail", "", "username"), "password": ("Password", "", "current-password")}


class SignUp(_Mails, _InOurWords, theirs.SignupForm):
    full_name = forms.CharField(
        label="Full name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    marketing = forms.BooleanField(label=consent.WORDS, required=False)
    field_order = ["full_name", "email", "password1", "marketing"]
    words = {"email": ("E-mail", "", "username"), "password1": ("Password", LONG_ENOUGH, "new-password")}

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"]
        if not is_one_line(name):
            raise forms.ValidationError("Write this on one line, without control characters.", "control_characters")
        return name

    def try_save(self, request: Any) -> Any:
        if self.account_already_exists:
            # As much work as for a new account: the clock tells nobody which addresses have one.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def sign_up(self, request: Any) -> None:
        """For who has no session yet: the mail that the page would send as well, and nothing else is kept of them."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            get_adapter().send_account_already_exists_mail(self.cleaned_data["email"])
            return
        user = self.save(request)
        EmailAddress.objects.get(user=user).send_confirmation(request, signup=True)

    def save(self, request: Any) -> Any:
        user = super().save(request)
        User.objects.filter(pk=user.pk).update(full_name=self.cleaned_data["full_name"])
        if self.cleaned_data["marketing"]:
            consent.give(user, consent.SIGN_UP)
        return user


class ChangeEmail(_Mails, _InOurWords, theirs.AddEmailForm):
    words = {"email": ("New e-mail address", "We send a link there. Until you follow it, nothing changes.", "email")}


class ForgotPassword(_Mails, _InOurWords, theirs.ResetPasswordForm):
    words = {"email": ("E-mail", "", "username")}


class NewPassword(_InOurWords, theirs.ResetPasswordKeyForm):
    words = {"password1": ("New password", LONG_ENOUGH, "new-password")}

    def save(self) -> None:
        """Whoever follows the link reads the mail of this address; where none is proved yet, that proves it."""
        super().save()
        addresses = list(EmailAddress.objects.filter(user=self.user))
        if len(addresses) == 1 and not addresses[0].verified:
            verify_email_indirectly(context.request, self.user, addresses[0].email)


class ChangePassword(_InOurWords, theirs.ChangePasswordForm):
    words = {
        "oldpassword": ("Current password", "", "current-password"),
        "password1": ("New password", LONG_ENOUGH, "new-password"),
    }

    def clean_oldpassword(self) -> str:
        given: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given

    def save_and_tell(self, request: HttpRequest) -> None:
        """For who comes with a token: it dies with the others. A session that asks goes on, as on the page."""
        self.save()
        if request.user.is_authenticated:
            update_session_auth_hash(request, self.user)
        get_adapter().send_notification_mail("account/email/password_changed", self.user)


class SetPassword(_InOurWords, theirs.SetPasswordForm):
    words = {"password1": ("Password", LONG_ENOUGH, "new-password")}


class SameAgain(_InOurWords, theirs.ReauthenticateForm):
    words = {"password": ("Password", "", "current-password")}
