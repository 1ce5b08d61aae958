"""Reviews for a separate front end."""

import hashlib
from typing import Any

import orjson
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import cache, ratings, reviews
from catalog.api import representation
from catalog.api.ready import PublicView, answer, moved
from catalog.api.review_schema import (
    ReviewInput,
    ReviewPageSchema,
    ReviewQuery,
    SentReviewSchema,
    VoteInput,
    VoteSchema,
    cursor_of,
)
from catalog.models import OldAddress
from catalog.reviews import PHOTO_BYTES_MAX, Opinion, account
from catalog.voters import new_guest, sign, voter_of
from catalog.voters import read as guest_in
from core import idempotency
from core.api_schema import answers
from core.bodies import SmallJSONParser, address_of, read
from core.errors import ShopError

SLUG = OpenApiParameter("slug", str, OpenApiParameter.PATH)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of yours, another for every new intent. The same request under the same key is done once.",
)


class ProductReviews(PublicView):
    @extend_schema(
        operation_id="reviews_list",
        tags=["reviews"],
        summary="What customers say of a product",
        description="Approved reviews, the most helpful first. Follow `next` until it is null.",
        parameters=[SLUG, ReviewQuery],
        responses=answers(ReviewPageSchema, refusals=[400, 404]),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        query = ReviewQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        if cache.product_page(slug) is None:
            unknown = "There is no such product on sale. Look it up in the list of products."
            return moved(request, OldAddress.Kind.PRODUCT, slug, unknown)
        asked = {name: value for name, value in query.validated_data.items() if name != "cursor"}
        found = ratings.shown(slug, **asked, after=query.validated_data.get("cursor"), most=ratings.PAGE_SIZE + 1)
        rows = found[: ratings.PAGE_SIZE]
        page = {
            "results": [representation.absolute(row) for row in rows],
            "next": _next(request, rows[-1]) if len(found) > len(rows) else None,
        }
        return answer(request._request, orjson.dumps(page))


class PersonalView(APIView):
    permission_classes = [AllowAny]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Cache-Control": "no-store"}


class Reviews(PersonalView):
    parser_classes = [SmallJSONParser, MultiPartParser]

    @extend_schema(
        operation_id="reviews_create",
        tags=["reviews"],
        summary="Review a piece that was delivered",
        description="One for each invitation. It is shown once staff have read it.",
        parameters=[IDEMPOTENCY_KEY],
        request=ReviewInput,
        responses=answers(SentReviewSchema, status=201, refusals=[400, 404, 409]),
    )
    def post(self, request: Request) -> Response:
        asked = read(ReviewInput, request)
        token, photos = asked.pop("invitation"), [_content(file) for file in asked.pop("photos", [])]

        author = account(request.user.pk) or voter_of(request._request)

        def submit() -> idempotency.Answer:
            review = reviews.submit(token, Opinion(**asked), photos, author=author)
            return status.HTTP_201_CREATED, {"id": review.pk, "state": review.state}

        key = request.headers.get("Idempotency-Key")
        if key is None:
            code, body = submit()
        else:
            whole = [asked, [hashlib.sha256(photo).hexdigest() for photo in photos]]
            code, body = idempotency.once(f"reviews {token}", key, whole, submit)
        return Response(body, status=code)


class Votes(PersonalView):
    parser_classes = [SmallJSONParser]

    @extend_schema(
        operation_id="reviews_vote",
        tags=["reviews"],
        summary="Find a review helpful, or take that back",
        parameters=[OpenApiParameter("review_id", int, OpenApiParameter.PATH)],
        request=VoteInput,
        responses=answers(VoteSchema, refusals=[400, 404, 409, 429]),
    )
    def post(self, request: Request, review_id: int) -> Response:
        member = account(request.user.pk)
        voter = member or guest_in(read(VoteInput, request)["voter"]) or new_guest(address_of(request._request))
        found, stands = reviews.vote(review_id, voter)
        return Response({"helpful": found.helpful_count, "voted": stands, "voter": None if member else sign(voter)})


def _content(file: Any) -> bytes:
    if file.size > PHOTO_BYTES_MAX:
        raise ShopError(
            f"“{file.name}” is larger than {PHOTO_BYTES_MAX // 1024 // 1024} MB. Save it smaller.", field="photos"
        )
    return bytes(file.read())


def _next(request: Request, last: dict[str, Any]) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor_of(ratings.place_of(last))
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
