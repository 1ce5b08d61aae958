"""The catalogue as the API answers it: the data of the pages, with addresses that work from anywhere."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from catalog import detail
from catalog.browse import Listing
from catalog.currencies import NAIRA, Prices

ADDRESSES = {"url", "sources", "file", "poster_url"}
# Of the page's data: the reviews have an address of their own, the picture of a shared link is the page's business.
PAGE_ONLY = {"reviews", "social_image"}


def product(slug: str, prices: Prices = NAIRA) -> dict[str, Any] | None:
    """One product on sale with its variants, sizes, prices and pictures; None where there is none.

    Its rating is in it; the reviews themselves have an address of their own.
    """
    page = detail.product_page(slug, prices)
    return page and _answered(page)


def bundles(prices: Prices = NAIRA) -> dict[str, Any]:
    return {"results": [absolute(card) for card in detail.bundle_cards(prices)]}


def bundle(slug: str, prices: Prices = NAIRA) -> dict[str, Any] | None:
    """One bundle and every product that may be picked for it; None where there is none."""
    page = detail.bundle_page(slug, prices)
    return page and _answered(page)


def page(listing: Listing) -> dict[str, Any]:
    return {
        "results": [absolute(card) for card in listing.cards],
        "total": listing.total,
        "total_is_capped": listing.is_capped,
        "corrected": listing.corrected or None,
        "is_nearest": listing.nearest,
        "facets": listing.facets,
    }


def absolute(value: Any, *, is_address: bool = False) -> Any:
    """The same data with every address in it, which stand under the names of ADDRESSES, made absolute."""
    if isinstance(value, dict):
        return {key: absolute(item, is_address=is_address or key in ADDRESSES) for key, item in value.items()}
    if isinstance(value, list):
        return [absolute(item) for item in value]
    return urljoin(f"{settings.SITE_URL}/", value) if is_address and isinstance(value, str) else value


def _answered(page: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = absolute({name: value for name, value in page.items() if name not in PAGE_ONLY})
    return answer
