"""An order's page, opened by its token: what is bought, where it stands, and what can still be done."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from devtools.sandbox.process import Sandbox
from orders import lifecycle
from orders.events import staff
from orders.models import Order
from orders.templatetags.hold import hour_and_day
from payments import attempts
from payments.models import Payment
from payments.settlement import settle
from tests.factories import StaffFactory, UserFactory, VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


def page(order: Order) -> str:
    response = Client().get(f"/orders/{order.token}/")
    assert response.status_code == 200
    return response.text


def test_an_unpaid_order_shows_how_long_it_is_held() -> None:
    order = placed_order()
    text = page(order)
    assert "Held for you until" in text
    assert f"{timezone.localtime(order.hold_expires_at):%H:%M}</h2>" in text
    assert f'action="/pay/{order.token}/"' in text
    assert "12 Admiralty Way" in text
    assert "₦12,500" in text


def test_a_hold_that_ends_today_is_told_by_its_hour_and_another_by_its_day() -> None:
    now = timezone.now()
    assert hour_and_day(now) == f"{timezone.localtime(now):%H:%M}"
    order = placed_order(hold=timedelta(hours=49))
    until = f"{timezone.localtime(order.hold_expires_at):%A %-d %B, %H:%M}"
    assert f"Held for you until {until}" in page(order)
    assert f"Held for you until {until}" in Client().get(f"/pay/{order.token}/").text


def let_the_hold_end(order: Order, **columns: object) -> None:
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1), **columns)


def test_an_ended_hold_can_be_taken_up_while_nobody_has_the_pieces(client: Client, sandbox: Sandbox) -> None:
    order = placed_order()
    let_the_hold_end(order)
    text = page(order)
    assert "The time to pay is over" in text
    assert f'action="/pay/{order.token}/"' in text
    assert "do not pay again" not in text  # nobody has tried to
    assert client.post(f"/pay/{order.token}/").headers["Location"] == Payment.objects.get().authorization_url
    order.refresh_from_db()
    assert order.hold_expires_at > timezone.now() + timedelta(minutes=30)


def test_an_ended_hold_of_who_tried_to_pay_asks_whether_it_came(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    let_the_hold_end(order)
    text = page(order)
    assert "do not pay again" in text
    assert f"/pay/return/?reference={payment.reference}" in text
    assert "I have not paid: pay" in text


def test_a_hold_that_was_used_up_is_paid_no_more_but_ordered_anew(client: Client) -> None:
    order = placed_order((VariantSizeFactory(on_hand=1), 1))
    let_the_hold_end(order, hold_extensions=settings.HOLD_EXTENSIONS_MAX)
    assert f'action="/pay/{order.token}/"' not in page(order)
    refused = client.post(f"/pay/{order.token}/", follow=True)
    assert "made longer as often as it can be" in refused.text
    assert not Payment.objects.exists()

    bag = client.post(f"/orders/{order.token}/anew/", follow=True)
    assert "They are in your bag" in bag.text  # though this order kept the last one
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_ordering_anew_never_ends_an_order_that_was_paid(client: Client, sandbox: Sandbox) -> None:
    order = placed_order()
    reference = attempts.start(order).reference
    let_the_hold_end(order)
    sandbox.control("POST", f"paystack/transactions/{reference}/pay", {"outcome": "success", "webhooks": 0})
    first = client.post(f"/orders/{order.token}/anew/")
    assert (first.status_code, "Your payment came" in first.text) == (409, True)
    again = client.post(f"/orders/{order.token}/anew/")
    assert (again.status_code, again.headers["Location"]) == (302, f"/orders/{order.token}/")
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("paid", "paid")
    assert client.get("/bag/").text.count('class="line"') == 0


def test_money_that_was_not_as_asked_is_looked_at_and_not_asked_for_again(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    how = {"outcome": "success", "webhooks": 0, "amount": order.total_subunit - 100}
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", how)
    settle(payment.reference)
    text = page(order)
    assert "We are looking at your payment" in text
    assert f'action="/pay/{order.token}/"' not in text


def test_more_time_can_be_had(client: Client) -> None:
    order = placed_order()
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() + timedelta(minutes=2))
    response = client.post(f"/orders/{order.token}/extend/")
    assert response.status_code == 302
    order.refresh_from_db()
    assert order.hold_expires_at > timezone.now() + timedelta(minutes=30)


def test_it_can_be_cancelled_until_it_is_paid(client: Client) -> None:
    order = placed_order()
    assert client.post(f"/orders/{order.token}/cancel/").status_code == 302
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert "This order is cancelled" in page(order)
    assert client.post(f"/orders/{order.token}/extend/").status_code == 409


def test_only_a_post_changes_anything(client: Client) -> None:
    order = placed_order()
    for action in ("cancel", "extend"):
        assert client.get(f"/orders/{order.token}/{action}/").status_code == 405
    order.refresh_from_db()
    assert order.status == "pending_payment"


def test_a_paid_order_shows_its_steps_and_who_carries_it(sandbox: Sandbox) -> None:
    order = placed_order()
    reference = attempts.start(order).reference
    sandbox.control("POST", f"paystack/transactions/{reference}/pay", {"outcome": "success", "webhooks": 0})
    settle(reference)
    owner = staff(StaffFactory())
    lifecycle.pack(order.pk, owner)
    lifecycle.ship(order.pk, owner, "GIG", "GIG-42")
    text = page(order)
    assert text.count('class="done"') == 4
    assert "GIG-42" in text
    assert f'action="/orders/{order.token}/cancel/"' not in text


@pytest.mark.parametrize("token", ["unknown", "x" * 40, "PR-100001", "..", "%00"])
def test_an_unknown_token_is_not_found_whatever_it_looks_like(client: Client, token: str) -> None:
    placed_order()
    assert client.get(f"/orders/{token}/").status_code == 404
    assert client.post(f"/orders/{token}/cancel/").status_code == 404


def test_the_page_is_never_kept_nor_indexed(client: Client) -> None:
    response = client.get(f"/orders/{placed_order().token}/")
    assert "no-store" in response.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.text


def test_customers_see_their_own_orders_and_no_others(client: Client) -> None:
    ada = UserFactory()
    ada.save()
    mine, other = placed_order(user=ada), placed_order()
    assert client.get("/orders/").status_code == 302
    client.force_login(ada)
    text = client.get("/orders/").text
    assert mine.number in text
    assert other.number not in text
