"""Name and phone number, as their owner writes them."""

from typing import Any

from django import forms
from django.conf import settings
from phonenumber_field.formfields import PhoneNumberField

from accounts.models import User
from core.one_line import is_one_line


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label="Full name", max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneNumberField(
        label="Phone",
        region=settings.PHONENUMBER_DEFAULT_REGION,
        max_length=20,
        required=False,
        help_text="The rider calls this number.",
        error_messages={"invalid": "Write a phone number like 0803 123 4567, or with + and the country’s code."},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        return cls(initial={"full_name": user.full_name, "phone": user.phone})

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"]
        if not is_one_line(name):
            raise forms.ValidationError("Write this on one line, without control characters.", "control_characters")
        return name

    def written(self) -> dict[str, Any]:
        """Once it is valid, for accounts.profile.change."""
        phone = self.cleaned_data["phone"]
        return {"full_name": self.cleaned_data["full_name"], "phone": phone.as_e164 if phone else ""}
