"""One of the staff sends the other size of an exchange while another one keeps it for money: one of them wins."""

from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection

from catalog.models import VariantSize
from core import transactions
from mailing.models import OutgoingMail
from orders import events, exchanges, lifecycle, return_changes
from orders.models import Order, Return
from tests.concurrency.crowd import at_once, gathering
from tests.purchase.exchanging import arrived, asked
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import on_hand
from tests.purchase.sending_back import order as order

GUARD = "return_sent_is_an_exchange_done"

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(order: Order, large: VariantSize) -> Return:
    return arrived(asked(order, "M", large.sku))


def sent_and_kept(found: Return, times: int = 1) -> list[Return | Exception]:
    conditions = {found.lines.get().pk: "sound"}
    steps: list[Callable[[], Return]] = [
        lambda: exchanges.send(found.pk, "GIG", "", events.SYSTEM),
        lambda: return_changes.keep_unsent(found.pk, conditions, events.SYSTEM),
    ]
    return at_once(steps * times)


def test_it_is_sent_or_kept(waiting: Return, large: VariantSize) -> None:
    results = sent_and_kept(waiting, times=3)
    refused = [result for result in results if not isinstance(result, Return)]
    assert [getattr(result, "code", result) for result in refused] == ["nothing_to_send"] * 3
    waiting.refresh_from_db()
    is_sent = waiting.sent_at is not None
    assert (waiting.state, on_hand(large)) == (("closed", 1) if is_sent else ("received", 2))
    mails = OutgoingMail.objects.filter(kind__in=["return-sent", "return-changed"])
    assert [mail.kind for mail in mails] == ["return-sent" if is_sent else "return-changed"]


@pytest.fixture
def unlocked(waiting: Return, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have found that it waits to be sent before either writes."""
    both_have_looked, look = gathering(2), exchanges.check_to_send
    monkeypatch.setattr(lifecycle, "lock", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(transactions, "TRIES", 1)

    def looked(found: Return) -> None:
        look(found)
        both_have_looked()

    monkeypatch.setattr(exchanges, "check_to_send", looked)


@pytest.mark.usefixtures("unlocked")
def test_the_database_refuses_it_too(waiting: Return, large: VariantSize) -> None:
    """Without the lock on the order."""
    results = sent_and_kept(waiting)
    (refused,) = (result for result in results if not isinstance(result, Return))
    assert isinstance(refused, IntegrityError)
    assert GUARD in str(refused)
    waiting.refresh_from_db()
    assert (waiting.state, on_hand(large)) in (("closed", 1), ("received", 2))


@pytest.fixture
def unguarded() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARD])
        (check,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE orders_return DROP CONSTRAINT {GUARD}")
        yield
        Return.objects.update(sent_at=None, carrier="")
        cursor.execute(f"ALTER TABLE orders_return ADD CONSTRAINT {GUARD} {check}")


@pytest.mark.breaks_invariants
@pytest.mark.usefixtures("unlocked", "unguarded")
def test_without_lock_and_check_it_would_be_sent_and_on_sale(waiting: Return, large: VariantSize) -> None:
    """The negative control."""
    results = sent_and_kept(waiting)
    assert all(isinstance(result, Return) for result in results), results
    waiting.refresh_from_db()
    assert waiting.sent_at is not None
    assert (waiting.state, on_hand(large)) == ("received", 2)
