"""Two sizes, a bundle, a customer who is signed in: the same way to a paid order."""

from tests.journeys.steps import Customer, sizes_in_stock
from tests.running_shop import RunningShop, eventually


def test_two_products_in_one_order(shop: RunningShop, customer: Customer) -> None:
    for piece in sizes_in_stock(shop, count=2):
        customer.takes(*piece)
    assert "Thank you. It is paid." in customer.checks_out("Abuja (FCT)", "Abuja Municipal").pays().page.text
    customer.assert_paid()
    lines = "SELECT count(*) FROM orders_orderline WHERE order_id = %s"
    assert shop.sql(lines, customer.order["id"]) == [2]


def test_a_bundle_of_three(shop: RunningShop, customer: Customer) -> None:
    customer.takes_a_bundle().checks_out().pays().assert_paid()
    kinds = "SELECT kind, count(*) FROM orders_orderline WHERE order_id = %s GROUP BY kind ORDER BY kind"
    assert shop.sql(kinds, customer.order["id"]) == [("bundle", 1), ("component", 3)]
    pieces = "SELECT sum(quantity)::int FROM orders_reservation WHERE order_id = %s"
    assert shop.sql(pieces, customer.order["id"]) == [3]


def test_a_customer_who_is_signed_in_finds_the_order_again(shop: RunningShop) -> None:
    ada = Customer(shop, email="ada@prechi.test")
    page = ada.browser.open("/accounts/login/")
    ada.browser.send(page.form("/accounts/login/"), "Sign in", login=ada.email, password="prechi-demo-ada")
    ada.orders().pays()
    assert ada.has("paid")
    assert eventually(lambda: ada.order["number"] in " ".join(m["text"] for m in shop.mails(ada.email, "order-paid")))
    assert ada.order["number"] in ada.browser.open("/orders/").text


def test_a_country_without_a_zone_pays_for_the_items_first(customer: Customer) -> None:
    browser = customer.takes_something().browser
    page = browser.open("/checkout/")
    browser.send(page.form("/checkout/"), "Update delivery", country="JP")
    abroad = {"full_name": "Ada Obi", "phone": "+81 3 1234 5678", "street": "2-8-1 Nishi-Shinjuku", "city": "Tokyo"}
    form = customer.page.form("/checkout/")
    browser.send(form, "Pay", email=customer.email, consent="on", **abroad)
    assert customer.page.url.startswith(customer.shop.paystack), customer.page.text[:500]
    customer.pays().assert_paid()
    assert "send you a link to pay for delivery" in customer.sees_order().text
