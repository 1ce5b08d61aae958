"""Checkout's one form, and that of the address book. Address fields follow the country: state and area in Nigeria,
city and region elsewhere."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django_countries import countries
from phonenumber_field.formfields import PhoneNumberField

from accounts.addresses import FIELDS, Entry
from accounts.consent import WORDS
from core.email_addresses import refuse_disguises
from core.errors import ShopError
from core.one_line import is_one_line
from orders import billing, coverage
from orders.delivery import HOME, Destination
from orders.places import areas_of, states_of


def _text(label: str, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, **options.pop("attrs", {})})
    return forms.CharField(label=label, widget=widget, validators=[_on_one_line], **options)


def _on_one_line(text: str) -> None:
    if not is_one_line(text):
        raise forms.ValidationError("Write this on one line, without control characters.", "control_characters")


def _choices(first: str, names: list[str]) -> list[tuple[str, str]]:
    return [("", first), *((name, name) for name in names)]


PHONE_ABROAD = {
    "required": "Write a phone number for the courier.",
    "invalid": "Write a phone number as it is dialled there, or with + and the country’s code.",
}


class AddresseeForm(forms.Form):
    """Who and where: the fields of an address, which follow its country."""

    full_name = _text("Full name", "name", max_length=120, error_messages={"required": "Write your name."})
    phone = PhoneNumberField(
        label="Phone",
        region=HOME,
        max_length=20,
        help_text="The rider calls this number.",
        error_messages={
            "required": "Write a phone number for the rider.",
            "invalid": "Write a phone number like 0803 123 4567, or with + and the country’s code.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    country = forms.ChoiceField(
        label="Country",
        choices=[(code, name) for code, name in countries],
        error_messages={"required": "Choose a country.", "invalid_choice": "Choose a country from the list."},
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    state = forms.ChoiceField(
        label="State",
        error_messages={"required": "Choose your state.", "invalid_choice": "Choose your state from the list."},
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )
    area = forms.ChoiceField(
        label="Local government area",
        error_messages={
            "required": "Choose your local government area.",
            "invalid_choice": "Choose an area of the state above.",
        },
        widget=forms.Select(attrs={"autocomplete": "address-level2"}),
    )
    street = _text(
        "Street and number", "street-address", max_length=200, error_messages={"required": "Write street and number."}
    )
    landmark = _text("Landmark", "off", max_length=120, required=False, help_text="A bus stop, a church, a blue gate.")
    city = _text("City", "address-level2", max_length=60, error_messages={"required": "Write the city."})
    postcode = _text("Postcode", "postal-code", max_length=16, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self._given("country") or HOME
        self._leave_behind(country)
        self.initial.setdefault("country", HOME)
        if states := states_of(country):
            self._within(states, areas_of(country, self._given("state")))
        else:
            self._abroad(country)

    def destination(self) -> Destination:
        """As much of the address as was given, checked or not."""
        area = self._given("area") if "area" in self.fields else ""
        return Destination(self._given("country") or HOME, self._given("state"), area)

    def entry(self) -> Entry:
        """Once it is valid."""
        given = self.cleaned_data
        return Entry(**{name: given.get(name, "") for name in FIELDS if name != "phone"}, phone=given["phone"].as_e164)

    def refuse(self, error: ShopError) -> None:
        """Shows the shop's own refusal at the field that it names, else above the form."""
        self.add_error(error.field if error.field in self.fields else None, error.message)

    def _given(self, name: str) -> str:
        value = self.data.get(name, "") if self.is_bound else self.initial.get(name, "")
        return str(value).replace("\0", "").strip()

    def _leave_behind(self, country: str) -> None:
        """State and area of another country, for which the page still was when this one was chosen."""
        if self._given("shown_for") in ("", country):
            return
        without = {"state": "", "area": ""}
        if self.is_bound:
            self.data = {**dict(self.data.items()), **without}
        else:
            self.initial.update(without)

    def _within(self, states: list[str], areas: list[str]) -> None:
        del self.fields["city"], self.fields["postcode"]
        self.fields["state"].choices = _choices("Choose a state", states)  # type: ignore[attr-defined]
        first = "Choose an area" if areas else "Choose the state first"
        self.fields["area"].choices = _choices(first, areas)  # type: ignore[attr-defined]

    def _abroad(self, country: str) -> None:
        del self.fields["area"]
        if not self._given("landmark"):  # what was written already is not lost
            del self.fields["landmark"]
        self.fields["state"] = _text("Region", "address-level1", max_length=60, required=False)
        if country in countries:
            self.fields["phone"] = PhoneNumberField(
                label="Phone", region=country, max_length=20, help_text="The courier calls this number.",
                error_messages=PHONE_ABROAD, widget=self.fields["phone"].widget,
            )  # fmt: skip


