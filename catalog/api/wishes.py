"""Wishlist and back-in-stock alerts for a separate front end."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import alerts, wishlist
from catalog.api import representation
from catalog.api.reviews import PersonalView
from catalog.api.wish_schema import AlertInput, AlertSchema, WishInput, WishlistSchema, WishQuery
from catalog.models import Wishlist
from core.api_schema import answers
from core.bodies import SmallJSONParser, address_of, read
from core.errors import NotFound

HEADER = "X-Wishlist-Token"
TOKEN = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Of a guest's list. From somebody who is signed in: that list joins the account's.",
)


class Wishes(PersonalView):
    parser_classes = [SmallJSONParser]

    @extend_schema(
        operation_id="wishlist_retrieve",
        tags=["wishlist"],
        summary="What is on the wishlist, at today's prices",
        parameters=[TOKEN],
        responses=answers(WishlistSchema, refusals=[404]),
    )
    def get(self, request: Request) -> Response:
        return Response(_shown(_open(request)))

    @extend_schema(
        operation_id="wishlist_add",
        tags=["wishlist"],
        summary="Put a colour on the wishlist",
        description="Twice is once. A guest without a token gets a list, and its token.",
        parameters=[TOKEN],
        request=WishInput,
        responses=answers(WishlistSchema, status=201, refusals=[400, 404, 409]),
    )
    def post(self, request: Request) -> Response:
        sku = read(WishInput, request)["sku"]
        begins = HEADER not in request.headers and not request.user.is_authenticated
        return Response(_shown(wishlist.put(None if begins else _open(request), sku)), status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="wishlist_remove",
        tags=["wishlist"],
        summary="Take a colour off the wishlist",
        description="Twice is once. The answer is the list as it is then.",
        parameters=[TOKEN, WishQuery],
        responses=answers(WishlistSchema, refusals=[400, 404]),
    )
    def delete(self, request: Request) -> Response:
        query = WishQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = _open(request)
        wishlist.remove_sku(found, query.validated_data["sku"])
        return Response(_shown(found))


class Alerts(PersonalView):
    parser_classes = [SmallJSONParser]

    @extend_schema(
        operation_id="alerts_create",
        tags=["wishlist"],
        summary="Be told by e-mail when a size is back",
        description="One mail, once. It holds no piece.",
        request=AlertInput,
        responses=answers(AlertSchema, status=202, refusals=[400, 404, 429]),
    )
    def post(self, request: Request) -> Response:
        asked = read(AlertInput, request)
        email = asked["email"] or (request.user.email if request.user.is_authenticated else "")
        size = alerts.ask(asked["sku"], email, network_address=address_of(request._request))
        answer = {"sku": size.sku, "message": "Noted. When this size is back, you get one e-mail."}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


def _open(request: Request) -> Wishlist:
    """The asker's list. Raises NotFound, in the same words for no token, a wrong one and one of a list that is gone."""
    token = request.headers.get(HEADER, "")
    if request.user.is_authenticated:
        if wishlist.find(token) is not None:
            wishlist.join(token, request.user.pk)
        return wishlist.open_list(user_id=request.user.pk)
    found = wishlist.find(token)
    if found is None:
        raise NotFound("There is no such wishlist. Put something on a new one, and keep its token.")
    return found


def _shown(found: Wishlist) -> dict[str, Any]:
    return {"token": found.token, "results": [_entry(entry) for entry in wishlist.entries(found)]}


def _entry(entry: wishlist.Entry) -> dict[str, Any]:
    names = ("slug", "name", "url")
    product = entry.product and representation.absolute({name: entry.product[name] for name in names})
    return {
        "sku": entry.sku,
        "size": entry.size or None,
        "name": entry.name,
        "colour": entry.colour,
        "added_at": entry.added_at,
        "product": product,
        "variant": entry.variant and representation.absolute(entry.variant),
    }
