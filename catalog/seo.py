"""What search engines read besides the words: structured data, from the same plain data that the page shows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import Any
from urllib.parse import urljoin

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from catalog.detail import SHOWN_AVAILABLE_MAX
from catalog.pictures import source_of
from catalog.social_drawing import HEIGHT, WIDTH

# Drawn once by catalog.social_drawing, for whatever has no picture of its own.
SHOP_PICTURE = "social/prechi.jpg"
BRAND = {"@type": "Brand", "name": "Prechi"}
# As in django.utils.html.json_script: inside <script> these would end it or be read as HTML.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every offer, told once on a page and named by each offer: see orders.templatetags.delivery."""

    delivery: Sequence[Mapping[str, Any]] = ()
    returns: Mapping[str, Any] | None = None

    @property
    def told(self) -> list[Mapping[str, Any]]:
        return [{"@context": "https://schema.org", **term} for term in (*self.delivery, self.returns) if term]

    def named(self) -> dict[str, Any]:
        named = {"shippingDetails": [{"@id": term["@id"]} for term in self.delivery]} if self.delivery else {}
        return named | ({"hasMerchantReturnPolicy": {"@id": self.returns["@id"]}} if self.returns else {})


def product_json_ld(page: dict[str, Any], site: str, terms: Terms) -> SafeString:
    """A ProductGroup with an offer for every colour and size, what delivery costs, and the path to it."""
    url = urljoin(site, page["url"])
    group = {
        "@context": "https://schema.org",
        "@type": "ProductGroup",
        "name": page["name"],
        "description": page["description"],
        "url": url,
        "productGroupID": page["slug"],
        "brand": BRAND,
        "variesBy": ["https://schema.org/color", "https://schema.org/size"],
        "hasVariant": [
            _variant(page, variant, size, site, terms) for variant in page["variants"] for size in variant["sizes"]
        ],
        **_rating(page["reviews"]),
    }
    path = [(page["category"]["name"], page["category"]["url"]), (page["name"], page["url"])]
    return _script([group, *terms.told, _crumbs(path, site)])


def bundle_json_ld(page: dict[str, Any], site: str, bundles: str, terms: Terms) -> SafeString:
    """A Product with one offer: the price of the whole, in stock while there are pieces enough to pick."""
    picture = page["social_image"] or (source_of(page["images"][0], 1080) if page["images"] else "")
    sizes = [size for product in page["eligible"] for variant in product["variants"] for size in variant["sizes"]]
    is_in_stock = sum(_enough(size["available"]) for size in sizes) >= page["pieces"]
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page["name"],
        "description": page["description"] or f"Any {page['pieces']} pieces for one price.",
        "url": urljoin(site, page["url"]),
        "sku": page["slug"],
        "brand": BRAND,
        **({"image": urljoin(site, picture)} if picture else {}),
        "offers": _offer(page["url"], page["price"], site, terms, is_in_stock=is_in_stock),
    }
    return _script([product, *terms.told, _crumbs([("Bundles", bundles), (page["name"], page["url"])], site)])


def _enough(available: int) -> float:
    """A count at the end of what is shown stands for as many as anybody takes."""
    return inf if available == SHOWN_AVAILABLE_MAX else available


def list_json_ld(title: str, address: str, cards: list[dict[str, Any]], site: str) -> SafeString:
    """A list of products, in its order, and the path to it."""
    items = [
        {"@type": "ListItem", "position": position, "name": card["name"], "url": urljoin(site, card["url"])}
        for position, card in enumerate(cards, start=1)
    ]
    page = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": title,
        "url": urljoin(site, address),
        "mainEntity": {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items},
    }
    return _script([page, _crumbs([(title, address)], site)])


def shop_json_ld(name: str, site: str, logo: str, search: str) -> SafeString:
    """Who sells here, and how to search there. `search` is the address of the search page."""
    shop = {"@type": "OnlineStore", "name": name, "url": site, "logo": urljoin(site, logo)}
    target = {"@type": "EntryPoint", "urlTemplate": f"{urljoin(site, search)}?q={{words}}"}
    action = {"@type": "SearchAction", "target": target, "query-input": "required name=words"}
    web = {"@type": "WebSite", "name": name, "url": site, "potentialAction": action}
    return _script([{"@context": "https://schema.org", **thing} for thing in (shop, web)])


