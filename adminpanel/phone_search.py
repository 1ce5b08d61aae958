"""Search by a phone number as people write it: `0803 123 4567`, where the column holds `+2348031234567`."""

import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

# So few figures are no number of a phone, but may be of anything else.
LOCAL = re.compile(r"\(?0[\d\s().-]{5,}", re.ASCII)


def as_kept(term: str) -> str:
    """The figures of a local number without the nought that stands for its country; empty for anything else.

    A part of a number is found by it as well, and one of another country.
    """
    written = term.strip()
    return re.sub(r"\D", "", written)[1:] if LOCAL.fullmatch(written) else ""


class SearchesPhones:
    """Mixed into an admin class whose search_fields have a phone."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, may_repeat = super().get_search_results(request, queryset, term)  # type: ignore[misc]
        if local := as_kept(term):
            found |= super().get_search_results(request, queryset, local)[0]  # type: ignore[misc]
        return found, may_repeat
