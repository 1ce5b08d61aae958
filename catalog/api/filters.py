"""What a client may ask the list of products for. Unlike a page's address, a wrong value is refused and named."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog import currencies
from catalog.filters import QUERY_MAX, Filters
from catalog.models import Product
from catalog.places import RELEVANCE, SORTS, Place

VALUES_MAX = 20
PRICE_MAX = 10**12
PAGE_MAX = 1_000
CURSOR_MAX = 100


class Values(serializers.ListField):
    """One or several of a kind: `?size=M&size=L`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"child": serializers.CharField(max_length=140), **kwargs}, max_length=VALUES_MAX, required=False
        )

    def to_internal_value(self, data: Any) -> list[Any]:
        try:
            return list(super().to_internal_value(data))
        except serializers.ValidationError as error:
            # Which of the values was wrong shows in its message; the field is what the client can name.
            wrong = error.detail
            raise serializers.ValidationError(
                next(iter(wrong.values())) if isinstance(wrong, dict) else wrong
            ) from error


@extend_schema_field(OpenApiTypes.STR)
class CursorField(serializers.Field[Place | int, Any, Any, Any]):
    """Opaque to clients, so that what it holds may change: a place, or the number of a page of best matches."""

    default_error_messages = {
        "invalid_cursor": "This cursor is not one of ours. Follow `next` and `previous` as they stand."
    }

    def to_internal_value(self, data: Any) -> Place | int:
        text = data[:CURSOR_MAX]
        if place := Place.read(text):
            return place
        number = text.removeprefix("best-")
        if not (text.startswith("best-") and number.isascii() and number.isdigit() and 1 <= int(number) <= PAGE_MAX):
            self.fail("invalid_cursor")
        return int(number)

    def to_representation(self, value: Place | int) -> str:
        return cursor_of(value)


def cursor_of(value: Place | int) -> str:
    return str(value) if isinstance(value, Place) else f"best-{value}"


class ProductQuery(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, allow_blank=True, max_length=QUERY_MAX, help_text="Words to search for.")
    category = Values(help_text="Slug of a category; its children are included.")
    colour = Values(help_text="Name or slug of a colour.")
    size = Values(help_text="Name of a size, such as M.")
    gender = Values(child=serializers.ChoiceField(Product.Gender.choices))
    min_price = serializers.IntegerField(required=False, min_value=0, max_value=PRICE_MAX, help_text="In kobo.")
    max_price = serializers.IntegerField(required=False, min_value=0, max_value=PRICE_MAX, help_text="In kobo.")
    in_stock = serializers.BooleanField(required=False, default=False, help_text="Only what can be bought now.")
    new = serializers.BooleanField(required=False, default=False, help_text="Only new releases.")
    currency = serializers.CharField(
        required=False,
        max_length=3,
        help_text="In which prices are shown: NGN, or USD. The order by price follows; filters stay in kobo.",
    )
    sort = serializers.ChoiceField(
        [*SORTS], required=False, help_text="`relevance` with words to search for, and then the usual one; else `new`."
    )
    cursor = CursorField(required=False, help_text="From `next` or `previous`; opaque.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        usual = RELEVANCE if attrs.get("q", "").split() else "new"
        cursor = attrs.get("cursor", 1)
        sort = attrs.setdefault("sort", cursor.sort if isinstance(cursor, Place) else usual)
        if sort == RELEVANCE and usual != RELEVANCE:
            raise serializers.ValidationError({"sort": "There is no best match without `q`. Choose another order."})
        if isinstance(cursor, Place) and cursor.sort != sort:
            raise serializers.ValidationError({"cursor": "This cursor is of another order. Begin again without it."})
        return attrs

    def to_filters(self) -> Filters:
        data = self.validated_data
        return Filters(
            query=" ".join(data.get("q", "").split()),
            category=tuple(data.get("category", ())),
            colour=tuple(slugify(value) for value in data.get("colour", ())),
            size=tuple(data.get("size", ())),
            gender=tuple(data.get("gender", ())),
            min_price=data.get("min_price"),
            max_price=data.get("max_price"),
            in_stock=data["in_stock"],
            new=data["new"],
            prices=currencies.shown(data.get("currency", settings.BASE_CURRENCY)),
        )


def read(query: QueryDict) -> ProductQuery:
    """Reads and checks the query. An empty value means that the filter was left alone, as a form sends it."""
    filled = query.copy()
    for name in query:
        filled.setlist(name, [value for value in query.getlist(name) if value])
        if not filled.getlist(name):
            del filled[name]
    asked = ProductQuery(data=filled)
    asked.is_valid(raise_exception=True)
    return asked
