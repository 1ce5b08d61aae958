"""Paying: the way to Paystack, and the same truth on the way back however often it is loaded."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders.models import Order
from payments import attempts
from payments.models import Payment
from tests.factories import placed_order

pytestmark = pytest.mark.django_db


def pay(sandbox: Sandbox, payment: Payment, **how: Any) -> None:
    sandbox.control(
        "POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0} | how
    )


def come_back(payment: Payment) -> str:
    response = Client().get("/pay/return/", {"trxref": payment.reference, "reference": payment.reference})
    assert response.status_code == 200
    return response.text


def test_a_link_from_a_mail_asks_first_and_changes_nothing(client: Client) -> None:
    order = placed_order()
    text = client.get(f"/pay/{order.token}/").text
    assert "with Paystack" in text
    assert not Payment.objects.exists()


def test_paying_leads_to_paystacks_own_page(client: Client, sandbox: Sandbox) -> None:
    order = placed_order()
    response = client.post(f"/pay/{order.token}/")
    assert response.status_code == 302
    assert response.headers["Location"] == Payment.objects.get().authorization_url


def test_paystack_down_keeps_the_order_and_says_so(client: Client, settings: Any) -> None:
    settings.PAYSTACK_BASE_URL = "http://127.0.0.1:9"
    order = placed_order()
    response = client.post(f"/pay/{order.token}/")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert order.number in response.text
    order.refresh_from_db()
    assert order.status == "pending_payment"


def test_paid(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment)
    for _ in range(2):
        text = come_back(payment)
        assert "Thank you. It is paid." in text
        assert reverse("payments:invoice", args=[order.token]) in text
        assert order.number in text
    order.refresh_from_db()
    assert order.status == "paid"


def test_pending_says_not_to_pay_again_and_looks_again_by_itself(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = attempts.start(placed_order())
    pay(sandbox, payment, outcome="pending")
    seen = []
    for minutes in (0, 3, 30):
        later = timezone.now() + timedelta(minutes=minutes)
        monkeypatch.setattr("payments.views.timezone", SimpleNamespace(now=lambda now=later: now))
        text = come_back(payment)
        assert "Do not pay again" in text
        seen += re.findall(r'<meta http-equiv="refresh" content="(\d+)">', text)
    soon, then, seldom = map(int, seen)
    assert (soon, seldom) == (5, 60)
    assert 15 <= then <= 25


@pytest.mark.parametrize(
    ("outcome", "heading"), [("failed", "The payment did not go through"), ("abandoned", "The payment is not finished")]
)
def test_failed_and_left_offer_another_try(sandbox: Sandbox, outcome: str, heading: str) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment, outcome=outcome)
    text = come_back(payment)
    assert heading in text
    assert f'action="/pay/{order.token}/"' in text
    assert "refresh" not in text


def test_another_amount_is_looked_at_and_not_called_paid(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment, amount=order.total_subunit - 100)
    text = come_back(payment)
    assert "We are looking at your payment" in text
    order.refresh_from_db()
    assert order.status == "pending_payment"


def test_paystack_silent_on_the_way_back_is_pending(sandbox: Sandbox, settings: Any) -> None:
    payment = attempts.start(placed_order())
    settings.PAYSTACK_BASE_URL = "http://127.0.0.1:9"
    assert "Do not pay again" in come_back(payment)


@pytest.mark.parametrize("reference", ["", "PR-1-unknown", "\0", "x" * 5000])
def test_an_unknown_reference_is_not_found(client: Client, reference: str) -> None:
    assert client.get("/pay/return/", {"reference": reference}).status_code == 404


def test_what_is_paid_or_over_leads_to_the_order(client: Client, sandbox: Sandbox) -> None:
    order = placed_order()
    client.post(f"/orders/{order.token}/cancel/")
    response = client.post(f"/pay/{order.token}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/orders/{order.token}/")
    assert not Payment.objects.exists()


def test_an_unknown_token_is_not_found(client: Client) -> None:
    assert client.get("/pay/unknown/").status_code == 404
    assert client.post("/pay/unknown/").status_code == 404


def test_an_unsigned_webhook_is_refused_and_says_why(client: Client) -> None:
    response = client.post(
        "/webhooks/paystack/", b'{"event":"charge.success","data":{}}', content_type="application/json"
    )
    assert response.status_code == 401
    assert response.json()["field"] == "x-paystack-signature"
    assert not Order.objects.exists()


def test_a_guest_may_make_an_account_of_the_thanks(sandbox: Sandbox) -> None:
    browser, order = Client(), placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment)
    thanks = f"/pay/return/?reference={payment.reference}"
    page = browser.get(thanks).text
    hidden = dict(re.findall(r'type="hidden" name="(email|full_name)" value="([^"]*)"', page))
    assert hidden == {"email": order.email, "full_name": order.full_name}
    browser.post("/accounts/signup/", hidden | {"password1": "Zebra-crossing-9"})
    person = User.objects.get(email=order.email)
    assert (person.full_name, Order.objects.get(pk=order.pk).user) == (order.full_name, None)  # not proved yet
    mail = OutgoingMail.objects.get(kind="account-verify", recipient=order.email)
    browser.post(re.sub(r"^https?://[^/]+", "", mail.facts["activate_url"]))
    assert Order.objects.get(pk=order.pk).user == person
    assert "Keep your orders together" not in browser.get(thanks).text