class _BillingAddress(forms.CharField):
    """Free lines, whose breaks a browser sends as two characters and people count as one."""

    def to_python(self, value: Any) -> str:
        return billing.tidy(super().to_python(value) or "")


class CheckoutForm(AddresseeForm):
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        validators=[refuse_disguises],
        help_text="For the receipt and the link to your order.",
        error_messages={
            "required": "Write your e-mail address.",
            "invalid": "Write an e-mail address like ada@example.com.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label="Note for the rider",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    billing_name = _text("Name on the invoice", "billing name", max_length=billing.NAME_MAX, required=False)
    billing_address = _BillingAddress(
        label="Address on the invoice",
        max_length=billing.ADDRESS_MAX,
        required=False,
        help_text="As it should stand there, line by line; a tax number too, if it needs one.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "billing street-address"}),
    )
    code = _text("Discount code", "off", max_length=40, required=False)
    consent = forms.BooleanField(
        label="I have read the terms and the privacy page",
        error_messages={"required": "Tick that you have read the terms and the privacy page."},
    )
    marketing = forms.BooleanField(label=WORDS, required=False)
    delivery_method = _text("How it is sent", "off", max_length=40, required=False)
    pay_on_delivery = forms.ChoiceField(
        label="How you pay", choices=[("", "Now"), ("on", "At the door")], required=False, widget=forms.RadioSelect
    )
    keep = forms.BooleanField(label="Keep this address in my address book", required=False)
    field_order = ["email"]

    def _abroad(self, country: str) -> None:
        super()._abroad(country)
        self.fields["note"].label = "Note for the courier"

    def clean(self) -> dict[str, Any]:
        """To whom the invoice goes is told with the other errors, before the order is tried."""
        cleaned = super().clean() or {}
        if {"billing_name", "billing_address"} <= cleaned.keys():
            try:
                billing.check(cleaned["billing_name"], cleaned["billing_address"])
            except ShopError as error:
                self.refuse(error)
        return cleaned

    def code_written(self) -> str:
        return self._given("code")[:40]

    def email_written(self) -> str:
        """For what it may still have; whether it is an address is seen when the order is placed."""
        return self._given("email")[:254]

    def method_chosen(self) -> str:
        """Of the ways to send it; empty for the cheapest."""
        return self._given("delivery_method")[:40]

    def method_seen(self) -> str:
        """By which the page's total was."""
        return str(self.data.get("method_seen", ""))[:40]

    def chose_otherwise(self) -> bool:
        """Whether another way was chosen than the page's total was for: without scripts the total does not follow."""
        return self.method_chosen() not in ("", self.method_seen())

    def expected_total(self) -> int | None:
        """The total in subunits that stood on the page, if one did."""
        seen = self.data.get("expected_total", "")
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else None

    def currency_seen(self) -> str:
        """In which that total was."""
        return str(self.data.get("currency", ""))[:3] or settings.BASE_CURRENCY


class AddressForm(AddresseeForm):
    is_default = forms.BooleanField(label="Begin checkout with this address", required=False)


class PlaceForm(forms.Form):
    """“Do you deliver to…”: as much of an address as decides. What is not chosen yet is no error; it is asked for."""

    country = forms.ChoiceField(
        choices=[(code, name) for code, name in countries],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    state = forms.ChoiceField(widget=forms.Select(attrs={"autocomplete": "address-level1"}))
    area = forms.ChoiceField(
        label="Local government area", widget=forms.Select(attrs={"autocomplete": "address-level2"})
    )

    def __init__(self, given: Mapping[str, str]) -> None:
        """`given` may be whatever somebody wrote into the page's address: what is no place is left aside."""
        country, state, area = (given.get(name, "").replace("\0", "").strip()[:60] for name in self.base_fields)
        country = country if country in countries else HOME
        states, has_regions = states_of(country), coverage.asks_region(country)
        state = state if has_regions or state in states else ""
        areas = areas_of(country, state) if coverage.asks_area(Destination(country, state)) else []
        self.place = Destination(country, state, area if area in areas else "")
        super().__init__(initial={"country": country, "state": state, "area": self.place.area})
        self.is_enough = not (states and not state) and not (areas and not self.place.area)
        # Where to, once it decides what delivery costs.
        self.known = self.place if self.is_enough else None
        if states:
            self.fields["state"].choices = _choices("Choose a state", states)  # type: ignore[attr-defined]
        elif has_regions:
            self.fields["state"] = _text("Region", "address-level1", max_length=60, required=False)
        else:
            del self.fields["state"]
        if areas:
            self.fields["area"].choices = _choices("Choose an area", areas)  # type: ignore[attr-defined]
        else:
            del self.fields["area"]
