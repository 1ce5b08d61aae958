"""`settle` and `reconcile`, the hands of an operator on the one door."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from devtools.sandbox.process import Sandbox
from payments import attempts
from tests.factories import placed_order

pytestmark = pytest.mark.django_db


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("reference", ["PR-0-unknown", "nul\0byte"])
def test_settle_says_that_it_knows_no_such_payment(reference: str) -> None:
    with pytest.raises(CommandError, match="knows no payment with this reference"):
        said("settle", reference)


def test_reconcile_says_how_much_there_was_to_do(sandbox: Sandbox) -> None:
    assert said("reconcile") == "Payments asked about: 0. Orders expired: 0.\nDifferences from Paystack: 0.\n"


def test_settle_says_what_the_payment_did(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    assert said("settle", payment.reference) == "With the customer\n"
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    assert said("settle", payment.reference) == "Captured: Paid the order\n"


def test_settle_says_why_money_is_in_review(sandbox: Sandbox) -> None:
    payment = attempts.start(placed_order())
    short = {"outcome": "success", "webhooks": 0, "amount": payment.amount_subunit - 100}
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", short)
    first, second = said("settle", payment.reference).splitlines()
    assert first == "Captured: Amount, currency or mode differ"
    assert second.startswith("In review: Asked for")


def test_refund_gives_back_pieces_and_says_how_it_stands(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    said("settle", payment.reference)
    line = order.lines.get()
    command = ("refund", order.number, "--reason=Torn", f"--line={line.sku}=1", "--key=one")
    assert f"of {line.total}: With Paystack." in said(*command)
    said(*command)
    assert [refund.amount_subunit for refund in payment.refunds.all()] == [line.total_subunit]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--amount=5"], "No money was taken"),
        (["--amount=much"], "is not an amount"),
        (["--line=NOTHING=1"], "is no line of"),
    ],
)
def test_refund_says_why_it_gives_nothing_back(more: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        said("refund", placed_order().number, "--reason=Torn", *more)


def test_refund_knows_no_such_order() -> None:
    with pytest.raises(CommandError, match="no order PR-1"):
        said("refund", "PR-1", "--reason=Torn")
