"""Reading transactions back: verify, fetch, list."""

import math
import re

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime

from devtools.sandbox.faults import board
from devtools.sandbox.models import AccountSetting, Transaction, writing
from devtools.sandbox.paystack import shapes
from devtools.sandbox.paystack.answers import api, missing, not_found, ok, paged, refused
from devtools.sandbox.wire import Call

SESSION_TIMEOUT = "payment_session_timeout"


@api("verify")
def verify(request: Call, reference: str) -> HttpResponse:
    transaction = transactions().filter(reference=reference).first()
    if transaction is None:
        status = int(board.take("paystack.verify_unknown"))
        step = "Ensure that you're passing the reference of a transaction that exists on this integration"
        raise refused(status, "Transaction reference not found.", "transaction_not_found", next_step=step)
    return ok("Verification successful", shapes.verified(transaction))


@api("fetch")
def fetch(request: Call, identifier: str) -> HttpResponse:
    if not re.fullmatch(r"\d{1,18}", identifier, re.ASCII):
        raise refused(400, "Transaction ID should be numeric.", "invalid_params")
    transaction = transactions().filter(pk=shapes.internal_id(int(identifier))).first()
    if transaction is None:
        raise not_found()
    return ok("Transaction retrieved", shapes.fetched(transaction))


@api("list")
def list_transactions(request: Call) -> HttpResponse:
    found = filtered(transactions(), request)
    per_page, page = paged(request)
    total = found.count()
    meta = {
        "total": total,
        "total_volume": found.aggregate(volume=Sum("amount"))["volume"] or 0,
        "skipped": (page - 1) * per_page,
        "perPage": per_page,
        "page": page,
        "pageCount": math.ceil(total / per_page),
    }
    rows = found.order_by("-pk")[meta["skipped"] : meta["skipped"] + per_page]
    return ok("Transactions retrieved", [shapes.listed(row) for row in rows], meta)


def transactions() -> QuerySet[Transaction]:
    return Transaction.objects.select_related("customer")


def filtered(found: QuerySet[Transaction], request: Call) -> QuerySet[Transaction]:
    wanted = request.GET
    if status := wanted.get("status"):
        found = found.filter(status=status)
    if amount := wanted.get("amount"):
        found = found.filter(amount=int(amount)) if amount.isdigit() else found.none()
    if customer := wanted.get("customer"):
        # A customer *code* matches nothing, silently, as on the real API.
        found = found.filter(customer=int(customer) - shapes.FIRST_CUSTOMER) if customer.isdigit() else found.none()
    for name, lookup in (("from", "created_at__gte"), ("to", "created_at__lte")):
        moment = parse_datetime(wanted.get(name, ""))
        if moment is not None and moment.tzinfo is not None:
            found = found.filter(**{lookup: moment})
    return found


@api("timeout")
def read_timeout(request: Call) -> HttpResponse:
    return ok("Payment session timeout retrieved", {SESSION_TIMEOUT: session_timeout()})


@api("timeout")
def set_timeout(request: Call) -> HttpResponse:
    seconds = request.params.get("timeout")
    if seconds is None:
        raise missing("Timeout is required")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 0:
        raise refused(400, '"timeout" must be an integer', "invalid_params")
    with writing():
        AccountSetting.objects.update_or_create(name=SESSION_TIMEOUT, defaults={"value": seconds})
    return ok("Payment session timeout updated", {SESSION_TIMEOUT: seconds})


def session_timeout() -> int:
    """Seconds for which a hosted page takes payments; 0: for ever."""
    setting = AccountSetting.objects.filter(name=SESSION_TIMEOUT).first()
    return setting.value if setting else 0
