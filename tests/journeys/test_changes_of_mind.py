"""Customers whose card is refused, who leave, who cancel, whose money is slow, late or too little."""

from collections.abc import Callable

from tests.journeys.steps import Customer, sizes_in_stock
from tests.running_shop import RunningShop, eventually

TRANSFER_TAKES_MS = 1000


def test_a_declined_card_then_one_that_works(customer: Customer) -> None:
    page = customer.orders().pays("Is declined").page
    assert page.url.startswith(customer.shop.paystack)
    assert "Declined" in page.text
    assert "Thank you. It is paid." in customer.pays().page.text
    customer.assert_paid()


def test_a_failed_payment_is_paid_again_from_the_return_page(customer: Customer) -> None:
    customer.orders().control("failed")
    failed = customer.reference
    page = customer.comes_back()
    assert "The payment did not go through" in page.text
    customer.browser.send(page.form("/pay/"), "again")
    assert customer.reference != failed
    assert "Thank you. It is paid." in customer.pays().page.text
    customer.assert_paid()


def test_whoever_cancels_at_paystack_can_still_pay(customer: Customer) -> None:
    page = customer.orders().page
    leave = next(link for link in page.links if "cancel" in link)
    order_page = customer.browser.open(leave)
    assert order_page.url == f"{customer.shop.url}/orders/{customer.order['token']}/"
    assert customer.order["status"] == "pending_payment"
    customer.browser.send(order_page.form("/pay/"), "with Paystack")
    customer.pays().assert_paid()


def test_a_customer_cancels_before_paying(shop: RunningShop, customer: Customer) -> None:
    product, colour, size, sku = sizes_in_stock(shop)[0]
    stock = "SELECT on_hand - reserved FROM catalog_variantsize WHERE sku = %s"
    before = shop.sql(stock, sku)
    customer.takes(product, colour, size, sku).checks_out()
    assert shop.sql(stock, sku) == [before[0] - 3]
    page = customer.sees_order()
    customer.browser.send(page.form("/cancel/"), "Cancel the order")
    assert "This order is cancelled" in customer.page.text
    assert customer.order["status"] == "cancelled"
    assert shop.sql(stock, sku) == before
    assert eventually(lambda: shop.mails(customer.email, "order-cancelled"))


def test_a_transfer_that_takes_its_time(shop: RunningShop, customer: Customer) -> None:
    shop.sandbox("PUT", "faults", {"paystack.transfer_ms": TRANSFER_TAKES_MS})
    customer.orders().pays("Pay by bank transfer").pays("I have sent the money")
    assert "Waiting for your transfer" in customer.page.text
    assert "Do not pay again" in customer.comes_back().text
    customer.assert_paid()
    assert "Thank you. It is paid." in customer.comes_back().text


def test_late_money_is_fulfilled_while_there_is_stock(shop: RunningShop, customer: Customer) -> None:
    customer.orders().hold_ends()
    shop.manage("reconcile")
    assert customer.order["status"] == "expired"
    assert "This order was not paid in time" in customer.sees_order().text
    customer.control("success")
    customer.assert_paid()


def test_late_money_for_sold_pieces_is_kept_and_reviewed(
    shop: RunningShop, customer: Customer, another: Callable[[], Customer]
) -> None:
    piece = sizes_in_stock(shop, least=3, most=5)[0]
    last = shop.sql("SELECT on_hand - reserved FROM catalog_variantsize WHERE sku = %s", piece[3])[0]
    customer.takes(*piece, pieces=last).checks_out().hold_ends()
    shop.manage("reconcile")
    another().takes(*piece, pieces=last).checks_out().pays().assert_paid()

    customer.control("success")
    assert customer.has("refund_due")
    assert customer.order["status"] == "expired"
    assert "Your payment came too late" in customer.comes_back().text
    assert shop.sql(
        "SELECT outcome, review_reason <> '' FROM payments_payment WHERE reference = %s", customer.reference
    ) == [("late", True)]


def test_too_little_money_pays_nothing_and_is_reviewed(shop: RunningShop, customer: Customer) -> None:
    customer.orders()
    customer.control("success", amount=customer.order["total_subunit"] - 100)
    assert "We are looking at your payment" in customer.comes_back().text
    assert customer.order["payment_status"] == "unpaid"
    assert shop.sql("SELECT outcome FROM payments_payment WHERE reference = %s", customer.reference) == ["mismatch"]


def test_paying_twice_is_noticed(shop: RunningShop, customer: Customer) -> None:
    """Two pages of two attempts, both paid."""
    customer.orders().control("failed")
    first = customer.reference
    page = customer.comes_back()
    customer.browser.send(page.form("/pay/"), "again")
    customer.pays().assert_paid()
    shop.sandbox("POST", f"paystack/transactions/{first}/pay", {"outcome": "success"})
    assert eventually(
        lambda: shop.sql("SELECT outcome FROM payments_payment WHERE reference = %s", first) == ["duplicate"]
    )
    assert "You paid this order twice" in customer.browser.open(f"/pay/return/?reference={first}").text
    customer.assert_paid()


def test_paystack_is_away_and_the_order_is_kept(shop: RunningShop, customer: Customer) -> None:
    shop.sandbox("PUT", "faults", {"paystack.initialize.fault": "502_html"})
    customer.takes_something().checks_out(ends_at=f"{shop.url}/pay/")
    assert customer.page.status == 503
    assert "The payment page did not open" in customer.page.text
    shop.sandbox("PUT", "faults", {"paystack.initialize.fault": None})
    customer.browser.send(customer.page.form("/pay/"), "Try again")
    customer.pays().assert_paid()
