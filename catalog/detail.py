"""What the pages of one product and one bundle show, as plain data: the cache keeps it, pages and the API answer it."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from catalog import ratings, size_guides
from catalog.currencies import NAIRA, Prices
from catalog.models import Bundle, Image, Product, SizeGuideRow, Variant, VariantSize, Video
from catalog.models.prices import price_now
from catalog.pictures import VIDEO_COLUMNS, picture, social_address, video
from catalog.pricing import compare_at, lowest_30_days, price_of, sale_end
from core.money import Money
from core.prepared import Given, IsOneOf, Prepared

# More than this is nobody's business: pages and the API say "10" for every count above it.
SHOWN_AVAILABLE_MAX = 10
IN_ORDER = ("variant__product_id", "variant__position", "variant_id", "size__position")


def product_page(slug: str, prices: Prices = NAIRA) -> dict[str, Any] | None:
    """Everything about one product that is on sale; None where there is none. At most three queries."""
    sizes: list[Any] = _SIZES_OF_PAGE.all(product=slug)
    pages = _products(sizes, prices)
    if not pages:
        return None
    return {
        **pages[0],
        "bundles": [_bundle(Bundle(**bundle), prices) for bundle in sizes[0].bundles],
        "reviews": ratings.section_of(sizes[0].variant.product),
        "size_guide": size_guides.of_rows(sizes[0].guide),
        "social_image": social_address(sizes[0].variant.product),
    }


def _sizes_of_page() -> QuerySet[VariantSize]:
    """Of the product of a slug, each with what else stands on its page."""
    bundles = Bundle.objects.filter(active=True, eligible=OuterRef("variant__product")).order_by("position", "name")
    data = JSONObject(**{name: name for name in ("name", "slug", "pieces", "price_kobo", "usd_price_cents")})
    sizes = _sizes().filter(variant__product__slug=Given("product"))
    return sizes.annotate(
        bundles=ArraySubquery(bundles.values(data=data)),
        videos=ArraySubquery(_videos()),
        guide=ArraySubquery(_guide_rows()),
    )


_SIZES_OF_PAGE = Prepared(_sizes_of_page)


def _guide_rows() -> "QuerySet[SizeGuideRow, Any]":
    """Of the product's own guide, else of its category's."""
    guide = Coalesce(OuterRef("variant__product__size_guide"), OuterRef("variant__product__category__size_guide"))
    rows = SizeGuideRow.objects.filter(guide=guide).order_by("position", "pk")
    return rows.values(data=JSONObject(**size_guides.columns()))


def bundle_page(slug: str, prices: Prices = NAIRA) -> dict[str, Any] | None:
    """A bundle with every product that may be picked for it; None where there is none. Four queries at any size."""
    bundle = Bundle.objects.filter(active=True, slug=slug).prefetch_related(_images()).first()
    if bundle is None:
        return None
    sizes = _sizes().filter(variant__product__bundles=bundle).order_by("variant__product__name", *IN_ORDER)
    return {
        **_bundle(bundle, prices),
        "description": bundle.description,
        "images": [picture(image) for image in bundle.images.all()],
        "social_image": social_address(bundle),
        "eligible": _products(sizes, prices),
    }


def variants(variant_ids: Iterable[int], prices: Prices = NAIRA) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Those of these colours that are on sale, by sku: the product, with no other colours, and itself. Two queries."""
    pages = _products(_sizes().filter(variant__in=list(variant_ids)), prices)
    return {variant["sku"]: (page, variant) for page in pages for variant in page["variants"]}


def bundle_cards(prices: Prices = NAIRA) -> list[dict[str, Any]]:
    """Bundles with a piece on sale, for lists. `saving` is the least that any choice of pieces saves. Two queries."""
    may_be_picked = VariantSize.objects.on_sale().filter(variant__product__bundles=OuterRef("pk"))
    cheapest = may_be_picked.annotate(price=price_now())
    cheapest_data = JSONObject(
        price="price", base="variant__product__base_price_kobo", usd="variant__product__usd_price_cents"
    )
    bundles = Bundle.objects.filter(active=True).prefetch_related(_images())
    return [
        {
            **_bundle(bundle, prices),
            "image": next((picture(image) for image in bundle.images.all()), None),
            "saving": _least_saving(bundle, prices).json(),
        }
        for bundle in bundles.annotate(cheapest=Subquery(cheapest.order_by("price").values(data=cheapest_data)[:1]))
        if bundle.cheapest
    ]


def _least_saving(bundle: Any, prices: Prices) -> Money:
    product = Product(base_price_kobo=bundle.cheapest["base"], usd_price_cents=bundle.cheapest["usd"])
    alone = prices.of_product(bundle.cheapest["price"], product) * bundle.pieces
    return Money(max(0, (alone - prices.of_bundle(bundle)).amount), prices.currency)


