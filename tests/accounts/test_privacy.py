"""A person takes all of it along, and nobody else's; or has it erased, and only what the law wants is left."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import privacy
from accounts.models import User
from catalog.models import Review, StockAlert, VariantSize, Wishlist
from core.personal import NotYet
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail, Subscriber, Suppression
from mailing.resend_backend import MailRefused
from orders import checkout, events, lifecycle
from orders.models import Order
from payments import attempts, audit, paystack
from payments.models import ProviderEvent
from tests.accounts.everything import CONTACT, PASSWORD, SECRETS, found_anywhere, send_the_last_word, signed_in
from tests.accounts.everything import ada as ada
from tests.accounts.everything import everything as everything
from tests.accounts.everything import order as order
from tests.accounts.everything import size as size
from tests.admin.conftest import desk, desk_of, owner  # noqa: F401 - fixtures
from tests.factories import LAGOS_ISLAND, UserFactory, bag_with, lagos
from tests.mailing.test_resend_webhooks import tell
from tests.payments.conftest import hear

pytestmark = pytest.mark.django_db


def test_all_of_it_is_handed_out(everything: Order, ada: User) -> None:
    answer = signed_in(ada).get(reverse("accounts:download"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="prechi-')
    assert answer.headers["Cache-Control"].count("no-store")
    told = json.loads(answer.text)
    assert told["account"]["phone"] == "+2348031234567"
    assert told["orders"][0] | {"number": everything.number, "street": "12 Bourdillon Road"} == told["orders"][0]
    assert (told["orders"][0]["billing_name"], told["orders"][0]["billing_address"]) == (
        "Papa Ltd",
        "4 Broad Street\nLagos",
    )
    assert told["payments"][0]["order__number"] == everything.number
    for name in ("order_lines", "mails", "newsletter", "reviews", "wishlist", "back_in_stock", "returns", "bag"):
        assert told[name], name


def test_nothing_of_anybody_else_is(everything: Order, size: VariantSize) -> None:
    other: User = UserFactory(email="bisi@prechi.test")
    # Written into a form it is not proved: nothing is found by it.
    EmailAddress.objects.create(user=other, email="adaeze@prechi.test", verified=False)
    told = signed_in(other).get(reverse("accounts:download")).text.lower()
    assert not [word for word in SECRETS if word in told.replace("adaeze@prechi.test", "", 1)]


def test_who_is_not_signed_in_sees_nothing(db: None) -> None:
    for name in ("data", "download"):
        assert Client().get(reverse(f"accounts:{name}")).status_code == 302
    assert Client().post(reverse("accounts:erase"), {"password": PASSWORD, "sure": "on"}).status_code == 302


def test_erased_only_the_sale_is_left(everything: Order, ada: User) -> None:
    assert {line.split(": ")[1] for line in found_anywhere(*SECRETS)} == set(SECRETS)  # else this test proves nothing
    browser = signed_in(ada)
    answer = browser.post(reverse("accounts:erase"), {"password": PASSWORD, "sure": "on"})
    assert "Your data is erased" in answer.text
    assert {line.split(": ")[0] for line in found_anywhere(*SECRETS)} == {"mailing_outgoingmail"}
    send_the_last_word()
    assert found_anywhere(*SECRETS) == []
    everything.refresh_from_db()
    ada.refresh_from_db()
    assert (everything.full_name, everything.state, str(everything.country)) == ("Erased", "Lagos", "NG")
    assert everything.total_subunit > 0
    assert (ada.is_active, ada.has_usable_password(), everything.user_id) == (False, False, ada.pk)
    assert Review.objects.get().display_name == "A customer"
    assert not Subscriber.objects.exists()
    assert not StockAlert.objects.exists()
    assert not Wishlist.objects.exists()
    assert set(ProviderEvent.objects.values_list("body", flat=True)) == {""}
    assert browser.get(reverse("accounts:data")).status_code == 302
    assert not Client().login(email="adaeze@prechi.test", password=PASSWORD)
    assert audit.violations() == []


def test_what_staff_wrote_to_them_is_gone_from_the_orders_page_and_the_api(
    order: Order, ada: User, client: Client
) -> None:
    events.record(order, "message", events.SYSTEM, key="m", data={"text": "Adaeze, the rider calls at ten."})
    assert "the rider calls" in client.get(order.get_absolute_url()).text
    privacy.erase(ada.pk)
    assert client.get(f"/api/v1/orders/{order.token}/").json()["messages"] == []
    assert "From us to you" not in client.get(order.get_absolute_url()).text


@pytest.mark.breaks_invariants
def test_the_audit_sees_what_staff_noted_of_a_mail_and_was_left(everything: Order, ada: User) -> None:
    privacy.erase(ada.pk)
    mail = OutgoingMail.objects.filter(about=f"order/{everything.number}").first()
    assert mail
    assert [str(found) for found in audit.violations() if f"mail {mail.pk}" in str(found)] == []
    OutgoingMail.objects.filter(pk=mail.pk).update(note="Called Adaeze")
    assert [found.detail for found in audit.violations()] == [f"mail {mail.pk}"]


def test_twice_is_harmless_and_the_address_is_free_again(everything: Order, ada: User) -> None:
    privacy.erase(ada.pk)
    erased_at = User.objects.get(pk=ada.pk).erased_at
    privacy.erase(ada.pk)
    assert User.objects.get(pk=ada.pk).erased_at == erased_at
    assert User.objects.create_user("adaeze@prechi.test", PASSWORD).pk != ada.pk


def test_a_webhook_that_comes_afterwards_brings_nobody_back(everything: Order, ada: User) -> None:
    privacy.erase(ada.pk)
    send_the_last_word()
    payment = everything.payments.get()
    hear("charge.success", {"id": 78, "reference": payment.reference, "customer": {"email": "Adaeze@Prechi.test"}})
    hear("transfer.success", {"id": 79, "transaction": {"reference": payment.reference}, "by": "Adaeze"})
    assert found_anywhere(*SECRETS) == []


def test_what_a_bank_says_afterwards_is_told_to_staff_and_names_nobody(
    everything: Order, ada: User, settings: Any
) -> None:
    settings.STAFF_EMAILS = ["desk@prechi.test"]
    privacy.erase(ada.pk)
    send_the_last_word()
    payment = everything.payments.get()
    about = {"reference": payment.reference, "domain": "test"}
    dispute = {"id": 80, "refund_amount": 1, "currency": "NGN", "status": "pending", "domain": "test"}
    assert hear("charge.dispute.create", dispute | {"transaction": about, "by": "Adaeze"}).state == "applied"
    assert OutgoingMail.objects.get(kind="staff-dispute").recipient == "desk@prechi.test"
    assert found_anywhere(*SECRETS) == []


def test_a_transfer_that_is_sent_back_afterwards_brings_nobody_back(
    ada: User, size: VariantSize, sandbox: Sandbox
) -> None:
    lagos()
    order = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND, user=ada)
    payment = attempts.start(order)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    number = paystack.verify(payment.reference).id
    privacy.erase(ada.pk)
    send_the_last_word()
    transfer = {"amount": "500000", "message": "incorrect amount sent", "transaction_id": str(number)}
    assert (
        hear("bank.transfer.rejected", {"bank_transfer": transfer, "customer": {"name": "Adaeze"}}).state == "applied"
    )
    assert found_anywhere(*SECRETS) == []


def test_mail_that_waits_is_not_sent_any_more(everything: Order, ada: User) -> None:
    OutgoingMail.objects.update(state="queued", sent_at=None)
    privacy.erase(ada.pk)
    assert set(OutgoingMail.objects.exclude(kind=outbox.LAST_WORD).values_list("state", flat=True)) == {"dead"}
    assert outbox.due() == [OutgoingMail.objects.get(kind=outbox.LAST_WORD).pk]


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        ({"password": PASSWORD}, 400, "cannot be undone"),
        ({"password": "wrong", "sure": "on"}, 400, "not your password"),
        ({"sure": "on"}, 400, "not your password"),
    ],
)
def test_it_asks_for_the_password_and_a_tick(
    everything: Order, ada: User, given: dict[str, str], status: int, word: str
) -> None:
    answer = signed_in(ada).post(reverse("accounts:erase"), given)
    assert (answer.status_code, word in answer.text) == (status, True)
    assert User.objects.get(pk=ada.pk).email == "adaeze@prechi.test"


def test_guessing_the_password_is_counted(ada: User) -> None:
    browser = signed_in(ada)
    answers = [browser.post(reverse("accounts:erase"), {"password": "no", "sure": "on"}).status_code for _ in range(6)]
    assert answers[-1] == 429


def test_what_is_under_way_hinders_it_and_says_so(ada: User, size: VariantSize) -> None:
    lagos()
    order = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND, user=ada)
    browser = signed_in(ada)
    assert f"Order {order.number} is waiting for payment." in browser.get(reverse("accounts:data")).text
    answer = browser.post(reverse("accounts:erase"), {"password": PASSWORD, "sure": "on"})
    assert answer.status_code == 409
    assert Order.objects.get(pk=order.pk).full_name == "Adaeze Okonkwo"
    lifecycle.cancel(order.pk, events.CUSTOMER)
    assert browser.post(reverse("accounts:erase"), {"password": PASSWORD, "sure": "on"}).status_code == 200


def test_one_last_mail_says_so_and_forgets_its_reader(everything: Order, ada: User, mailoutbox: list[Any]) -> None:
    for _ in range(2):
        privacy.erase(ada.pk)
    send_the_last_word()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["adaeze@prechi.test"], "Your data is erased")]
    assert "what tax law asks for" in mailoutbox[0].body
    kept = OutgoingMail.objects.get(kind=outbox.LAST_WORD)
    assert (kept.state, kept.recipient) == ("sent", f"erased-{kept.pk}@erased.invalid")


def test_a_last_mail_that_cannot_be_sent_forgets_its_reader_too(
    everything: Order, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(mail: OutgoingMail) -> str:
        raise MailRefused(f"{mail.recipient} is no address")

    monkeypatch.setattr(outbox, "_hand_over", refuse)
    privacy.erase(ada.pk)
    last = OutgoingMail.objects.get(kind=outbox.LAST_WORD)
    assert not outbox.send(last.pk)
    last.refresh_from_db()
    assert last.state == "dead"
    assert found_anywhere(*SECRETS) == []


def test_a_mail_that_is_only_put_off_keeps_its_reader(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(mail: OutgoingMail) -> str:
        raise TimeoutError

    monkeypatch.setattr(outbox, "_hand_over", fail)
    privacy.erase(ada.pk)
    outbox.send(OutgoingMail.objects.get(kind=outbox.LAST_WORD).pk)
    kept = OutgoingMail.objects.get(kind=outbox.LAST_WORD)
    assert (kept.state, kept.recipient) == ("queued", "adaeze@prechi.test")


def test_a_bounce_afterwards_brings_no_address_back(ada: User, client: Client) -> None:
    privacy.erase(ada.pk)
    send_the_last_word()
    OutgoingMail.objects.filter(kind=outbox.LAST_WORD).update(provider_id="re-1")
    assert tell(client, "email.bounced", to=["adaeze@prechi.test"]).status_code == 200
    assert OutgoingMail.objects.get(kind=outbox.LAST_WORD).delivery == "bounced"
    assert not Suppression.objects.exists()


def test_staff_stay(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    with pytest.raises(NotYet, match="staff"):
        privacy.erase(ada.pk)


def test_a_guest_is_forgotten_by_the_address(size: VariantSize) -> None:
    lagos()
    order = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    privacy.erase_guest(" ADAEZE@prechi.test")
    send_the_last_word()
    assert found_anywhere("adaeze", "okonkwo") == []


class TestStaff:
    def test_hand_it_out_and_erase_it_which_is_noted(
        self,
        everything: Order,
        ada: User,
        desk: Client,  # noqa: F811
    ) -> None:
        told = desk.get(reverse("admin:accounts_user_hand_out", args=[ada.pk]))
        assert json.loads(told.content)["account"]["email"] == ada.email
        address = reverse("admin:accounts_user_erase_account", args=[ada.pk])
        desk.post(address, {"_form_submitted": "on", "email": "other@prechi.test"})
        assert User.objects.get(pk=ada.pk).is_active
        desk.post(address, {"_form_submitted": "on", "email": ada.email})
        send_the_last_word()
        assert found_anywhere(*SECRETS) == []
        assert LogEntry.objects.filter(change_message__contains="Erased the person").exists()

    def test_erase_a_guest_from_the_order(self, size: VariantSize, desk: Client) -> None:  # noqa: F811
        lagos()
        order = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND)
        address = reverse("admin:orders_order_erase_customer", args=[order.pk])
        desk.post(address, {"_form_submitted": "on", "email": order.email})
        assert Order.objects.get(pk=order.pk).erased_at is None  # it waits for its payment
        lifecycle.cancel(order.pk, events.CUSTOMER)
        assert "Erase the customer" in desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
        desk.post(address, {"_form_submitted": "on", "email": order.email})
        assert Order.objects.get(pk=order.pk).erased_at

    def test_only_with_the_right(self, ada: User, desk_of: Callable[..., Client]) -> None:  # noqa: F811
        looks = desk_of("accounts.view_user", "accounts.change_user")
        for name in ("hand_out", "erase_account"):
            answer = looks.post(reverse(f"admin:accounts_user_{name}", args=[ada.pk]), {"email": ada.email})
            assert answer.status_code == 403
        assert User.objects.get(pk=ada.pk).is_active


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE orders_order SET phone = '1', erased_at = erased_at + interval '1 second'",
        "UPDATE orders_order SET billing_name = 'Papa', billing_address = 'Lagos',"
        " erased_at = erased_at + interval '1 second'",
        "UPDATE mailing_outgoingmail SET text = 'Dear Adaeze'",
        "UPDATE payments_providerevent SET body = '{}'",
        "UPDATE orders_orderevent SET data = '{\"why\": 1}'",
        "UPDATE orders_return SET text = 'x'",
        "UPDATE orders_redemption SET email_key = 'a@b.c'",
        "UPDATE catalog_reviewinvitation SET name = 'Ada'",
        "UPDATE accounts_user SET phone = '1'",
        "UPDATE mailing_outgoingmail SET state = 'dead' WHERE kind = 'account-erased'",
        "UPDATE mailing_outgoingmail SET last_error = '422: Adaeze'",
        "UPDATE payments_refund SET reason = 'Adaeze asked'",
        "UPDATE payments_refund SET problem = 'The bank of Adaeze'",
        "UPDATE payments_payment SET failure_reason = 'Declined for Adaeze'",
        "UPDATE payments_receipt SET reference = 'TRF ADAEZE'",
        "UPDATE payments_difference SET email = 'a@b.c', reference = (SELECT min(reference) FROM payments_payment)",
        "UPDATE payments_difference SET note = 'Adaeze'",
        "UPDATE payments_dispute SET answer = 'Adaeze'",
        "UPDATE payments_providerevent SET body = '{}' WHERE reference = 'DASH-1'",
        "UPDATE payments_providerevent SET body = '{}', applied_at = now() - interval '2 days' WHERE state = 'ignored'",
        "UPDATE payments_providerevent SET note = 'x', closed_at = now() - interval '92 days' WHERE state = 'closed'",
    ],
)
def test_the_audit_sees_what_was_left(everything: Order, ada: User, change: str) -> None:
    privacy.erase(ada.pk)
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert "an erased person leaves what the law wants" in " ".join(str(one) for one in audit.violations())
