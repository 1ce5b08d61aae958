"""The door of the back office."""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from accounts import tries


class StaffSignIn(AuthenticationForm):
    """Named in settings.UNFOLD. Tries count together with those of the shop's pages and of the API."""

    def clean(self) -> dict[str, Any]:
        try:
            this_one = tries.begin(self.request, str(self.cleaned_data.get("username", "")))
        except tries.TooManyTries as error:
            raise ValidationError(error.message, code=error.code) from error
        cleaned: dict[str, Any] = super().clean()
        tries.succeeded(this_one)
        return cleaned
