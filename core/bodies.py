"""What an API view reads of a request: no more than it may be sent, checked before it is used."""

from copy import copy
from functools import cache
from ipaddress import AddressValueError, IPv6Address
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from drf_orjson_renderer.parsers import ORJSONParser
from rest_framework import serializers
from rest_framework.request import Request

S = TypeVar("S", bound=serializers.Serializer[Any])


class SmallJSONParser(ORJSONParser):
    """Reads no more than settings.DATA_UPLOAD_MAX_MEMORY_SIZE, whatever the request says of its length."""

    def parse(self, stream: HttpRequest, media_type: Any = None, parser_context: Any = None) -> Any:
        return super().parse(_Bounded(stream), media_type, parser_context)


class _Bounded:
    def __init__(self, stream: HttpRequest) -> None:
        self.stream = stream

    def read(self) -> bytes:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = self.stream.read(most + 1)
        if len(body) > most:
            raise RequestDataTooBig
        return body


def read(kind: type[S], request: Request) -> dict[str, Any]:
    """The body, checked. Raises ValidationError that names every wrong field."""
    body = copy(_blank(kind))
    body.initial_data = request.data
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


@cache
def _blank(kind: type[S]) -> S:
    """One of it with its fields, which are the same for every request and take longer to make than to use."""
    blank = kind(data=None)
    assert blank.fields
    return blank


def address_of(request: HttpRequest) -> str:
    """Who is on the other end, for counting. Behind a proxy only its own word counts: the last of the list.

    Of IPv6 it is the network of 64 bits: whoever is given one has all of its addresses.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    address = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    return _network_of(address) if ":" in address else address


def _network_of(address: str) -> str:
    try:
        found = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
