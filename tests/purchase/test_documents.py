"""Invoice and packing slip: what they say, for whom, on the page and as a PDF."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders import bag, checkout, documents, events, lifecycle, not_arrived, pdf, returns
from orders.models import Order, Zone
from payments import cancellation, refunds, settlement, standing
from payments.models import Payment, Refund
from payments.paystack import Transaction
from payments.representation import money_back_of
from tests.admin.conftest import desk, desk_of, owner  # noqa: F401 - fixtures
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    SizeFactory,
    VariantSizeFactory,
    bag_with,
    delivered,
    given_by_hand,
    lagos,
    paid,
    placed_order,
)

pytestmark = pytest.mark.django_db


def pages(content: bytes) -> int:
    assert content.startswith(b"%PDF-")
    return len(re.findall(rb"/Type /Page\b(?!s)", content))


@pytest.fixture
def order() -> Order:
    """Two pieces of ₦9,000 and a bundle of three for ₦20,000, paid."""
    lagos()
    size = VariantSizeFactory(on_hand=9, price_kobo=900_000)
    bundle = BundleFactory(eligible=[size.variant.product], name="Any 3 briefs")
    held = bag_with((size, 2))
    bag.add_bundle(held, bundle.slug, [size.sku] * 3)
    return paid(checkout.place_order(held, ADA, LAGOS_ISLAND, note="Ring twice"))


@pytest.mark.parametrize(("rate", "is_told"), [(750, False), (0, True)])
def test_an_invoice_says_that_an_address_is_untaxed_and_not_that_a_discount_left_no_tax(
    rate: int, is_told: bool
) -> None:
    DiscountFactory(basis_points=10_000)
    lagos()
    Zone.objects.update(tax_basis_points=rate)
    order = placed_order(code="TENTH")
    assert (order.tax_subunit, order.total_subunit) == (0, order.delivery_subunit)
    assert any("No tax is charged" in note for note in documents.invoice(order).notes) == is_told


def test_an_invoice_says_what_was_sold(order: Order) -> None:
    invoice = documents.invoice(order)
    assert (invoice.title, invoice.number, invoice.is_paid) == ("Invoice", order.number, True)
    assert [(line.quantity, line.unit.display, line.total.display) for line in invoice.lines] == [
        (2, "₦9,000", "₦18,000"),
        (1, "₦20,000", "₦20,000"),
    ]
    assert len(invoice.lines[1].about) == 3
    assert [(label, amount.display) for label, amount in invoice.totals] == [
        ("Subtotal", "₦38,000"),
        ("Delivery", "₦4,000"),
        ("Total", "₦42,000"),
    ]
    assert invoice.customer[0] == "Ada Obi"
    assert invoice.seller[0] == "Prechi Clothing"


def test_what_is_not_paid_is_no_receipt() -> None:
    invoice = documents.invoice(placed_order())
    assert (invoice.title, invoice.is_paid) == ("Pro forma invoice, not paid", False)


def test_sellers_numbers_stand_on_it(order: Order, settings: Any) -> None:
    settings.SELLER_REGISTRATION, settings.SELLER_TAX_NUMBER = "1234567", "98-76"
    assert {"RC 1234567", "TIN 98-76"} <= set(documents.invoice(order).seller)


def test_a_slip_has_every_piece_and_no_price(order: Order, client: Client, desk: Client) -> None:  # noqa: F811
    slip = documents.slip(order)
    assert slip.pieces == 5
    assert [(line.quantity, line.bundle) for line in slip.lines] == [(2, ""), *[(1, "Any 3 briefs")] * 3]
    assert slip.note == "Ring twice"
    assert slip.address.endswith(f"/admin/orders/order/{order.pk}/change/")
    page = desk.get(reverse("admin:orders_order_slips"), {"order": order.pk}).text
    assert order.number in page
    assert "Bundle: Any 3 briefs" in page
    assert "₦" not in page


def test_whoever_holds_the_link_prints_the_invoice(order: Order, client: Client) -> None:
    page = client.get(f"/orders/{order.token}/invoice/")
    assert "₦42,000" in page.text
    assert "12 Admiralty Way<br>" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    answer = client.get(f"/orders/{order.token}/invoice.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert f"prechi-invoice-{order.number}.pdf" in answer.headers["Content-Disposition"]
    assert pages(answer.content) == 1
    assert f"/orders/{order.token}/invoice/" in client.get(f"/orders/{order.token}/").text


@pytest.mark.parametrize("path", ["invoice/", "invoice.pdf"])
def test_nobody_else_does(order: Order, client: Client, path: str) -> None:
    assert client.get(f"/orders/{'x' * 32}/{path}").status_code == 404


def test_ten_lines_fit_on_one_page_and_forty_do_not() -> None:
    ten = paid(placed_order(*[(VariantSizeFactory(), 1) for _ in range(10)]))
    assert pages(pdf.invoice(documents.invoice(ten))) == 1
    forty = paid(placed_order(*[(VariantSizeFactory(), 1) for _ in range(40)]))
    assert pages(pdf.invoice(documents.invoice(forty))) == 3


def test_the_slip_of_a_second_parcel_lists_only_what_is_left(order: Order, desk: Client) -> None:  # noqa: F811
    singles = order.lines.get(kind="piece")
    refunds.request(order.pk, lines={singles.pk: 1}, restock=True, reason="Stain", key="k", actor=events.SYSTEM)
    lifecycle.pack(order.pk, events.SYSTEM)
    first, *_ = order.lines.filter(kind="component").order_by("pk")
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "1", {first.pk: 1})
    slip = documents.slip(order)
    assert [(line.quantity, line.bundle) for line in slip.lines] == [(1, ""), *[(1, "Any 3 briefs")] * 2]
    assert (slip.pieces, slip.not_in_it) == (3, 2)
    page = desk.get(reverse("admin:orders_order_slips"), {"order": order.pk}).text
    assert "without 2 that left before" in page
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "2")
    order.refresh_from_db()
    assert documents.slip(order).pieces == 4


def test_many_slips_are_one_document_each_on_its_own_page(desk: Client) -> None:  # noqa: F811
    orders = [paid(placed_order()) for _ in range(3)]
    changelist = reverse("admin:orders_order_changelist")
    chosen = {"action": "print_slips", "_selected_action": [str(order.pk) for order in orders]}
    page = desk.post(changelist, chosen, follow=True)
    assert [order.number in page.text for order in orders] == [True] * 3
    answer = desk.get(reverse("admin:orders_order_slips_pdf"), {"order": [order.pk for order in orders]})
    assert pages(answer.content) == 3


def test_slips_are_for_staff_with_the_right(order: Order, client: Client, desk_of: Any) -> None:  # noqa: F811
    address = reverse("admin:orders_order_slips")
    assert client.get(address, {"order": order.pk}).status_code == 302
    for name in ("admin:orders_order_slips", "admin:orders_order_slips_pdf"):
        assert desk_of("catalog.view_product").get(reverse(name), {"order": order.pk}).status_code == 403


@pytest.mark.parametrize("key", ["", "0", "x", "9" * 40, "1 OR 1=1"])
def test_slips_of_no_order_are_not_found(desk: Client, key: str) -> None:  # noqa: F811
    assert desk.get(reverse("admin:orders_order_slips"), {"order": key}).status_code == 404


def test_names_of_every_kind_are_written() -> None:
    """Letters of Yoruba, Hausa, Igbo and of Europe are in the type; others leave a box and stop nothing."""
    lagos()
    contact = replace(ADA, full_name="Ọláìyá Ṣẹ́gun Ɗanjuma Müller 李")
    order = paid(checkout.place_order(bag_with((VariantSizeFactory(), 1)), contact, LAGOS_ISLAND))
    assert pages(pdf.invoice(documents.invoice(order))) == 1
    assert pages(pdf.slips([documents.slip(order)])) == 1


def test_money_that_went_back_stands_under_the_invoice_and_what_is_left(order: Order, client: Client) -> None:
    singles = order.lines.get(kind="piece")
    first = refunds.request(order.pk, lines={singles.pk: 1}, reason="Torn seam.", key="one", actor=events.SYSTEM)
    given_by_hand(first)
    refunds.request(order.pk, delivery=True, reason="It was late", key="two", actor=events.SYSTEM)
    invoice = documents.invoice(order, money_back_of(order))
    assert [(back.label, back.about, back.amount.display) for back in invoice.money_back] == [
        ("Refunded", f"Torn seam: 1 × {singles.name}, Black, M", "₦9,000"),
        ("Refund under way since", "It was late: Delivery", "₦4,000"),
    ]
    assert invoice.totals[-1][1].display == "₦42,000"  # as it was sold, whatever happens
    assert invoice.left.display == "₦29,000"
    page = client.get(f"/orders/{order.token}/invoice/").text
    first.refresh_from_db()
    assert f"Refunded {timezone.localtime(first.finished_at):%-d %B %Y}" in page
    assert "₦29,000" in page
    assert pages(client.get(f"/orders/{order.token}/invoice.pdf").content) == 1


def test_a_cancelled_order_has_nothing_left_paid(order: Order, client: Client) -> None:
    cancellation.cancel(order, events.CUSTOMER)
    order.refresh_from_db()
    invoice = documents.invoice(order, money_back_of(order))
    assert invoice.left.display == "₦0"
    assert "Cancelled" in client.get(f"/orders/{order.token}/invoice/").text


def test_a_second_payment_that_goes_back_is_not_on_it(order: Order) -> None:
    total = order.total_subunit
    again = Payment.objects.create(order=order, reference="TWICE", amount_subunit=total, currency="NGN")
    word = Transaction(7, "TWICE", "success", total, total, "NGN", "test", "card", 0, timezone.now(), "")
    settlement.record_money(again.pk, word)
    assert Refund.objects.count() == 1
    assert money_back_of(order) == []


def test_an_exchange_is_noted(order: Order) -> None:
    singles = order.lines.get(kind="piece")
    assert singles.variant_size
    large = VariantSizeFactory(variant=singles.variant_size.variant, size=SizeFactory(name="L"), price_kobo=900_000)
    order = delivered(order)
    wishes = {singles.pk: returns.Wish(1, large.sku)}
    asked = returns.request(order.pk, wishes, "exchange", "size", "", events.CUSTOMER)
    returns.approve(asked.pk, events.SYSTEM)
    returns.receive(asked.pk, {row.pk: "sound" for row in asked.lines.all()}, events.SYSTEM)
    notes = documents.invoice(Order.objects.get(pk=order.pk)).notes
    assert any(note.endswith(f": 1 × {singles.name}, Black L for Black M.") for note in notes)


def written_on_paper(slip: documents.Slip) -> str:
    """What is set on the sheet; in the file itself it is glyphs."""
    written: list[str] = []

    def note(sheet: pdf.Sheet, width: float, height: float, text: str = "", **how: Any) -> None:
        written.append(text)

    with mock.patch.object(pdf.Sheet, "multi_cell", note):
        pdf.slips([slip])
    return "\n".join(written)


def unpaid() -> Order:
    return placed_order()


def cancelled() -> Order:
    return lifecycle.cancel(placed_order().pk, events.CUSTOMER)


def cancelled_after_it_was_paid() -> Order:
    return cancellation.cancel(paid(placed_order()), events.CUSTOMER)


def expired() -> Order:
    order = placed_order()
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))
    lifecycle.expire(order.pk)
    return order


def not_taken_at_the_door() -> Order:
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = placed_order(pay_on_delivery=True)
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    return not_arrived.not_accepted(order.pk, events.SYSTEM, "Nobody at home")


def lost() -> Order:
    order = paid(placed_order())
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    return cancellation.end_not_arrived(order.pk, events.SYSTEM, "Lost", restock=False)


def sent() -> Order:
    return delivered(paid(placed_order()))


def without_a_piece() -> Order:
    order = paid(placed_order())
    lines = {order.lines.get().pk: 1}
    refunds.request(order.pk, lines=lines, restock=True, reason="Stain", key="k", actor=events.SYSTEM)
    return order


@pytest.mark.parametrize(
    ("make", "warning"),
    [
        (unpaid, "Not paid: do not pack"),
        (cancelled, "Cancelled: do not pack"),
        (cancelled_after_it_was_paid, "Cancelled: do not pack"),
        (expired, "Expired: do not pack"),
        (not_taken_at_the_door, "Came back: do not pack"),
        (lost, "Cancelled: do not pack"),
        (sent, "Sent already: do not pack"),
        (without_a_piece, "Nothing is left to pack"),
    ],
)
def test_a_slip_that_is_not_to_be_packed_says_so_at_its_top(
    desk: Client,  # noqa: F811
    settings: Any,
    make: Callable[[], Order],
    warning: str,
) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    order, to_pack = Order.objects.get(pk=make().pk), paid(placed_order())
    chosen = {"order": [order.pk, to_pack.pk]}
    page = desk.get(reverse("admin:orders_order_slips"), chosen).text
    assert page.count("do not pack") + page.count("Nothing is left") == 1
    assert page.index(warning) < page.index("Deliver to")
    assert written_on_paper(documents.slip(order)).startswith(warning)
    assert pages(desk.get(reverse("admin:orders_order_slips_pdf"), chosen).content) == 2


def test_one_to_be_paid_at_the_door_is_packed(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = placed_order(pay_on_delivery=True)
    assert documents.slip(order).warning == ""
    lifecycle.pack(order.pk, events.SYSTEM)
    assert documents.slip(Order.objects.get(pk=order.pk)).warning == ""


def test_pieces_that_were_refunded_and_not_put_back_are_marked(order: Order, desk: Client) -> None:  # noqa: F811
    singles = order.lines.get(kind="piece")
    first, *_ = order.lines.filter(kind="component").order_by("pk")
    address = reverse("admin:orders_order_slips")
    assert "refunded" not in desk.get(address, {"order": order.pk}).text
    given_by_hand(refunds.request(order.pk, lines={singles.pk: 2}, reason="Damaged", key="one", actor=events.SYSTEM))
    refunds.request(order.pk, lines={first.pk: 1}, reason="Damaged", key="two", actor=events.SYSTEM)
    page = desk.get(address, {"order": order.pk}).text
    assert page.count("2 of these were refunded: do not pack without asking") == 1
    assert page.count("1 of these was refunded: do not pack without asking") == 1
    slip = documents.slip(order, standing.pieces_paid_back(order))
    assert "2 of these were refunded: do not pack without asking" in written_on_paper(slip)
    assert (slip.pieces, slip.warning) == (5, "")


def test_pieces_that_were_put_back_are_gone_from_it_and_mark_nothing(order: Order) -> None:
    singles = order.lines.get(kind="piece")
    refunds.request(order.pk, lines={singles.pk: 1}, restock=True, reason="Stain", key="k", actor=events.SYSTEM)
    slip = documents.slip(Order.objects.get(pk=order.pk), standing.pieces_paid_back(order))
    assert [(line.quantity, line.warning) for line in slip.lines] == [(1, "")] * 4


def test_what_went_back_is_asked_once_for_all_slips(desk: Client) -> None:  # noqa: F811
    size = VariantSizeFactory(on_hand=9)
    orders = [paid(placed_order((size, count))) for count in (2, 3, 4)]
    for order in orders[:2]:
        lines = {order.lines.get().pk: 1}
        refunds.request(order.pk, lines=lines, reason="A stain.", key=order.number, actor=events.SYSTEM)
    with CaptureQueriesContext(connection) as seen:
        page = desk.get(reverse("admin:orders_order_slips"), {"order": [order.pk for order in orders]}).text
    assert page.count("1 of these was refunded") == 2
    assert len([query for query in seen if "payments_refundline" in query["sql"]]) == 1
