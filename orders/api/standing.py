"""Where an order stands, for who has lost its link; and the same once more."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api_schema import answers
from orders import again, tracking
from orders import bag as bags
from orders.api import representation
from orders.api.base import TokenView, customer, read
from orders.api.inputs import AgainInput, TrackInput
from orders.api.schema import BagSchema, TrackedSchema
from orders.api.views import TOKEN, find_order


class Tracking(TokenView):
    @extend_schema(
        operation_id="orders_track",
        tags=["orders"],
        summary="Find an order without its token",
        description="By its number and the e-mail address or phone number that it was placed with. Tells where it is "
        "and no more than that. A wrong number and a wrong address are answered alike, and guesses are counted.",
        request=TrackInput,
        responses=answers(TrackedSchema, refusals=[400, 404, 415, 429]),
    )
    def post(self, request: Request) -> Response:
        asked = read(TrackInput, request)
        return Response(representation.tracked(tracking.find(request._request, asked["number"], asked["known"])))


class Again(TokenView):
    @extend_schema(
        operation_id="orders_again",
        tags=["orders"],
        summary="Put an order's pieces into a bag again",
        description="At today's prices, into `bag` or a new one. What did not come along is among its `notices`.",
        parameters=[TOKEN],
        request=AgainInput,
        responses=answers(BagSchema, status=201, refusals=[400, 404, 415]),
    )
    def post(self, request: Request, token: str) -> Response:
        order, asked = find_order(token), read(AgainInput, request)["bag"]
        bag = bags.get(asked) if asked else bags.open_bag(None, customer(request))
        missing = [{"code": "came_in_part", "message": said, "line": None} for said in again.put_into(bag, order)]
        filled = representation.bag(bag, bags.view(bag))
        headers = {"Location": reverse("api:bag", args=[bag.token])}
        return Response({**filled, "notices": [*missing, *filled["notices"]]}, status=HTTP_201_CREATED, headers=headers)
