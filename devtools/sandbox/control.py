"""/_control/: the JSON by which tests play the payer, the mail reader and the bad luck."""

import base64
import json
import shutil
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from devtools.sandbox import models, webhooks
from devtools.sandbox.faults import board
from devtools.sandbox.models import Delivery, Email, RecordedRequest, Refund, Transaction, iso, writing
from devtools.sandbox.paystack import checkout, disputes, payments, refunds, shapes
from devtools.sandbox.paystack.initialize import authorization_url
from devtools.sandbox.resend import sending
from devtools.sandbox.wire import Call, Refusal

Json = dict[str, Any]


def refused(status: int, message: str) -> Refusal:
    return Refusal(JsonResponse({"error": message}, status=status))


def control(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def answered(request: Call, **kwargs: str) -> HttpResponse:
            if request.method not in methods:
                raise refused(405, f"{request.path} takes {' or '.join(methods)}, not {request.method}")
            try:
                request.params = json.loads(request.body or b"{}")
            except ValueError as error:
                raise refused(400, "the body is not JSON") from error
            if not isinstance(request.params, dict):
                raise refused(400, "the body is not a JSON object")
            return view(request, **kwargs)

        return answered

    return decorated


@control("POST")
def pay(request: Call, reference: str) -> HttpResponse:
    """The payer, without a browser."""
    params: Json = request.params
    outcome, amount = params.get("outcome", "success"), whole(params, "amount", 1)
    copies = whole(params, "webhooks", 0)
    with writing():
        transaction = transaction_of(reference)
        try:
            deliveries = play(transaction, outcome, amount, params.get("currency"), copies)
        except payments.AlreadyPaid as error:
            raise refused(409, f"{reference} is paid ({transaction.status}) and cannot become {outcome}") from error
    return JsonResponse(state_of(transaction) | {"webhooks": [delivery.pk for delivery in deliveries]})


def play(
    transaction: Transaction, outcome: str, amount: int | None, currency: str | None, copies: int | None
) -> list[Delivery]:
    match outcome:
        case "success" if transaction.is_paid:
            return payments.events.charge_success(transaction, copies=copies)
        case "success":
            return payments.capture(transaction, amount=amount, currency=currency, webhooks=copies)
        case "failed":
            return payments.decline(transaction, "Declined", status="failed")
        case "pending":
            payments.wait(transaction)
        case "abandoned":
            payments.abandon(transaction)
        case _:
            raise refused(400, f"outcome is success, failed, pending or abandoned, not {outcome!r}")
    return []


@control("GET")
def ledger(request: Call) -> HttpResponse:
    rows = Transaction.objects.select_related("customer").prefetch_related("refunds").order_by("pk")
    return JsonResponse({"transactions": [state_of(row) for row in rows]})


@control("POST")
def move_refund(request: Call, identifier: str) -> HttpResponse:
    """A refund's next status now, instead of when its time comes."""
    status = request.params.get("status")
    if status not in ("processing", "processed", "failed", "needs-attention"):
        raise refused(400, f"status is processing, processed, failed or needs-attention, not {status!r}")
    pk = shapes.internal_refund_id(int(identifier))
    with writing():
        refund = Refund.objects.select_related("transaction__customer").filter(pk=pk).first()
        if refund is None:
            raise refused(404, f"there is no refund {identifier}")
        refunds.change(refund, status)
    return JsonResponse(shapes.refund_fetched(refund))


@control("POST")
def dispute(request: Call, reference: str) -> HttpResponse:
    """{"event": "create" | "remind" | "resolve", "resolution"?: "merchant-accepted" | "declined" | "auto-accepted"}"""
    params: Json = request.params
    with writing():
        try:
            case = disputes.play(transaction_of(reference), params.get("event", "create"), params.get("resolution"))
        except disputes.Impossible as error:
            raise refused(409, str(error)) from error
    return JsonResponse(shapes.dispute(case))


@control("GET")
def emails(request: Call) -> HttpResponse:
    return JsonResponse({"emails": [email_of(email) for email in Email.objects.order_by("-created_at", "-pk")]})


@control("GET", "PUT")
def faults(request: Call) -> HttpResponse:
    """GET: every switch with its value and what it does. PUT: a part of them; null puts one back."""
    if request.method == "PUT":  # a look lets go of no call that hangs
        try:
            board.update(request.params)
        except ValueError as error:
            raise refused(400, str(error)) from error
    return JsonResponse(board.state())


@control("GET")
def requests(request: Call) -> HttpResponse:
    """What the shop really sent, oldest first: ?operation=paystack.initialize&limit=200"""
    found = RecordedRequest.objects.order_by("-pk")
    if operation := request.GET.get("operation"):
        found = found.filter(operation=operation)
    rows = list(found[: int(request.GET.get("limit", "500"))])
    return JsonResponse({"requests": [request_of(row) for row in reversed(rows)]})


@control("GET")
def deliveries(request: Call) -> HttpResponse:
    """Webhooks, oldest first: ?about=<reference or email id>&event=charge.success"""
    found = Delivery.objects.order_by("pk")
    wanted = {name: request.GET[name] for name in ("about", "event", "provider", "state") if name in request.GET}
    return JsonResponse({"webhooks": [delivery_of(row) for row in found.filter(**wanted)]})


@control("POST")
def flush(request: Call) -> HttpResponse:
    """Send what is due, wait for the answers: {"about"?: reference, "all"?: also what is not yet due}"""
    params: Json = request.params
    tried = webhooks.flush(about=params.get("about", ""), whole_queue=params.get("all") is True)
    return JsonResponse({"webhooks": [delivery_of(row) for row in tried]})


@control("POST")
def reset(request: Call) -> HttpResponse:
    """Forget everything: transactions, mails, files, deliveries, requests; all switches back."""
    board.reset()
    with writing():
        for model in (
            models.Dispute,
            models.Refund,
            models.Transaction,
            models.Customer,
            models.Asset,
            models.Email,
            models.IdempotentCall,
            models.Delivery,
            models.RecordedRequest,
            models.AccountSetting,
        ):
            model.objects.all().delete()
        shutil.rmtree(settings.FILES, ignore_errors=True)
        settings.FILES.mkdir(parents=True, exist_ok=True)
    return JsonResponse({"reset": True})


def transaction_of(reference: str) -> Transaction:
    transaction = Transaction.objects.select_related("customer").filter(reference=reference).first()
    if transaction is None:
        raise refused(404, f"there is no transaction {reference}")
    return transaction


def whole(params: Json, name: str, least: int) -> int | None:
    value = params.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
        raise refused(400, f"{name} is a whole number from {least}, not {value!r}")
    return value


def state_of(transaction: Transaction) -> Json:
    return {
        "id": shapes.public_id(transaction),
        "reference": transaction.reference,
        "status": transaction.status,
        "amount": transaction.amount,
        "requested_amount": transaction.requested_amount,
        "currency": transaction.currency,
        "fees": transaction.fees,
        "channel": transaction.channel,
        "gateway_response": transaction.gateway_response,
        "email": transaction.customer.email,
        "metadata": transaction.metadata,
        "authorization_url": authorization_url(transaction),
        "return_url": checkout.return_url(transaction),
        "created_at": iso(transaction.created_at),
        "paid_at": iso(transaction.paid_at),
        "refunds": [
            {"id": shapes.refund_id(refund), "amount": refund.amount, "status": refund.status}
            for refund in transaction.refunds.all()
        ],
    }


def email_of(email: Email) -> Json:
    message = email.message
    return {
        "id": str(email.pk),
        "from": message["from"],
        "to": message["to"],
        "cc": message["cc"],
        "bcc": message["bcc"],
        "reply_to": message["reply_to"],
        "subject": message["subject"],
        "html": message.get("html") or "",
        "text": email.text,
        "headers": message.get("headers") or {},
        "tags": message.get("tags") or [],
        "attachments": [attachment.get("filename") for attachment in message.get("attachments") or []],
        "idempotency_key": email.idempotency_key,
        "last_event": email.last_event,
        "created_at": iso(email.created_at),
        "message_id": sending.message_id(email),
    }


def request_of(row: RecordedRequest) -> Json:
    body = bytes(row.body)
    return {
        "id": row.pk,
        "at": iso(row.at),
        "operation": row.operation,
        "method": row.method,
        "path": row.path,
        "headers": row.headers,
        "body": body.decode(errors="replace"),
        "body_base64": base64.b64encode(body).decode(),
        "body_size": row.body_size,
        "status": row.status,
        "fault": row.fault,
        "milliseconds": row.milliseconds,
    }


def delivery_of(delivery: Delivery) -> Json:
    return {
        "id": delivery.pk,
        "provider": delivery.provider,
        "event": delivery.event,
        "about": delivery.about,
        "message_id": delivery.message_id,
        "url": delivery.url,
        "body": bytes(delivery.body).decode(),
        "state": delivery.state,
        "tries": delivery.tries,
        "created_at": iso(delivery.created_at),
        "next_try_at": iso(delivery.next_try_at),
    }
