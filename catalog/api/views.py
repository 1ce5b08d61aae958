"""The catalogue for a separate front end."""

from typing import Any

import orjson
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog import browse, cache
from catalog.api import filters, representation
from catalog.api.filters import ProductQuery
from catalog.api.ready import PublicView, ReadyView, answer
from catalog.api.schema import BundleSchema, BundlesSchema, ProductPageSchema, ProductSchema
from catalog.models import OldAddress
from catalog.places import Place
from core.api_schema import answers

FIRST_PAGE = 1
CURRENCY = OpenApiParameter(
    "currency",
    str,
    OpenApiParameter.QUERY,
    description="In which prices are shown: NGN, or USD. Where that is not charged each has the naira as `charged`.",
)


class Products(PublicView):
    @extend_schema(
        operation_id="products_list",
        tags=["catalogue"],
        summary="Browse, search and filter",
        description=(
            "Several values of one filter mean any of them. Facets count what choosing a value would give; beyond a "
            "thousand hits `total` stands still (`total_is_capped`) and counts are null. Search mends slips of the "
            "finger (`corrected`), and shows what comes close where nothing matches every word (`is_nearest`)."
        ),
        parameters=[ProductQuery],
        responses=answers(ProductPageSchema, refusals=[400]),
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = filters.read(request.query_params)
        cursor, sort = asked.validated_data.get("cursor", FIRST_PAGE), asked.validated_data["sort"]
        at = {"place": cursor} if isinstance(cursor, Place) else {"page": cursor}
        listing = browse.listing(filters=asked.to_filters(), sort=sort, **at)
        page = {
            **representation.page(listing),
            "next": _address(request, listing.next),
            "previous": _address(request, listing.previous),
        }
        return answer(request._request, orjson.dumps(page), cache.LISTS)


class Product(ReadyView):
    not_found = "There is no such product on sale. Look it up in the list of products."
    moved = OldAddress.Kind.PRODUCT

    def body(self, **kwargs: Any) -> bytes | None:
        slug = kwargs["slug"]
        return cache.ready(
            "api", cache.product_key(slug), lambda: _dump(representation.product(slug, self.prices)), self.prices
        )

    def keys(self, **kwargs: Any) -> tuple[str, ...]:
        return (cache.product_key(kwargs["slug"]),)

    @extend_schema(
        operation_id="products_retrieve",
        tags=["catalogue"],
        summary="One product with its colours, sizes, prices and stock",
        description="`available` stops at 10. Send the `ETag` back as `If-None-Match` for a 304 until it changes.",
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH), CURRENCY],
        responses=answers(ProductSchema, refusals=[400, 404]),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class Bundles(ReadyView):
    def body(self, **kwargs: Any) -> bytes | None:
        return orjson.dumps(representation.bundles(self.prices))

    def keys(self, **kwargs: Any) -> tuple[str, ...]:
        return (cache.LISTS,)

    @extend_schema(
        operation_id="bundles_list",
        tags=["catalogue"],
        summary="Every bundle on sale",
        description="Cards; the pieces that may be picked are in the bundle itself.",
        parameters=[CURRENCY],
        responses=answers(BundlesSchema, refusals=[400]),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class Bundle(ReadyView):
    not_found = "There is no such bundle on sale. Look it up in the list of bundles."
    moved = OldAddress.Kind.BUNDLE

    def body(self, **kwargs: Any) -> bytes | None:
        self.found = representation.bundle(kwargs["slug"], self.prices)
        return _dump(self.found)

    def keys(self, **kwargs: Any) -> tuple[str, ...]:
        pieces = self.found["eligible"] if self.found else ()
        return (cache.bundle_key(kwargs["slug"]), *(cache.product_key(piece["slug"]) for piece in pieces))

    @extend_schema(
        operation_id="bundles_retrieve",
        tags=["catalogue"],
        summary="One bundle and what may be picked for it",
        description="Each piece is picked by the sku of a size of one of the `eligible` products; repeats are fine.",
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH), CURRENCY],
        responses=answers(BundleSchema, refusals=[400, 404]),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


def _dump(data: dict[str, Any] | None) -> bytes | None:
    return None if data is None else orjson.dumps(data)


def _address(request: Request, cursor: Place | int | None) -> str | None:
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = filters.cursor_of(cursor)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
