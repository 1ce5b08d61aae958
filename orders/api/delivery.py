"""Where the shop delivers, for a front end that asks before there is a bag, and fills in its address form."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from orjson import dumps
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import currencies
from catalog.api.ready import PublicView, answer
from core.api_schema import answers
from orders import coverage, delivery
from orders.api import representation
from orders.api.inputs import CountryInput, CoverageInput, CurrencyInput
from orders.api.schema import CoverageSchema, PlacesSchema, ZoneSchema
from orders.delivery import Destination
from orders.places import areas_of, states_of


class Coverage(PublicView):
    @extend_schema(
        operation_id="delivery_check",
        tags=["delivery"],
        summary="Do you deliver to …, and for how much",
        description="The whole country is enough where it has one fee, and so is a state. Where `delivery.is_quoted`, "
        "the items are paid first and the courier's price by a link of its own. Free delivery counts in a quote.",
        parameters=[CoverageInput],
        responses=answers(CoverageSchema, refusals=[400]),
    )
    def get(self, request: Request) -> Response:
        asked = _query(CoverageInput, request)
        place = Destination(asked["country"], asked["state"], asked["area"])
        found = coverage.look_up(place, currencies.shown(asked["currency"]))
        return Response({"place": str(place), "delivery": representation.covered(found)})


class Places(PublicView):
    @extend_schema(
        operation_id="delivery_places",
        tags=["delivery"],
        summary="States and areas of a country, as an address must name them",
        description="None where the shop takes whatever is written.",
        parameters=[CountryInput],
        responses=answers(PlacesSchema, refusals=[400]),
    )
    def get(self, request: Request) -> HttpResponseBase:
        country = _query(CountryInput, request)["country"]
        states = [{"name": state, "areas": areas_of(country, state)} for state in states_of(country)]
        return answer(request._request, dumps({"country": country, "states": states}))


class Zones(PublicView):
    @extend_schema(
        operation_id="delivery_zones",
        tags=["delivery"],
        summary="All fees",
        description="The narrowest place that covers an address decides; an empty state is the whole country.",
        parameters=[CurrencyInput],
        responses=answers(ZoneSchema(many=True), refusals=[400]),
    )
    def get(self, request: Request) -> HttpResponseBase:
        prices = currencies.shown(_query(CurrencyInput, request)["currency"])
        return answer(request._request, dumps([representation.zone(zone) for zone in delivery.zones(prices)]))


def _query(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)
