"""Address book and orders of an account, for a separate front end."""

from dataclasses import asdict
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import addresses
from accounts.addresses import FIELDS, Entry
from accounts.api.base import AccountView, me
from accounts.models import Address
from core.api_fields import Line, Phone
from core.api_schema import answers, problems
from orders import delivery, history
from orders.api import representation
from orders.api.inputs import AddressInput
from orders.api.schema import AddressSchema, MyOrdersSchema
from orders.delivery import Destination

ADDRESS = OpenApiParameter("address_id", int, OpenApiParameter.PATH, description="Of an address in the book.")
ID_MAX = 2**63 - 1


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Lekki",
            value={
                "full_name": "Ada Obi",
                "phone": "08031234567",
                "country": "NG",
                "state": "Lagos",
                "area": "Eti-Osa",
                "street": "12 Admiralty Way",
                "is_default": True,
            },
        )
    ]
)
class EntryInput(AddressInput):
    full_name = Line(max_length=120)
    phone = Phone(max_length=30)
    is_default = serializers.BooleanField(
        required=False, default=False, help_text="Checkout begins with it. One is the usual one always."
    )


class EntrySchema(AddressSchema):
    id = serializers.IntegerField()
    full_name = serializers.CharField()
    phone = serializers.CharField()
    is_default = serializers.BooleanField()


class OrdersQuery(serializers.Serializer[Any]):
    cursor = serializers.IntegerField(required=False, min_value=1, max_value=ID_MAX, help_text="Out of `next`; opaque.")


class Addresses(AccountView):
    @extend_schema(
        operation_id="account_addresses_list",
        tags=["account"],
        summary="The address book",
        description=f"The usual one first, then the newest; {addresses.MOST} at most.",
        responses=answers(EntrySchema(many=True), refusals=[401]),
    )
    def get(self, request: Request) -> Response:
        return Response([_shown(kept) for kept in addresses.book_of(me(request))])

    @extend_schema(
        operation_id="account_addresses_create",
        tags=["account"],
        summary="Keep an address",
        description="One that is there already is not kept twice. The first is the usual one.",
        request=EntryInput,
        responses=answers(EntrySchema, status=201, refusals=[400, 401, 409, 415]),
    )
    def post(self, request: Request) -> Response:
        entry, is_default = _read(request.data)
        kept = addresses.add(me(request), entry, is_default=is_default)
        headers = {"Location": reverse("api:account-address", args=[kept.pk])}
        return Response(_shown(kept), status=status.HTTP_201_CREATED, headers=headers)


class OneAddress(AccountView):
    @extend_schema(
        operation_id="account_addresses_retrieve",
        tags=["account"],
        summary="One address",
        parameters=[ADDRESS],
        responses=answers(EntrySchema, refusals=[401, 404]),
    )
    def get(self, request: Request, address_id: int) -> Response:
        return Response(_shown(addresses.get(me(request), address_id)))

    @extend_schema(
        operation_id="account_addresses_update",
        tags=["account"],
        summary="Change an address, or make it the usual one",
        description="What is not sent stays as it is. Orders that went there keep what they say.",
        parameters=[ADDRESS],
        request=EntryInput,
        responses=answers(EntrySchema, refusals=[400, 401, 404, 415]),
    )
    def patch(self, request: Request, address_id: int) -> Response:
        kept = addresses.get(me(request), address_id)
        before = asdict(addresses.entry_of(kept))
        entry, is_default = _read({**before, **request.data} if isinstance(request.data, dict) else request.data)
        return Response(_shown(addresses.change(me(request), kept.pk, entry, is_default=is_default)))

    @extend_schema(
        operation_id="account_addresses_delete",
        tags=["account"],
        summary="Take an address out of the book",
        description="Where it was the usual one, the newest of the others is.",
        parameters=[ADDRESS],
        responses={204: None, **problems(401, 404)},
    )
    def delete(self, request: Request, address_id: int) -> Response:
        addresses.remove(me(request), address_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyOrders(AccountView):
    @extend_schema(
        operation_id="account_orders_list",
        tags=["account"],
        summary="Your orders, the newest first",
        description="Each with the token that opens it whole. Follow `next` until it is null.",
        parameters=[OrdersQuery],
        responses=answers(MyOrdersSchema, refusals=[400, 401]),
    )
    def get(self, request: Request) -> Response:
        query = OrdersQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = history.page_of(me(request).pk, query.validated_data.get("cursor"))
        following = request.build_absolute_uri(f"{request.path}?cursor={page.next}") if page.next else None
        return Response({"results": [representation.listed(order) for order in page.orders], "next": following})


def _read(body: Any) -> tuple[Entry, bool]:
    """Raises what names the wrong fields, a place that the shop does not know included."""
    given = EntryInput(data=body)
    given.is_valid(raise_exception=True)
    asked = given.validated_data
    delivery.check(Destination(asked["country"], asked["state"], asked["area"]))
    return Entry(**{name: asked[name] for name in FIELDS}), asked["is_default"]


def _shown(kept: Address) -> dict[str, Any]:
    return {"id": kept.pk, **asdict(addresses.entry_of(kept)), "is_default": kept.is_default}
