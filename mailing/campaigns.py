"""A newsletter, from draft to sent. Its mails are no rows of the outbox, so that no order waits behind them."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.errors import Conflict, ShopError
from core.transactions import in_transaction
from mailing.models import Campaign, CampaignRecipient, Subscriber, Suppression
from mailing.newsletter import leave_url
from mailing.outbox import enqueue
from mailing.render import Rendered, render

KIND = "campaign"
TEST = "campaign-test"

State = Campaign.State
To = CampaignRecipient.State


def audience() -> QuerySet[Subscriber]:
    """Who gets the next one: confirmed, and their address refuses nothing."""
    refuses = Suppression.objects.filter(person=OuterRef("person"))
    return Subscriber.objects.filter(~Exists(refuses), state=Subscriber.State.CONFIRMED)


def rendered(campaign: Campaign, subscriber_id: int = 0, recipient_id: int = 0) -> Rendered:
    """The letter to one person; without one, as staff look at it."""
    facts = {
        "campaign": campaign,
        "paragraphs": [part.strip() for part in campaign.body.replace("\r\n", "\n").split("\n\n") if part.strip()],
        "leave_url": leave_url(subscriber_id, recipient_id),
    }
    return render(KIND, facts)


def send_test(campaign: Campaign, email: str) -> None:
    """To whoever writes it, by the outbox: each asking sends one. The sweeper sends it."""
    letter = rendered(campaign)
    test = Rendered(f"[Test] {letter.subject}", letter.text, letter.html)
    enqueue(TEST, f"campaign/{campaign.pk}/{timezone.now().isoformat()}", email, test)


@in_transaction
def schedule(campaign_id: int, send_at: datetime, *, typed: int) -> Campaign:
    """Sends it at that time to who is on the list then. `typed` is how many that would be now, as somebody read it.

    Raises Conflict for one that is no draft, ShopError naming `typed` where the list has another length.
    """
    campaign = _locked(campaign_id)
    if campaign.state != State.DRAFT:
        raise Conflict(f"This newsletter is {campaign.get_state_display().lower()} already.", code="not_a_draft")
    people = audience().count()
    if people == 0:
        raise ShopError("Nobody is on the list yet, so there is nobody to send it to.", field="typed")
    if typed != people:
        raise ShopError(f"It would go to {people} people now, not to {typed}. Look at it again.", field="typed")
    return _become(campaign, State.SCHEDULED, send_at=send_at)


@in_transaction
def stop(campaign_id: int) -> Campaign:
    """No further mail of it goes out; what is sent is sent. Harmless twice. Raises Conflict for one that is through."""
    campaign = _locked(campaign_id)
    if campaign.state == State.STOPPED:
        return campaign
    if campaign.state not in (State.SCHEDULED, State.SENDING):
        raise Conflict("Only a newsletter that is scheduled or being sent can be stopped.", code="not_under_way")
    campaign.recipients.filter(state=To.QUEUED).update(state=To.SKIPPED)
    return _become(campaign, State.STOPPED, finished_at=timezone.now())


def due() -> list[int]:
    return list(Campaign.objects.filter(state=State.SCHEDULED, send_at__lte=Now()).values_list("pk", flat=True))


@in_transaction
def start(campaign_id: int) -> bool:
    """Writes down everybody who gets it, a row each. Returns whether it did; harmless twice."""
    campaign = _locked(campaign_id)
    if campaign.state != State.SCHEDULED:
        return False
    for people in _in_parts(audience().order_by("pk").values_list("pk", flat=True)):
        rows = [CampaignRecipient(campaign=campaign, subscriber_id=pk) for pk in people]
        CampaignRecipient.objects.bulk_create(rows, ignore_conflicts=True)
    _become(campaign, State.SENDING, started_at=timezone.now())
    return True


def progress(campaign: Campaign) -> dict[str, int]:
    """How many mails are where, and what became of them."""
    counts = {f"is_{state}": Count("pk", filter=Q(state=state)) for state in To.values}
    became = {"bounced": Q(delivery="bounced"), "complained": Q(delivery="complained"), "left": ~Q(left_at=None)}
    found = campaign.recipients.aggregate(**counts, **{name: Count("pk", filter=q) for name, q in became.items()})
    return {name.removeprefix("is_"): number for name, number in found.items()}


def _in_parts(people: QuerySet[Subscriber, int], size: int = 1000) -> list[list[int]]:
    everybody = list(people)
    return [everybody[at : at + size] for at in range(0, len(everybody), size)]


def _locked(campaign_id: int) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign_id)


def _become(campaign: Campaign, state: str, **columns: datetime) -> Campaign:
    Campaign.objects.filter(pk=campaign.pk).update(state=state, **columns)
    campaign.refresh_from_db()
    return campaign
