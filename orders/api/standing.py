"""Where an order stands, for who has lost its link; and more time to pay it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_schema import answers
from orders import events, lifecycle, tracking
from orders.api import representation
from orders.api.base import TokenView, read
from orders.api.inputs import TrackInput
from orders.api.schema import OrderSchema, TrackedSchema
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


class Extension(TokenView):
    @extend_schema(
        operation_id="orders_extend",
        tags=["orders"],
        summary="Hold an unpaid order for longer",
        description="Its stock is kept for another full hold from now, at most `hold_extensions_left` times.",
        parameters=[TOKEN],
        request=None,
        responses=answers(OrderSchema, refusals=[404, 409]),
    )
    def post(self, request: Request, token: str) -> Response:
        return Response(representation.order(lifecycle.extend_hold(find_order(token).pk, events.CUSTOMER)))
