"""The hosted page: where the payer goes with ``authorization_url``. Plain forms, no JavaScript.

Every POST changes the transaction and redirects; what the page shows is only what the transaction says
(``Transaction.checkout`` holds how far the payer is), so a reload or a second tab is harmless.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from devtools.sandbox import webhooks
from devtools.sandbox.faults import board
from devtools.sandbox.models import Transaction, iso, writing
from devtools.sandbox.paystack import cards, payments
from devtools.sandbox.paystack.transactions import session_timeout

TRANSFER_LASTS = timedelta(minutes=30)
TRANSFER_MINIMUM = 10_000
STEPS = {
    "pin": ("Enter your card's PIN", "4 digits"),
    "phone": ("Enter your phone number", "any number will do"),
    "otp": ("Enter the one-time password sent to your phone", "6 digits"),
}


def page(request: HttpRequest, access_code: str) -> HttpResponse:
    transaction = get_object_or_404(Transaction.objects.select_related("customer"), access_code=access_code)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    remember_referrer(request, transaction)
    stage = stage_of(transaction)
    if stage == "paid" and transaction.checkout.get("waiting") and return_url(transaction):
        return back_to_shop(transaction)
    step = next(iter(transaction.checkout.get("steps") or []), "")
    context = {
        "transaction": transaction,
        "stage": stage,
        "cards": cards.CARDS.values(),
        "succeeding": cards.SUCCEEDING,
        "takes": takes(transaction),
        "step": step,
        "step_words": STEPS.get(step),
        "error": transaction.checkout.get("error", ""),
        "account": transaction.checkout.get("account"),
        "return_url": return_url(transaction),
    }
    return render(request, "sandbox/checkout.html", context, status=410 if stage == "expired" else 200)


def stage_of(transaction: Transaction) -> str:
    timeout = session_timeout()
    if transaction.is_paid:
        return "paid"
    if timeout and timezone.now() > transaction.created_at + timedelta(seconds=timeout):
        return "expired"
    return str(transaction.checkout.get("stage") or "choose")


def takes(transaction: Transaction) -> dict[str, bool]:
    """The ways to pay that are shown: those asked for, as far as the currency has them."""
    wanted = transaction.channels or ["card", "bank_transfer"]
    large_enough = transaction.currency == "NGN" and transaction.requested_amount >= TRANSFER_MINIMUM
    return {"card": "card" in wanted, "bank_transfer": "bank_transfer" in wanted and large_enough}


def remember_referrer(request: HttpRequest, transaction: Transaction) -> None:
    """The checkout adds the page the payer came from to the metadata."""
    referrer = request.headers.get("Referer", "")
    known = transaction.metadata
    if not referrer or "/checkout/" in referrer or not isinstance(known or {}, dict) or "referrer" in (known or {}):
        return
    with writing():
        transaction.metadata = {**(known or {}), "referrer": referrer}
        transaction.save(update_fields=["metadata"])


Action = Callable[[Transaction, Any], None]


def step(action: Action) -> Callable[..., HttpResponse]:
    """A POST of the page: act on the transaction while it is open, then show where it stands."""

    def answered(request: HttpRequest, access_code: str) -> HttpResponse:
        if request.method != "POST":
            return redirect("checkout", access_code)
        with writing():
            transaction = get_object_or_404(Transaction.objects.select_related("customer"), access_code=access_code)
            if stage_of(transaction) not in ("paid", "expired"):
                action(transaction, request.POST)
        return back_to_shop(transaction) if transaction.is_paid else redirect("checkout", access_code)

    return answered


def pay_by_card(transaction: Transaction, form: Any) -> None:
    card = cards.CARDS.get(re.sub(r"\D", "", form.get("number", "")))
    if card is None:
        payments.decline(transaction, "Transaction declined. Please use the test card.")
    elif form.get("cvv", "") not in ("", card.cvv):
        payments.decline(transaction, "Incorrect CVV")
    elif expired(form.get("expiry", "")):
        payments.decline(transaction, "Expired card")
    else:
        go_on(transaction, card, list(card.steps))


def expired(text: str) -> bool:
    """``MM/YY`` in the past, or nothing like it; an empty field is any future date, for the one-tap buttons."""
    if not text:
        return False
    found = re.fullmatch(r"\s*(0[1-9]|1[0-2])\s*/\s*(?:20)?(\d\d)\s*", text, re.ASCII)
    today = timezone.now()
    return found is None or (2000 + int(found[2]), int(found[1])) < (today.year, today.month)


def answer_step(transaction: Transaction, form: Any) -> None:
    """PIN, phone, OTP or the bank's page. A wrong answer ends this attempt, as it does at the bank."""
    card = cards.CARDS.get(transaction.checkout.get("card", ""))
    steps = transaction.checkout.get("steps") or []
    if card is None or not steps:
        return
    answer = form.get("answer", "").strip()
    if steps[0] == "pin" and answer != card.pin:
        payments.decline(transaction, "Incorrect PIN")
    elif steps[0] == "otp" and answer != card.otp:
        payments.decline(transaction, "Incorrect OTP")
    elif steps[0] == "phone" and not answer:
        payments.decline(transaction, "Phone number is required")
    elif steps[0] == "bank_page" and answer != "approve":
        payments.decline(transaction, "Denied by your bank")
    else:
        go_on(transaction, card, steps[1:])


