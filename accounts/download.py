"""All that the shop keeps of somebody, as the one file that page and API hand out."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone

from accounts import privacy, tries
from accounts.models import User


def file_of(user: User) -> HttpResponse:
    """It goes through every table, so it is counted. Raises tries.TooManyTries."""
    tries.begin_export(user.pk)
    return as_file(privacy.export(user), f"prechi-{timezone.localdate():%Y-%m-%d}.json")


def as_file(data: dict[str, Any], name: str) -> HttpResponse:
    """The same for staff who hand it out, which nothing counts."""
    text = json.dumps(data, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
