"""What the pages of one product and one bundle show, as plain data: the cache keeps it, pages and the API answer it."""

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalog.models import Bundle, Image, Product, Variant, VariantSize
from catalog.pictures import picture
from catalog.pricing import price_of
from core.money import Money

# More than this is nobody's business: pages and the API say "10" for every count above it.
SHOWN_AVAILABLE_MAX = 10


def product_page(slug: str) -> dict[str, Any] | None:
    """Everything about one product that is on sale; None where there is none. Six queries at any size."""
    product = (
        Product.objects.on_sale()
        .select_related("category")
        .prefetch_related(_variants(), Prefetch("bundles", Bundle.objects.filter(active=True)))
        .filter(slug=slug)
        .first()
    )
    return _product(product) if product else None


def bundle_page(slug: str) -> dict[str, Any] | None:
    """A bundle with every product that may be picked for it; None where there is none. Six queries at any size."""
    eligible = Product.objects.on_sale().select_related("category").prefetch_related(_variants())
    bundle = (
        Bundle.objects.filter(active=True, slug=slug)
        .prefetch_related(Prefetch("eligible", eligible.order_by("name")), _images())
        .first()
    )
    if bundle is None:
        return None
    return {
        **_bundle(bundle),
        "description": bundle.description,
        "images": [picture(image) for image in bundle.images.all()],
        "eligible": [_product(product) for product in bundle.eligible.all()],
    }


def bundle_cards() -> list[dict[str, Any]]:
    """Every bundle on sale, for lists. `saving` is the least that any choice of pieces saves. Two queries."""
    cheapest = VariantSize.objects.filter(
        active=True, variant__active=True, variant__product__bundles=OuterRef("pk"), variant__product__active=True
    ).annotate(price=Coalesce("price_kobo", "variant__product__base_price_kobo"))
    bundles = Bundle.objects.filter(active=True).prefetch_related(_images())
    return [
        {
            **_bundle(bundle),
            "image": next((picture(image) for image in bundle.images.all()), None),
            "saving": Money(max(0, bundle.cheapest * bundle.pieces - bundle.price_kobo)).json(),
        }
        for bundle in bundles.annotate(cheapest=Subquery(cheapest.order_by("price").values("price")[:1]))
        if bundle.cheapest
    ]


def _images() -> "Prefetch[str, QuerySet[Image], str]":
    return Prefetch("images", Image.objects.filter(state=Image.State.READY).order_by("-is_primary", "position", "id"))


def _variants() -> "Prefetch[str, QuerySet[Variant], str]":
    sizes = VariantSize.objects.filter(active=True).select_related("size").order_by("size__position")
    variants = Variant.objects.filter(active=True).select_related("colour")
    return Prefetch("variants", variants.prefetch_related(Prefetch("sizes", sizes), _images()))


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {
        "slug": bundle.slug,
        "name": bundle.name,
        "url": bundle.get_absolute_url(),
        "pieces": bundle.pieces,
        "price": Money(bundle.price_kobo).json(),
    }


def _product(product: Product) -> dict[str, Any]:
    variants = [_variant(variant, product) for variant in product.variants.all() if variant.sizes.all()]
    prices = [size["price"]["amount"] for variant in variants for size in variant["sizes"]]
    return {
        "slug": product.slug,
        "name": product.name,
        "url": product.get_absolute_url(),
        "description": product.description,
        "category": {
            "name": product.category.name,
            "slug": product.category.slug,
            "url": product.category.get_absolute_url(),
        },
        "gender": product.gender,
        "fabric": product.fabric,
        "care": product.care,
        "is_new": product.is_new,
        **_price_range(prices or [product.base_price_kobo]),
        "in_stock": any(variant["in_stock"] for variant in variants),
        "variants": variants,
        # A product of a bundle's page has none of these loaded, and shows none.
        "bundles": [_bundle(bundle) for bundle in product.bundles.all()] if _has(product, "bundles") else [],
    }


def _variant(variant: Variant, product: Product) -> dict[str, Any]:
    sizes = [_size(size) for size in variant.sizes.all()]
    colour = variant.colour
    return {
        "sku": variant.sku,
        "colour": {"name": colour.name, "slug": colour.slug, "hex": colour.hex},
        "url": f"{product.get_absolute_url()}?colour={colour.slug}",
        "images": [picture(image) for image in variant.images.all()],
        **_price_range([size["price"]["amount"] for size in sizes]),
        "in_stock": any(size["in_stock"] for size in sizes),
        "sizes": sizes,
    }


def _size(variant_size: VariantSize) -> dict[str, Any]:
    available = variant_size.available
    return {
        "sku": variant_size.sku,
        "size": variant_size.size.name,
        "price": price_of(variant_size).json(),
        "in_stock": available > 0,
        "available": min(available, SHOWN_AVAILABLE_MAX),
        "is_low": 0 < available <= variant_size.low_stock_threshold,
    }


def _price_range(amounts: list[int]) -> dict[str, Any]:
    return {"price_from": Money(min(amounts)).json(), "price_varies": min(amounts) != max(amounts)}


def _has(product: Product, prefetched: str) -> bool:
    return prefetched in getattr(product, "_prefetched_objects_cache", {})
