"""Finding an order by its number and the e-mail address or phone number it was placed with, without an account."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tries
from orders import events, lifecycle, progress
from orders.models import Order
from tests.factories import delivered, lagos, paid, placed_order

pytestmark = pytest.mark.django_db
TRACK = "/track/"
LAGOS = ZoneInfo("Africa/Lagos")


def ask(number: str, known: str = "ada@prechi.test", **headers: str) -> Any:
    return Client().post(TRACK, {"number": number, "known": known}, headers=headers)


def said(text: str, number: str) -> str:
    """A page but for what was written into it and its form's token."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text).replace(number, "")


def test_a_paid_order_shows_where_it_stands() -> None:
    order = paid(placed_order())
    answer = ask(order.number)
    assert answer.status_code == 200
    assert f"Order {order.number}" in answer.text
    assert answer.text.count('class="done"') == 2
    assert "Eti-Osa" in answer.text
    assert order.lines.get().name in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_tells_no_more_than_that() -> None:
    """Number and address are no secret as a link is: who knows both may neither act nor read the rest."""
    order = paid(placed_order())
    text = ask(order.number).text
    assert order.token not in text
    assert "12 Admiralty Way" not in text
    assert order.phone not in text
    assert "Ada O." in text
    assert "Ada Obi" not in text


@pytest.mark.parametrize("spelling", ["{0}", " {0} ", "#{0}", "{1}", "pr{1}", "PR {1}", "pr-{1}"])
def test_the_number_may_be_written_in_any_way(spelling: str) -> None:
    order = placed_order()
    assert ask(spelling.format(order.number, order.number.removeprefix("PR-"))).status_code == 200


@pytest.mark.parametrize(
    "known", ["ADA@prechi.test", "a.da@prechi.test", "ada+shop@prechi.test", "08031234567", "+234 803 123 4567"]
)
def test_address_or_phone_may_be_written_in_any_way(known: str) -> None:
    assert ask(placed_order().number, known).status_code == 200


@pytest.mark.parametrize(
    "known", ["bola@prechi.test", "08030000000", "", "ada@prechi.test.\0", "x" * 5000, "\r\nBcc: a@b.test", "2348031"]
)
def test_a_wrong_address_is_told_like_a_wrong_number(known: str) -> None:
    order = placed_order()
    wrong, unknown = ask(order.number, known), ask("PR-999999", known)
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert "We found no order with this number" in wrong.text
    assert said(wrong.text, order.number) == said(unknown.text, "PR-999999")


@pytest.mark.parametrize("number", ["", "PR-", "\0", "PR-" + "9" * 50, "%", "PR-1' OR 1=1", "١٢٣"])
def test_odd_numbers_find_nothing(number: str) -> None:
    placed_order()
    assert ask(number).status_code == 404


def test_guessing_ends() -> None:
    order = placed_order()
    for one in range(tries.TRACKINGS_PER_ORDER):
        assert ask(order.number, f"guess{one}@prechi.test").status_code == 404
    answer = ask(order.number)
    assert answer.status_code == 429
    assert "too many tries" in answer.text
    assert "Eti-Osa" not in answer.text


def test_a_network_that_tries_many_numbers_has_to_wait() -> None:
    order = placed_order()
    for one in range(tries.TRACKINGS_PER_ADDRESS):
        ask(f"PR-{900000 + one}")
    assert ask(order.number).status_code == 429


def test_what_was_found_counts_for_nothing() -> None:
    order = placed_order()
    for _ in range(tries.TRACKINGS_PER_ADDRESS + 1):
        assert ask(order.number).status_code == 200


def test_an_unpaid_order_says_until_when_it_is_held_and_where_its_link_is() -> None:
    order = placed_order()
    text = ask(order.number).text
    assert f"{timezone.localtime(order.hold_expires_at):%H:%M}" in text
    assert "link to pay is in the mail" in text


def test_an_order_that_ended_says_so() -> None:
    order = placed_order()
    lifecycle.cancel(order.pk, events.CUSTOMER)
    text = ask(order.number).text
    assert "cancelled" in text
    assert 'class="steps"' not in text


def test_parcels_are_shown_with_carrier_and_number() -> None:
    order = paid(placed_order())
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "GIG-42")
    assert "GIG-42" in ask(order.number).text


def test_it_tells_the_days_on_which_the_parcel_should_come() -> None:
    """Three to five working days: paid on a Thursday evening, so Tuesday to Thursday."""
    order = paid(placed_order())
    Order.objects.filter(pk=order.pk).update(paid_at=datetime(2026, 11, 26, 21, 0, tzinfo=LAGOS))
    order.refresh_from_db()
    first, last = progress.expected(order) or (None, None)
    assert (str(first), str(last)) == ("2026-12-01", "2026-12-03")


def test_a_late_parcel_is_owned_up_to() -> None:
    order = paid(placed_order())
    assert "later than we said" not in ask(order.number).text
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(days=30))
    assert "later than we said" in ask(order.number).text
    assert "later than we said" in Client().get(f"/orders/{order.token}/").text
    assert "later than we said" not in ask(delivered(order).number).text


def test_a_get_shows_the_form_and_finds_nothing(client: Client) -> None:
    order = placed_order()
    answer = client.get(TRACK, {"number": order.number, "known": "ada@prechi.test"})
    assert answer.status_code == 200
    assert "Eti-Osa" not in answer.text
    assert 'name="number"' in answer.text


def test_help_and_footer_lead_there(client: Client) -> None:
    lagos()
    assert client.get("/help/").text.count(f'href="{TRACK}"') == 2
