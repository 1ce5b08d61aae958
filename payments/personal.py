"""What payments keep of a person: their references and amounts, which stay, and what Paystack said, which goes."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from core.personal import Person
from orders.personal import orders_of
from payments.models import Difference, Dispute, Payment, ProviderEvent, Refund


def export(person: Person) -> dict[str, Any]:
    payments = _payments(person)
    of_payment = ("order__number", "reference", "amount_subunit", "currency", "state", "channel", "paid_at")
    back = Refund.objects.filter(payment__in=payments).order_by("pk")
    return {
        "payments": list(payments.values(*of_payment)),
        "refunds": list(back.values("payment__reference", "amount_subunit", "currency", "state", "reason")),
    }


def hindrances(person: Person) -> Sequence[str]:
    payments = _payments(person)
    back = Refund.objects.filter(payment__in=payments, state__in=Refund.IN_FLIGHT)
    review = payments.filter(review_opened_at__isnull=False, review_closed_at__isnull=True)
    disputed = Dispute.objects.filter(payment__in=payments, state=Dispute.State.OPEN)
    rows = [back.values_list("payment__order__number"), disputed.values_list("payment__order__number")]
    numbers = {number for found in (*rows, review.values_list("order__number")) for (number,) in found}
    return [f"Money of order {number} is on its way to you, or being looked at." for number in sorted(numbers)]


def erase(person: Person) -> None:
    """The provider's own words carry name, address and card; that they came, and about what, stays."""
    references = list(_payments(person).values_list("reference", flat=True))
    ProviderEvent.objects.filter(reference__in=references).update(body="", note="")
    Payment.objects.filter(reference__in=references).update(authorization_url="", access_code="")
    Dispute.objects.filter(payment__reference__in=references).update(answer="")
    differences = Difference.objects.alias(lower=Lower("email"))
    differences.filter(Q(reference__in=references) | Q(lower__in=person.emails)).update(email="", note="")


def forget_words_about(reference: str) -> None:
    """Of an order whose person was erased meanwhile: what is said of them afterwards does not bring them back."""
    if Payment.objects.filter(reference=reference, order__erased_at__isnull=False).exists():
        ProviderEvent.objects.filter(reference=reference).update(body="", note="")


def _payments(person: Person) -> Any:
    return Payment.objects.filter(order__in=orders_of(person)).order_by("pk")
