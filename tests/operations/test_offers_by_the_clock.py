"""Pages that are kept follow the first and last day of the offer that they show."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import CatalogueChange
from orders import redemptions
from tests.factories import DiscountFactory

pytestmark = pytest.mark.django_db


def test_what_began_or_ended_just_now_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    DiscountFactory(code="", first_order_only=True, starts_on=midnight.date())
    CatalogueChange.objects.all().delete()
    since_midnight = timezone.localtime() - midnight
    monkeypatch.setattr(redemptions, "LOOKED_BACK", since_midnight + timedelta(hours=1))
    assert redemptions.note_offers_due()
    assert CatalogueChange.objects.count() == 1
    monkeypatch.setattr(redemptions, "LOOKED_BACK", since_midnight / 2)
    assert not redemptions.note_offers_due()


def test_every_change_of_an_offer_is_noted() -> None:
    offer = DiscountFactory(code="", first_order_only=True)
    CatalogueChange.objects.all().delete()
    offer.basis_points = 500
    offer.save()
    assert CatalogueChange.objects.count() == 1
