"""What lists, facets and search read: one narrow row a product, counts that are kept, words that are known.

All of it is derived: catalog.listing_rows writes it, and triggers fill `CatalogueChange`, whoever changes a product.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.products import Category, Product

SORT_COLUMNS = ("by_newest", "by_price", "by_price_down", "by_sales", "by_usd", "by_usd_down")


class ListingRow(models.Model):
    """A product that is on sale, as lists look for it. What is not on sale has no row.

    `tags` hold every question that its sizes answer: `black|M` for what it is made in, `+black|M` for what can be
    bought now, with either part left out where any will do; and `@briefs` for its categories. So "black, in M, in
    stock" is one lookup in one index. The `by_…` columns all sort ascending, so that a page begins behind the last one
    by comparing rows.
    """

    # Without constraints, for one writer alone keeps these rows and the counts made of them: a deleted product is noted
    # like every other change, and its row goes with its counts.
    product = models.OneToOneField(
        Product, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="listing_row"
    )
    category = models.ForeignKey(Category, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    department = models.ForeignKey(
        Category,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text="The category, or the one above it.",
    )
    gender = models.CharField(max_length=6)
    is_new = models.BooleanField()
    sold_out = models.BooleanField()
    lowest_kobo = models.BigIntegerField()
    highest_kobo = models.BigIntegerField()
    compare_at_kobo = models.BigIntegerField(null=True, help_text="The former price of what costs the least.")
    lowest_before_kobo = models.BigIntegerField(null=True, help_text="Its lowest price in the 30 days before.")
    colours = ArrayField(models.CharField(max_length=40), help_text="Slugs.")
    sizes = ArrayField(models.CharField(max_length=10), help_text="Names.")
    tags = ArrayField(models.CharField(max_length=60))
    search = SearchVectorField()
    words = SearchVectorField(help_text="As written, not stemmed: the shop's own dictionary for slips of the finger.")
    by_newest = models.BigIntegerField()
    by_price = models.BigIntegerField()
    by_price_down = models.BigIntegerField()
    by_sales = models.BigIntegerField()
    # Of a fixed dollar price; empty where the rate decides.
    lowest_cents = models.BigIntegerField(null=True)
    highest_cents = models.BigIntegerField(null=True)
    by_usd = models.BigIntegerField(
        db_default=0, help_text="The order of what is shown in dollars (see catalog.listing_rows)."
    )
    by_usd_down = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest_kobo__gt=0, highest_kobo__gte=models.F("lowest_kobo")), name="listing_row_prices"
            )
        ]
        indexes = [
            *(
                models.Index(fields=[*scope, "sold_out", column, "product"], name=f"listing_{short}{column}_idx")
                for short, scope in (("", []), ("cat_", ["category"]), ("dep_", ["department"]))
                for column in SORT_COLUMNS
            ),
            # New releases are few, and everywhere among the others.
            models.Index(
                fields=["sold_out", "by_newest", "product"], condition=Q(is_new=True), name="listing_new_by_newest_idx"
            ),
            # What another rate moves.
            models.Index(fields=["product"], condition=Q(lowest_cents__isnull=False), name="listing_fixed_usd_idx"),
            GinIndex(fields=["tags"], name="listing_tags_idx"),
            GinIndex(fields=["search"], name="listing_search_idx"),
        ]

    def __str__(self) -> str:
        return f"listing row of product {self.product_id}"


class FacetCount(models.Model):
    """How many products on sale bear a value, in a category (its children included) or in the whole shop (scope 0)."""

    scope = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=60)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "kind", "value"], name="facet_counted_once"),
            models.CheckConstraint(condition=Q(count__gte=0), name="facet_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.kind} {self.value}"


class CatalogueChange(models.Model):
    """Something that customers see has changed, written by triggers in the transaction that changed it.

    `slug` is filled where the page's own address was touched, for the old page has to be forgotten as well.
    """

    product_id = models.BigIntegerField(null=True)
    bundle_id = models.BigIntegerField(null=True)
    slug = models.CharField(max_length=140, blank=True, db_default="")
    applied = models.BooleanField(
        default=False, db_default=False, help_text="The listing row has it; the cache is next."
    )
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(applied=False), name="change_waiting_idx")]

    def __str__(self) -> str:
        return f"product {self.product_id}" if self.product_id else f"bundle {self.bundle_id}"


class Synonyms(models.Model):
    """Words that mean the same to a customer. An entry of several words is found where they stand side by side."""

    words = models.CharField(max_length=300, unique=True, help_text="With commas between: boxer, brief, pant.")

    class Meta:
        ordering = ["words"]
        verbose_name_plural = "synonyms"

    def __str__(self) -> str:
        return self.words


class SearchWord(models.Model):
    """A word that occurs in the shop, and in how many products."""

    word = models.CharField(max_length=60, primary_key=True)
    products = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
