"""What is handed out to somebody is all of it: what was said to them and of them, sent, taken off and paid."""

from dataclasses import replace
from typing import Any

import pytest

from accounts import privacy
from accounts.models import User
from catalog.models import Review, VariantSize
from devtools.sandbox.process import Sandbox
from mailing import campaigns
from mailing.models import Campaign, CampaignRecipient, Subscriber
from orders import checkout, delivery_quotes, events, exchanges, lifecycle, returns, staff_orders
from orders.delivery import Destination
from orders.models import Order
from orders.returns import Wish
from payments import disputes
from tests.accounts.everything import CONTACT, words_of_money
from tests.accounts.everything import ada as ada
from tests.accounts.everything import everything as everything
from tests.accounts.everything import order as order
from tests.accounts.everything import size as size
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    delivered_order,
    lagos,
    paid,
)
from tests.payments.conftest import paid_through_paystack
from tests.purchase.exchanging import arrived, asked, exchanged
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import sent_in_another_size

pytestmark = pytest.mark.django_db

ABROAD = Destination("CA")


def of(order: Order, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if order.number in row.values()]


def test_what_staff_wrote_to_them(everything: Order, ada: User) -> None:
    staff_orders.write_note(everything.pk, "She is kind on the telephone.", events.SYSTEM)
    Review.objects.update(state="rejected", reason="It names a neighbour.", reply="Thank you, Adaeze.")
    told = privacy.export(ada)
    (back,) = told["returns"]
    assert (back["text"], back["answer"], back["state"]) == ("Too tight.", "Adaeze, it was worn.", "refused")
    said = [row["data"]["text"] for row in told["order_events"] if "text" in row["data"]]
    assert said == ["Adaeze, the rider calls at ten.", "She is kind on the telephone."]
    assert {row["data"].get("answer") for row in told["order_events"]} >= {"Adaeze, it was worn."}
    (review,) = told["reviews"]
    assert (review["reason"], review["reply"]) == ("It names a neighbour.", "Thank you, Adaeze.")


def test_which_parcels_went_out_with_what_in_them(everything: Order, ada: User, size: VariantSize) -> None:
    (parcel,) = [row for row in privacy.export(ada)["parcels"] if row["shipment__order__number"] == everything.number]
    assert (parcel["shipment__carrier"], parcel["shipment__tracking_number"]) == ("GIG", "GIG-7788")
    assert (parcel["order_line__sku"], parcel["quantity"]) == (size.sku, 2)
    assert parcel["shipment__shipped_at"]


def test_which_discounts_were_used(everything: Order, ada: User) -> None:
    (used,) = privacy.export(ada)["discounts"]
    taken_off = everything.discount_subunit
    assert taken_off > 0
    assert (used["order__number"], used["discount__code"], used["amount_subunit"]) == (
        everything.number,
        "ADA10",
        taken_off,
    )


def test_which_prices_of_delivery_staff_made(ada: User, size: VariantSize) -> None:
    order = paid(checkout.place_order(bag_with((size, 1)), CONTACT, ABROAD, user=ada))
    delivery_quotes.make(order.pk, 4_000_000, events.SYSTEM, "By sea, eight weeks.")
    delivery_quotes.make(order.pk, 4_500_000, events.SYSTEM, "By DHL, five days.")
    quotes = privacy.export(ada)["delivery_quotes"]
    assert [(row["amount_subunit"], row["note"], row["state"]) for row in quotes] == [
        (4_000_000, "By sea, eight weeks.", "superseded"),
        (4_500_000, "By DHL, five days.", "open"),
    ]
    assert {row["order__number"] for row in quotes} == {order.number}


def test_what_banks_and_paystack_said_and_what_went_back(everything: Order, ada: User) -> None:
    told = privacy.export(ada)
    (dispute,) = told["disputes"]
    payment = everything.payments.get()
    assert (dispute["payment__reference"], dispute["category"], dispute["state"], dispute["answer"]) == (
        payment.reference,
        "fraud",
        "won",
        "Adaeze Okonkwo signed for it",
    )
    (refund,) = told["refunds"]
    assert (refund["amount_subunit"], refund["state"], refund["reason"]) == (
        10_000,
        "processed",
        "Adaeze found it too tight",
    )
    (receipt,) = told["receipts"]
    assert (receipt["method"], receipt["reference"]) == ("bank", "TRF ADAEZE OKONKWO 12")
    (unknown,) = told["payments_to_look_at"]
    assert (unknown["reference"], unknown["note"]) == ("DASH-1", "Adaeze paid for her sister")
    assert {row["reference"] for row in told["told_by_paystack"]} == {payment.reference, "DASH-1", "DASH-2", "DASH-3"}
    assert any("Okonkwo" in row["body"] for row in told["told_by_paystack"])


