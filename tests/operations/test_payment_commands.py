"""`settle` and `reconcile`, the hands of an operator on the one door."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("reference", ["PR-0-unknown", "nul\0byte"])
def test_settle_says_that_it_knows_no_such_payment(reference: str) -> None:
    with pytest.raises(CommandError, match="knows no payment with this reference"):
        said("settle", reference)


def test_reconcile_says_how_much_there_was_to_do() -> None:
    assert said("reconcile") == "Payments asked about: 0. Orders expired: 0.\n"
