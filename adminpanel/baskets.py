"""What staff write into a form to make up a basket: pieces by SKU, and the currency that they are priced in."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from catalog import currencies

TEXT = UnfoldAdminTextInputWidget().attrs["class"]


class BasketForm(forms.Form):
    """Mixed into a form: its class says how many rows of pieces there are."""

    piece_rows = 4

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
            self.fields[f"quantity_{number}"] = forms.IntegerField(
                label="Pieces", required=False, min_value=1, initial=1, widget=UnfoldAdminIntegerFieldWidget
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"piece_{number}"], self[f"quantity_{number}"]) for number in range(1, self.piece_rows + 1)]

    @property
    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(("piece_", "quantity_"))]

    def pieces(self) -> dict[str, int]:
        """SKU to quantity; the same SKU written twice is added up."""
        found: dict[str, int] = {}
        for number in range(1, self.piece_rows + 1):
            if sku := self.cleaned_data[f"piece_{number}"].strip():
                found[sku] = found.get(sku, 0) + (self.cleaned_data[f"quantity_{number}"] or 1)
        return found

    def currency(self) -> str:
        return str(self.cleaned_data.get("currency") or settings.BASE_CURRENCY)
