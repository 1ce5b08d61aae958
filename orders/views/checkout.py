"""Checkout, on one page: who, where to, what it costs; then the order, and on to payment."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import addresses, consent
from accounts.models import Address, User
from core.bodies import address_of
from core.errors import NotFound, ShopError
from orders import bag as bags
from orders import delivery, guesses, on_delivery, remembered
from orders.bag_cookie import current_bag, tells_count, token_of
from orders.checkout import Contact, place_order
from orders.delivery import Destination
from orders.forms import CheckoutForm
from orders.models import Bag, Order
from orders.pricing import PriceChanged, Quote
from orders.views import codes
from orders.views.refusals import TRY_LATER, with_refusals

# As many digits as an id of the database may have.
ID_DIGITS = 19


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tells_count
@with_refusals
def checkout(request: HttpRequest) -> HttpResponse:
    bag = current_bag(request)
    if bag is None:
        return _without_bag(request)
    if request.method != "POST":
        return _page(request, bag, CheckoutForm(initial={**_where(request), **_known(request), "code": bag.code}))
    if "remove_code" in request.POST:
        bags.set_code(bag, "")
        return _page(request, bag, CheckoutForm(initial={**request.POST.dict(), "code": ""}))
    if "update" in request.POST:
        return _page(request, bag, CheckoutForm(initial=request.POST.dict()))
    return _place(request, bag, CheckoutForm(request.POST))


def _without_bag(request: HttpRequest) -> HttpResponse:
    """A second click or tab comes after the bag became an order, and is led to that order."""
    order = Order.objects.filter(bag__token=token_of(request)).first() if token_of(request) else None
    return redirect(order) if order and order.is_payable else redirect("orders:bag")


def _known(request: HttpRequest) -> dict[str, str]:
    """Of whoever is signed in: with the address that was chosen out of the book, or the usual one."""
    user = request.user
    if not isinstance(user, User):
        return {}
    told = {"email": user.email, "full_name": user.full_name, "phone": user.phone}
    chosen = _chosen(user, request.GET.get("address", ""))
    return {**told, **(_as_written(chosen) if chosen else {})}


def _chosen(user: User, written: str) -> Address | None:
    """Raises NotFound for what is not in this person's book."""
    if not written:
        return next(iter(addresses.book_of(user)), None)
    is_id = written.isascii() and written.isdigit() and len(written) <= ID_DIGITS
    return addresses.get(user, int(written) if is_id else 0)


def _as_written(kept: Address) -> dict[str, str]:
    return {name: str(getattr(kept, name)) for name in addresses.FIELDS}


def _where(request: HttpRequest) -> dict[str, str]:
    place = remembered.form_of(request).place
    return {"country": place.country, "state": place.state, "area": place.area}


def _place(request: HttpRequest, bag: Bag, form: CheckoutForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, bag, form, status=400)
    seen = form.expected_total()
    if seen is None:
        # Without scripts the total for this address has not been on the page yet: nobody pays what they did not see.
        return _page(request, bag, form, ask=True)
    user = request.user if isinstance(request.user, User) else None
    try:
        with guesses.counted(request, "" if form.code_written() == bag.code else form.code_written()):
            order = place_order(
                bag,
                _contact(form.cleaned_data, address_of(request)),
                form.destination(),
                code=form.code_written(),
                note=form.cleaned_data["note"],
                currency=form.currency_seen(),
                expected_total=seen,
                user=user,
                pay_on_delivery=bool(form.cleaned_data["pay_on_delivery"]),
                method=form.method_chosen() or form.method_seen(),
            )
    except NotFound:
        raise
    except ShopError as error:
        if error.status == TRY_LATER:
            raise
        if isinstance(error, PriceChanged) and form.chose_otherwise():
            return _page(request, bag, form, ask=True)
        form.refuse(error)
        return _page(request, bag, form, status=error.status)
    _keep(request, form)
    if form.cleaned_data["marketing"]:
        consent.ask_at_checkout(user, order.email, network_address=address_of(request))
    # 307 repeats the POST at the payment: no further tap, and no GET that changes anything.
    pay = redirect("payments:pay", order.token, preserve_request=True)
    response = redirect(order) if order.pay_on_delivery else pay
    remembered.remember(request, response, form.destination())
    return response


def _keep(request: HttpRequest, form: CheckoutForm) -> None:
    """In the address book, where that was ticked. The order stands, whatever comes of it."""
    if not (form.cleaned_data["keep"] and isinstance(request.user, User)):
        return
    try:
        addresses.add(request.user, form.entry())
    except ShopError as error:
        messages.warning(request, f"The address was not kept. {error.message}")


def _contact(data: dict[str, Any], network_address: str) -> Contact:
    return Contact(
        email=data["email"],
        full_name=data["full_name"],
        phone=data["phone"].as_e164,
        street=data["street"],
        landmark=data.get("landmark", ""),
        city=data.get("city", ""),
        postcode=data.get("postcode", ""),
        billing_name=data["billing_name"],
        billing_address=data["billing_address"],
        network_address=network_address,
    )


def _page(request: HttpRequest, bag: Bag, form: CheckoutForm, status: int = 200, ask: bool = False) -> HttpResponse:
    priced = _quote(request, bag, form)
    if not priced.items:
        return redirect("orders:bag")
    if priced.code != bag.code and not priced.code_refusal:
        bags.set_code(bag, priced.code)
    user = request.user if isinstance(request.user, User) else None
    context = {
        "form": form,
        "place": form.destination(),
        "quote": priced,
        "blocked": priced.must_be_mended,
        "may_pay_on_delivery": on_delivery.is_offered(priced),
        "ask": ask,
        "book": addresses.book_of(user) if user else [],
        "asks_for_news": not (user and user.marketing_consent_at),
    }
    return render(request, "orders/checkout.html", context, status=status)


def _quote(request: HttpRequest, bag: Bag, form: CheckoutForm) -> Quote:
    """With delivery as soon as the address says enough."""
    destination: Destination | None = form.destination()
    try:
        delivery.check(form.destination())
    except ShopError:
        destination = None
    return codes.priced(request, bag, destination, form.code_written(), form.email_written(), form.method_chosen())