def social(title: str, description: str, address: str, site: str, kind: str = "website") -> dict[str, Any]:
    """What is shown beside a shared link to a page, with the shop's own picture."""
    return {
        "type": kind,
        "title": title,
        "description": description,
        "url": urljoin(site, address),
        "image": urljoin(site, static(SHOP_PICTURE)),
        "width": WIDTH,
        "height": HEIGHT,
        "alt": "Prechi Clothing: briefs, gymwear and sets from Lagos",
    }


def social_of(
    page: dict[str, Any], images: list[dict[str, Any]], site: str, description: str, kind: str = "website"
) -> dict[str, Any]:
    """The same for a product or a bundle, with its own picture; until that is drawn, with its photograph.

    Nothing that goes out of date is said, such as a price: networks keep it for months.
    """
    shared = social(page["name"], page["description"] or description, page["url"], site, kind)
    photograph = source_of(images[0], 1080) if images else ""
    if page["social_image"]:
        own = {"image": page["social_image"], "alt": f"{page['name']}, by Prechi Clothing"}
    elif photograph:  # as wide as it is, which only its file knows
        own = {"image": photograph, "alt": images[0]["alt"], "width": None, "height": None}
    else:
        return shared
    return shared | own | {"image": urljoin(site, own["image"])}


def _crumbs(path: list[tuple[str, str]], site: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": urljoin(site, address)}
            for position, (name, address) in enumerate([("Home", site), *path], start=1)
        ],
    }


def _script(data: Any) -> SafeString:
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def _rating(reviews: dict[str, Any] | None) -> dict[str, Any]:
    """Only what real customers said, and only what the page shows of it."""
    if not reviews:
        return {}
    return {
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": reviews["average"],
            "reviewCount": reviews["count"],
            "bestRating": 5,
            "worstRating": 1,
        },
        "review": [
            {
                "@type": "Review",
                "name": review["title"],
                "reviewBody": review["text"],
                "datePublished": review["date"],
                "author": {"@type": "Person", "name": review["name"]},
                "reviewRating": {"@type": "Rating", "ratingValue": review["stars"], "bestRating": 5, "worstRating": 1},
            }
            for review in reviews["first"]
        ],
    }


def _variant(
    page: dict[str, Any], variant: dict[str, Any], size: dict[str, Any], site: str, terms: Terms
) -> dict[str, Any]:
    address = f"{variant['url']}&size={size['size']}"
    return {
        "@type": "Product",
        "sku": size["sku"],
        "name": f"{page['name']}, {variant['colour']['name']}, {size['size']}",
        "color": variant["colour"]["name"],
        "size": size["size"],
        **({"image": urljoin(site, source_of(variant["images"][0], 1080))} if variant["images"] else {}),
        "offers": {
            **_offer(address, size["price"], site, terms, is_in_stock=size["in_stock"]),
            **({"priceValidUntil": size["sale_ends_at"]} if size["sale_ends_at"] else {}),
            **({"priceSpecification": _strikethrough(size["compare_at"])} if size["compare_at"] else {}),
        },
    }


def _offer(address: str, price: dict[str, Any], site: str, terms: Terms, *, is_in_stock: bool) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "url": urljoin(site, address),
        "price": str(Decimal(price["amount"]) / 100),
        "priceCurrency": price["currency"],
        "availability": f"https://schema.org/{'InStock' if is_in_stock else 'OutOfStock'}",
        "itemCondition": "https://schema.org/NewCondition",
        **terms.named(),
    }


def _strikethrough(price: dict[str, Any]) -> dict[str, str]:
    return {
        "@type": "UnitPriceSpecification",
        "priceType": "https://schema.org/StrikethroughPrice",
        "price": str(Decimal(price["amount"]) / 100),
        "priceCurrency": price["currency"],
    }
