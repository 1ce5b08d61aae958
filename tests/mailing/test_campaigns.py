"""A newsletter: from draft to sent, to each person once, in nobody's way, and to nobody who does not want it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import newsletter as list_of_people
from accounts import tasks
from core import switches
from core.errors import Conflict, ShopError
from core.models import Switch
from devtools.sandbox.process import Sandbox
from mailing import campaign_sending, campaigns, newsletter, outbox, suppression
from mailing.models import Campaign, CampaignRecipient, OutgoingMail, Subscriber
from mailing.resend_backend import MailRefused
from prechi.celery import app
from tests.factories import StaffFactory, placed_order

pytestmark = pytest.mark.django_db
READERS = [f"reader{number}@prechi.test" for number in range(3)]


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the sender would have waited between two mails."""
    seconds: list[float] = []
    monkeypatch.setattr("mailing.campaign_sending.time.sleep", seconds.append)
    return seconds


@pytest.fixture
def readers() -> list[Subscriber]:
    return [newsletter.include(email, "footer", timezone.now()) for email in READERS]


@pytest.fixture
def campaign(readers: list[Subscriber]) -> Campaign:
    return Campaign.objects.create(
        subject="New in",
        heading="New in",
        body="One.\n\nTwo <b>.",
        button_label="Look",
        button_url="https://prechi.test/",
    )


def begun(campaign: Campaign) -> Campaign:
    campaigns.schedule(campaign.pk, timezone.now(), typed=campaigns.audience().count())
    assert campaigns.start(campaign.pk)
    campaign.refresh_from_db()
    return campaign


def states(campaign: Campaign) -> list[str]:
    return list(campaign.recipients.order_by("pk").values_list("state", flat=True))


def later(campaign: Campaign) -> None:
    campaign.recipients.update(next_attempt_at=Now())


def test_everybody_on_the_list_gets_it_once(campaign: Campaign, mailoutbox: list[Any]) -> None:
    begun(campaign)
    assert [campaign_sending.send_some(), campaign_sending.send_some()] == [3, 0]
    assert sorted(mail.to[0] for mail in mailoutbox) == READERS
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == ("sent", ["sent"] * 3)
    assert campaigns.progress(campaign)["sent"] == 3


def test_each_mail_lets_its_reader_leave_with_one_click(
    client: Client, campaign: Campaign, mailoutbox: list[Any]
) -> None:
    begun(campaign)
    campaign_sending.send_some()
    mail = mailoutbox[0]
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in mail.body
    path = re.sub(r"https?://[^/]+", "", address)
    mail_program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert mail_program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscriber.objects.get(state="left").email == mail.to[0]
    assert campaigns.progress(campaign)["left"] == 1


def test_who_left_or_refused_meanwhile_gets_none(campaign: Campaign, mailoutbox: list[Any]) -> None:
    begun(campaign)
    newsletter.leave(READERS[0])
    suppression.stop(READERS[1], "bounced")
    assert campaign_sending.send_some() == 1
    assert [mail.to for mail in mailoutbox] == [[READERS[2]]]
    assert states(campaign) == ["skipped", "skipped", "sent"]


def test_who_is_not_on_the_list_or_refuses_is_not_written_to(campaign: Campaign, client: Client) -> None:
    client.post("/newsletter/", {"email": "never@prechi.test"})
    suppression.stop(READERS[0], "complained")
    assert sorted(campaigns.audience().values_list("email", flat=True)) == READERS[1:]


def test_the_number_of_people_is_typed_to_schedule_it(campaign: Campaign) -> None:
    with pytest.raises(ShopError, match="3 people now, not to 2"):
        campaigns.schedule(campaign.pk, timezone.now(), typed=2)
    campaigns.schedule(campaign.pk, timezone.now(), typed=3)
    with pytest.raises(Conflict):
        campaigns.schedule(campaign.pk, timezone.now(), typed=3)


