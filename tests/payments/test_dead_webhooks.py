"""A webhook that fails is tried for days, later each time; one that was given up is tried again or closed by staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adminpanel import dashboard
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from orders import events
from orders.models import Order
from payments import attempts, dead_letters, periodic, provider_events, webhooks
from payments.models import Payment, ProviderEvent
from tests.admin.conftest import desk as desk
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import placed_order
from tests.operations.test_metrics import figures
from tests.payments.conftest import hear, pay_at_paystack
from tests.purchase.test_webhooks import body_for, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(sandbox: Sandbox) -> Payment:
    """Paid at Paystack, which does not answer since."""
    started = attempts.start(placed_order())
    pay_at_paystack(sandbox, started)
    sandbox.control("PUT", "faults", {"paystack.verify.fault": "500"})
    return started


@pytest.fixture
def event(payment: Payment) -> ProviderEvent:
    raw = body_for(payment.reference)
    return webhooks.receive(raw, signed(raw))


@pytest.fixture
def dead(event: ProviderEvent) -> ProviderEvent:
    ProviderEvent.objects.update(state="dead", attempts=provider_events.ATTEMPTS_MAX, error="no answer")
    event.refresh_from_db()
    return event


def do(desk: Client, action: str, event: ProviderEvent, **fields: Any) -> Any:
    address = reverse(f"admin:payments_providerevent_{action}", args=[event.pk])
    return desk.post(address, {"_form_submitted": "on", **fields}, follow=True)


def pause_of(event: ProviderEvent) -> timedelta:
    event.refresh_from_db()
    return event.next_attempt_at - timezone.now()


def tile() -> str:
    return dashboard._dead_webhooks().figure


class TestTries:
    def test_each_pause_is_longer_and_all_of_them_are_three_days(self) -> None:
        assert sorted(provider_events.PAUSES) == provider_events.PAUSES
        assert timedelta(days=3) <= sum(provider_events.PAUSES, timedelta()) < timedelta(days=4)

    def test_a_failure_puts_the_next_try_off(self, event: ProviderEvent) -> None:
        for pause in (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)):
            provider_events.apply(event.pk)
            assert pause - timedelta(seconds=20) < pause_of(event) <= pause

    def test_the_sweep_leaves_it_alone_until_then(self, event: ProviderEvent) -> None:
        assert periodic.sweep_events() == 1
        assert [periodic.sweep_events(), periodic.sweep_events()] == [0, 0]
        event.refresh_from_db()
        assert event.attempts == 1
        ProviderEvent.objects.update(next_attempt_at=Now())
        assert periodic.sweep_events() == 1

    def test_it_lives_through_days_without_an_answer(self, event: ProviderEvent) -> None:
        lived = timedelta()
        while provider_events.apply(event.pk) == "received":
            lived += pause_of(event)
        assert lived > timedelta(days=3) - timedelta(minutes=5)
        event.refresh_from_db()
        assert (event.state, event.attempts) == ("dead", provider_events.ATTEMPTS_MAX)

    def test_two_who_fail_at_once_are_one_try(self, event: ProviderEvent, monkeypatch: pytest.MonkeyPatch) -> None:
        told = provider_events._told

        def another_fails_first(row: ProviderEvent, error: Exception) -> str:
            monkeypatch.setattr(provider_events, "_told", told)
            provider_events.apply(row.pk)
            return told(row, error)

        monkeypatch.setattr(provider_events, "_told", another_fails_first)
        provider_events.apply(event.pk)
        event.refresh_from_db()
        assert event.attempts == 1

    def test_one_that_waits_for_its_next_try_is_not_overdue(self, event: ProviderEvent, client: Client) -> None:
        ProviderEvent.objects.update(received_at=Now() - timedelta(hours=2), next_attempt_at=Now() + timedelta(hours=1))
        found = figures(client)
        assert found["prechi_webhooks_unapplied_age_seconds"] >= 7200
        assert found["prechi_webhooks_overdue_seconds"] == 0
        ProviderEvent.objects.update(next_attempt_at=Now() - timedelta(minutes=5))
        assert 300 <= figures(client)["prechi_webhooks_overdue_seconds"] < 400


class TestTriedAgain:
    def test_it_begins_anew_and_is_nudged(
        self,
        dead: ProviderEvent,
        desk: Client,
        sandbox: Sandbox,
        nudges: list[Any],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer = do(desk, "try_again", dead)
        assert "It is tried again" in messages_of(answer)
        dead.refresh_from_db()
        assert (dead.state, dead.attempts, dead.error) == ("received", 0, "")
        assert ("payments.tasks.apply_event", (dead.pk,)) in nudges
        sandbox.control("PUT", "faults", {"paystack.verify.fault": None})
        assert periodic.sweep_events() == 1
        assert Order.objects.get().status == "paid"

    def test_it_is_no_dead_letter_any_more(self, dead: ProviderEvent, client: Client) -> None:
        before = (tile(), figures(client)["prechi_webhooks_dead"], len(dict(dead_letters._given_up())))
        assert before == ("1", 1, 1)
        provider_events.try_again(dead.pk)
        assert (tile(), figures(client)["prechi_webhooks_dead"], dict(dead_letters._given_up())) == ("0", 0, {})

    def test_only_one_that_was_given_up(self, event: ProviderEvent, desk: Client) -> None:
        assert "Only an event that was given up" in messages_of(do(desk, "try_again", event))
        with pytest.raises(Conflict):
            provider_events.try_again(event.pk)


class TestLookedAt:
    def test_it_is_closed_with_who_and_why(self, dead: ProviderEvent, desk: Client, owner: Any) -> None:
        do(desk, "looked_at", dead, note="Settled by hand")
        dead.refresh_from_db()
        assert (dead.state, dead.closed_by, dead.note) == ("closed", owner.email, "Settled by hand")
        assert dead.closed_at is not None
        page = desk.get(reverse("admin:payments_providerevent_change", args=[dead.pk])).text
        assert "Settled by hand" in page

    def test_it_is_no_dead_letter_any_more(self, dead: ProviderEvent, client: Client) -> None:
        provider_events.looked_at(dead.pk, "Settled by hand", events.SYSTEM)
        assert (tile(), figures(client)["prechi_webhooks_dead"], dict(dead_letters._given_up())) == ("0", 0, {})

    def test_not_without_a_word(self, dead: ProviderEvent, desk: Client) -> None:
        do(desk, "looked_at", dead, note=" ")
        with pytest.raises(ShopError):
            provider_events.looked_at(dead.pk, " ", events.SYSTEM)
        dead.refresh_from_db()
        assert (dead.state, dead.closed_by) == ("dead", "")

    def test_not_one_that_waits_for_nobody(self, event: ProviderEvent) -> None:
        with pytest.raises(Conflict):
            provider_events.looked_at(event.pk, "Nothing", events.SYSTEM)

    @pytest.mark.breaks_invariants
    def test_what_is_said_of_an_erased_person_is_not_kept(self, dead: ProviderEvent, payment: Payment) -> None:
        Order.objects.filter(pk=payment.order_id).update(erased_at=Now())
        provider_events.looked_at(dead.pk, "Adaeze called", events.SYSTEM)
        dead.refresh_from_db()
        assert (dead.state, dead.note, dead.body) == ("closed", "", "")


def test_each_event_offers_what_can_be_done_with_it(desk: Client, dead: ProviderEvent) -> None:
    odd = hear("charge.success", {"id": 1, "reference": "PR-1-unknown", "status": "success"})
    offered = {}
    for row in (dead, odd):
        page = desk.get(reverse("admin:payments_providerevent_change", args=[row.pk])).text
        offered[row.pk] = {deed for deed in ("try-again", "looked-at") if f"/{row.pk}/{deed}/" in page}
    assert offered == {dead.pk: {"try-again", "looked-at"}, odd.pk: {"looked-at"}}
