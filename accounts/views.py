"""What an account says of itself: who it is, the news it wants, and its data, to take along or to have erased."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import consent, privacy, profile
from accounts.download import file_of
from accounts.models import User
from accounts.profile_form import ProfileForm
from core.errors import ShopError


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name_and_phone(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "account/profile.html", {"form": ProfileForm.of(_me(request))})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=400)
    profile.change(_me(request), **form.written())
    messages.success(request, "Your name and phone number are saved.")
    return redirect("accounts:profile")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def news(request: HttpRequest) -> HttpResponse:
    """Whether marketing mail comes, and since when; with `give` or `withdraw` that is changed."""
    user = _me(request)
    if request.method == "POST" and "give" in request.POST:
        consent.give(user, consent.ACCOUNT)
        messages.success(request, "You get news and offers from now on.")
        return redirect("accounts:news")
    if request.method == "POST":
        consent.withdraw(user, consent.ACCOUNT)
        messages.success(request, "No more news and offers come. Mails about your orders still do.")
        return redirect("accounts:news")
    context = {"stands": consent.stands(user), "words": consent.WORDS, "history": consent.history(user)}
    return render(request, "account/news.html", context)


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
    try:
        return file_of(_me(request))
    except ShopError as error:
        return _page(request, error)


@never_cache
@login_required
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    user = _me(request)
    try:
        if "sure" not in request.POST:
            raise ShopError("Tick that you know what goes. It cannot be undone.", field="sure")
        privacy.erase_own(request, user, request.POST.get("password", ""))
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
