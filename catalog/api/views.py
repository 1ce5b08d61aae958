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
from catalog.api.schema import BundleSchema, BundlesSchema, ProductPageSchema, ProductSchema, answers

FIRST_PAGE = 1


class Products(PublicView):
    @extend_schema(
        operation_id="products_list",
        tags=["catalogue"],
        summary="Browse, search and filter",
        description="Several values of one filter mean any of them. Facets count what choosing a value would give.",
        parameters=[ProductQuery],
        responses=answers(ProductPageSchema, refusals=[400]),
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = filters.read(request.query_params)
        number = asked.validated_data["cursor"]
        listing = browse.listing(filters=asked.to_filters(), sort=asked.validated_data["sort"], page=number)
        page = {
            **representation.page(listing),
            "next": _address(request, number + 1) if number < listing.pages else None,
            "previous": _address(request, min(number - 1, listing.pages)) if number > FIRST_PAGE else None,
        }
        return answer(request._request, orjson.dumps(page))


class Product(ReadyView):
    not_found = "There is no such product on sale. Look it up in the list of products."

    def body(self, **kwargs: Any) -> bytes | None:
        slug = kwargs["slug"]
        return cache.ready("api", cache.product_key(slug), lambda: _dump(representation.product(slug)))

    @extend_schema(
        operation_id="products_retrieve",
        tags=["catalogue"],
        summary="One product with its colours, sizes, prices and stock",
        description="`available` stops at 10. Send the `ETag` back as `If-None-Match` for a 304 until it changes.",
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH)],
        responses=answers(ProductSchema, refusals=[404]),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class Bundles(ReadyView):
    def body(self, **kwargs: Any) -> bytes | None:
        return orjson.dumps(representation.bundles())

    @extend_schema(
        operation_id="bundles_list",
        tags=["catalogue"],
        summary="Every bundle on sale",
        description="Cards; the pieces that may be picked are in the bundle itself.",
        responses=answers(BundlesSchema),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


class Bundle(ReadyView):
    not_found = "There is no such bundle on sale. Look it up in the list of bundles."

    def body(self, **kwargs: Any) -> bytes | None:
        return _dump(representation.bundle(kwargs["slug"]))

    @extend_schema(
        operation_id="bundles_retrieve",
        tags=["catalogue"],
        summary="One bundle and what may be picked for it",
        description="Each piece is picked by the sku of a size of one of the `eligible` products; repeats are fine.",
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH)],
        responses=answers(BundleSchema, refusals=[404]),
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        return super().get(request, **kwargs)


def _dump(data: dict[str, Any] | None) -> bytes | None:
    return None if data is None else orjson.dumps(data)


def _address(request: Request, page: int) -> str:
    query = request.query_params.copy()
    query["cursor"] = filters.cursor_of(page)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
