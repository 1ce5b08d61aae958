"""What an account says of itself: the data that the shop keeps, to take along or to have erased."""

import json

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import privacy, tries
from accounts.models import User
from core.errors import ShopError


@never_cache
@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@login_required
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Everything, as a file."""
    text = json.dumps(privacy.export(_me(request)), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="prechi-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@never_cache
@login_required
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Asks for the password once more: a session that was left open must not end an account."""
    user = _me(request)
    try:
        if "sure" not in request.POST:
            raise ShopError("Tick that you know what goes. It cannot be undone.", field="sure")
        this_one = tries.begin(request, user.email)
        if not user.check_password(request.POST.get("password", "")):
            raise ShopError("This is not your password. Check it and try again.", field="password")
        tries.succeeded(this_one)
        privacy.erase(user.pk)
    except ShopError as error:
        return _page(request, error)
    logout(request)
    return render(request, "account/erased.html")


def _page(request: HttpRequest, error: ShopError | None = None) -> HttpResponse:
    context = {"hindrances": privacy.hindrances(_me(request)), "error": error}
    return render(request, "account/data.html", context, status=error.status if error else 200)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required
    return request.user
