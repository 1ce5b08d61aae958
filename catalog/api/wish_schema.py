"""Wishlist and alerts in the API: what clients send, and how the answers look in the OpenAPI schema."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from catalog.alerts import SKU_MAX
from catalog.api.review_schema import Words
from catalog.api.schema import VariantSchema
from core.email_addresses import LENGTH_MAX

SKU = "Of a colour, or of one of its sizes, which is then kept as the chosen one."


class WishInput(serializers.Serializer[Any]):
    sku = Words(max_length=SKU_MAX, help_text=SKU)


class WishQuery(serializers.Serializer[Any]):
    sku = serializers.CharField(max_length=SKU_MAX, help_text="What is taken off: the sku of the colour, or of a size.")


class WishProductSchema(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()


class WishSchema(serializers.Serializer[Any]):
    sku = serializers.CharField(help_text="Of the chosen size, else of the colour.")
    size = serializers.CharField(allow_null=True, help_text="The chosen one, if any.")
    name = serializers.CharField()
    colour = serializers.CharField()
    added_at = serializers.DateTimeField()
    product = WishProductSchema(allow_null=True, help_text="Null when it is no longer sold.")
    variant = VariantSchema(allow_null=True, help_text="At today's prices. Null when it is no longer sold.")


class WishlistSchema(serializers.Serializer[Any]):
    token = serializers.CharField(allow_null=True, help_text="Opens a guest's list: keep it like a key.")
    results = WishSchema(many=True)


@extend_schema_serializer(
    examples=[OpenApiExample("A size", value={"sku": "PRC-BRF-001-BLK-M", "email": "ada@example.com"})]
)
class AlertInput(serializers.Serializer[Any]):
    sku = Words(max_length=SKU_MAX, help_text="Of a size.")
    email = Words(
        required=False, allow_blank=True, default="", max_length=LENGTH_MAX, help_text="Empty: that of the account."
    )


class AlertSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    message = serializers.CharField(help_text="The same for new and for known addresses.")
