"""`manage.py prove_stock`: the shop's own proof, on tables that are not the shop's."""

from contextlib import ExitStack
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog import stock
from catalog.models import Product, VariantSize
from mailing.models import OutgoingMail
from orders import proof
from orders.models import Order
from tests.concurrency.crowd import gathering

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
PIECES = 5


def schemas() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'prove_stock_%'")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def more_look_than_there_are_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the guards are taken away, so that what they forbid is sure to happen on a slow machine too."""
    take_away = proof._take_guards_away

    def and_gather(schema: str, without: ExitStack) -> None:
        take_away(schema, without)
        read, have_looked = stock._lock, gathering(PIECES + 1)

        def read_only(sizes: dict[int, int]) -> list[VariantSize]:
            seen = read(sizes)
            have_looked()
            return seen

        without.enter_context(mock.patch.object(stock, "_lock", read_only))

    monkeypatch.setattr(proof, "_take_guards_away", and_gather)


@pytest.fixture
def patient_buyers(monkeypatch: pytest.MonkeyPatch) -> None:
    options = connection.settings_dict["OPTIONS"]
    patience = "-c lock_timeout=60s -c statement_timeout=60s"
    monkeypatch.setitem(options, "options", f"{options.get('options', '')} {patience}")


@pytest.mark.usefixtures("more_look_than_there_are_pieces", "patient_buyers")
def test_it_proves_both_and_leaves_nothing_behind() -> None:
    out = StringIO()
    call_command("prove_stock", "--buyers", "60", "--pieces", str(PIECES), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[1].split()[-5:] == ["60", "5", "5", "55", "0"]
    assert int(lines[2].split()[-3]) > PIECES
    assert lines[-1].startswith("Proved:")
    assert schemas() == []
    left = [model.objects.exists() for model in (Product, VariantSize, Order, OutgoingMail)]
    assert left == [False] * 4
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert "prove_stock" not in cursor.fetchone()[0]


def test_a_shop_without_guards_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    oversold = proof.Verdict(9, 2, 3, 6, (), 3, 3)
    monkeypatch.setattr("orders.management.commands.prove_stock.prove", lambda *args, guarded=True: oversold)
    with pytest.raises(CommandError, match="did not sell exactly"):
        call_command("prove_stock", stdout=StringIO())


def test_what_goes_wrong_on_the_way_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(wanted: dict[int, int]) -> None:
        raise RuntimeError("the cable is out")

    monkeypatch.setattr(stock, "reserve", broken)
    verdict = proof.prove(4, 2)
    assert (verdict.holds, verdict.sold, len(verdict.failed)) == (False, 0, 4)
    assert "the cable is out" in verdict.failed[0]
    assert schemas() == []


@pytest.mark.parametrize(("buyers", "pieces"), [(1, 1), (5, 5), (5, 0), (1001, 5)])
def test_a_race_that_is_none_is_refused(buyers: int, pieces: int) -> None:
    with pytest.raises(CommandError, match="fewer pieces than buyers"):
        call_command("prove_stock", "--buyers", str(buyers), "--pieces", str(pieces))
