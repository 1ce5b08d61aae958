"""The invoice goes to somebody else than the parcel: it says so for ever, and what leads the rider never does."""

import subprocess
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.errors import ShopError
from orders import checkout, documents, pdf
from orders.models import Order
from tests.admin.conftest import desk as desk
from tests.admin.conftest import owner as owner
from tests.factories import ADA, LAGOS_ISLAND, VariantSizeFactory, bag_with, lagos, letter, paid, placed_order
from tests.purchase.test_documents import pages

pytestmark = pytest.mark.django_db

NAME, LINES = "Obi & Sons Ltd", ("4 Broad Street", "Marina, Lagos", "TIN 1234-5678")
BILLED = replace(ADA, billing_name=NAME, billing_address="\n".join(LINES))
RECIPIENT = ("Ada Obi", "12 Admiralty Way", "Lekki", "Eti-Osa, Lagos", "Nigeria", "ada@prechi.test")


def billed(*sizes: Any, contact: checkout.Contact = BILLED) -> Order:
    lagos()
    held = bag_with(*((size, 1) for size in sizes or (VariantSizeFactory(),)))
    return paid(checkout.place_order(held, contact, LAGOS_ISLAND))


def read_from(content: bytes) -> str:
    """The words of a PDF, set out as on its pages."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_invoice_says_to_whom_and_where_the_parcel_goes(client: Client) -> None:
    order = billed()
    invoice = documents.invoice(order)
    assert (invoice.bill_to, invoice.customer) == ((NAME, *LINES), RECIPIENT)
    page = client.get(f"/orders/{order.token}/invoice/").text
    assert "<h2>Bill to</h2><address>Obi &amp; Sons Ltd<br>4 Broad Street<br>Marina, Lagos<br>TIN 1234-5678<br>" in page
    assert "<h2>Deliver to</h2><address>Ada Obi<br>12 Admiralty Way<br>" in page
    assert "<h2>To</h2>" not in page


def test_and_so_does_its_pdf(client: Client) -> None:
    order = billed()
    words = read_from(client.get(f"/orders/{order.token}/invoice.pdf").content)
    for text in ("Bill to", NAME, *LINES, "Deliver to", *RECIPIENT):
        assert text in words, words
    assert words.index("Bill to") < words.index("Deliver to")


def test_without_one_it_is_as_it_always_was(client: Client) -> None:
    order = paid(placed_order())
    invoice = documents.invoice(order)
    assert (invoice.bill_to, invoice.customer) == ((), RECIPIENT)
    page = client.get(f"/orders/{order.token}/invoice/").text
    assert "<h2>To</h2><address>Ada Obi<br>12 Admiralty Way<br>" in page
    words = read_from(client.get(f"/orders/{order.token}/invoice.pdf").content)
    for text in (page, words):
        assert "Bill to" not in text
        assert "Deliver to" not in text
    assert "Invoice to" not in client.get(order.get_absolute_url()).text


def test_the_longest_there_may_be_leaves_the_invoice_whole() -> None:
    address = "\n".join(["Suite 1207, Wing of the Northern Tower"] * 7 + ["Lagos"])
    order = billed(contact=replace(BILLED, billing_name="Consolidated " * 9, billing_address=address[:300]))
    content = pdf.invoice(documents.invoice(order))
    assert pages(content) == 1
    assert read_from(content).count("Suite 1207") == 7
    ten = billed(*(VariantSizeFactory() for _ in range(10)))
    assert pages(pdf.invoice(documents.invoice(ten))) == 1


def test_the_customers_page_and_the_receipt_say_it(client: Client) -> None:
    order = billed()
    page = client.get(order.get_absolute_url()).text
    assert ">Invoice to</h2>" in page
    assert "<address>Obi &amp; Sons Ltd<br>4 Broad Street<br>" in page
    for kind in ("order-received", "order-paid"):
        mail = letter(kind)
        assert f"\n\nInvoice to\n{NAME}\n4 Broad Street\n" in mail.text
        assert "Obi &amp; Sons Ltd<br>4 Broad Street<br>" in "".join(line.strip() for line in mail.html.splitlines())


def test_a_mail_without_one_says_nothing_of_it() -> None:
    placed_order()
    mail = letter("order-received")
    assert "Invoice to" not in mail.text + mail.html


def test_no_rider_and_nobody_with_the_number_alone_reads_it(client: Client, desk: Client) -> None:
    order = billed()
    slip = desk.get(reverse("admin:orders_order_slips"), {"order": order.pk}).text
    sheet = read_from(desk.get(reverse("admin:orders_order_slips_pdf"), {"order": order.pk}).content)
    tracked = client.post("/orders/track/", {"number": order.number, "known": order.email}, follow=True).text
    assert order.number in slip
    assert order.number in sheet
    for text in (slip, sheet, tracked):
        assert "Obi & Sons" not in text.replace("&amp;", "&")
        assert "Broad Street" not in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"billing_name": ""}, "billing_name"),
        ({"billing_name": "   "}, "billing_name"),
        ({"billing_address": ""}, "billing_address"),
        ({"billing_address": " \n "}, "billing_address"),
        ({"billing_address": "4084 0840 8408 4081"}, "billing_address"),
        ({"billing_address": "4084 0840\n8408 4081"}, "billing_address"),
    ],
)
def test_whoever_places_it_the_rules_hold(change: dict[str, str], field: str) -> None:
    lagos()
    with pytest.raises(ShopError) as refused:
        checkout.place_order(bag_with((VariantSizeFactory(), 1)), replace(BILLED, **change), LAGOS_ISLAND)
    assert (refused.value.status, refused.value.field) == (400, field)
    assert not Order.objects.exists()


@pytest.mark.parametrize("column", ["billing_name", "billing_address"])
def test_the_database_takes_both_or_neither(column: str) -> None:
    order = billed()
    order.pk, order.bag, order.token, order.number = None, None, "x" * 30, "PR-1"  # type: ignore[assignment]
    setattr(order, column, "")
    with pytest.raises(IntegrityError, match="order_billing_is_whole"), transaction.atomic():
        order.save(force_insert=True)


def test_the_code_of_before_places_orders_still() -> None:
    """During a deploy it inserts rows without these columns."""
    order = placed_order()
    its_own = ("id", "bag_id", "token", "number", "billing_name", "billing_address")
    known = ", ".join(field.column for field in Order._meta.concrete_fields if field.column not in its_own)
    savepoint = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_order (token, {known}) SELECT %s, {known} FROM orders_order WHERE id = %s"
            " RETURNING billing_name, billing_address",
            ["x" * 30, order.pk],
        )
        assert cursor.fetchone() == ("", "")
    transaction.savepoint_rollback(savepoint)  # its copy has no lines
