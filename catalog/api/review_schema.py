"""Reviews in the API: what clients send, and how the answers look in the OpenAPI schema."""

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from catalog.api.schema import PictureSchema
from catalog.models.reviews import NAME_MAX, TEXT_MAX, TITLE_MAX, Review
from catalog.ratings import Place
from catalog.reviews import PHOTOS_MAX

TOKEN_MAX = 64
VOTER_MAX = 200
SIZE_MAX = 10
CURSOR = re.compile(r"(\d{1,9})-(\d{1,18})", re.ASCII)


class Words(serializers.CharField):
    """Text. A number is not text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.STR)
class ReviewCursor(serializers.Field[Place, Any, Any, Any]):
    """The place of the last review seen. Opaque to clients."""

    default_error_messages = {"invalid_cursor": "This cursor is not one of ours. Follow `next` as it stands."}

    def to_internal_value(self, data: Any) -> Place:
        found = CURSOR.fullmatch(data) if isinstance(data, str) else None
        if found is None:
            self.fail("invalid_cursor")
        return int(found[1]), int(found[2])

    def to_representation(self, value: Place) -> str:
        return cursor_of(value)


def cursor_of(place: Place) -> str:
    return f"{place[0]}-{place[1]}"


class ReviewQuery(serializers.Serializer[Any]):
    stars = serializers.IntegerField(required=False, min_value=1, max_value=5)
    size = serializers.CharField(required=False, max_length=SIZE_MAX, help_text="Name of the size that was bought.")
    cursor = ReviewCursor(required=False, help_text="Out of `next`.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A review",
            value={
                "invitation": "Zm9yIGV4YW1wbGUgb25seSwgbm8gcmV2aWV3",
                "stars": 5,
                "fit": "true",
                "title": "Soft, and stays put",
                "text": "Three washes in and it still sits as on the first day.",
                "display_name": "Ada O.",
            },
            media_type="application/json",
        )
    ]
)
class ReviewInput(serializers.Serializer[Any]):
    invitation = Words(max_length=TOKEN_MAX, help_text="Token of the link in the delivery mail.")
    stars = serializers.IntegerField(min_value=1, max_value=5)
    fit = serializers.ChoiceField(Review.Fit.choices)
    title = Words(max_length=TITLE_MAX)
    text = Words(max_length=TEXT_MAX)
    display_name = Words(max_length=NAME_MAX, help_text="Shown with the review.")
    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        max_length=PHOTOS_MAX,
        help_text="As multipart/form-data: JPEG, PNG, WebP or AVIF.",
    )


class VoteInput(serializers.Serializer[Any]):
    voter = Words(
        required=False,
        allow_blank=True,
        default="",
        max_length=VOTER_MAX,
        help_text="What an earlier vote of this guest answered as `voter`.",
    )


class ReviewPhotoSchema(PictureSchema):
    url = serializers.CharField(help_text="The largest version.")


class ReviewSchema(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    stars = serializers.IntegerField(min_value=1, max_value=5)
    title = serializers.CharField()
    text = serializers.CharField()
    fit = serializers.ChoiceField(Review.Fit.choices)
    fit_name = serializers.CharField()
    size = serializers.CharField(allow_blank=True)
    colour = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    verified = serializers.BooleanField(help_text="Bought here and delivered.")
    date = serializers.DateField()
    written = serializers.CharField(help_text="The date as a person reads it.")
    helpful = serializers.IntegerField()
    reply = serializers.CharField(allow_blank=True, help_text="The shop's answer.")
    photos = ReviewPhotoSchema(many=True)


class ReviewPageSchema(serializers.Serializer[Any]):
    results = ReviewSchema(many=True)
    next = serializers.URLField(allow_null=True)


class SentReviewSchema(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(Review.State.choices, help_text="Shown once it is approved.")


class VoteSchema(serializers.Serializer[Any]):
    helpful = serializers.IntegerField(help_text="Votes of everybody.")
    voted = serializers.BooleanField(help_text="Whether this vote stands now.")
    voter = serializers.CharField(allow_null=True, help_text="For a guest's next vote. Null for who is signed in.")
