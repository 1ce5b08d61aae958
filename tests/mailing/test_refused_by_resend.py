"""What Resend refuses: the shop itself, whose mails then all wait, a mail for good, or only for now."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from resend.exceptions import RateLimitError

from adminpanel import dashboard
from devtools.sandbox.process import Sandbox
from mailing import campaign_sending, campaigns, newsletter, outbox, standstill, tasks
from mailing.models import Campaign, OutgoingMail, Standstill
from tests.admin.conftest import desk as desk
from tests.admin.conftest import owner as owner
from tests.operations.test_metrics import figures

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "re_test_prechi_demo", "re_test_other"


@pytest.fixture(autouse=True)
def at_resend(sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = "mailing.resend_backend.ResendBackend"
    monkeypatch.setattr("mailing.campaign_sending.time.sleep", lambda _: None)


@pytest.fixture
def five() -> list[int]:
    return [
        OutgoingMail.objects.create(
            kind="k", about=f"a/{number}", recipient="ada@prechi.test", subject="s", text="t", html="h"
        ).pk
        for number in range(5)
    ]


@pytest.fixture
def campaign() -> Campaign:
    for number in range(3):
        newsletter.include(f"reader{number}@prechi.test", "footer", timezone.now())
    draft = Campaign.objects.create(
        subject="New in", heading="New in", body="One.", button_label="Look", button_url="https://prechi.test/"
    )
    campaigns.schedule(draft.pk, timezone.now(), typed=3)
    campaigns.start(draft.pk)
    return draft


@pytest.fixture
def faults(sandbox: Sandbox) -> Callable[..., None]:
    def put(**switches: Any) -> None:
        sandbox.control("PUT", "faults", {name.replace("__", "."): value for name, value in switches.items()})

    return put


def asked(sandbox: Sandbox) -> int:
    """How often Resend was asked to send anything."""
    return len([row for row in sandbox.control("GET", "requests")["requests"] if row["path"].endswith("/emails")])


def inbox(sandbox: Sandbox) -> list[Any]:
    return list(sandbox.control("GET", "resend/emails")["emails"])


def a_minute_passes() -> None:
    Standstill.objects.update(ask_at=Now())
    OutgoingMail.objects.filter(state="queued").update(next_attempt_at=Now())


def states() -> set[tuple[str, int]]:
    return set(OutgoingMail.objects.values_list("state", "attempts"))


class TestTheShop:
    @pytest.mark.parametrize("status", ["400", "401", "403"])
    def test_with_a_wrong_key_all_mails_wait_and_one_asks_each_minute(
        self, five: list[int], sandbox: Sandbox, faults: Any, settings: Any, status: str
    ) -> None:
        faults(resend__wrong_key=status)
        settings.RESEND_API_KEY = WRONG
        for minute in range(1, 21):
            assert tasks.sweep() == 0
            assert not outbox.send(five[-1])  # a nudge
            assert (asked(sandbox), states()) == (minute, {("queued", 0)})
            a_minute_passes()
        settings.RESEND_API_KEY = RIGHT
        assert tasks.sweep() == 5
        assert (len(inbox(sandbox)), states()) == (5, {("sent", 1)})
        assert not Standstill.objects.exists()

    @pytest.mark.parametrize(
        "fault",
        [{"resend__verified_domain": "other.test"}, {}],
        ids=["a domain that is not verified", "no key at all"],
    )
    def test_whatever_else_is_the_shops_own_affair(
        self, five: list[int], sandbox: Sandbox, faults: Any, settings: Any, fault: dict[str, str]
    ) -> None:
        faults(**fault)
        settings.RESEND_API_KEY = RIGHT if fault else " "
        tasks.sweep()
        assert (asked(sandbox), states()) == (1, {("queued", 0)})
        assert "403" in standstill.reason() or "401" in standstill.reason()
        faults(resend__verified_domain="")
        settings.RESEND_API_KEY = RIGHT
        a_minute_passes()
        assert tasks.sweep() == 5

    @pytest.mark.parametrize("name", ["daily_quota_exceeded", "monthly_quota_exceeded"])
    def test_a_quota_that_is_used_up(self, five: list[int], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        tries: list[int] = []

        def refuse(*args: Any) -> None:
            tries.append(1)
            raise RateLimitError("You have reached your quota", name, 429)

        monkeypatch.setattr("resend.Emails.send", refuse)
        tasks.sweep()
        assert (len(tries), states()) == (1, {("queued", 0)})

    def test_it_is_told_wherever_somebody_looks(
        self, five: list[int], settings: Any, client: Client, desk: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert figures(client)["prechi_mail_refused"] == 0
        settings.RESEND_API_KEY = WRONG
        tasks.sweep()
        assert figures(client)["prechi_mail_refused"] == 1
        said = client.get("/readyz").json()
        assert (said["status"], said["parts"]["mail"]) == ("degraded", "down: Resend refuses the shop's mails")
        assert dashboard._resend().urgent
        assert "API key is invalid" in desk.get("/admin/").text
        settings.RESEND_API_KEY = RIGHT
        a_minute_passes()
        tasks.sweep()
        assert figures(client)["prechi_mail_refused"] == 0
        assert client.get("/readyz").json()["parts"]["mail"] == "ok"
        assert not dashboard._resend().urgent

    def test_only_one_finds_out_in_a_minute(self) -> None:
        assert [standstill.is_our_turn() for _ in range(3)] == [True] * 3
        standstill.begin("403: no")
        assert not standstill.is_our_turn()
        a_minute_passes()
        assert [standstill.is_our_turn() for _ in range(3)] == [True, False, False]

    def test_a_mail_that_is_refused_for_its_own_sake_lets_the_others_go_on(
        self, five: list[int], sandbox: Sandbox
    ) -> None:
        standstill.begin("403: no")
        a_minute_passes()
        OutgoingMail.objects.filter(pk=five[0]).update(recipient="ada@example.com", next_attempt_at=timezone.now())
        OutgoingMail.objects.filter(pk__in=five[1:]).update(next_attempt_at=Now())
        assert tasks.sweep() == 4
        assert OutgoingMail.objects.get(pk=five[0]).state == "dead"

    def test_no_newsletter_is_lost_by_it_either(self, campaign: Campaign, sandbox: Sandbox, settings: Any) -> None:
        settings.RESEND_API_KEY = WRONG
        for minute in range(1, 9):
            assert [campaign_sending.send_some() for _ in range(2)] == [0, 0]
            assert asked(sandbox) == minute
            assert set(campaign.recipients.values_list("state", "attempts")) == {("queued", 0)}
            a_minute_passes()
        settings.RESEND_API_KEY = RIGHT
        assert campaign_sending.send_some() == 3
        assert len(inbox(sandbox)) == 3
        assert not Standstill.objects.exists()


class TestAMail:
    def test_above_the_rate_is_tried_again(self, five: list[int], faults: Any) -> None:
        faults(resend__send__fault={"value": "429", "times": 5})
        tasks.sweep()
        assert states() == {("queued", 1)}
        assert not Standstill.objects.exists()
        a_minute_passes()
        assert tasks.sweep() == 5

    def test_whose_first_try_is_still_running_is_tried_again(
        self, five: list[int], sandbox: Sandbox, faults: Any
    ) -> None:
        faults(resend__key_in_use={"value": True, "times": 1})
        assert not outbox.send(five[0])
        mail = OutgoingMail.objects.get(pk=five[0])
        assert (mail.state, mail.attempts) == ("queued", 1)
        assert "same idempotency key is still in progress" in mail.last_error
        a_minute_passes()
        assert outbox.send(five[0])
        assert len(inbox(sandbox)) == 1

    def test_of_other_words_under_its_key_is_told_to_staff_and_not_sent_twice(
        self, five: list[int], sandbox: Sandbox
    ) -> None:
        assert outbox.send(five[0])
        OutgoingMail.objects.filter(pk=five[0]).update(state="queued", text="Other words", next_attempt_at=Now())
        assert not outbox.send(five[0])
        mail = OutgoingMail.objects.get(pk=five[0])
        assert (mail.state, "invalid_idempotent_request" in mail.last_error) == ("dead", True)
        assert len(inbox(sandbox)) == 1


def test_a_letter_that_is_worded_otherwise_at_its_second_try_went_out_once(
    campaign: Campaign, sandbox: Sandbox, faults: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deploy between a try whose answer was lost and the next renders it anew."""
    faults(resend__send__fault={"value": "reset_after_work", "times": 1})
    assert campaign_sending.send_some() == 0
    assert len(inbox(sandbox)) == 1
    rendered = campaigns.rendered

    def otherwise(*args: Any) -> Any:
        letter = rendered(*args)
        return type(letter)(letter.subject, letter.text + "\nDeployed.", letter.html)

    monkeypatch.setattr(campaigns, "rendered", otherwise)
    campaign.recipients.update(next_attempt_at=Now())
    assert campaign_sending.send_some() == 3
    assert set(campaign.recipients.values_list("state", flat=True)) == {"sent"}
    assert len(inbox(sandbox)) == 3
