"""The dialogs in which staff decide about a return, receive it and send what goes out for it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from adminpanel.base import find
from catalog.models import VariantSize
from orders import other_sizes, returns
from orders.models import Return, ReturnLine
from payments import returning

LINE = "line_"


class AnswerForm(BaseDialogForm):
    answer = forms.CharField(
        required=False,
        max_length=returns.TEXT_MAX,
        help_text="The customer reads this in the mail.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class RefuseForm(AnswerForm):
    answer = forms.CharField(
        max_length=returns.TEXT_MAX,
        help_text="Why. The customer reads this in the mail.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class ReceiveForm(BaseDialogForm):
    """The condition of each piece, as it lies on the table."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        for line in lines_of(find(Return, str(object_id))):
            instead = f", for {told_size(line.exchange_to)}" if line.exchange_to else ""
            self.fields[f"{LINE}{line.pk}"] = forms.ChoiceField(
                label=f"{line.quantity} × {told(line)}{instead}",
                choices=[choice for choice in ReturnLine.Condition.choices if choice[0]],
                widget=UnfoldAdminSelectWidget,
            )

    def conditions(self) -> dict[int, str]:
        return _of_lines(self)


class UnsentForm(AnswerForm):
    """What becomes of each piece that was taken for an exchange and is not sent."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        for line in lines_of(find(Return, str(object_id))):
            if line.exchange_to:
                self.fields[f"{LINE}{line.pk}"] = forms.ChoiceField(
                    label=f"{line.quantity} × {line.order_line.name}, {told_size(line.exchange_to)}",
                    choices=[
                        (ReturnLine.Condition.SOUND, "Back on sale"),
                        (ReturnLine.Condition.DAMAGED, "Torn or not there: written off"),
                    ],
                    widget=UnfoldAdminSelectWidget,
                )

    def conditions(self) -> dict[int, str]:
        return _of_lines(self)


class SizesForm(AnswerForm):
    """Another size for each line of an exchange: what is in stock at the same price."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        for line in lines_of(find(Return, str(object_id))):
            if line.exchange_to:
                self.fields[f"{LINE}{line.pk}"] = forms.ChoiceField(
                    label=f"{line.quantity} × {told(line)}, for",
                    choices=_sizes(line),
                    initial=line.exchange_to.sku,
                    widget=UnfoldAdminSelectWidget,
                )

    def sizes(self) -> dict[int, str]:
        """Line id to SKU."""
        return _of_lines(self)


class RefundForm(BaseDialogForm):
    """Says what goes back, for that may be less than was paid."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        due = returning.due_for(find(Return, str(object_id)))
        self.fields["amount"] = forms.CharField(
            label="What goes back",
            disabled=True,
            required=False,
            initial=str(due.amount),
            help_text=f"Less than {due.paid}, because some of it was refunded before."
            if due.is_less
            else "All that was paid for these pieces.",
            widget=UnfoldAdminTextInputWidget,
        )


class SendForm(BaseDialogForm):
    carrier = forms.CharField(max_length=60, widget=UnfoldAdminTextInputWidget)
    tracking_number = forms.CharField(required=False, max_length=80, widget=UnfoldAdminTextInputWidget)


def lines_of(found: Return) -> list[ReturnLine]:
    return list(found.lines.with_pieces())


def told(line: ReturnLine) -> str:
    """The piece as it was sent, which may be another size than was ordered, or one that was got in exchange."""
    size = f"{line.sent_size}, got by return {line.came_by.parcel_id}" if line.came_by else line.order_line.told_size
    return ", ".join(filter(None, [line.order_line.name, line.told_colour, size]))


def told_size(size: VariantSize) -> str:
    return f"{size.variant.colour.name}, {size.size.name}"


def _sizes(line: ReturnLine) -> list[tuple[str, str]]:
    """What is there; and what was wanted, though it may be gone, so that one line can be changed without the others."""
    assert line.exchange_to is not None  # asked by the caller
    wanted = line.exchange_to
    others = [other for other in other_sizes.instead_of(line, line.quantity) if other.pk != wanted.pk]
    return [(wanted.sku, f"{told_size(wanted)}, as it is now"), *((one.sku, told_size(one)) for one in others)]


def _of_lines(form: BaseDialogForm) -> dict[int, str]:
    given = form.cleaned_data.items()
    return {int(name.removeprefix(LINE)): value for name, value in given if name.startswith(LINE)}
