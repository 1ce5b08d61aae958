"""What payments keep of a person: references and amounts, which stay, and what was said about them, which goes."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Lower
from django.utils.crypto import salted_hmac

from core.personal import ERASED_DOMAIN, ERASED_NAME, Person
from orders.personal import orders_of
from payments.models import Difference, Dispute, Payment, ProviderEvent, Receipt, Refund

# Of events that are applied the payment is known, and of those that are not for us nothing is kept.
MAY_BE_OF_ANYBODY = (
    ProviderEvent.State.RECEIVED,
    ProviderEvent.State.REVIEW,
    ProviderEvent.State.DEAD,
    ProviderEvent.State.CLOSED,
)
FORGOTTEN = "erased-"


def export(person: Person) -> dict[str, Any]:
    payments = _payments(person)
    of_payment = ("order__number", "reference", "purpose", "amount_subunit", "currency", "state", "channel", "paid_at")
    receipts = Receipt.objects.filter(payment__in=payments).order_by("pk")
    back = Refund.objects.filter(payment__in=payments).order_by("pk")
    of_refund = ("payment__reference", "amount_subunit", "currency", "state", "reason", "created_at", "finished_at")
    disputes = Dispute.objects.filter(payment__in=payments).order_by("pk")
    of_dispute = ("amount_subunit", "currency", "category", "state", "opened_at", "due_at", "answer", "closed_at")
    of_difference = ("kind", "reference", "amount_subunit", "currency", "email", "paid_at", "closed_how", "note")
    events = _events(person).order_by("pk")
    return {
        "payments": list(payments.values(*of_payment, "failure_reason", "review_reason")),
        "receipts": list(receipts.values("payment__reference", "method", "reference", "recorded_at")),
        "refunds": list(back.values(*of_refund)),
        "disputes": list(disputes.values("payment__reference", *of_dispute)),
        "payments_to_look_at": list(_differences(person).order_by("pk").values(*of_difference)),
        "told_by_paystack": list(events.values("received_at", "event", "reference", "body", "note")),
    }


def hindrances(person: Person) -> Sequence[str]:
    payments = _payments(person)
    is_owed = Q(state__in=Refund.IN_FLIGHT) | Q(state=Refund.State.FAILED, resolved_at__isnull=True)
    back = Refund.objects.filter(is_owed, payment__in=payments)
    review = payments.filter(review_opened_at__isnull=False, review_closed_at__isnull=True)
    disputed = Dispute.objects.filter(payment__in=payments, state=Dispute.State.OPEN)
    rows = [back.values_list("payment__order__number"), disputed.values_list("payment__order__number")]
    numbers = {number for found in (*rows, review.values_list("order__number")) for (number,) in found}
    said = [f"Money of order {number} is on its way to you, or being looked at." for number in sorted(numbers)]
    if _differences(person).filter(state=Difference.State.OPEN).exists():
        said.append("Money that you paid is being looked at.")
    return said


def erase(person: Person) -> None:
    """The provider's own words carry name, address and card, and those of staff what they like; that there were some,
    and about what, stays.

    Locks the payments before their refunds, as all who write one do.
    """
    references = list(_payments(person).values_list("reference", flat=True))
    payments = Payment.objects.filter(reference__in=references)
    payments.update(authorization_url="", access_code="", failure_reason="")
    _events(person).update(body="", note="")
    Refund.objects.filter(payment__reference__in=references).update(reason=ERASED_NAME, problem="")
    Dispute.objects.filter(payment__reference__in=references).update(answer="")
    for receipt in Receipt.objects.filter(payment__reference__in=references).exclude(reference__startswith=FORGOTTEN):
        Receipt.objects.filter(pk=receipt.pk).update(reference=forgotten(receipt.reference))
    nobody = Concat(Value("erased-"), Cast("pk", TextField()), Value(f"@{ERASED_DOMAIN}"), output_field=TextField())
    _differences(person).update(email=nobody, note="")


def forget_words_about(reference: str) -> None:
    """Of money whose person was erased meanwhile: what is said of them afterwards does not bring them back."""
    of_order = Payment.objects.filter(reference=reference, order__erased_at__isnull=False)
    of_none = Difference.objects.filter(reference=reference, email__endswith=f"@{ERASED_DOMAIN}")
    if of_order.exists() or of_none.exists():
        ProviderEvent.objects.filter(reference=reference).update(body="", note="")


def forgotten(reference: str) -> str:
    """What is left of the reference of a transfer, which may name its payer: enough to know it again, and no more."""
    return FORGOTTEN + salted_hmac("payments.personal", reference, algorithm="sha256").hexdigest()


def _payments(person: Person) -> Any:
    return Payment.objects.filter(order__in=orders_of(person)).order_by("pk")


def _differences(person: Person) -> QuerySet[Difference]:
    theirs = Q(reference__in=_payments(person).values("reference")) | Q(lower__in=person.emails)
    return Difference.objects.alias(lower=Lower("email")).filter(theirs)


def _events(person: Person) -> QuerySet[ProviderEvent]:
    """About their payments, about money of theirs that belongs to no order, and whatever else names them."""
    about = [*_payments(person).values_list("reference", flat=True)]
    about += _differences(person).values_list("reference", flat=True)
    return ProviderEvent.objects.filter(Q(reference__in=about) | Q(pk__in=list(_naming(person))))


def _naming(person: Person) -> Iterator[int]:
    """Events about no payment of the shop's in which one of the addresses stands. They are few, and never for long."""
    known = Exists(Payment.objects.filter(reference=OuterRef("reference")))
    written = "|".join(re.escape(email) for email in person.emails)
    address = re.compile(rf"(?<![\w.+-])(?:{written})(?![\w-]|\.\w)", re.IGNORECASE)
    for state in MAY_BE_OF_ANYBODY if person.emails else ():  # one by one, each by its own index
        said = ProviderEvent.objects.filter(~known, state=state).exclude(body="")
        for pk, body in said.values_list("pk", "body"):
            if any(address.search(text) for text in _texts(_read(body))):
                yield pk


def _read(body: str) -> Any:
    """One that is no JSON is a text like any other: nobody's export fails for it."""
    try:
        return json.loads(body)
    except ValueError:
        return body


def _texts(value: Any) -> Iterator[str]:
    """All of it that is text, as it was meant: in JSON any character may be written in another way."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
