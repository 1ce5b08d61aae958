"""Bags and orders for a separate front end: parse, one call into the shop, answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import consent
from core import idempotency
from core.api_schema import answers
from core.bodies import address_of
from core.errors import NotFound, ShopError
from orders import bag as bags
from orders import bag_swaps, checkout, delivery, guesses, pricing
from orders.api import representation
from orders.api.base import TokenView, customer, read
from orders.api.inputs import AddressInput, ChangeInput, LineInput, OrderInput, QuoteInput
from orders.api.schema import BagSchema, OrderSchema, QuoteSchema
from orders.checkout import Contact
from orders.delivery import Destination
from orders.models import Bag, Order
from orders.tokens import order_id_of

TOKEN = OpenApiParameter("token", str, OpenApiParameter.PATH, description="What opens it: keep it like a key.")
LINE = OpenApiParameter("line_id", int, OpenApiParameter.PATH, description="Id of the line in the bag.")
CURRENCY = OpenApiParameter(
    "currency", str, OpenApiParameter.QUERY, description="To pay in: NGN, or USD where the shop charges it."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Any text of yours, another for every new intent. The same request under the same key is done once.",
)


class Bags(TokenView):
    @extend_schema(
        operation_id="bags_create",
        tags=["bags"],
        summary="Start a bag",
        description="A signed-in customer gets the bag that is open already, where there is one.",
        request=None,
        responses=answers(BagSchema, status=201),
    )
    def post(self, request: Request) -> Response:
        return _answer_bag(bags.open_bag(None, customer(request)), status.HTTP_201_CREATED)


class OneBag(TokenView):
    @extend_schema(
        operation_id="bags_retrieve",
        tags=["bags"],
        summary="What the bag holds, at today's prices",
        parameters=[TOKEN, CURRENCY],
        responses=answers(BagSchema, refusals=[400, 404]),
    )
    def get(self, request: Request, token: str) -> Response:
        return _answer_bag(bags.get(token), currency=request.query_params.get("currency") or settings.BASE_CURRENCY)


class Lines(TokenView):
    @extend_schema(
        operation_id="bags_lines_create",
        tags=["bags"],
        summary="Put a piece or a bundle into the bag",
        description="On top of what the bag holds of it already. No stock is kept before an order is placed.",
        parameters=[TOKEN],
        request=LineInput,
        responses=answers(BagSchema, status=201, refusals=[400, 404, 415]),
    )
    def post(self, request: Request, token: str) -> Response:
        line = read(LineInput, request)
        bag = bags.get(token)
        if "bundle" in line:
            bags.add_bundle(bag, line["bundle"], [pick["sku"] for pick in line["picks"]], line["quantity"])
        else:
            bags.add(bag, line["sku"], line["quantity"])
        return _answer_bag(bag, status.HTTP_201_CREATED)


class Line(TokenView):
    @extend_schema(
        operation_id="bags_lines_update",
        tags=["bags"],
        summary="Change how many, the size of a piece, or the pieces of a bundle",
        description="`sku` is of another size or colour of the same product. A line that gets the size or the picks of "
        "another joins it: its own id is gone then.",
        parameters=[TOKEN, LINE],
        request=ChangeInput,
        responses=answers(BagSchema, refusals=[400, 404, 415]),
    )
    def patch(self, request: Request, token: str, line_id: int) -> Response:
        change = read(ChangeInput, request)
        bag = bags.get(token)
        if "picks" in change:
            bag_swaps.change_picks(bag, line_id, [pick["sku"] for pick in change["picks"]], change.get("quantity"))
        elif "sku" in change:
            bag_swaps.change_size(bag, line_id, change["sku"], change.get("quantity"))
        else:
            bags.set_quantity(bag, line_id, change["quantity"])
        return _answer_bag(bag)

    @extend_schema(
        operation_id="bags_lines_delete",
        tags=["bags"],
        summary="Take a line out",
        parameters=[TOKEN, LINE],
        responses=answers(BagSchema, refusals=[404]),
    )
    def delete(self, request: Request, token: str, line_id: int) -> Response:
        bag = bags.get(token)
        bags.remove(bag, line_id)
        return _answer_bag(bag)


class Quotes(TokenView):
    @extend_schema(
        operation_id="bags_quote",
        tags=["bags"],
        summary="What the bag costs, delivered",
        description="Writes nothing and holds nothing. The shop finds the delivery zone from the address.",
        parameters=[TOKEN],
        request=QuoteInput,
        responses=answers(QuoteSchema, refusals=[400, 404, 415, 429]),
    )
    def post(self, request: Request, token: str) -> Response:
        asked = read(QuoteInput, request)
        bag = bags.get(token)
        destination = _destination(asked)
        delivery.check(destination)
        with guesses.counted(request._request, asked["code"]):
            method = asked["delivery_method"]
            priced = pricing.quote(bag, destination, asked["code"], asked["currency"], method=method)
        delivery.check_method(priced.delivery, method)
        return Response(representation.quote(priced))


class Orders(TokenView):
    @extend_schema(
        operation_id="orders_create",
        tags=["orders"],
        summary="Place an order",
        description="Turns the bag into an order and keeps its stock until `hold_expires_at`. A bag becomes at most "
        "one order: sent again, the request is answered with the first one's. Amounts of the client's are never used, "
        "except `expected_total`, which refuses an order that would cost something else.",
        parameters=[IDEMPOTENCY_KEY],
        request=OrderInput,
        responses=answers(OrderSchema, status=201, refusals=[400, 404, 409, 415, 429, 503]),
    )
    def post(self, request: Request) -> Response:
        asked = read(OrderInput, request)
        bag = _bag_to_order(asked["bag"])

        def place() -> dict[str, Any]:
            with _named_as_sent(), guesses.counted(request._request, asked["code"]):
                order = checkout.place_order(
                    bag,
                    _contact(asked, address_of(request._request)),
                    _destination(asked["address"]),
                    code=asked["code"],
                    note=asked["note"],
                    currency=asked["currency"],
                    expected_total=asked["expected_total"],
                    user=customer(request),
                    pay_on_delivery=asked["pay_on_delivery"],
                    method=asked["delivery_method"],
                )
            if asked["marketing"]:
                consent.ask_at_checkout(customer(request), order.email, network_address=address_of(request._request))
            return representation.order(order)

        order = once(request, f"orders.place {asked['bag']}", request.data, place)
        headers = {"Location": reverse("api:order", args=[order["token"]])}
        return Response(order, status=status.HTTP_201_CREATED, headers=headers)


def find_order(token: str) -> Order:
    """The order that this token opens. Raises NotFound, which never says whether the token is wrong or unknown."""
    pk = order_id_of(token)
    order = Order.objects.filter(pk=pk, token=token).first() if pk else None
    if order is None:
        raise NotFound("There is no such order. Check the link in your mail.")
    return order


def once(request: Request, scope: str, body: Any, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Does `work` once for the request's Idempotency-Key, where it has one. A repeat is answered to the letter."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    # Kept as text: the database's JSON would put the names of the answer in another order.
    _, text = idempotency.once(scope, key, body, lambda: (status.HTTP_201_CREATED, orjson.dumps(work()).decode()))
    answer: dict[str, Any] = orjson.loads(text)
    return answer


def _answer_bag(bag: Bag, code: int = status.HTTP_200_OK, currency: str = settings.BASE_CURRENCY) -> Response:
    headers = {"Location": reverse("api:bag", args=[bag.token])} if code == status.HTTP_201_CREATED else None
    return Response(representation.bag(bag, bags.view(bag, currency)), status=code, headers=headers)


def _bag_to_order(token: str) -> Bag:
    """Also a bag that became an order already: placing it again gives that order back."""
    return Bag(token=token)


def _destination(address: dict[str, Any]) -> Destination:
    return Destination(address["country"], address["state"], address["area"])


def _contact(asked: dict[str, Any], network_address: str) -> Contact:
    address, billing = asked["address"], asked["billing"] or {}
    return Contact(
        email=asked["email"],
        full_name=asked["full_name"],
        phone=asked["phone"],
        street=address["street"],
        landmark=address["landmark"],
        city=address["city"],
        postcode=address["postcode"],
        billing_name=billing.get("name", ""),
        billing_address=billing.get("address", ""),
        network_address=network_address,
    )


@contextmanager
def _named_as_sent() -> Iterator[None]:
    """A refusal of an address's part names it as the client sent it: `address.state`, `billing.name`."""
    try:
        yield
    except ShopError as error:
        if error.field in AddressInput().fields:
            error.field = f"address.{error.field}"
        elif error.field in ("billing_name", "billing_address"):
            error.field = error.field.replace("_", ".")
        raise
