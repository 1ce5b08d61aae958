"""What Paystack and staff said of somebody's money is forgotten with them, and what is of nobody by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models.functions import Now

from accounts import privacy
from accounts.models import User
from catalog.models import VariantSize
from core.errors import Conflict
from core.personal import NotYet
from devtools.sandbox.process import Sandbox
from mailing.models import Suppression
from orders import checkout, events, lifecycle
from orders.models import Order
from payments import attempts, comparison, differences, offline, paystack, periodic, provider_events, settlement
from payments.models import Difference, Payment, ProviderEvent, Receipt, Refund
from tests.accounts.everything import CONTACT, SECRETS, found_anywhere, paid_by_transfer, send_the_last_word
from tests.accounts.everything import ada as ada
from tests.accounts.everything import everything as everything
from tests.accounts.everything import order as order
from tests.accounts.everything import size as size
from tests.factories import LAGOS_ISLAND, StaffFactory, bag_with, lagos, placed_order
from tests.payments.conftest import hear, pay_at_paystack

pytestmark = pytest.mark.django_db


def unknown(reference: str = "DASH-9", email: str = "Adaeze@Prechi.test") -> Difference:
    return Difference.objects.create(kind="unknown", reference=reference, amount_subunit=1, currency="NGN", email=email)


def body_of(event: ProviderEvent) -> str:
    event.refresh_from_db()
    return event.body


class TestEvents:
    def test_of_what_is_not_for_us_only_that_it_came_is_kept(self, db: None) -> None:
        row = hear("customeridentification.success", {"id": 1, "email": "ada@prechi.test", "first_name": "Ada"})
        assert (row.state, row.event, row.body) == ("ignored", "customeridentification.success", "")

    def test_what_was_kept_of_them_before_is_taken_away(self, db: None) -> None:
        row = hear("transfer.success", {"id": 2})
        ProviderEvent.objects.filter(pk=row.pk).update(body='{"name": "Ada"}')
        assert periodic.forget_events() == 1
        assert body_of(row) == ""
        assert periodic.forget_events() == 0

    def test_what_staff_looked_at_is_kept_for_three_months(self, db: None) -> None:
        old, young, waits = (hear("charge.success", {"id": at, "reference": f"DASH-{at}"}) for at in (3, 4, 5))
        for row in (old, young):
            provider_events.looked_at(row.pk, "Ada paid for her sister", events.SYSTEM)
        ProviderEvent.objects.filter(pk=old.pk).update(closed_at=Now() - timedelta(days=91))
        assert periodic.forget_events() == 1
        assert (body_of(old), old.note, old.closed_by) == ("", "", "the shop")
        assert body_of(young)
        assert body_of(waits)

    @pytest.mark.parametrize(
        ("said", "is_hers"),
        [
            ({"customer": {"email": "ADAEZE@prechi.test"}}, True),
            ({"metadata": {"custom_fields": [{"value": "Mail adaeze@prechi.test."}]}}, True),
            ({"customer": {"email": "not-adaeze@prechi.test"}}, False),
            ({"customer": {"email": "adaeze@prechi.test.example"}}, False),
            ({"customer": {"email": "bisi@prechi.test"}}, False),
        ],
    )
    def test_of_unknown_money_hers_alone_is_forgotten(self, ada: User, said: dict[str, Any], is_hers: bool) -> None:
        row = hear("charge.success", {"id": 6, "reference": "DASH-6", **said})
        privacy.erase(ada.pk)
        assert (body_of(row) == "") is is_hers

    def test_what_is_no_json_fails_no_export_and_is_forgotten_too(self, ada: User) -> None:
        row = hear("charge.success", {"id": 7, "reference": "DASH-7"})
        ProviderEvent.objects.filter(pk=row.pk).update(body="<html>adaeze@prechi.test</html>")
        assert privacy.export(ada)
        privacy.erase(ada.pk)
        assert body_of(row) == ""

    def test_an_address_may_be_written_in_any_way_that_json_knows(self, ada: User) -> None:
        row = hear("charge.success", {"id": 7, "reference": "DASH-7"})
        escaped = '{"data": {"customer": {"email": "adaeze\\u0040prechi.test"}}}'
        ProviderEvent.objects.filter(pk=row.pk).update(body=escaped)
        privacy.erase(ada.pk)
        assert body_of(row) == ""

    def test_of_a_payment_of_somebody_else_nothing_goes(self, ada: User, sandbox: Sandbox) -> None:
        payment = attempts.start(placed_order())
        pay_at_paystack(sandbox, payment)
        row = hear("charge.success", {"id": 8, "reference": payment.reference, "by": "adaeze@prechi.test"})
        privacy.erase(ada.pk)
        assert body_of(row)

    def test_what_comes_afterwards_of_money_of_no_order_brings_nobody_back(self, ada: User) -> None:
        differences.looked_at(unknown().pk, "Adaeze paid for her sister", events.SYSTEM)
        privacy.erase(ada.pk)
        send_the_last_word()
        hear("charge.success", {"id": 9, "reference": "DASH-9", "customer": {"email": "adaeze@prechi.test"}})
        assert found_anywhere(*SECRETS) == []


def test_the_reference_of_her_transfer_pays_no_other_order(ada: User, size: VariantSize, settings: Any) -> None:
    lagos()
    paid_by_transfer(ada, size, settings)
    privacy.erase(ada.pk)
    left = Receipt.objects.get().reference
    assert "ADAEZE" not in left
    other = placed_order((size, 1))
    with pytest.raises(Conflict, match="paid order"):
        offline.record(other.pk, "bank", "TRF ADAEZE OKONKWO 12", other.total_subunit, events.SYSTEM)
    privacy.erase(ada.pk)
    assert Receipt.objects.get().reference == left


def test_what_paystack_says_afterwards_of_an_attempt_names_nobody(
    ada: User, size: VariantSize, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    lagos()
    order = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND, user=ada)
    payment = attempts.start(order)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    privacy.erase(ada.pk)
    send_the_last_word()
    pay_at_paystack(sandbox, payment, outcome="failed")
    found = paystack.verify(payment.reference)
    said = {**{name: getattr(found, name) for name in found.__slots__}, "status": "failed", "message": "Not by Adaeze"}
    monkeypatch.setattr(paystack, "verify", lambda reference: paystack.Transaction(**said))
    assert settlement.settle(payment.reference).state == Payment.State.FAILED
    assert found_anywhere(*SECRETS) == []


def test_a_difference_that_is_found_afterwards_names_nobody(everything: Order, ada: User) -> None:
    payment = everything.payments.get()
    found = paystack.verify(payment.reference)
    assert found.email
    privacy.erase(ada.pk)
    send_the_last_word()
    payment.refresh_from_db()
    row = differences.note(Difference.Kind.AMOUNT, found, payment)
    assert row.email.endswith("@erased.invalid")
    comparison.tell()
    assert found_anywhere(*SECRETS) == []


def test_money_that_waits_for_staff_hinders_it(ada: User, everything: Order) -> None:
    row = unknown()
    with pytest.raises(NotYet, match="Money that you paid is being looked at"):
        privacy.erase(ada.pk)
    differences.looked_at(row.pk, "Given back at the desk", events.SYSTEM)
    Refund.objects.filter(payment__order=everything).update(state="failed", resolved_at=None)
    with pytest.raises(NotYet, match=everything.number):
        privacy.erase(ada.pk)
    Refund.objects.filter(payment__order=everything).update(state="processed")
    privacy.erase(ada.pk)


def test_what_staff_did_to_a_row_that_bore_the_address_names_nobody(ada: User) -> None:
    kind = ContentType.objects.get_for_model(Suppression)
    person = StaffFactory()
    person.save()
    for named in ("adaeze@prechi.test: bounced for good", "not-adaeze@prechi.test: bounced for good"):
        LogEntry.objects.create(user=person, content_type=kind, object_id="1", object_repr=named, action_flag=CHANGE)
    privacy.erase(ada.pk)
    assert sorted(LogEntry.objects.values_list("object_repr", flat=True)) == [
        "Erased",
        "not-adaeze@prechi.test: bounced for good",
    ]
