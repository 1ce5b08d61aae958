"""Paystack as the shop sees it: every transaction that was opened and what became of it, and every refund."""

from dataclasses import replace
from typing import Any

from django.utils import timezone

from core.http import ProviderRefused, ProviderUnavailable
from payments.paystack import Checkout, RefundAnswer, Transaction, UnknownReference

ENDED = ("processed", "failed")


class Paystack:
    """`word` is how the next refund stands when the shop asks, `fault` what goes wrong with that call: "refused",
    "silent" (nothing was done, and nothing is answered) or "lost" (it was done, and nothing is answered).
    """

    def __init__(self) -> None:
        self.known: dict[str, Transaction] = {}
        self.refunds: dict[int, RefundAnswer] = {}
        self.refunded: dict[int, int] = {}
        self.word, self.fault = "pending", ""

    def initialize(self, *, reference: str, amount: int, currency: str, **about: Any) -> Checkout:
        self.known[reference] = self._transaction(reference, "abandoned", amount, currency)
        return Checkout(f"https://checkout.paystack.com/{reference}", reference)

    def verify(self, reference: str) -> Transaction:
        if reference not in self.known:
            raise UnknownReference("Transaction reference not found.", status=400)
        return self.known[reference]

    def pay(self, reference: str, *, short_by: int = 0) -> None:
        found = self.known[reference]
        if found.status == "success":
            return  # a page is paid once
        self.known[reference] = self._transaction(
            reference, "success", found.requested_amount - short_by, found.currency
        )

    def refund(self, *, transaction: int, amount: int, currency: str, customer_note: str, note: str) -> RefundAnswer:
        if self.fault == "refused":
            raise ProviderRefused("Transaction cannot be refunded.", status=400)
        if self.fault == "silent":
            raise ProviderUnavailable("No answer.")
        made = RefundAnswer(len(self.refunds) + 1, self.word, amount, currency, note)
        self.refunds[made.id], self.refunded[made.id] = made, transaction
        if self.fault == "lost":
            raise ProviderUnavailable("No answer.")
        return made

    def find_refund(self, number: int) -> RefundAnswer:
        if self.fault:
            raise ProviderUnavailable("No answer.")
        found = self.refunds[number]
        if found.status not in ENDED:
            found = self.refunds[number] = replace(found, status=self.word)
        return found

    def refunds_of(self, transaction: int) -> list[RefundAnswer]:
        return [found for number, found in self.refunds.items() if self.refunded[number] == transaction]

    def given_back_twice(self) -> list[str]:
        """What Paystack was asked for more than once, or beyond what it had taken."""
        stands = {number: found for number, found in self.refunds.items() if found.status != "failed"}
        notes = [found.note for found in stands.values()]
        twice = [note for note in notes if notes.count(note) > 1]
        for reference, transaction in self.known.items():
            back = sum(found.amount for number, found in stands.items() if self.refunded[number] == transaction.id)
            twice += [reference] if back > transaction.amount else []
        return twice

    def _transaction(self, reference: str, status: str, amount: int, currency: str) -> Transaction:
        number = len(self.known) + 1 if reference not in self.known else self.known[reference].id
        paid_at = timezone.now() if status == "success" else None
        return Transaction(number, reference, status, amount, amount, currency, "test", "card", 0, paid_at, "")
