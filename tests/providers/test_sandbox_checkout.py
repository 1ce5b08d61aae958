"""The payer's page with a plain HTTP client: forms and redirects, no JavaScript."""

import json
import re
import time
from typing import Any

import pytest
import requests

from devtools.sandbox.process import Sandbox
from tests.providers.conftest import Paystack, Shop
from tests.running_shop import eventually

BACK = "http://shop.test/pay/return/?a=1"


class Browser:
    """Follows nothing by itself, so that a test sees every redirect."""

    def __init__(self, start: str) -> None:
        self.session = requests.Session()
        self.start = start
        self.answer = self.get(start)

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        self.answer = self.session.get(url, allow_redirects=False, timeout=30, **kwargs)
        return self.answer

    def submit(self, button: str, **fields: str) -> requests.Response:
        """The form whose markup holds ``button``, with its own values and ``fields`` over them."""
        page = self.get(self.start).text
        form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if button in form)
        action = re.search(r'action="([^"]+)"', form)
        assert action is not None
        values = dict(re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', form))
        values |= dict(re.findall(r'<button[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', form))
        url = self.start.split("/checkout/")[0] + action[1]
        self.answer = self.session.post(url, data=values | fields, allow_redirects=False, timeout=30)
        return self.answer

    @property
    def went_to(self) -> str:
        return str(self.answer.headers.get("Location"))

    @property
    def page(self) -> str:
        return self.get(self.start).text


@pytest.fixture
def browser(paystack: Paystack) -> Browser:
    return Browser(paystack.initialize(callback_url=BACK)["authorization_url"])


def test_one_tap_pays_and_goes_back_with_the_reference_twice(browser: Browser, paystack: Paystack) -> None:
    assert "no real money" in browser.answer.text
    assert "₦19,000" in browser.answer.text
    assert browser.submit("Pay with the test card that succeeds").status_code == 302
    assert browser.went_to == f"{BACK}&trxref=ref-1&reference=ref-1"
    data = paystack.verify()
    assert (data["status"], data["channel"], data["authorization"]["last4"]) == ("success", "card", "4081")


def test_the_page_shows_no_javascript_and_loads_nothing(browser: Browser) -> None:
    assert "<script" not in browser.answer.text
    assert not re.search(r'(?:src|href)="https?://', browser.answer.text)


def test_a_paid_transaction_takes_no_second_payment(browser: Browser, paystack: Paystack, sandbox: Sandbox) -> None:
    browser.submit("Pay with the test card that succeeds")
    first = paystack.verify()
    assert "Payment successful" in browser.page
    requests.post(f"{browser.start}/card", data={"number": "4084080000005408"}, timeout=30, allow_redirects=False)
    assert paystack.verify() == first
    assert len(sandbox.control("GET", "webhooks")["webhooks"]) == 1


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("4084 0800 0000 5408", "Declined"),
        ("4084 0800 0067 0037", "Insufficient Funds"),
        ("4111 1111 1111 1111", "Transaction declined. Please use the test card."),
    ],
)
def test_a_declined_card_leaves_the_page_open_for_another(
    browser: Browser, paystack: Paystack, number: str, reason: str
) -> None:
    browser.submit('name="expiry"', number=number, cvv="")
    assert reason in browser.page
    assert paystack.verify()["status"] == "abandoned"
    assert paystack.verify()["gateway_response"] == reason
    browser.submit("Pay with the test card that succeeds")
    data = paystack.verify()
    assert (data["status"], data["log"]["attempts"], data["log"]["errors"]) == ("success", 2, 1)


def test_an_expired_card_or_wrong_cvv_is_declined(browser: Browser) -> None:
    browser.submit('name="expiry"', expiry="01/20")
    assert "Expired card" in browser.page
    browser.submit('name="expiry"', cvv="999")
    assert "Incorrect CVV" in browser.page


@pytest.mark.parametrize(
    ("number", "answers"),
    [
        ("507850785078507812", ["1111"]),
        ("5060666666666666666", ["1234", "123456"]),
        ("507850785078507804", ["0000", "08012345678", "123456"]),
    ],
)
def test_pin_phone_and_otp_are_asked_for_in_turn(
    browser: Browser, paystack: Paystack, number: str, answers: list[str]
) -> None:
    browser.submit('name="expiry"', number=number, cvv="")
    for answer in answers:
        assert paystack.verify()["status"] == "ongoing"
        browser.submit("Go on", answer=answer)
    assert paystack.verify()["status"] == "success"
    assert browser.went_to.startswith(BACK)


def test_a_wrong_pin_ends_the_attempt(browser: Browser, paystack: Paystack) -> None:
    browser.submit('name="expiry"', number="507850785078507812", cvv="")
    browser.submit("Go on", answer="9999")
    assert "Incorrect PIN" in browser.page
    assert paystack.verify()["status"] == "abandoned"


