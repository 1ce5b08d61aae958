"""POST /emails and its relatives."""

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from devtools.sandbox.models import Email, writing
from devtools.sandbox.resend import messages, sending
from devtools.sandbox.resend.answers import api, refused
from devtools.sandbox.resend.idempotency import once
from devtools.sandbox.wire import Call


@api("send")
def send(request: Call) -> HttpResponse:
    message = request.params
    return JsonResponse(once(request, "POST /emails", lambda key: {"id": accept(messages.checked(message), key)}))


@api("batch")
def send_batch(request: Call) -> HttpResponse:
    batch = request.params
    if not isinstance(batch, list) or not 1 <= len(batch) <= 100:
        raise refused(422, "validation_error", "A batch is an array of 1 to 100 emails.")
    permissive = request.headers.get("x-batch-validation") == "permissive"
    return JsonResponse(once(request, "POST /emails/batch", lambda key: accept_batch(batch, key, permissive)))


def accept_batch(batch: list[Any], key: str, permissive: bool) -> dict[str, Any]:
    """Strict: one bad item fails all. Permissive: the good ones are sent and the bad ones named."""
    sent, errors = [], []
    with transaction.atomic():
        for index, message in enumerate(batch):
            try:
                sent.append({"id": accept(messages.checked(message, in_batch=True), key)})
            except messages.Unacceptable as problem:
                if not permissive:
                    raise refused(problem.status, problem.name, f"Item {index}: {problem}") from problem
                errors.append({"index": index, "message": str(problem)})
    return {"data": sent, "errors": errors} if permissive else {"data": sent}


def accept(message: dict[str, Any], key: str) -> str:
    """Stores the mail and lets it go, unless it is meant for later."""
    due = messages.due_at(message)
    email = Email.objects.create(
        message=message,
        text=message["text"] if "text" in message else messages.text_of(message.get("html") or ""),
        idempotency_key=key,
        last_event="scheduled" if due else "queued",
        scheduled_at=due,
    )
    if not due:
        sending.send(email)
    return str(email.pk)


@api("read")
def listing(request: Call) -> HttpResponse:
    limit = int(request.GET["limit"]) if request.GET.get("limit", "").isdigit() else 20
    found = Email.objects.order_by("-created_at", "-pk")
    if after := request.GET.get("after"):
        found = found.filter(created_at__lt=find(after).created_at)
    if before := request.GET.get("before"):
        found = found.filter(created_at__gt=find(before).created_at)
    rows = list(found[: limit + 1])
    data = [shape(email, bodies=False) for email in rows[:limit]]
    return JsonResponse({"object": "list", "has_more": len(rows) > limit, "data": data})


@api("read")
def retrieve(request: Call, identifier: str) -> HttpResponse:
    return JsonResponse(shape(find(identifier)))


@api("send")
def reschedule(request: Call, identifier: str) -> HttpResponse:
    with writing():
        email = scheduled(identifier)
        email.scheduled_at = messages.due_at(request.params) or timezone.now()
        email.save()
    return JsonResponse({"object": "email", "id": str(email.pk)})


@api("send")
def cancel(request: Call, identifier: str) -> HttpResponse:
    with writing():
        email = scheduled(identifier)
        email.last_event = "canceled"
        email.save()
    return JsonResponse({"object": "email", "id": str(email.pk)})


def find(identifier: str) -> Email:
    try:
        return Email.objects.get(pk=uuid.UUID(identifier))
    except (ValueError, Email.DoesNotExist) as error:
        raise refused(404, "not_found", "Email not found") from error


def scheduled(identifier: str) -> Email:
    email = find(identifier)
    if email.last_event != "scheduled":
        raise refused(422, "validation_error", "Only a scheduled email can be changed.")
    return email


def shape(email: Email, *, bodies: bool = True) -> dict[str, Any]:
    message = email.message
    shaped = {
        "object": "email",
        "id": str(email.pk),
        "message_id": sending.message_id(email),
        "to": message["to"],
        "from": message["from"],
        "created_at": sending.stamp(email.created_at),
        "subject": message["subject"],
        "bcc": message["bcc"],
        "cc": message["cc"],
        "reply_to": message["reply_to"],
        "last_event": email.last_event,
        "scheduled_at": sending.stamp(email.scheduled_at) if email.scheduled_at else None,
    }
    return shaped | {"html": message.get("html") or "", "text": email.text} if bodies else shaped
