"""Fields that take what JSON means and nothing that merely resembles it."""

from typing import Any

from django_countries import countries
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from phonenumber_field.phonenumber import to_python
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from core.one_line import is_one_line

AMOUNT_MAX = 10**15


def no_control_characters(text: str) -> None:
    """A line break in a name would travel into mail headers and labels. (A NUL has a refusal of its own.)"""
    if not is_one_line(text.replace("\0", "")):
        raise serializers.ValidationError("Write this on one line, without control characters.", "control_characters")


class Line(serializers.CharField):
    """One line of text. A number is not text."""

    default_validators = [no_control_characters]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Text(serializers.CharField):
    """Text of several lines."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class WholeNumber(serializers.IntegerField):
    """A JSON integer: neither "3", nor 3.0, nor true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


class CountryCode(Line):
    default_error_messages = {
        "invalid_country": "{input} is not a country. Use the two letters of ISO 3166, such as NG."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data).upper()
        if code not in countries.countries:
            self.fail("invalid_country", input=data)
        return code


class Phone(PhoneNumberField):
    """A number that can be called, kept as E.164. Without a leading + it is read as Nigerian."""

    default_error_messages = {
        "invalid": "This is not a phone number that can be called. Write it like 08031234567 or +44 20 7946 0958."
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        number = to_python(serializers.CharField.to_internal_value(self, data), region=self.region)
        if not number or not number.is_valid():
            self.fail("invalid")
        return str(number.as_e164)


@extend_schema_field(OpenApiTypes.INT)
class ExpectedAmount(serializers.Field[int, Any, Any, Any]):
    """An amount in the subunit; money as this API answers it is taken too."""

    default_error_messages = {"invalid": "Write the amount as an integer of the subunit, such as 1900000 for ₦19,000."}

    def to_internal_value(self, data: Any) -> int:
        amount = data.get("amount") if isinstance(data, dict) else data
        if type(amount) is not int or not 0 <= amount <= AMOUNT_MAX:
            self.fail("invalid")
        return int(amount)

    def to_representation(self, value: int) -> int:
        return value
