"""The door of the back office."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import second_factor, tries


class StaffSignIn(AuthenticationForm):
    """Named in settings.UNFOLD. Tries count together with those of the shop's pages and of the API."""

    code = forms.CharField(
        required=False,
        max_length=20,
        label="Code",
        help_text="The six digits of your app, once you have set it up.",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        try:
            this_one = tries.begin(self.request, str(self.cleaned_data.get("username", "")))
        except tries.TooManyTries as error:
            raise ValidationError(error.message, code=error.code) from error
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if second_factor.is_set_up(user):
            given = second_factor.form_for(user, str(cleaned.get("code", "")).strip())
            if not given.is_valid():
                raise ValidationError({"code": given.errors["code"]})
            given.save()
        tries.succeeded(this_one)
        return cleaned
