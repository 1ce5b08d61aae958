"""Writing a review by invitation, reading them, and finding them helpful."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import cache, ratings, reviews
from catalog.browse import Listing
from catalog.models import Review, ReviewInvitation
from catalog.review_form import ReviewForm
from catalog.reviews import AlreadyReviewed
from catalog.views.moved import Kind, moved
from catalog.views.ready import ready_page
from catalog.voters import remember, voter_of
from core.errors import NotFound, ShopError
from core.same_origin import same_origin

PAGE_DIGITS = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation = reviews.invitation_with(token)
    except NotFound as unknown:
        raise Http404(unknown.message) from unknown
    written = Review.objects.filter(invitation=invitation).first()
    if written is not None:
        twice = request.method == "POST"
        return _thanks(request, invitation, written, twice=twice)
    if request.method == "POST":
        return _send(request, invitation)
    return _form(request, invitation, ReviewForm(initial={"display_name": invitation.name}))


def _send(request: HttpRequest, invitation: ReviewInvitation) -> HttpResponse:
    form = ReviewForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, invitation, form, status=400)
    author = voter_of(request)
    try:
        reviews.submit(invitation.token, form.opinion(), form.contents(), author=author)
    except AlreadyReviewed:
        # The second of two clicks: the first one's review is there.
        return _thanks(request, invitation, Review.objects.get(invitation=invitation), twice=True)
    except ShopError as error:
        form.refuse(error)
        return _form(request, invitation, form, status=error.status)
    response = redirect("catalog:review", invitation.token)
    remember(request, response, author)
    return response


def _form(request: HttpRequest, invitation: ReviewInvitation, form: ReviewForm, status: int = 200) -> HttpResponse:
    page = cache.product_page(invitation.product.slug)
    variants = page["variants"] if page else []
    worn = next((variant for variant in variants if variant["colour"]["name"] == invitation.colour), None)
    image = worn["images"][0] if worn and worn["images"] else None
    context = {"invitation": invitation, "form": form, "image": image}
    return render(request, "catalog/review.html", context, status=status)


def _thanks(request: HttpRequest, invitation: ReviewInvitation, written: Review, *, twice: bool) -> HttpResponse:
    others = ReviewInvitation.objects.filter(order_number=invitation.order_number, review=None)
    context = {
        "invitation": invitation,
        "review": written,
        "twice": twice,
        "others": others.select_related("product").order_by("pk"),
    }
    return render(request, "catalog/review_sent.html", context)


@require_safe
def product_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """The same bytes for everybody. A question that has no answer here leads to one that has."""
    stars, size, page = (request.GET.get(name, "") for name in ("stars", "size", "page"))
    asked = (stars in {"", "1", "2", "3", "4", "5"}) and len(size) <= 10 and _is_page(page)
    context = _reviews(slug, stars, size, int(page or 1)) if asked else None
    if context is None and (stars or size or page) and cache.product_page(slug):
        return redirect("catalog:reviews", slug)
    if context is None:
        return moved(request, Kind.PRODUCT, "catalog:reviews", slug, "There are no reviews of this.")
    return ready_page(request, "catalog/reviews.html", context, cache.product_key(slug))


def _is_page(page: str) -> bool:
    return page == "" or (page.isascii() and page.isdigit() and len(page) <= PAGE_DIGITS and page[0] != "0")


def _reviews(slug: str, stars: str, size: str, page: int) -> dict[str, Any] | None:
    product = cache.product_page(slug)
    if product is None or not product["reviews"]:
        return None
    sizes = ratings.sizes_of(slug)
    if size and size not in sizes:
        return None
    of_stars = int(stars) if stars else None
    total = _total(slug, product["reviews"], stars=of_stars, size=size)
    pages = max(1, -(-total // ratings.PAGE_SIZE))
    if page > pages:
        return None
    shown = ratings.shown(slug, stars=of_stars, size=size, skip=(page - 1) * ratings.PAGE_SIZE, most=ratings.PAGE_SIZE)
    here: dict[str, str | int] = {"stars": stars, "size": size, "page": page}
    return {
        "product": product,
        "reviews": product["reviews"],
        "listing": Listing(cards=shown, total=total, page=page, pages=pages, sort=""),
        "sizes": sizes,
        "stars": stars,
        "size": size,
        "here": f"{product['reviews']['url']}?{urlencode(here)}",
    }


def _total(slug: str, figures: dict[str, Any], *, stars: int | None, size: str) -> int:
    """How many there are; the figures that the product keeps say so unless a size is asked for."""
    if size:
        return ratings.matching(slug, stars=stars, size=size).count()
    of_stars = {row["stars"]: row["count"] for row in figures["distribution"]}
    return int(of_stars[stars] if stars else figures["count"])


@same_origin
@never_cache
@require_POST
def helpful(request: HttpRequest, pk: int) -> HttpResponse:
    voter = voter_of(request)
    wants_json = request.headers.get("Accept") == "application/json"
    try:
        found, stands = reviews.vote(pk, voter)
    except NotFound as gone:
        raise Http404(gone.message) from gone
    except ShopError as error:
        if wants_json:
            return JsonResponse({"message": error.message}, status=error.status)
        messages.warning(request, error.message)
        return redirect(_back_of(request, pk))
    said = "Thank you: it is counted." if stands else "Your vote is taken back."
    response: HttpResponse
    if wants_json:
        response = JsonResponse({"helpful": found.helpful_count, "message": said})
    else:
        messages.success(request, said)
        response = redirect(_back_of(request, pk))
    remember(request, response, voter)
    return response


def _back_of(request: HttpRequest, pk: int) -> str:
    """Where the button stood, if it says so and that is on this site; else the shop's front."""
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return f"{back}#review-{pk}" if safe else "/"