def test_a_card_can_fail_after_its_pin(browser: Browser) -> None:
    browser.submit('name="expiry"', number="507850785078507853", cvv="")
    browser.submit("Go on", answer="0000")
    assert "Token Not Generated" in browser.page


@pytest.mark.parametrize(("button", "status"), [("Yes, it is mine", "success"), ("No, decline it", "abandoned")])
def test_the_page_of_the_bank_decides(browser: Browser, paystack: Paystack, button: str, status: str) -> None:
    browser.submit('name="expiry"', number="5192602720584796", cvv="")
    browser.submit(button)
    assert paystack.verify()["status"] == status


def test_a_bank_transfer_lands_a_while_after_it_was_sent(browser: Browser, paystack: Paystack, set_faults: Any) -> None:
    set_faults(paystack__transfer_ms=300)
    browser.submit("Pay by bank transfer")
    assert re.search(r"\b99\d{8}\b", browser.page)
    assert paystack.verify()["status"] == "ongoing"
    browser.submit("I have sent the money")
    assert paystack.verify()["status"] == "pending"
    assert 'http-equiv="refresh"' in browser.page
    await_status(paystack, "success")
    assert paystack.verify()["channel"] == "bank_transfer"
    browser.get(browser.start)
    assert browser.went_to == f"{BACK}&trxref=ref-1&reference=ref-1"


def test_a_wrong_amount_is_rejected_by_a_webhook_without_reference(
    browser: Browser, paystack: Paystack, sandbox: Sandbox, shop: Shop
) -> None:
    browser.submit("Pay by bank transfer")
    browser.submit("wrong amount")
    sandbox.control("POST", "webhooks/flush")
    event = json.loads(shop.hooks[-1].body)
    assert event["event"] == "bank.transfer.rejected"
    assert event["data"]["bank_transfer"]["transaction_id"] == str(paystack.verify()["id"])
    assert "reference" not in event["data"]
    assert paystack.verify()["status"] == "ongoing"


def test_a_transfer_that_never_comes_stays_pending(browser: Browser, paystack: Paystack) -> None:
    browser.submit("Pay by bank transfer")
    browser.submit("never send it")
    assert paystack.verify()["status"] == "pending"
    browser.submit("Pay in another way")
    browser.submit("Pay with the test card that succeeds")
    assert paystack.verify()["status"] == "success"


def test_cancel_goes_where_the_shop_said(paystack: Paystack) -> None:
    url = paystack.initialize(metadata={"cancel_action": "http://shop.test/orders/x/"})["authorization_url"]
    browser = Browser(url)
    browser.get(f"{url}/cancel")
    assert browser.went_to == "http://shop.test/orders/x/"
    assert paystack.verify()["status"] == "abandoned"


def test_cancel_without_a_place_to_go_stays_here(browser: Browser) -> None:
    assert "You left the payment" in browser.get(f"{browser.start}/cancel").text


def test_a_session_times_out(paystack: Paystack, browser: Browser) -> None:
    paystack("PUT", "/integration/payment_session_timeout", json={"timeout": 1})
    time.sleep(1.1)
    assert browser.get(browser.start).status_code == 410
    requests.post(f"{browser.start}/card", data={"number": "4084084084084081"}, timeout=30, allow_redirects=False)
    assert paystack.verify()["status"] == "abandoned"


def test_without_a_callback_the_payer_stays(paystack: Paystack) -> None:
    browser = Browser(paystack.initialize()["authorization_url"])
    browser.submit("Pay with the test card that succeeds")
    assert browser.went_to.startswith("/checkout/")
    assert "Payment successful" in browser.page


def test_channels_narrow_the_page(paystack: Paystack) -> None:
    page = Browser(paystack.initialize(channels=["bank_transfer"])["authorization_url"]).answer.text
    assert "Pay by bank transfer" in page
    assert "Card number" not in page


def test_the_checkout_adds_the_referrer(paystack: Paystack, browser: Browser) -> None:
    browser.get(browser.start, headers={"Referer": "http://shop.test/checkout"})
    assert paystack.verify()["metadata"] == {"referrer": "http://shop.test/checkout"}


def test_an_unknown_access_code_is_not_found(sandbox: Sandbox) -> None:
    assert requests.get(f"{sandbox.url}/checkout/nobody", timeout=30).status_code == 404


def test_a_form_of_another_site_is_refused(browser: Browser, paystack: Paystack) -> None:
    answer = requests.post(
        f"{browser.start}/card",
        data={"number": "4084084084084081"},
        headers={"Origin": "http://evil.test"},
        timeout=30,
    )
    assert answer.status_code == 403
    assert paystack.verify()["status"] == "abandoned"


def await_status(paystack: Paystack, status: str) -> None:
    assert eventually(lambda: paystack.verify()["status"] == status), f"never became {status}"
