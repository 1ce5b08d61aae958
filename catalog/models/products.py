"""What is sold: a product comes in colours (variants), a variant in sizes, and the size of a variant is counted."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from catalog.models.prices import lowest_before, price_now, regular_price, sale_ends_at
from catalog.models.shown import M, ShownQuerySet
from catalog.models.size_guides import SizeGuide
from catalog.models.social import Social

hex_colour = RegexValidator(r"^#[0-9A-F]{6}$", "Write the colour like #1E1E1E, in capitals.")


class CategoryQuerySet(ShownQuerySet[M]):
    def shown(self) -> Self:
        """Those whose page is there: active, and the department above them too."""
        return self.filter(Q(parent=None) | Q(parent__active=True), active=True)


class Category(models.Model):
    """Of two levels (also by trigger): one without a parent is a department, and what is below it has none below."""

    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    description = models.TextField(blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    minimum_quantity = models.PositiveSmallIntegerField(
        default=1, help_text="The fewest pieces of this category that one bag may hold."
    )
    exempting_category = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="A piece of this category in the same bag lifts the minimum.",
    )
    size_guide = models.ForeignKey(
        SizeGuide,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Of its products that name none of their own.",
    )
    final_sale = models.BooleanField(
        default=False, db_default=False, help_text="What fits badly does not come back, such as underwear."
    )
    active = models.BooleanField(default=True)

    objects: ClassVar[CategoryQuerySet["Category"]] = CategoryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(condition=Q(minimum_quantity__gte=1), name="category_minimum_at_least_one"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="category_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.slug])

    def clean(self) -> None:
        if self.parent is None:
            return
        if self.parent.parent_id is not None:
            raise ValidationError(
                {"parent": f"{self.parent} is below {self.parent.parent} itself. Choose one that is below none."}
            )
        if self.pk and self.children.exists():
            raise ValidationError(
                {"parent": f"{self.name} has categories below it, so it is below none. Move those elsewhere first."}
            )

    @property
    def is_final_sale(self) -> bool:
        """Its own mark or its department's, which is to be loaded with it."""
        return self.final_sale or (self.parent is not None and self.parent.final_sale)


