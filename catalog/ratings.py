"""What reviews say of a product, as plain data for pages and the API. Only approved ones are ever in it."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Now
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from catalog.models import Image, Product, Review
from catalog.pictures import COLUMNS, picture, source_of

FIRST = 5
PRAISE_STARS = 4
PRAISE_DAYS = 180
PAGE_SIZE = 10
FULL_WIDTH = 1080
Place = tuple[int, int]

# Stars, fit and how often, as a person says it.
FIT_NAMES = {"small": "runs small", "true": "is true to size", "large": "runs large"}


def stars_of(product: Product) -> dict[str, Any] | None:
    """Average and count, from the figures that the product keeps: no query. None where there is no review."""
    if not product.rating_count:
        return None
    return {"average": round(product.rating_sum / product.rating_count, 1), "count": product.rating_count}


def rating_of(product: Product) -> dict[str, Any] | None:
    """`stars_of`, and how it fits."""
    stars = stars_of(product)
    if stars is None:
        return None
    small, true, large = product.fit_counts
    return {**stars, "fit": {"small": small, "true": true, "large": large}}


def section_of(product: Product) -> dict[str, Any] | None:
    """The reviews on a product's page: figures, and the first few in full. One query, none where there are none."""
    rating = rating_of(product)
    if rating is None:
        return None
    url = reverse("catalog:reviews", args=[product.slug])
    return {
        **rating,
        "url": url,
        "distribution": [
            {
                "stars": stars,
                "count": count,
                "percent": round(100 * count / product.rating_count),
                "url": f"{url}?stars={stars}",
            }
            for stars, count in zip((5, 4, 3, 2, 1), reversed(product.star_counts), strict=True)
        ],
        "fits": [
            {"name": name, "count": count, "percent": round(100 * count / product.rating_count)}
            for name, count in zip(("Small", "True to size", "Large"), product.fit_counts, strict=True)
        ],
        "fit_words": _fit_words(product),
        "first": shown(product.slug)[:FIRST],
    }


def shown(
    slug: str, *, stars: int | None = None, size: str = "", after: Place | None = None, skip: int = 0, most: int = FIRST
) -> list[dict[str, Any]]:
    """Approved reviews of a product, the most helpful first. `after` is the place of the last one seen. One query."""
    rows = matching(slug, stars=stars, size=size)
    if after is not None:
        helpful, pk = after
        rows = rows.filter(Q(helpful_count__lt=helpful) | Q(helpful_count=helpful, pk__lt=pk))
    photos = Image.objects.filter(review=OuterRef("pk"), state=Image.State.READY).order_by("position", "id")
    data = JSONObject(**{column: column for column in COLUMNS})
    rows = rows.annotate(shown_photos=ArraySubquery(photos.values(data=data)))
    return [_review(row) for row in rows.order_by(F("helpful_count").desc(), "-pk")[skip : skip + most]]


def recent_praise(most: int) -> list[dict[str, Any]]:
    """The newest approved reviews of the last half year with four stars or more, of what is on sale. One query."""
    rows = Review.objects.filter(
        state=Review.State.APPROVED,
        stars__gte=PRAISE_STARS,
        created_at__gt=Now() - timedelta(days=PRAISE_DAYS),
        product__in=Product.objects.on_sale().order_by(),
    )
    return [
        {
            "stars": row.stars,
            "title": row.title,
            "text": row.text,
            "name": row.display_name.split()[0],
            "product": row.product.name,
            "url": f"{row.product.get_absolute_url()}#reviews",
        }
        for row in rows.select_related("product").order_by("-pk")[:most]
    ]


def matching(slug: str, *, stars: int | None = None, size: str = "") -> QuerySet[Review]:
    rows = Review.objects.filter(product__slug=slug, state=Review.State.APPROVED)
    if stars is not None:
        rows = rows.filter(stars=stars)
    return rows.filter(size=size) if size else rows


def sizes_of(slug: str) -> list[str]:
    """The sizes that reviews of a product are about. One query."""
    found = matching(slug).order_by("invitation__variant_size__size__position", "size")
    return list(dict.fromkeys(found.exclude(size="").values_list("size", flat=True).distinct()))


def place_of(review: dict[str, Any]) -> Place:
    return review["helpful"], review["id"]


def _review(row: Review) -> dict[str, Any]:
    return {
        "id": row.pk,
        "stars": row.stars,
        "title": row.title,
        "text": row.text,
        "fit": row.fit,
        "fit_name": row.get_fit_display(),
        "size": row.size,
        "colour": row.colour,
        "name": row.display_name,
        "verified": True,
        "date": localtime(row.created_at).date().isoformat(),
        "written": date_format(localtime(row.created_at), "j F Y"),
        "helpful": row.helpful_count,
        "reply": row.reply,
        "photos": [_photo(Image(**photo)) for photo in row.shown_photos],  # type: ignore[attr-defined]
    }


def _photo(image: Image) -> dict[str, Any]:
    """With the address of the largest, for whoever looks closer."""
    shown_as = picture(image)
    return {**shown_as, "url": source_of(shown_as, FULL_WIDTH)}


def _fit_words(product: Product) -> str:
    most = max(product.fit_counts)
    if product.fit_counts.count(most) > 1:
        return "Buyers disagree about the fit"
    name = list(FIT_NAMES.values())[product.fit_counts.index(most)]
    return f"{most} of {product.rating_count} {'says' if most == 1 else 'say'} it {name}"
