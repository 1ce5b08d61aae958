"""However the news of a payment comes, and in whatever order: one paid order, one mail."""

import pytest

from tests.journeys.steps import Customer
from tests.running_shop import RunningShop, eventually

FIFTY = 50


def never_sends_webhooks(shop: RunningShop) -> None:
    shop.sandbox("PUT", "faults", {"webhooks.paystack.copies": 0})


def stored_events(customer: Customer) -> list[tuple[str, int]]:
    return customer.shop.sql(
        "SELECT state, count(*) FROM payments_providerevent WHERE reference = %s GROUP BY state", customer.reference
    )


@pytest.mark.parametrize("moment", ["race", "before_redirect", "after_redirect"])
def test_a_purchase_with_webhook_and_return(shop: RunningShop, customer: Customer, moment: str) -> None:
    shop.sandbox("PUT", "faults", {"webhooks.paystack.moment": moment})
    page = customer.orders().pays().page
    assert page.url.startswith(f"{shop.url}/pay/return/")
    assert "Thank you. It is paid." in page.text
    customer.assert_paid()
    shop.sandbox("POST", "webhooks/flush", {"about": customer.reference, "all": True})
    assert eventually(lambda: stored_events(customer) in ([("applied", 1)], [("ignored", 1)])), stored_events(customer)
    customer.assert_paid()


def test_the_webhook_alone_is_enough(customer: Customer) -> None:
    customer.orders().control("success")
    customer.assert_paid()
    assert "Thank you. It is paid." in customer.comes_back().text


def test_the_return_page_alone_is_enough(shop: RunningShop, customer: Customer) -> None:
    never_sends_webhooks(shop)
    assert "Thank you. It is paid." in customer.orders().pays().page.text
    customer.assert_paid()
    assert stored_events(customer) == []


def test_with_neither_the_sweep_finds_the_money(shop: RunningShop, customer: Customer) -> None:
    """It asks before it ends an order whose hold is over."""
    customer.orders().control("success", webhooks=0)
    assert customer.order["payment_status"] == "unpaid"
    customer.hold_ends()
    shop.manage("reconcile")
    customer.assert_paid()


def test_with_neither_staff_can_ask(shop: RunningShop, customer: Customer) -> None:
    customer.orders().control("success", webhooks=0)
    assert "Paid the order" in shop.manage("settle", customer.reference)
    customer.assert_paid()


def test_fifty_times_the_same_webhook(shop: RunningShop, customer: Customer) -> None:
    customer.orders().control("success", webhooks=FIFTY)
    deliveries = f"webhooks?about={customer.reference}&state=delivered"
    assert eventually(lambda: len(shop.sandbox("GET", deliveries)["webhooks"]) == FIFTY)
    customer.assert_paid()
    assert eventually(lambda: stored_events(customer) == [("applied", 1)]), stored_events(customer)
    customer.control("success", webhooks=FIFTY)
    assert eventually(lambda: len(shop.sandbox("GET", deliveries)["webhooks"]) == 2 * FIFTY)
    assert stored_events(customer) == [("applied", 1)]
    customer.assert_paid()
