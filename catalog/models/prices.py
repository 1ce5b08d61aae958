"""What a size costs now, in one expression that the database computes by its own clock.

The price is the lowest of the regular price and the prices of every sale that is running, so a sale never makes
anything dearer. A sale runs from its start, inclusive, to its end, exclusive.
"""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Case, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least, Now

from catalog.models.shown import ShownQuerySet


class Sale(models.Model):
    """Prices for a while. What it contains is written in its `SalePrice` rows."""

    name = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="From this moment on the regular prices hold again.")
    active = models.BooleanField(default=True, help_text="Off stops it at once, whatever its dates say.")
    note = models.TextField(blank=True, help_text="For staff alone.")

    objects: ClassVar[ShownQuerySet["Sale"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="sale_ends_after_it_starts",
                violation_error_message="A sale ends after it has started. Look at its dates.",
            )
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(active=True), name="sale_starts_idx"),
            models.Index(fields=["ends_at"], condition=Q(active=True), name="sale_ends_idx"),
        ]

    def __str__(self) -> str:
        return self.name


class SalePrice(models.Model):
    """What a product, or one size of it, costs while a sale runs. A trigger refuses a size of another product."""

    sale = models.ForeignKey(Sale, models.CASCADE, related_name="prices")
    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="sale_prices")
    variant_size = models.ForeignKey(
        "catalog.VariantSize",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sale_prices",
        verbose_name="size",
        help_text="Empty: every size of the product.",
    )
    price_kobo = models.BigIntegerField()

    objects: ClassVar[ShownQuerySet["SalePrice"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(price_kobo__gt=0), name="sale_price_above_nought"),
            models.UniqueConstraint(
                fields=["sale", "product", "variant_size"],
                nulls_distinct=False,
                name="sale_price_once",
                violation_error_message="This sale has a price for that already. Change that one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale}: product {self.product_id}"


class PriceRecord(models.Model):
    """A price that a size came to have, for ever: triggers refuse UPDATE and DELETE, and it outlives its size.

    `lowest_before_kobo` is the lowest price that the size had in the 30 days before it came to this one (empty for its
    first price): what a former price shown beside it has to be measured by. Written by catalog.price_history alone.
    """

    variant_size = models.ForeignKey(
        "catalog.VariantSize", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="price_records"
    )
    price_kobo = models.BigIntegerField()
    lowest_before_kobo = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(price_kobo__gt=0), name="price_record_above_nought")]
        indexes = [models.Index(fields=["variant_size", "-id"], name="price_record_latest_idx")]

    def __str__(self) -> str:
        return f"{self.price_kobo} kobo for size {self.variant_size_id}"


class Published(models.Model):
    """The one row that says up to when what fell due by the clock has been noted (see catalog.publishing)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="published_is_one_row")]

    def __str__(self) -> str:
        return f"until {self.until}"


def regular_price() -> Expression:
    """Of a VariantSize, in kobo, without any sale: its own price, else its product's."""
    return Coalesce("price_kobo", "variant__product__base_price_kobo")


def price_now(at: datetime | None = None) -> Expression:
    """Of a VariantSize, in kobo, at a moment; without one now, by the database's clock."""
    lowest = _sale_prices(at).order_by("price_kobo").values("price_kobo")[:1]
    return Least(regular_price(), Subquery(lowest))


def sale_ends_at(at: datetime | None = None) -> Subquery:
    """When the sale that gives a VariantSize its lowest price ends; the last of them where several give the same."""
    return _of_cheapest("sale__ends_at", at)


def sale_name(at: datetime | None = None) -> Subquery:
    return _of_cheapest("sale__name", at)


def compare_at_price() -> Case:
    """The former price to strike through, of a VariantSize that is `priced()`; NULL where none is above its price.

    What staff entered for the product; without it, during a sale, the regular price.
    """
    return Case(
        When(variant__product__compare_at_kobo__gt=F("price_now"), then=F("variant__product__compare_at_kobo")),
        When(price_regular__gt=F("price_now"), then=F("price_regular")),
        default=Value(None),
        output_field=models.BigIntegerField(),
    )


def lowest_before() -> Subquery:
    """The lowest price of a VariantSize, `priced()`, in the 30 days before its present one; NULL where unknown."""
    # Of one size after the other: by plain ids a planner with old statistics walks the key of the whole table back.
    latest = PriceRecord.objects.filter(variant_size=OuterRef("pk")).order_by(-F("id"))
    known = latest.annotate(
        lowest=Case(When(price_kobo=OuterRef("price_now"), then=F("lowest_before_kobo")), default=Value(None))
    )
    return Subquery(known.values("lowest")[:1])


def _of_cheapest(column: str, at: datetime | None) -> Subquery:
    return Subquery(_sale_prices(at).order_by("price_kobo", "-sale__ends_at", "sale").values(column)[:1])


def _sale_prices(at: datetime | None) -> QuerySet[SalePrice]:
    moment = Now() if at is None else Value(at, models.DateTimeField())
    return SalePrice.objects.filter(
        Q(variant_size__isnull=True) | Q(variant_size=OuterRef("pk")),
        product=OuterRef("variant__product"),
        sale__active=True,
        sale__starts_at__lte=moment,
        sale__ends_at__gt=moment,
    )
