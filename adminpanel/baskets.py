"""What staff write into a form to make up a basket: pieces by SKU, bundles by the SKUs of their slots, and the currency
that they are priced in."""

import re
from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog import currencies
from catalog.models import Bundle
from core.errors import ShopError
from orders.baskets import Wanted

TEXT = UnfoldAdminTextInputWidget().attrs["class"]
OF_A_ROW = ("piece_", "quantity_", "bundle_", "picks_", "count_")
# Twelve SKUs with their line ends, and room for slips.
PICKS_MAX = 1_000
NO_BUNDLE = "Choose the bundle that these pieces make up, or write them as single pieces above."
NOT_SOLD = "This bundle is not sold any more. Choose another, or write its pieces as single ones."


class BundleField(forms.ModelChoiceField):
    def __init__(self, label: str) -> None:
        super().__init__(
            Bundle.objects.filter(active=True),
            label=label,
            required=False,
            to_field_name="slug",
            empty_label="None",
            widget=UnfoldAdminSelectWidget,
            error_messages={"invalid_choice": NOT_SOLD},
        )

    def label_from_instance(self, bundle: Any) -> str:
        return f"{bundle.name}: {bundle.pieces} pieces"


class BasketForm(forms.Form):
    """Mixed into a form: its class says how many rows of pieces, and how many bundles, there are."""

    piece_rows = 4
    bundle_rows = 1

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charged = [currency for currency in settings.CURRENCIES if currencies.is_charged(currency)]
        if len(charged) > 1:
            self.fields["currency"] = forms.ChoiceField(
                label="Priced and charged in", choices=[(currency, currency) for currency in charged]
            )
        for field in self.fields.values():
            field.widget.attrs["class"] = TEXT
        for number in range(1, self.piece_rows + 1):
            self.fields[f"piece_{number}"] = forms.CharField(
                label=f"SKU {number}", required=False, max_length=60, widget=UnfoldAdminTextInputWidget
            )
            self.fields[f"quantity_{number}"] = _how_many("Pieces")
        for number in range(1, self.bundle_rows + 1):
            self._add_bundle(number)

    def _add_bundle(self, number: int) -> None:
        most = settings.BAG_LINE_MAX
        self.fields[f"bundle_{number}"] = BundleField(f"Bundle {number}")
        self.fields[f"count_{number}"] = _how_many(
            "How many of it",
            max_value=most,
            error_messages={"max_value": f"At most {most} of one bundle go into an order. Make another for more."},
        )
        self.fields[f"picks_{number}"] = forms.CharField(
            label="Its pieces, each SKU on a line of its own",
            required=False,
            max_length=PICKS_MAX,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}),
        )

    def clean(self) -> dict[str, Any]:
        """A bundle whose slots are not filled is told before anything is looked up."""
        cleaned = super().clean() or self.cleaned_data
        for number in range(1, self.bundle_rows + 1):
            bundle, skus = cleaned.get(f"bundle_{number}"), self._picked(number)
            if bundle is None and skus and f"bundle_{number}" not in self.errors:
                self.add_error(f"bundle_{number}", NO_BUNDLE)
            if bundle is not None and f"picks_{number}" not in self.errors and len(skus) != bundle.pieces:
                self.add_error(f"picks_{number}", _not_filled(bundle, len(skus)))
        return cleaned

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"piece_{number}"], self[f"quantity_{number}"]) for number in range(1, self.piece_rows + 1)]

    @property
    def bundles(self) -> list[tuple[Any, Any, Any]]:
        numbers = range(1, self.bundle_rows + 1)
        return [(self[f"bundle_{number}"], self[f"count_{number}"], self[f"picks_{number}"]) for number in numbers]

    @property
    def names_a_bundle(self) -> bool:
        """Rightly or not."""
        numbers = range(1, self.bundle_rows + 1)
        return any(self.data.get(f"{field}_{number}") for number in numbers for field in ("bundle", "picks"))

    @property
    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(OF_A_ROW)]

    def wanted(self) -> list[Wanted]:
        """Once it is valid."""
        return list(self._written().values())

    def refuse(self, error: ShopError) -> None:
        """Shows the shop's refusal at the row that it is about, or at the field that it names, else above the form."""
        name, told = error.field, error.message
        if row := re.fullmatch(r"wanted\.(\d+)\.(.+)", error.field):
            what, how_many = list(self._written())[int(row[1])]
            name = how_many if row[2] == "quantity" else what
            if pick := re.fullmatch(r"picks\.(\d+)\.sku", row[2]):
                told = f"Piece {int(pick[1]) + 1}: {told}"
        self.add_error(name if name in self.fields else None, told)

    def _written(self) -> dict[tuple[str, str], Wanted]:
        """By the fields that say what it is, and how many of it."""
        given, found = self.cleaned_data, {}
        for number in range(1, self.piece_rows + 1):
            what, how_many = f"piece_{number}", f"quantity_{number}"
            if sku := given[what].strip():
                found[what, how_many] = Wanted([sku], given[how_many] or 1)
        for number in range(1, self.bundle_rows + 1):
            what, how_many = f"picks_{number}", f"count_{number}"
            if bundle := given[f"bundle_{number}"]:
                found[what, how_many] = Wanted(self._picked(number), given[how_many] or 1, bundle.slug)
        return found

    def _picked(self, number: int) -> list[str]:
        lines = self.cleaned_data.get(f"picks_{number}", "").splitlines()
        return [sku for line in lines if (sku := line.strip())]

    def currency(self) -> str:
        return str(self.cleaned_data.get("currency") or settings.BASE_CURRENCY)


def _how_many(label: str, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=1, initial=1, widget=UnfoldAdminIntegerFieldWidget, **options
    )


def _not_filled(bundle: Bundle, written: int) -> str:
    made, more = f"{bundle} is made of {bundle.pieces} pieces, and", bundle.pieces - written
    if not written:
        return f"{made} none stands here: write {more} SKUs, each on a line of its own."
    stand = f"{written} {'stands' if written == 1 else 'stand'} here"
    if more > 0:
        return f"{made} {stand}: write {more} more, each on a line of its own."
    single = "it as a single piece" if more == -1 else "them as single pieces"
    return f"{made} {stand}: take {-more} out, or write {single} above."
