"""Signing up for the newsletter, confirming it, and leaving it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import consent
from accounts import newsletter as list_of_people
from core.bodies import address_of
from core.errors import NotFound, ShopError
from core.same_origin import same_origin
from mailing import newsletter

SOURCES = {"footer", "newsletter page"}


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The form stands at the foot of every page; here it stands alone, for a mistake and for a link."""
    if request.method != "POST":
        return render(request, "newsletter/sign_up.html", {})
    source = request.POST.get("source", "")
    try:
        email = request.POST.get("email", "")
        newsletter.ask(email, source if source in SOURCES else "footer", network_address=address_of(request))
    except ShopError as error:
        context = {"error": error, "email": request.POST.get("email", "")[:254]}
        return render(request, "newsletter/sign_up.html", context, status=error.status)
    return redirect("newsletter:asked")


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody, on the list or not."""
    return render(request, "newsletter/asked.html")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking confirms nothing, for programs that check mails follow every link. The signed address is the proof."""
    try:
        if request.method == "POST":
            email = list_of_people.confirm(token)
        else:
            email = list_of_people.hidden(newsletter.asked_by(token).email)
    except NotFound as unknown:
        raise Http404(unknown.message) from unknown
    context = {"email": email, "token": token, "confirmed": request.method == "POST", "words": consent.WORDS}
    return render(request, "newsletter/confirm.html", context)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """As `confirm`: the button of a mail program, which posts from no page of ours (RFC 8058), works as well."""
    try:
        if request.method == "POST":
            email = list_of_people.leave(token)
        else:
            email = list_of_people.hidden(newsletter.leaving(token).email)
    except NotFound as unknown:
        raise Http404(unknown.message) from unknown
    context = {"email": email, "token": token, "left": request.method == "POST"}
    return render(request, "newsletter/leave.html", context)
