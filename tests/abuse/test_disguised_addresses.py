"""E-mail addresses written so that they reach somebody who is counted as somebody else: refused by their field."""

import pytest
from django.test import Client

from accounts.models import User
from mailing.models import OutgoingMail, Subscriber
from orders.models import Order
from tests.factories import VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
DISGUISES = [
    '"ada"@prechi.test',
    '"a.da"@prechi.test',
    '"\x01"@prechi.test',
    "ad\u0131@prechi.test",
    "\u212aate@prechi.test",
    "\u017fam@prechi.test",
    "ada@\uff50rechi.test",
    "ada@pre\u00adchi.test",
    "ada@prechi\u3002test",
    "ada@prechi.te\u00dft",
    "ada@[127.0.0.1]",
]
LEKKI = {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "1 Road"}


@pytest.fixture
def browser() -> Client:
    lagos()
    client = Client(raise_request_exception=False)
    client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
    return client


@pytest.mark.parametrize("email", DISGUISES, ids=ascii)
def test_nobody_orders_as_somebody_else(browser: Client, email: str) -> None:
    form = {"email": email, "full_name": "Ada", "phone": "08031234567", "consent": "on", "expected_total": "1250000"}
    page = browser.post("/checkout/", form | LEKKI)
    assert (page.status_code, "Write an e-mail address like" in page.text) == (400, True)
    body = {"bag": browser.cookies["bag"].value, "email": email, "full_name": "Ada", "phone": "08031234567"}
    answer = browser.post("/api/v1/orders/", body | {"address": LEKKI}, content_type="application/json")
    assert (answer.status_code, {error["field"] for error in answer.json()["errors"]}) == (400, {"email"})
    assert not Order.objects.exists()


@pytest.mark.parametrize("email", DISGUISES, ids=ascii)
def test_nobody_is_written_to_twice(browser: Client, email: str) -> None:
    assert browser.post("/newsletter/", {"email": email}).status_code == 400
    assert browser.post("/alerts/", {"sku": "X", "email": email}).status_code in (400, 404)
    assert not Subscriber.objects.exists()
    assert not OutgoingMail.objects.exists()


# The sign of Kelvin becomes a k when it is written down, and the mail goes to whom the account is for.
AT_SIGN_UP = [each for each in DISGUISES if "\u212a" not in each] + ['"<script>alert(1)</script>"@prechi.test']


@pytest.mark.parametrize("email", AT_SIGN_UP, ids=ascii)
def test_nobody_has_an_account_as_somebody_else(browser: Client, email: str) -> None:
    page = browser.post(
        "/accounts/signup/", {"email": email, "full_name": "Eve", "password1": "a-long-password-of-hers"}
    )
    assert (page.status_code, "Write an e-mail address like" in page.text or "valid email" in page.text) == (200, True)
    assert not User.objects.exists()
    assert not OutgoingMail.objects.exists()
