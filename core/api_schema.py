"""Refusals and successes of every app's API, for the OpenAPI schema. Answers are never built through these."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class FieldErrorSchema(serializers.Serializer[Any]):
    field = serializers.CharField(
        help_text="Path of the input at fault, such as address.state. Empty: the whole request."
    )
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSchema(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField(help_text="A name for the kind of problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, to what, and what to do.")
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = FieldErrorSchema(many=True)  # type: ignore[assignment]
    details = serializers.DictField(required=False, help_text="What a client needs to mend it.")


def problems(*statuses: int) -> dict[tuple[int, str], Any]:
    """The refusals of an operation, for extend_schema(responses=...)."""
    return {(status, "application/problem+json"): OpenApiResponse(ProblemSchema) for status in statuses}


def answers(success: Any, *, status: int = 200, refusals: Iterable[int] = ()) -> dict[Any, Any]:
    return {(status, "application/json"): success, **problems(*refusals)}
