"""An order with its money for a separate front end, and paying and cancelling: all need what lies above the order."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.schema import MoneySchema
from core.api_schema import answers
from core.errors import Conflict
from orders import delivery_quotes, events, lifecycle, substitutes
from orders.api import representation
from orders.api.base import TokenView
from orders.api.schema import OrderSchema, RefundSchema
from orders.api.views import IDEMPOTENCY_KEY, TOKEN, find_order, once
from orders.models import Order
from payments import attempts, cancellation, late_money
from payments.models import Payment
from payments.representation import refunds_of

# No id of the database has more.
ID_DIGITS = 18


class OneOrder(TokenView):
    @extend_schema(
        operation_id="orders_retrieve",
        tags=["orders"],
        summary="An order as it is now",
        parameters=[TOKEN],
        responses=answers(OrderSchema, refusals=[404]),
    )
    def get(self, request: Request, token: str) -> Response:
        return Response(_told(find_order(token)))


class Extension(TokenView):
    @extend_schema(
        operation_id="orders_extend",
        tags=["orders"],
        summary="Hold an unpaid order for longer",
        description="Its stock is kept for another full hold from now, at most `hold_extensions_left` times. Also when "
        "`hold_expires_at` is past, as long as the order still waits for payment.",
        parameters=[TOKEN],
        request=None,
        responses=answers(OrderSchema, refusals=[404, 409]),
    )
    def post(self, request: Request, token: str) -> Response:
        return Response(_told(lifecycle.extend_hold(find_order(token).pk, events.CUSTOMER)))


def _told(order: Order) -> dict[str, Any]:
    return representation.order(order, [refund.json() for refund in refunds_of(order)])


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
            return _opened(attempts.start(order))

        return Response(once(request, f"payments.start {token}", {}, start), status=status.HTTP_201_CREATED)


class DeliveryPayments(TokenView):
    @extend_schema(
        operation_id="orders_delivery_payments_create",
        tags=["orders"],
        summary="Start paying the price of a delivery",
        description="For an order whose delivery staff priced: `delivery.price` is what it takes.",
        parameters=[TOKEN, IDEMPOTENCY_KEY],
        request=None,
        responses=answers(PaymentSchema, status=201, refusals=[404, 409, 503]),
    )
    def post(self, request: Request, token: str) -> Response:
        order = find_order(token)

        def start() -> dict[str, Any]:
            quote = delivery_quotes.waiting(order)
            if quote is None:
                raise Conflict(f"No delivery of order {order.number} waits to be paid.", code="not_payable")
            return _opened(attempts.start(order, quote))

        return Response(once(request, f"payments.delivery {token}", {}, start), status=status.HTTP_201_CREATED)


def _opened(payment: Payment) -> dict[str, Any]:
    return {
        "reference": payment.reference,
        "authorization_url": payment.authorization_url,
        "amount": payment.amount.json(),
    }


class Cancellation(TokenView):
    @extend_schema(
        operation_id="orders_cancel",
        tags=["orders"],
        summary="Cancel an order",
        description="Until it is packed. Its stock goes back on sale, and the money of a paid one goes back the way it "
        "came. Cancelling twice does no harm.",
        parameters=[TOKEN],
        request=None,
        responses=answers(OrderSchema, refusals=[404, 409, 429]),
    )
    def post(self, request: Request, token: str) -> Response:
        return Response(_told(cancellation.cancel(find_order(token), events.CUSTOMER)))


class AnotherSizeLineSchema(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()
    size = serializers.CharField(help_text="As it was ordered.")
    choices = serializers.ListField(child=serializers.CharField(), help_text="SKUs to choose from.")


class AnotherSizeInput(serializers.Serializer[Any]):
    refund = serializers.BooleanField(default=False, help_text="The money back, instead of another size.")
    choices = serializers.DictField(child=serializers.CharField(), default=dict, help_text="Line to SKU.")


class AnotherSize(TokenView):
    @extend_schema(
        operation_id="orders_another_size_list",
        tags=["orders"],
        summary="What can be chosen instead of pieces that are gone",
        description="For an order whose money came when its hold was over. Empty when all its pieces are there again.",
        parameters=[TOKEN],
        responses=answers(AnotherSizeLineSchema(many=True), refusals=[404, 409]),
    )
    def get(self, request: Request, token: str) -> Response:
        order = find_order(token)
        if not late_money.is_open(order):
            raise Conflict(late_money.NOT_OPEN.format(number=order.number), code="nothing_to_choose")
        return Response(
            [
                {
                    "line": short.line.pk,
                    "name": short.line.name,
                    "colour": short.line.colour,
                    "size": short.line.size,
                    "choices": [size.sku for size in short.choices],
                }
                for short in substitutes.short_lines(order)
            ]
        )

    @extend_schema(
        operation_id="orders_another_size",
        tags=["orders"],
        summary="Take another size, or the money back",
        parameters=[TOKEN],
        request=AnotherSizeInput,
        responses=answers(OrderSchema, refusals=[400, 404, 409]),
    )
    def post(self, request: Request, token: str) -> Response:
        order = find_order(token)
        given = AnotherSizeInput(data=request.data)
        given.is_valid(raise_exception=True)
        if given.validated_data["refund"]:
            return Response(_told(late_money.decline(order.pk, events.CUSTOMER)))
        written = given.validated_data["choices"].items()
        choices = {int(line): sku for line, sku in written if line.isdecimal() and len(line) <= ID_DIGITS}
        return Response(_told(late_money.accept(order.pk, choices, events.CUSTOMER)))


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
    path("orders/<slug:token>/", OneOrder.as_view(), name="order"),
    path("orders/<slug:token>/extend/", Extension.as_view(), name="extend"),
    path("orders/<slug:token>/payments/", Payments.as_view(), name="payments"),
    path("orders/<slug:token>/delivery/payments/", DeliveryPayments.as_view(), name="delivery_payments"),
    path("orders/<slug:token>/cancel/", Cancellation.as_view(), name="cancel"),
    path("orders/<slug:token>/refunds/", Refunds.as_view(), name="refunds"),
    path("orders/<slug:token>/another-size/", AnotherSize.as_view(), name="another_size"),
]
