"""Paying and cancelling for a separate front end: both need the payments above the order."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.schema import MoneySchema
from core.api_schema import answers
from orders import events
from orders.api import representation
from orders.api.base import TokenView
from orders.api.schema import OrderSchema
from orders.api.views import IDEMPOTENCY_KEY, TOKEN, find_order, once
from payments import attempts, cancellation
from payments.representation import refunds_of


class PaymentSchema(serializers.Serializer[Any]):
    reference = serializers.CharField()
    authorization_url = serializers.URLField(help_text="Send the customer's browser here to pay.")
    amount = MoneySchema()


class Payments(TokenView):
    @extend_schema(
        operation_id="orders_payments_create",
        tags=["orders"],
        summary="Start paying an order",
        description="Every attempt has a reference of its own. What became of it shows in the order.",
        parameters=[TOKEN, IDEMPOTENCY_KEY],
        request=None,
        responses=answers(PaymentSchema, status=201, refusals=[404, 409, 503]),
    )
    def post(self, request: Request, token: str) -> Response:
        order = find_order(token)

        def start() -> dict[str, Any]:
            payment = attempts.start(order)
            return {
                "reference": payment.reference,
                "authorization_url": payment.authorization_url,
                "amount": payment.amount.json(),
            }

        return Response(once(request, f"payments.start {token}", {}, start), status=status.HTTP_201_CREATED)


class Cancellation(TokenView):
    @extend_schema(
        operation_id="orders_cancel",
        tags=["orders"],
        summary="Cancel an order",
        description="Until it is packed. Its stock goes back on sale, and the money of a paid one goes back the way it "
        "came. Cancelling twice does no harm.",
        parameters=[TOKEN],
        request=None,
        responses=answers(OrderSchema, refusals=[404, 409]),
    )
    def post(self, request: Request, token: str) -> Response:
        return Response(representation.order(cancellation.cancel(find_order(token), events.CUSTOMER)))


class RefundSchema(serializers.Serializer[Any]):
    amount = MoneySchema()
    state = serializers.ChoiceField(choices=["started", "done"])
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class Refunds(TokenView):
    @extend_schema(
        operation_id="orders_refunds_list",
        tags=["orders"],
        summary="Money of an order that goes back",
        parameters=[TOKEN],
        responses=answers(RefundSchema(many=True), refusals=[404]),
    )
    def get(self, request: Request, token: str) -> Response:
        return Response([refund.json() for refund in refunds_of(find_order(token))])


urlpatterns = [
    path("orders/<slug:token>/payments/", Payments.as_view(), name="payments"),
    path("orders/<slug:token>/cancel/", Cancellation.as_view(), name="cancel"),
    path("orders/<slug:token>/refunds/", Refunds.as_view(), name="refunds"),
]
