"""What a person looks at: dashboard, inbox, webhooks, requests, switches."""

import os
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from devtools.sandbox import webhooks
from devtools.sandbox.faults import PRESETS, SWITCHES, Switch, board
from devtools.sandbox.models import Delivery, Email, RecordedRequest, Transaction
from devtools.sandbox.resend.messages import NEVER_DELIVERABLE

ROWS = 200


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """In every template: where the shop is, and whether somebody left a switch on."""
    return {"shop_url": settings.SHOP_URL, "switches_on": len(board.changed())}


def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ready": True, "pid": os.getpid()})


def dashboard(request: HttpRequest) -> HttpResponse:
    context = {
        "transactions": Transaction.objects.select_related("customer").order_by("-pk")[:8],
        "emails": Email.objects.order_by("-created_at")[:5],
        "deliveries": Delivery.objects.order_by("-pk")[:8],
        "keys": settings.KEYS,
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "sandbox/dashboard.html", context)


def transactions(request: HttpRequest) -> HttpResponse:
    rows = Transaction.objects.select_related("customer").prefetch_related("refunds").order_by("-pk")[:ROWS]
    return render(request, "sandbox/transactions.html", {"transactions": rows})


def deliveries(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/deliveries.html", {"deliveries": Delivery.objects.order_by("-pk")[:ROWS]})


def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    webhooks.again(get_object_or_404(Delivery, pk=pk))
    return redirect("deliveries")


def requests(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/requests.html", {"requests": RecordedRequest.objects.order_by("-pk")[:ROWS]})


def inbox(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("to", "").strip().lower()
    found = Email.objects.order_by("-created_at", "-pk")[:ROWS]
    emails = [email for email in found if wanted in " ".join(email.message["to"]).lower()]
    refused = [f"@{domain}" for domain in NEVER_DELIVERABLE]
    return render(request, "sandbox/inbox.html", {"emails": emails, "wanted": wanted, "refused": refused})


def mail(request: HttpRequest, pk: str) -> HttpResponse:
    email = get_object_or_404(Email, pk=pk)
    events = Delivery.objects.filter(provider="resend", about=str(email.pk)).order_by("pk")
    return render(request, "sandbox/mail.html", {"email": email, "events": events})


def mail_html(request: HttpRequest, pk: str) -> HttpResponse:
    """The mail alone, for the frame. A mail runs no scripts and sends no forms, here as in a mail program.

    Its links open a page of their own: the shop refuses to be shown in a frame.
    """
    email = get_object_or_404(Email, pk=pk)
    html = email.message.get("html") or ""
    head = re.search(r"<head[^>]*>", html, re.IGNORECASE)
    start = head.end() if head else 0
    response = HttpResponse(f'{html[:start]}<base target="_blank">{html[start:]}')
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src *; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return response


def faults(request: HttpRequest) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            if "reset" in request.POST:
                board.reset()
            elif request.POST.get("preset") in PRESETS:
                board.update(PRESETS[request.POST["preset"]])
            else:
                board.update(changes_of(request.POST))
            return redirect("faults")
        except ValueError as error:
            problem = str(error)
    groups: dict[str, list[dict[str, Any]]] = {}
    state = board.state()
    for name, switch in SWITCHES.items():
        groups.setdefault(switch.group, []).append({"name": name, **state[name], "kind": type(switch.default).__name__})
    on = [
        f"{name} = {value}" + (f", {times} times" if times else "") for name, (value, times) in board.changed().items()
    ]
    context = {"groups": groups, "problem": problem, "presets": PRESETS, "on": on}
    return render(request, "sandbox/faults.html", context, status=400 if problem else 200)


def changes_of(form: Any) -> dict[str, Any]:
    """The form carries one switch, so that nothing else is changed by accident."""
    name = form.get("name", "")
    switch = SWITCHES.get(name)
    times = form.get("times", "").strip()
    if times and not times.isdigit():
        raise ValueError(f"times is a whole number, not {times!r}")
    value = read(switch, form.get("value", "")) if switch else None
    return {name: {"value": value, "times": int(times) if times else None}}


def read(switch: Switch, text: str) -> Any:
    if isinstance(switch.default, bool):
        return text == "on"
    if isinstance(switch.default, int):
        try:
            return int(text)
        except ValueError as error:
            raise ValueError(f"{switch.name} is a whole number, not {text!r}") from error
    return text
