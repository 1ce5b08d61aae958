"""The address book of an account, on its own pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import addresses
from accounts.addresses import FIELDS
from accounts.models import Address, User
from orders.bag_cookie import tells_count
from orders.forms import AddressForm
from orders.views import address_undo
from orders.views.refusals import with_refusals


@never_cache
@login_required
@require_safe
@tells_count
def book(request: HttpRequest) -> HttpResponse:
    gone, was_default = (address_undo.offered(request) if "undo" in request.GET else None) or (None, False)
    context = {
        "book": addresses.book_of(_me(request)),
        "most": addresses.MOST,
        "gone": gone,
        "was_default": was_default,
    }
    return render(request, "account/addresses.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@tells_count
@with_refusals
def new(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    return _write(request, None, {"full_name": me.full_name, "phone": me.phone})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@tells_count
@with_refusals
def one(request: HttpRequest, address_id: int) -> HttpResponse:
    """Shows it to be changed; with `default` begins with it, with `remove` takes it out and offers to put it back."""
    kept = addresses.get(_me(request), address_id)
    if request.method == "POST" and "remove" in request.POST:
        response = redirect(f"{reverse('orders:addresses')}?undo=1")
        address_undo.offer(response, addresses.remove(_me(request), kept.pk))
        return response
    if request.method == "POST" and "default" in request.POST:
        addresses.make_default(_me(request), kept.pk)
        messages.success(request, f"Checkout begins with {kept} now.")
        return redirect("orders:addresses")
    return _write(request, kept, {name: str(getattr(kept, name)) for name in FIELDS})


def _write(request: HttpRequest, kept: Address | None, known: dict[str, str]) -> HttpResponse:
    if request.method != "POST":
        return _page(request, kept, AddressForm(initial=known))
    if "update" in request.POST:
        return _page(request, kept, AddressForm(initial=request.POST.dict()))
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, kept, form, status=400)
    is_default = form.cleaned_data["is_default"]
    try:
        if kept is None:
            addresses.add(_me(request), form.entry(), is_default=is_default)
        else:
            addresses.change(_me(request), kept.pk, form.entry(), is_default=is_default)
    except addresses.BookFull as full:
        form.refuse(full)
        return _page(request, kept, form, status=full.status)
    messages.success(request, "The address is in your book.")
    response = redirect("orders:addresses")
    address_undo.forget(response)
    return response


def _page(request: HttpRequest, kept: Address | None, form: AddressForm, status: int = 200) -> HttpResponse:
    return render(request, "account/address.html", {"form": form, "kept": kept}, status=status)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required
    return request.user