def _videos() -> QuerySet[Video, Any]:
    """Those of the colour of a size, ready, as data for Video(**data)."""
    ready = Video.objects.filter(variant=OuterRef("variant"), state=Video.State.READY).order_by("position", "id")
    return ready.values(data=JSONObject(**{column: column for column in VIDEO_COLUMNS}))


def _images() -> "Prefetch[str, QuerySet[Image], str]":
    return Prefetch("images", _ready_images())


def _ready_images() -> QuerySet[Image]:
    return Image.objects.filter(state=Image.State.READY).order_by("-is_primary", "position", "id")


_IMAGES = Prepared(lambda: _ready_images().filter(IsOneOf("variant_id", Given("variants"))))


def _sizes() -> QuerySet[VariantSize]:
    """Sizes on sale with all that names them: one query, whatever the number of products, colours and sizes."""
    return (
        VariantSize.objects.on_sale()
        .priced_with_history()
        .select_related("variant__product__category__parent", "variant__colour", "size")
        .order_by(*IN_ORDER)
    )


def _bundle(bundle: Bundle, prices: Prices) -> dict[str, Any]:
    return {
        "slug": bundle.slug,
        "name": bundle.name,
        "url": bundle.get_absolute_url(),
        "pieces": bundle.pieces,
        "price": prices.told(prices.of_bundle(bundle), bundle.price_kobo),
    }


def _products(sizes: Iterable[VariantSize], prices: Prices) -> list[dict[str, Any]]:
    """The pages of the products whose sizes these are, in their order. One query more, for the pictures."""
    sizes = list(sizes)
    if not sizes:
        return []
    pictures: dict[int | None, list[dict[str, Any]]] = {}
    for image in _IMAGES.all(variants=sorted({size.variant_id for size in sizes})):
        pictures.setdefault(image.variant_id, []).append(picture(image))
    return [
        _product(list(rows), pictures, prices) for _, rows in groupby(sizes, key=lambda size: size.variant.product_id)
    ]


def _product(
    sizes: list[VariantSize], pictures: dict[int | None, list[dict[str, Any]]], prices: Prices
) -> dict[str, Any]:
    product = sizes[0].variant.product
    variants = [
        _variant(list(rows), pictures.get(variant_id, []), prices)
        for variant_id, rows in groupby(sizes, key=lambda size: size.variant_id)
    ]
    return {
        "slug": product.slug,
        "name": product.name,
        "url": product.get_absolute_url(),
        "description": product.description,
        "category": {
            "name": product.category.name,
            "slug": product.category.slug,
            "url": product.category.get_absolute_url(),
            "final_sale": product.category.is_final_sale,
        },
        "gender": product.gender,
        "fabric": product.fabric,
        "care": product.care,
        "is_new": product.is_new,
        "rating": ratings.rating_of(product),
        **_price_range([row for variant in variants for row in variant["sizes"]]),
        "in_stock": any(variant["in_stock"] for variant in variants),
        "variants": variants,
    }


def _variant(sizes: list[VariantSize], images: list[dict[str, Any]], prices: Prices) -> dict[str, Any]:
    variant: Variant = sizes[0].variant
    rows = [_size(size, prices) for size in sizes]
    return {
        "sku": variant.sku,
        "colour": {"name": variant.colour.name, "slug": variant.colour.slug, "hex": variant.colour.hex},
        "url": f"{variant.product.get_absolute_url()}?colour={variant.colour.slug}",
        "images": images,
        "videos": [video(Video(**data)) for data in getattr(sizes[0], "videos", [])],
        **_price_range(rows),
        "in_stock": any(row["in_stock"] for row in rows),
        "sizes": rows,
    }


def _size(variant_size: VariantSize, prices: Prices) -> dict[str, Any]:
    available = variant_size.available
    return {
        "sku": variant_size.sku,
        "size": variant_size.size.name,
        "price": prices.told(price_of(variant_size, prices), price_of(variant_size).amount),
        "compare_at": _json(compare_at(variant_size, prices)),
        "lowest_30_days": _json(lowest_30_days(variant_size, prices)),
        "sale_ends_at": ends.isoformat() if (ends := sale_end(variant_size)) else None,
        "in_stock": available > 0,
        "available": min(available, SHOWN_AVAILABLE_MAX),
        "is_low": 0 < available <= variant_size.low_stock_threshold,
    }


def _price_range(sizes: list[dict[str, Any]]) -> dict[str, Any]:
    """What the cheapest size costs and cost; of several the one whose former price makes the least of it."""
    cheapest = min(
        sizes, key=lambda row: (row["price"]["amount"], row["compare_at"]["amount"] if row["compare_at"] else 0)
    )
    return {
        "price_from": cheapest["price"],
        "price_varies": any(row["price"] != cheapest["price"] for row in sizes),
        "compare_at": cheapest["compare_at"],
        "lowest_30_days": cheapest["lowest_30_days"],
    }


def _json(money: Money | None) -> dict[str, int | str] | None:
    return money.json() if money else None