class Colour(models.Model):
    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    hex = models.CharField(max_length=7, validators=[hex_colour])
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[ShownQuerySet["Colour"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.CheckConstraint(condition=Q(hex__regex=r"^#[0-9A-F]{6}$"), name="colour_hex_is_hex")]

    def __str__(self) -> str:
        return self.name


class Size(models.Model):
    name = models.CharField(max_length=10, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[ShownQuerySet["Size"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


def _published(product: str = "") -> Q:
    """Of a product, or of what leads to one by this path of lookups: "variant__product__"."""
    shown = {"active": True, "category__active": True, "publish_at__lte": Now()}
    not_ended = Q((f"{product}unpublish_at__isnull", True)) | Q((f"{product}unpublish_at__gt", Now()))
    return not_ended & Q(*((f"{product}{lookup}", value) for lookup, value in shown.items()))


class ProductQuerySet(ShownQuerySet["Product"]):
    def on_sale(self) -> "ProductQuerySet":
        """What customers may see: active, in an active category, and published now, by the database's clock."""
        return self.filter(_published())


class Product(Social):
    class Gender(models.TextChoices):
        WOMEN = "women", "Women"
        MEN = "men", "Men"
        UNISEX = "unisex", "Unisex"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    description = models.TextField(blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    gender = models.CharField(max_length=6, choices=Gender, default=Gender.UNISEX)
    fabric = models.CharField(max_length=200, blank=True)
    care = models.CharField(max_length=300, blank=True)
    size_guide = models.ForeignKey(
        SizeGuide,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Where it differs from that of its category.",
    )
    base_price_kobo = models.BigIntegerField()
    compare_at_kobo = models.BigIntegerField(
        "former price",
        null=True,
        blank=True,
        help_text="Struck through beside the price, as long as it is above it. Only what was really asked for.",
    )
    usd_price_cents = models.BigIntegerField(
        "fixed dollar price",
        null=True,
        blank=True,
        help_text="Of what costs the base price; other sizes and sales differ by as much. Empty: converted.",
    )
    active = models.BooleanField(default=True)
    is_new = models.BooleanField("new release", default=False)
    publish_at = models.DateTimeField(default=timezone.now)
    unpublish_at = models.DateTimeField(null=True, blank=True, help_text="From then on it is no longer sold.")
    # Of its approved reviews; written by catalog.reviews alone.
    rating_count = models.PositiveIntegerField(db_default=0, editable=False)
    rating_sum = models.PositiveIntegerField(db_default=0, editable=False)
    star_counts = ArrayField(
        models.PositiveIntegerField(), db_default=[0] * 5, editable=False, help_text="With one star, two and so on."
    )
    fit_counts = ArrayField(
        models.PositiveIntegerField(), db_default=[0] * 3, editable=False, help_text="Small, true to size, large."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ProductQuerySet] = ProductQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-publish_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(base_price_kobo__gt=0), name="product_price_above_nought"),
            models.CheckConstraint(
                condition=Q(compare_at_kobo__isnull=True) | Q(compare_at_kobo__gt=0),
                name="product_compare_at_above_nought",
            ),
            models.CheckConstraint(
                condition=Q(usd_price_cents__isnull=True) | Q(usd_price_cents__gt=0),
                name="product_usd_price_above_nought",
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=F("publish_at")),
                name="product_unpublished_after_published",
                violation_error_message="It is taken off sale after it was published. Look at the two dates.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["category", "-publish_at", "-id"], condition=Q(active=True), name="product_category_newest_idx"
            ),
            models.Index(fields=["-publish_at", "-id"], condition=Q(active=True), name="product_newest_idx"),
            models.Index(
                fields=["unpublish_at"],
                condition=Q(active=True, unpublish_at__isnull=False),
                name="product_unpublished_idx",
            ),
            models.Index(fields=["social_image"], condition=~Q(social_image=""), name="product_social_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])

    def is_published(self, at: datetime) -> bool:
        return self.publish_at <= at and (self.unpublish_at is None or at < self.unpublish_at)


class Variant(models.Model):
    """One colour of a product."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    colour = models.ForeignKey(Colour, models.PROTECT, related_name="variants")
    sku = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects: ClassVar[ShownQuerySet["Variant"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["product", "colour"], name="variant_once_per_colour")]

    def __str__(self) -> str:
        return f"{self.product} in {self.colour}"


class VariantSizeQuerySet(ShownQuerySet["VariantSize"]):
    def on_sale(self) -> "VariantSizeQuerySet":
        """What customers may see, whether or not it is in stock: active, in an active colour of a product on sale."""
        return self.filter(_published("variant__product__"), active=True, variant__active=True)

    def low(self) -> "VariantSizeQuerySet":
        """On sale with as many free pieces as their threshold or fewer, but some."""
        on_sale = self.filter(active=True, variant__active=True, variant__product__active=True)
        return on_sale.filter(on_hand__gt=F("reserved"), on_hand__lte=F("reserved") + F("low_stock_threshold"))

    def priced(self, at: datetime | None = None) -> "VariantSizeQuerySet":
        """With `price_now` and `price_regular` in kobo, which catalog.pricing reads. One subquery, no query more.

        By the database's clock, or at another moment: what a planned sale will make of it.
        """
        return self.annotate(price_now=price_now(at), price_regular=regular_price())

    def priced_with_history(self) -> "VariantSizeQuerySet":
        """`priced`, with what is told beside a lowered price: `sale_ends_at` and `lowest_before_kobo`."""
        return self.priced().annotate(sale_ends_at=sale_ends_at(), lowest_before_kobo=lowest_before())


class VariantSize(models.Model):
    """The thing that is counted and sold. `on_hand` and `reserved` are written by catalog.stock alone."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="sizes")
    size = models.ForeignKey(Size, models.PROTECT, related_name="+")
    sku = models.CharField(max_length=60, unique=True)
    price_kobo = models.BigIntegerField(null=True, blank=True, help_text="Only where it differs from the product's.")
    on_hand = models.PositiveIntegerField(default=0, editable=False)
    reserved = models.PositiveIntegerField(default=0, editable=False)
    low_stock_threshold = models.PositiveSmallIntegerField(default=3)
    active = models.BooleanField(default=True)

    objects: ClassVar[VariantSizeQuerySet] = VariantSizeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["size__position"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "size"], name="variant_size_once"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="reserved_within_on_hand"),
            models.CheckConstraint(
                condition=Q(price_kobo__isnull=True) | Q(price_kobo__gt=0), name="size_price_above_nought"
            ),
        ]

    def __str__(self) -> str:
        return self.sku

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Leaves the counts of a row that exists alone: an order may have moved them since this copy was read."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            left = {"id", "on_hand", "reserved"} | self.get_deferred_fields()
            kwargs["update_fields"] = [
                field.attname for field in self._meta.concrete_fields if field.attname not in left
            ]
        super().save(*args, **kwargs)

    @property
    def available(self) -> int:
        """Pieces that can be promised now: on hand and not reserved; none of a size that is not sold."""
        return max(0, self.on_hand - self.reserved) if self.active else 0
