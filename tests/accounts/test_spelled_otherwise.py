"""Whose data it is goes by the address as it is written; counting discounts and mails goes by who it reaches."""

import pytest
from allauth.account.models import EmailAddress

from accounts import privacy
from catalog import alerts
from catalog.models import StockAlert
from mailing import newsletter, outbox, suppression
from mailing.models import OutgoingMail, Subscriber, Suppression
from tests.factories import UserFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


def test_another_spelling_of_the_address_is_somebody_else() -> None:
    """With many providers a.daeze@ and adaeze@ are two mailboxes."""
    ada = UserFactory(email="adaeze@prechi.test")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
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
