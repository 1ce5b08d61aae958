"""Whose data it is goes by the address as it is written; counting discounts and mails goes by who it reaches."""

import pytest
from allauth.account.models import EmailAddress

from accounts import consent, privacy
from accounts.models import ConsentChange, User
from catalog import alerts
from catalog.models import StockAlert
from mailing import newsletter, outbox, suppression
from mailing.models import OutgoingMail, Subscriber, Suppression
from tests.factories import UserFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    user: User = UserFactory(email="adaeze@prechi.test")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def other() -> Subscriber:
    """a.daeze@ is on the list, by the link of her own mailbox."""
    newsletter.ask("a.daeze@prechi.test", "footer", network_address="192.0.2.1")
    mail = OutgoingMail.objects.get(kind="newsletter-confirm")
    return consent.confirm(mail.facts["confirm_url"].rstrip("/").rpartition("/")[2])


def token_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def test_another_spelling_of_the_address_is_somebody_else(ada: User) -> None:
    """With many providers a.daeze@ and adaeze@ are two mailboxes."""
    gone = VariantSizeFactory(on_hand=0)
    alerts.ask(gone.sku, "a.daeze@prechi.test", network_address="192.0.2.1")
    newsletter.ask("ada.eze@prechi.test", "footer", network_address="192.0.2.1")
    suppression.stop("adaeze+x@prechi.test", suppression.Reason.BOUNCED)
    outbox.write("order-message", "order/PR-1", "a.daeze@prechi.test", {})
    taken = privacy.export(ada)
    names = ("mails", "newsletter", "no_marketing_because", "back_in_stock")
    assert [taken[name] for name in names] == [[], [], [], []]
    privacy.erase(ada.pk)
    assert (StockAlert.objects.count(), Subscriber.objects.count(), Suppression.objects.count()) == (1, 1, 1)
    assert OutgoingMail.objects.get(kind="order-message").recipient == "a.daeze@prechi.test"


def test_what_another_spelling_agreed_to_is_not_told_of_and_not_erased_with_this_one(
    ada: User, other: Subscriber
) -> None:
    assert not consent.stands(ada)
    assert list(consent.history(ada)) == []
    assert privacy.export(ada)["consent"] == []
    privacy.erase(ada.pk)
    assert [row.email for row in ConsentChange.objects.all()] == ["a.daeze@prechi.test"]


def test_who_withdraws_takes_only_themselves_off_the_list(ada: User, other: Subscriber) -> None:
    consent.give(ada, consent.ACCOUNT)
    consent.withdraw(ada, consent.ACCOUNT)
    other.refresh_from_db()
    assert other.state == "confirmed"
    assert not consent.stands(ada)
    assert [(row.email, row.given) for row in ConsentChange.objects.order_by("pk")] == [
        ("a.daeze@prechi.test", True),
        ("adaeze@prechi.test", True),
        ("adaeze@prechi.test", False),
    ]


def test_a_link_stops_the_mails_of_the_address_that_it_was_sent_to(ada: User, other: Subscriber) -> None:
    """The list has a person once, by whichever spelling: a mail that an account got by its own consent names that."""
    consent.give(ada, consent.ACCOUNT)
    assert consent.leave(token_of(newsletter.leave_url(other.pk, account_id=ada.pk))) == ada.email
    other.refresh_from_db()
    assert (consent.stands(ada), other.state) == (False, "confirmed")
    consent.give(ada, consent.ACCOUNT)
    assert consent.leave(token_of(newsletter.leave_url(other.pk))) == other.email
    other.refresh_from_db()
    assert (consent.stands(ada), other.state) == (True, "left")


def test_what_was_said_before_the_spelling_was_kept_goes_by_the_plain_one(ada: User) -> None:
    ConsentChange.objects.create(person="adaeze@prechi.test", given=False, source="link in a mail")
    ConsentChange.objects.create(person="adaeze@prechi.test", email="Adaeze@prechi.test", given=False, source="x")
    ConsentChange.objects.create(person="adaeze@prechi.test", email="ada.eze@prechi.test", given=False, source="y")
    assert [row.source for row in consent.history(ada)] == ["x", "link in a mail"]
