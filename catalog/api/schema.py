"""How the answers look, for the OpenAPI schema. Answers are built as plain data, never through these."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

COMPARE_AT = "The former price, where it is above the present one; of the cheapest size where there are several."
LOWEST = "The lowest price of the 30 days before the present one: to be told wherever `compare_at` is shown."


class ChargedSchema(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    display = serializers.CharField()


@extend_schema_serializer(
    examples=[OpenApiExample("₦19,000", value={"amount": 1900000, "currency": "NGN", "display": "₦19,000"})]
)
class MoneySchema(serializers.Serializer[Any]):
    amount = serializers.IntegerField(help_text="In the subunit of the currency: kobo, cent.")
    currency = serializers.CharField(help_text="ISO 4217.")
    display = serializers.CharField(help_text="As a person reads it.")
    charged = ChargedSchema(required=False, help_text="What is charged, where the amount is only about that much.")


class ColourSchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    slug = serializers.CharField()
    hex = serializers.RegexField(r"^#[0-9A-F]{6}$")


class PictureSchema(serializers.Serializer[Any]):
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    is_illustration = serializers.BooleanField(help_text="A drawing, until the photograph comes.")
    placeholder = serializers.CharField(
        allow_blank=True, help_text="A few pixels as a data: address, to show while the picture loads."
    )
    sources = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Format (avif, webp, jpeg) to width in pixels to address.",
    )


class StarsSchema(serializers.Serializer[Any]):
    average = serializers.FloatField(min_value=1, max_value=5)
    count = serializers.IntegerField(min_value=1)


class CardSchema(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="The page of the shop.")
    price_from = MoneySchema()
    price_varies = serializers.BooleanField()
    compare_at = MoneySchema(allow_null=True, help_text=COMPARE_AT)
    lowest_30_days = MoneySchema(allow_null=True, help_text=LOWEST)
    in_stock = serializers.BooleanField()
    is_new = serializers.BooleanField()
    rating = StarsSchema(allow_null=True, help_text="Null where nobody has reviewed it.")
    colours = ColourSchema(many=True)
    image = PictureSchema(allow_null=True)


class FacetSchema(serializers.Serializer[Any]):
    value = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="Null: too many to count.")
    chosen = serializers.BooleanField()
    hex = serializers.CharField(required=False)


class FacetsSchema(serializers.Serializer[Any]):
    category = FacetSchema(many=True)
    gender = FacetSchema(many=True)
    colour = FacetSchema(many=True)
    size = FacetSchema(many=True)
    in_stock = FacetSchema(many=True, help_text="One value: on. None where it would give nothing.")
    new = FacetSchema(many=True, help_text="As `in_stock`.")


class ProductPageSchema(serializers.Serializer[Any]):
    results = CardSchema(many=True)
    total = serializers.IntegerField()
    total_is_capped = serializers.BooleanField(help_text="There are more than `total`.")
    corrected = serializers.CharField(allow_null=True, help_text="What was searched for instead of `q`.")
    is_nearest = serializers.BooleanField(help_text="Nothing matches every word of `q`; these match some.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    facets = FacetsSchema()


class SizeSchema(serializers.Serializer[Any]):
    sku = serializers.CharField(help_text="What goes into a bag.")
    size = serializers.CharField()
    price = MoneySchema()
    compare_at = MoneySchema(allow_null=True, help_text=COMPARE_AT)
    lowest_30_days = MoneySchema(allow_null=True, help_text=LOWEST)
    sale_ends_at = serializers.DateTimeField(allow_null=True, help_text="When this price ends with its sale.")
    in_stock = serializers.BooleanField()
    available = serializers.IntegerField(min_value=0, max_value=10, help_text="10 stands for ten and more.")
    is_low = serializers.BooleanField()


class VideoSchema(serializers.Serializer[Any]):
    title = serializers.CharField()
    link = serializers.CharField(allow_null=True, help_text="To a film elsewhere, instead of a `file`.")
    site = serializers.CharField(allow_blank=True, help_text="Where the link leads, as people call it.")
    file = serializers.CharField(allow_null=True, help_text="Address of the film itself.")
    media_type = serializers.CharField(allow_blank=True)
    seconds = serializers.IntegerField()
    poster = PictureSchema()
    poster_url = serializers.CharField()


class VariantSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    colour = ColourSchema()
    url = serializers.CharField()
    images = PictureSchema(many=True)
    videos = VideoSchema(many=True, help_text="Only where one product is asked for.")
    price_from = MoneySchema()
    price_varies = serializers.BooleanField()
    compare_at = MoneySchema(allow_null=True, help_text=COMPARE_AT)
    lowest_30_days = MoneySchema(allow_null=True, help_text=LOWEST)
    in_stock = serializers.BooleanField()
    sizes = SizeSchema(many=True)


class CategorySchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    slug = serializers.CharField()
    url = serializers.CharField()
    final_sale = serializers.BooleanField(help_text="True: its pieces come back only when they are faulty or wrong.")


class BundleLinkSchema(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    pieces = serializers.IntegerField(help_text="How many pieces the customer picks.")
    price = MoneySchema()


class FitSchema(serializers.Serializer[Any]):
    small = serializers.IntegerField()
    true = serializers.IntegerField()
    large = serializers.IntegerField()


class RatingSchema(StarsSchema):
    fit = FitSchema(help_text="How many say that it runs small, is true to size, or runs large.")


class EligibleSchema(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    category = CategorySchema()
    gender = serializers.CharField()
    fabric = serializers.CharField(allow_blank=True)
    care = serializers.CharField(allow_blank=True)
    is_new = serializers.BooleanField()
    rating = RatingSchema(allow_null=True, help_text="Null where nobody has reviewed it.")
    price_from = MoneySchema()
    price_varies = serializers.BooleanField()
    compare_at = MoneySchema(allow_null=True, help_text=COMPARE_AT)
    lowest_30_days = MoneySchema(allow_null=True, help_text=LOWEST)
    in_stock = serializers.BooleanField()
    variants = VariantSchema(many=True)


class MeasureSchema(serializers.Serializer[Any]):
    cm = serializers.ListField(child=serializers.IntegerField(), help_text="From, below: the next size begins there.")
    inches = serializers.ListField(child=serializers.CharField(), help_text="The same, computed.")


class SizeGuideRowSchema(serializers.Serializer[Any]):
    size = serializers.CharField()
    chest = MeasureSchema(allow_null=True)
    waist = MeasureSchema(allow_null=True)
    hips = MeasureSchema(allow_null=True)


class SizeGuideSchema(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    url = serializers.CharField()
    measures = serializers.ListField(child=serializers.CharField(), help_text="Those that this garment is chosen by.")
    rows = SizeGuideRowSchema(many=True)


class ProductSchema(EligibleSchema):
    bundles = BundleLinkSchema(many=True, help_text="Bundles that it may be picked for.")
    size_guide = SizeGuideSchema(allow_null=True, help_text="What its sizes measure, on the body.")


class BundleCardSchema(BundleLinkSchema):
    image = PictureSchema(allow_null=True)
    saving = MoneySchema(help_text="The least that any choice of pieces saves.")


class BundlesSchema(serializers.Serializer[Any]):
    results = BundleCardSchema(many=True)


class BundleSchema(BundleLinkSchema):
    description = serializers.CharField(allow_blank=True)
    images = PictureSchema(many=True)
    eligible = EligibleSchema(many=True, help_text="Each piece is picked by the sku of one of their sizes.")
