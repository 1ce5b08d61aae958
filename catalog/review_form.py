"""The form behind an invitation. What may be said at all is for catalog.reviews to know."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from catalog.models.reviews import NAME_MAX, TEXT_MAX, TITLE_MAX, Review
from catalog.reviews import PHOTO_BYTES_MAX, PHOTOS_MAX, Opinion
from core.errors import ShopError

MEGABYTE = 1024 * 1024
STARS = [("5", "Love it"), ("4", "Good"), ("3", "Fine"), ("2", "Poor"), ("1", "Bad")]


class Prose(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three files, each of a size that is worth looking at."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > PHOTOS_MAX:
            raise forms.ValidationError(f"{len(files)} photos are too many: choose {PHOTOS_MAX} at most.")
        for file in files:
            if file.size > PHOTO_BYTES_MAX:
                raise forms.ValidationError(f"“{file.name}” is larger than {PHOTO_BYTES_MAX // MEGABYTE} MB.")
        return [super(PhotosField, self).clean(file, initial) for file in files]


class ReviewForm(forms.Form):
    stars = forms.ChoiceField(
        label="How do you like it?",
        choices=STARS,
        error_messages={"required": "Choose one to five stars.", "invalid_choice": "Choose one to five stars."},
    )
    fit = forms.ChoiceField(
        label="How does it fit?",
        choices=Review.Fit.choices,
        error_messages={"required": "Choose how it fits.", "invalid_choice": "Choose how it fits."},
    )
    title = forms.CharField(
        label="In a few words", max_length=TITLE_MAX, error_messages={"required": "Write a few words as a title."}
    )
    text = Prose(
        label="What should others know?",
        max_length=TEXT_MAX,
        help_text="Comfort, fabric, how it washes. Your size is shown with it.",
        error_messages={"required": "Write how it is to wear."},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    display_name = forms.CharField(
        label="Your name, as it is shown",
        max_length=NAME_MAX,
        error_messages={"required": "Write the name to show with your review."},
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    photos = PhotosField(
        label="Photos",
        required=False,
        help_text=f"Up to {PHOTOS_MAX}: JPEG, PNG, WebP or AVIF, {PHOTO_BYTES_MAX // MEGABYTE} MB each.",
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
    )

    def opinion(self) -> Opinion:
        data = self.cleaned_data
        return Opinion(
            stars=int(data["stars"]),
            fit=data["fit"],
            title=data["title"],
            text=data["text"],
            display_name=data["display_name"],
        )

    def contents(self) -> list[bytes]:
        return [file.read() for file in self.cleaned_data["photos"]]

    def refuse(self, error: ShopError) -> None:
        """Shows the shop's own refusal at the field that it names, else above the form."""
        self.add_error(error.field if error.field in self.fields else None, error.message)
