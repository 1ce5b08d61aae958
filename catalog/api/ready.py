"""Public answers as ready bytes: an ETag, no cookie, and no work that a cache has done already."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog import currencies
from catalog.currencies import NAIRA, CurrencyNotSupported, Prices
from catalog.models import OldAddress
from catalog.moved import slug_now
from core.public import keep


def answer(request: HttpRequest, body: bytes, *keys: str) -> HttpResponseBase:
    """200 with the bytes, kept until one of `keys` is forgotten, or 304 where the asker has them already."""
    response = keep(request, HttpResponse(body, content_type="application/json"), *keys)
    etag = response.headers.get("ETag")
    return get_conditional_response(request, etag=etag, response=response) or response


def moved(request: Request, kind: OldAddress.Kind, slug: str, unknown: str) -> HttpResponseBase:
    """301 to the same of what has another slug now. Raises NotFound with `unknown` where nothing was ever here."""
    now, here = slug_now(kind, slug), request.resolver_match
    if now is None or now == slug or here is None:
        raise NotFound(unknown)
    asked = request.META["QUERY_STRING"]
    address = reverse(here.view_name, kwargs={**here.kwargs, "slug": now})
    return HttpResponsePermanentRedirect(f"{address}{'?' if asked else ''}{asked}")


class PublicView(APIView):
    """Nobody signs in to read the catalogue, so neither a session nor a token is looked at."""

    authentication_classes = []
    permission_classes = [AllowAny]


class ReadyView(PublicView):
    """Answers GET and HEAD with `body(...)` ahead of rest_framework's machinery, which costs more than the cached read.

    What is not there (None), and every other method, goes through it and gets its problem details.
    """

    not_found = "Nothing is here."
    # What kind of thing its slug names, where old addresses of it lead to the present one.
    moved: OldAddress.Kind | None = None

    # In which its prices are: of the parameter `currency`.
    prices: Prices = NAIRA
    refusal: CurrencyNotSupported | None = None

    def body(self, **kwargs: Any) -> bytes | None:
        raise NotImplementedError

    def keys(self, **kwargs: Any) -> tuple[str, ...]:
        """What its bytes show, by catalog.cache."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.prices = currencies.shown(request.GET.get("currency") or settings.BASE_CURRENCY)
        except CurrencyNotSupported as error:
            self.refusal = error
        if request.method in {"GET", "HEAD"} and self.refusal is None:
            body = self.body(**kwargs)
            if body is not None:
                return answer(request, body, *self.keys(**kwargs))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Only for what is not there: 301 to where it is now, else 404; and for a currency that the shop has not."""
        if self.refusal is not None:
            raise self.refusal
        if self.moved is None:
            raise NotFound(self.not_found)
        return moved(request, self.moved, kwargs["slug"], self.not_found)