def test_it_begins_at_its_time_and_once(campaign: Campaign, mailoutbox: list[Any]) -> None:
    campaigns.schedule(campaign.pk, timezone.now() + timedelta(hours=1), typed=3)
    assert tasks.send_newsletters() == 0
    Campaign.objects.update(send_at=Now())
    assert tasks.send_newsletters() == 3
    assert not campaigns.start(campaign.pk)
    assert list_of_people.begin_due() == 0
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("switch", [switches.NEWSLETTER_PAUSED, switches.MAIL_PAUSED])
def test_the_switch_pauses_it_between_two_mails(
    campaign: Campaign, switch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(campaign)
    monkeypatch.setattr(
        "mailing.campaign_sending.time.sleep",
        lambda _: Switch.objects.update_or_create(name=switch, defaults={"on": True}),
    )
    assert campaign_sending.send_some() == 1
    assert campaign_sending.send_some() == 0
    Switch.objects.update(on=False)
    assert campaign_sending.send_some() == 1


def test_paused_newsletters_hold_up_no_mail_of_an_order(campaign: Campaign, mailoutbox: list[Any]) -> None:
    Switch.objects.create(name=switches.NEWSLETTER_PAUSED, on=True)
    assert outbox.send(OutgoingMail.objects.get(about=f"order/{placed_order().number}").pk)


def test_a_newsletter_stands_in_no_queue_of_the_orders(campaign: Campaign) -> None:
    begun(campaign)
    order = placed_order()
    assert outbox.due() == [OutgoingMail.objects.get(about=f"order/{order.number}").pk]
    queue_of = {
        name: app.amqp.router.route({}, name)["queue"].name
        for name in ("accounts.tasks.send_newsletters", "mailing.tasks.send", "mailing.tasks.sweep")
    }
    assert queue_of == {
        "accounts.tasks.send_newsletters": "bulk",
        "mailing.tasks.send": "mail",
        "mailing.tasks.sweep": "mail",
    }


def test_it_goes_out_at_the_pace_that_is_set(campaign: Campaign, settings: Any, waits: list[float]) -> None:
    settings.NEWSLETTER_MAILS_PER_SECOND = 4
    begun(campaign)
    campaign_sending.send_some()
    assert waits == [0.25] * 3


def test_a_second_worker_finds_it_taken(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(campaign)
    others: list[int] = []
    monkeypatch.setattr("mailing.campaign_sending.time.sleep", lambda _: others.append(campaign_sending.send_some()))
    assert campaign_sending.send_some() == 3
    assert others == [0, 0, 0]


def test_a_worker_that_died_is_followed_by_another_with_the_same_key(
    campaign: Campaign, sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = "mailing.resend_backend.ResendBackend"
    begun(campaign)
    hand_over = campaign_sending._hand_over

    def and_die(mail: CampaignRecipient) -> str:
        hand_over(mail)
        raise SystemExit

    monkeypatch.setattr(campaign_sending, "_hand_over", and_die)
    with pytest.raises(SystemExit):
        campaign_sending.send_some()
    monkeypatch.undo()
    monkeypatch.setattr("mailing.campaign_sending.time.sleep", lambda _: None)
    settings.EMAIL_BACKEND = "mailing.resend_backend.ResendBackend"
    settings.RESEND_API_URL = f"{sandbox.url}/resend"
    assert sorted(states(campaign)) == ["queued", "queued", "sending"]
    later(campaign)
    assert campaign_sending.send_some() == 3
    assert len(sandbox.control("GET", "resend/emails")["emails"]) == 3


def test_what_resend_does_not_take_now_ends_the_run_and_comes_later(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(campaign)
    monkeypatch.setattr(campaign_sending, "_hand_over", lambda mail: 1 / 0)
    for _ in range(2):
        assert campaign_sending.send_some() == 0
    assert campaign.recipients.filter(attempts=1).count() == 2
    for _ in range(20):
        later(campaign)
        campaign_sending.send_some()
    campaign.refresh_from_db()
    assert (campaign.state, set(states(campaign))) == ("sent", {"failed"})


def test_one_that_is_refused_for_good_holds_up_nobody(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(campaign)
    hand_over = campaign_sending._hand_over

    def refuse_the_first(mail: CampaignRecipient) -> str:
        if mail.subscriber.email == READERS[0]:
            raise MailRefused("422")
        return hand_over(mail)

    monkeypatch.setattr(campaign_sending, "_hand_over", refuse_the_first)
    assert campaign_sending.send_some() == 2
    assert states(campaign) == ["failed", "sent", "sent"]


def test_a_stopped_one_goes_no_further(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(campaign)
    monkeypatch.setattr("mailing.campaign_sending.time.sleep", lambda _: campaigns.stop(campaign.pk))
    assert campaign_sending.send_some() == 1
    campaign.refresh_from_db()
    assert (campaign.state, states(campaign)) == ("stopped", ["sent", "skipped", "skipped"])
    assert campaign_sending.send_some() == 0


def test_what_is_written_cannot_break_out_of_the_mail(campaign: Campaign) -> None:
    letter = campaigns.rendered(campaign)
    assert "Two &lt;b&gt;." in letter.html
    assert "Two <b>." in letter.text


def test_staff_preview_test_count_schedule_and_stop_it(campaign: Campaign, mailoutbox: list[Any]) -> None:
    person = StaffFactory()
    person.save()
    desk = Client()
    desk.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def do(step: str, **fields: Any) -> str:
        address = reverse(f"admin:mailing_campaign_{step}", args=[campaign.pk])
        answer = desk.post(address, {"_form_submitted": "on", **fields}, follow=True)
        campaign.refresh_from_db()
        return " ".join(str(message) for message in answer.context["messages"])

    page = desk.get(f"/admin/mailing/campaign/{campaign.pk}/change/").content.decode()
    assert "3 people, as it stands now" in page
    preview = f"/admin/mailing/campaign/{campaign.pk}/preview/"
    assert preview in page
    assert "Two &lt;b&gt;." in desk.get(preview).content.decode()
    assert Client().get(preview).status_code == 302
    do("send_test")
    test = OutgoingMail.objects.get(kind="campaign-test")
    assert (test.recipient, test.subject) == (person.email, "[Test] New in")
    assert "not to 2" in do("schedule", typed=2)
    assert campaign.state == "draft"
    do("schedule", typed=3)
    assert campaign.state == "scheduled"
    fixed = desk.post(f"/admin/mailing/campaign/{campaign.pk}/change/", {"subject": "Another"})
    campaign.refresh_from_db()
    assert (campaign.subject, fixed.status_code) == ("New in", 302)
    do("stop")
    assert campaign.state == "stopped"
    assert mailoutbox == []