def test_how_another_size_was_sent(size: VariantSize) -> None:
    large = VariantSizeFactory(on_hand=2, variant=size.variant, size__name="L")
    order = delivered_order((size, 1))
    back = returns.request(
        order.pk, {order.lines.get().pk: Wish(1, large.sku)}, "exchange", "size", "", events.CUSTOMER
    )
    returns.approve(back.pk, events.SYSTEM, "Send it to our studio.")
    returns.receive(back.pk, {back.lines.get().pk: "sound"}, events.SYSTEM)
    exchanges.send(back.pk, "GIG", "GIG-2", events.SYSTEM)
    told = privacy.export_guest(order.email)
    (parcel,), (line,) = told["returns"], told["return_lines"]
    assert (parcel["answer"], parcel["carrier"], parcel["tracking_number"]) == (
        "Send it to our studio.",
        "GIG",
        "GIG-2",
    )
    assert (line["order_line__sku"], line["quantity"], line["exchange_to__sku"]) == (size.sku, 1, large.sku)


def test_which_size_came_back_that_was_got_in_exchange(medium: VariantSize, large: VariantSize) -> None:
    order = delivered_order((medium, 2))
    exchanged(order, "M", large.sku)
    for came_back in ("L", "M"):
        returns.close(arrived(asked(order, came_back)).pk, events.SYSTEM)
    rows = privacy.export_guest(order.email)["return_lines"]
    assert [row["came_by__exchange_to__sku"] for row in rows] == [None, large.sku, None]


def test_which_size_was_sent_instead_of_one_that_was_gone(medium: VariantSize, large: VariantSize) -> None:
    order = sent_in_another_size(medium, large)
    returns.close(arrived(asked(order, "L")).pk, events.SYSTEM)
    told = privacy.export_guest(order.email)
    (line,), (parcel,), (back,) = told["order_lines"], told["parcels"], told["return_lines"]
    assert (line["sku"], line["instead_sku"]) == (medium.sku, large.sku)
    assert {row["order_line__instead_sku"] for row in (parcel, back)} == {large.sku}


def test_which_newsletters_they_got(ada: User) -> None:
    reader = Subscriber.objects.create(
        person="adaeze@prechi.test",
        email=ada.email,
        state="confirmed",
        source="footer",
        confirmed_at="2026-11-01T00:00Z",
    )
    campaign = Campaign.objects.create(
        subject="New in", heading="h", body="b", button_label="Look", button_url="https://prechi.test/"
    )
    assert campaigns.progress(campaign)["sent"] == 0
    CampaignRecipient.objects.create(campaign=campaign, subscriber=reader, state="sent", delivery="delivered")
    (letter,) = privacy.export(ada)["newsletters"]
    assert (letter["campaign__subject"], letter["state"], letter["delivery"]) == ("New in", "sent", "delivered")


def test_a_guest_gets_the_same_of_their_own_orders_alone(size: VariantSize, sandbox: Sandbox) -> None:
    lagos()
    DiscountFactory(code="ADA10")
    hers = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND, code="ADA10")
    other = checkout.place_order(
        bag_with((size, 1)), replace(ADA, email="bisi@prechi.test"), LAGOS_ISLAND, code="ADA10"
    )
    for each, tracking in ((hers, "GIG-1"), (other, "GIG-2")):
        paid_through_paystack(sandbox, each)
        lifecycle.pack(each.pk, events.SYSTEM)
        lifecycle.ship(each.pk, events.SYSTEM, "GIG", tracking)
        lifecycle.deliver(each.pk, events.SYSTEM)
    staff_orders.write_note(other.pk, "Bisi, the rider calls at ten.", events.SYSTEM, tell_customer=True)
    staff_orders.write_note(hers.pk, "Adaeze, the rider calls at nine.", events.SYSTEM, tell_customer=True)
    disputes.note(hers.payments.get().pk, disputes.Word(7, 1, "NGN", "fraud", "resolved", "declined", None))
    words_of_money(hers, sandbox)
    told = privacy.export_guest(" ADAEZE@prechi.test")
    assert [row["shipment__tracking_number"] for row in told["parcels"]] == ["GIG-1"]
    assert [row["discount__code"] for row in told["discounts"]] == ["ADA10"]
    assert [row["payment__reference"] for row in told["disputes"]] == [hers.payments.get().reference]
    said = [row["data"]["text"] for row in told["order_events"] if "text" in row["data"]]
    assert said == ["Adaeze, the rider calls at nine."]
    assert "bisi" not in str(told).lower()
    assert of(hers, told["orders"])
    assert not of(other, told["orders"])
