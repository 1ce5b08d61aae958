"""What clients may send. Unknown fields are left aside, so no amount or state of theirs ever reaches the shop."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from core.api_fields import CountryCode, ExpectedAmount, Line, Phone, Text, WholeNumber
from core.email_addresses import refuse_disguises
from orders import billing
from orders.places import states_of

SKU_MAX = 60
TOKEN_MAX = 40
CODE_MAX = 40
PICKS_MAX = 12


class Quantity(WholeNumber):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=settings.BAG_LINE_MAX, **kwargs)


class PickInput(serializers.Serializer[Any]):
    sku = Line(max_length=SKU_MAX)


@extend_schema_serializer(
    examples=[
        OpenApiExample("A piece", value={"sku": "BRF-001-BLK-M", "quantity": 3}),
        OpenApiExample(
            "A bundle of three",
            value={
                "bundle": "any-3-briefs",
                "picks": [{"sku": "BRF-001-BLK-M"}, {"sku": "BRF-001-BLK-M"}, {"sku": "BRF-002-NAV-L"}],
                "quantity": 1,
            },
        ),
    ]
)
class LineInput(serializers.Serializer[Any]):
    """Either `sku`, or `bundle` with its `picks`."""

    sku = Line(required=False, max_length=SKU_MAX, help_text="Of one size, from a product's variants.")
    bundle = Line(required=False, max_length=140, help_text="Slug of a bundle.")
    picks = serializers.ListField(child=PickInput(), required=False, max_length=PICKS_MAX)
    quantity = Quantity(required=False, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "sku" in attrs and "bundle" in attrs:
            raise serializers.ValidationError({"bundle": ["Send either sku or bundle, not both."]}, "ambiguous")
        if "sku" not in attrs and "bundle" not in attrs:
            raise serializers.ValidationError(
                {"sku": ["Send the sku of a size, or a bundle with its picks."]}, "required"
            )
        if "bundle" in attrs and not attrs.get("picks"):
            raise serializers.ValidationError({"picks": ["Send one pick for each piece of the bundle."]}, "required")
        return attrs


class ChangeInput(serializers.Serializer[Any]):
    """Of a line in the bag: how many, and which size of a piece, or which pieces of a bundle."""

    quantity = Quantity(required=False)
    sku = Line(required=False, max_length=SKU_MAX, help_text="Of another size or colour of the same product.")
    picks = serializers.ListField(
        child=PickInput(), required=False, min_length=1, max_length=PICKS_MAX, help_text="All pieces of a bundle anew."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError(
                {"quantity": ["Send quantity, the sku of another size, or the picks of a bundle."]}, "required"
            )
        if "sku" in attrs and "picks" in attrs:
            raise serializers.ValidationError({"picks": ["Send either sku or picks, not both."]}, "ambiguous")
        return attrs


class CountryInput(serializers.Serializer[Any]):
    country = CountryCode()


class PlaceInput(CountryInput):
    """Where to; enough to know the fee."""

    state = Line(required=False, default="", allow_blank=True, max_length=60)
    area = Line(required=False, default="", allow_blank=True, max_length=60, help_text="In Nigeria: the LGA.")


class CurrencyInput(serializers.Serializer[Any]):
    currency = Line(required=False, default="NGN", max_length=3, help_text="ISO 4217.")


class CoverageInput(PlaceInput, CurrencyInput):
    pass


class MethodName(Line):
    def __init__(self, **kwargs: Any) -> None:
        told = "Name of one of a quote's `methods`; empty is the cheapest."
        super().__init__(required=False, default="", allow_blank=True, max_length=40, help_text=told, **kwargs)


@extend_schema_serializer(
    examples=[OpenApiExample("Lekki", value={"country": "NG", "state": "Lagos", "area": "Eti-Osa", "currency": "NGN"})]
)
class QuoteInput(CoverageInput):
    code = Line(required=False, default="", allow_blank=True, max_length=CODE_MAX, help_text="Discount code.")
    delivery_method = MethodName()


class AddressInput(PlaceInput):
    street = Line(max_length=200)
    landmark = Line(required=False, default="", allow_blank=True, max_length=120)
    city = Line(required=False, default="", allow_blank=True, max_length=60)
    postcode = Line(required=False, default="", allow_blank=True, max_length=16)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # Where states and areas are known (orders.delivery.check) they say where it is; elsewhere the city does.
        if not states_of(attrs["country"]) and not attrs["city"]:
            raise serializers.ValidationError({"city": ["Write the city."]}, "required")
        return attrs


class BillingInput(serializers.Serializer[Any]):
    """Whom the invoice names, where that is not the recipient."""

    name = Line(max_length=billing.NAME_MAX)
    address = Text(max_length=billing.ADDRESS_MAX, help_text=f"In free lines, at most {billing.LINES_MAX}.")


class EmailInput(serializers.EmailField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "To Lekki",
            value={
                "bag": "Zm9yIGV4YW1wbGUgb25seSwgbm8gYmFn",
                "email": "ada@example.com",
                "full_name": "Ada Obi",
                "phone": "08031234567",
                "address": {
                    "country": "NG",
                    "state": "Lagos",
                    "area": "Eti-Osa",
                    "street": "12 Admiralty Way",
                    "landmark": "Opposite the filling station",
                },
                "expected_total": 3100000,
            },
        )
    ]
)
class OrderInput(serializers.Serializer[Any]):
    bag = Line(max_length=TOKEN_MAX, help_text="Token of the bag.")
    email = EmailInput(max_length=254, validators=[refuse_disguises])
    full_name = Line(max_length=120)
    phone = Phone(max_length=30)
    address = AddressInput()
    billing = BillingInput(
        required=False, allow_null=True, default=None, help_text="Where the invoice goes to somebody else."
    )
    code = Line(required=False, default="", allow_blank=True, max_length=CODE_MAX, help_text="Discount code.")
    delivery_method = MethodName()
    note = Text(required=False, default="", allow_blank=True, max_length=500)
    marketing = serializers.BooleanField(
        required=False,
        default=False,
        help_text="They agreed to marketing mail, in the words of `newsletter/`. A guest is asked by mail.",
    )
    pay_on_delivery = serializers.BooleanField(
        required=False, default=False, help_text="At the door, where a quote says that this is offered."
    )
    currency = Line(required=False, default="NGN", max_length=3, help_text="ISO 4217.")
    expected_total = ExpectedAmount(
        required=False,
        allow_null=True,
        default=None,
        help_text="The total that the customer saw, in the subunit. If it is another by now, nothing is ordered.",
    )


@extend_schema_serializer(
    examples=[OpenApiExample("By e-mail", value={"number": "PR-100001", "known": "ada@example.com"})]
)
class TrackInput(serializers.Serializer[Any]):
    number = Line(max_length=30, help_text="With or without PR-.")
    known = Line(max_length=254, help_text="The e-mail address or phone number that the order was placed with.")


class AgainInput(serializers.Serializer[Any]):
    bag = Line(required=False, default="", allow_blank=True, max_length=TOKEN_MAX, help_text="Token of a bag to fill.")