def go_on(transaction: Transaction, card: cards.Card, steps: list[str]) -> None:
    if steps:
        transaction.checkout = {"stage": "step", "card": card.number, "steps": steps}
        payments.wait(transaction, "ongoing")
    elif card.decline:
        payments.decline(transaction, card.decline)
    else:
        payments.capture(transaction, card=card)


def open_transfer(transaction: Transaction, form: Any) -> None:
    """A bank account for this payment alone, for half an hour."""
    if not takes(transaction)["bank_transfer"]:
        return
    number = f"99{transaction.pk % 10**8:08d}"
    expires = iso(timezone.now() + TRANSFER_LASTS)
    transaction.checkout = {"stage": "transfer", "account": {"number": number, "expires_at": expires}}
    payments.wait(transaction, "ongoing")


def make_transfer(transaction: Transaction, form: Any) -> None:
    account = transaction.checkout.get("account")
    if account is None:
        return
    if account["expires_at"] < str(iso(timezone.now())):
        transaction.checkout = {"error": "The account number has expired. Your bank will send the money back."}
        payments.wait(transaction, "abandoned")
        return
    match form.get("what"):
        case "sent":
            transaction.checkout = {"stage": "waiting", "waiting": True, "account": account}
            payments.send_transfer(transaction)
        case "wrong_amount":
            transaction.checkout["error"] = "You sent the wrong amount. It goes back to your account by itself."
            payments.reject_transfer(transaction, transaction.requested_amount // 2)
        case "never":
            transaction.checkout = {"stage": "waiting", "account": account}
            payments.wait(transaction)


def start_over(transaction: Transaction, form: Any) -> None:
    payments.abandon(transaction)


def cancel(request: HttpRequest, access_code: str) -> HttpResponse:
    """The payer's change of mind: back to the shop if it named a place, else the page says so."""
    transaction = get_object_or_404(Transaction, access_code=access_code)
    if urlsplit(transaction.cancel_url).scheme in ("http", "https"):
        return HttpResponseRedirect(transaction.cancel_url)
    return render(request, "sandbox/checkout.html", {"transaction": transaction, "stage": "cancelled"})


def return_url(transaction: Transaction) -> str:
    """The shop's address with the reference twice, ``trxref`` first, after whatever query it has."""
    if not transaction.callback_url:
        return ""
    parts = urlsplit(transaction.callback_url)
    added = urlencode({"trxref": transaction.reference, "reference": transaction.reference})
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def back_to_shop(transaction: Transaction) -> HttpResponse:
    if board.value("webhooks.paystack.moment") == "before_redirect":
        webhooks.flush(about=transaction.reference)
    target = return_url(transaction)
    return HttpResponseRedirect(target) if target else redirect("checkout", transaction.access_code)
