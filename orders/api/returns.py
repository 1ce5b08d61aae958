"""Sending pieces back, for a separate front end."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api_schema import answers
from orders import events, returns
from orders.api import representation
from orders.api.base import TokenView, read
from orders.api.schema import ReturnSchema
from orders.api.views import IDEMPOTENCY_KEY, TOKEN, find_order, once
from orders.models import Return
from orders.models.returns import key_of
from orders.returns import Wish

LINES_MAX = 200
NAMED_TWICE = "Name each piece once, with how many of it come back: one return gives them one other size."


class ReturnLineInput(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1, help_text="Of a line of the order, or of one of a bundle's picks.")
    came_by = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        help_text="For a piece that was got in exchange: the id of the line, in `returns`, that gave it.",
    )
    quantity = serializers.IntegerField(min_value=1, max_value=1000)
    size = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=140, help_text="SKU wanted instead, for an exchange."
    )


class ReturnInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Return.Kind.choices)
    reason = serializers.ChoiceField(Return.Reason.choices)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=returns.TEXT_MAX)
    lines = ReturnLineInput(many=True, help_text=f"At most {LINES_MAX}.")

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(lines) > LINES_MAX:
            raise serializers.ValidationError(f"At most {LINES_MAX} lines.")
        if len({_key(line) for line in lines}) < len(lines):
            raise serializers.ValidationError(NAMED_TWICE)
        return lines


def _key(line: dict[str, Any]) -> str:
    return key_of(line["id"], line["came_by"])


class Returns(TokenView):
    @extend_schema(
        operation_id="orders_returns_create",
        tags=["orders"],
        summary="Ask to send pieces back",
        description="For money or for another size at the same price, within the days that the shop gives after the "
        "delivery; also what was got in exchange, once it was sent. A person decides and answers by mail.",
        parameters=[TOKEN, IDEMPOTENCY_KEY],
        request=ReturnInput,
        responses=answers(ReturnSchema, status=201, refusals=[400, 404, 409, 415]),
    )
    def post(self, request: Request, token: str) -> Response:
        order = find_order(token)
        asked = read(ReturnInput, request)
        wishes = {_key(line): Wish(line["quantity"], line["size"]) for line in asked["lines"]}

        def ask() -> dict[str, Any]:
            found = returns.request(order.pk, wishes, asked["kind"], asked["reason"], asked["text"], events.CUSTOMER)
            return representation.returned(found)

        answer = once(request, f"orders.return {token}", request.data, ask)
        return Response(answer, status=status.HTTP_201_CREATED)
