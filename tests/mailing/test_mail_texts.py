"""What a customer reads. Rendered from unsaved objects: no database, so a text that queries fails here."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from core.money import Money
from mailing.render import Rendered, render
from orders.models import Order, OrderLine

KINDS = ["order-received", "order-paid", "order-shipped", "order-delivered", "order-cancelled", "order-expired"]
KINDS += [
    "order-cancelled-paid",
    "refund-started",
    "refund-done",
    "refund-let-go",
    "order-packed",
    "order-part-shipped",
]
KINDS += ["delivery-quote", "delivery-paid", "another-size", "transfer-rejected", "order-message"]
KINDS += ["payment-mismatch", "payment-reversed", "order-not-accepted", "order-rest-taken-out", "order-not-arrived"]
RETURN_KINDS = ["return-requested", "return-approved", "return-refused", "return-received"]
RETURN_KINDS += ["return-changed", "return-lost", "return-sent", "return-unpaid"]
KINDS += RETURN_KINDS
STAFF_KINDS = ["staff-order-paid", "staff-quote-needed", "staff-paid-late", "staff-dispute", "staff-return"]
STAFF_KINDS += ["staff-payment-mismatch", "staff-payment-reversed", "staff-order-on-delivery"]
STAFF_KINDS += ["staff-payment-unclear", "staff-delivery-paid", "staff-dispute-due", "staff-dispute-closed"]
OTHER: dict[str, dict[str, Any]] = {
    "abandoned-bag": {
        "lines": [{"name": "Ribbed brief", "colour": "Navy", "size": "M", "quantity": 2, "total": Money(1_900_000)}],
        "bag_url": "https://shop.example/accounts/login/?next=/bag/",
        "stop_url": "https://shop.example/newsletter/leave/1/",
    },
    "campaign": {
        "campaign": SimpleNamespace(
            subject="News from Lagos",
            heading="New in",
            preheader="Three pieces",
            button_label="Look at them",
            button_url="https://shop.example/shop/?new=1",
        ),
        "paragraphs": ["Three new pieces <b>today</b>.", "See https://shop.example/c/gymwear/ as well."],
        "leave_url": "https://shop.example/newsletter/leave/1/",
    },
    "newsletter-confirm": {"email": "ada@prechi.test", "confirm_url": "https://shop.example/newsletter/confirm/1/"},
}
STAFF_NEWS = ["staff-low-stock", "staff-failed-jobs", "staff-differences", "staff-paystack-account"]
ORDER_URL = "https://shop.example/orders/tok-en_1/"
ADMIN_URL = "https://shop.example/admin/orders/order/7/change/"
OFFER_URL = "https://shop.example/orders/tok-en_1/another-size/"
QUOTE_URL = "https://shop.example/quotes/tok-en_1/"
PAY_URL = "https://shop.example/pay/tok-en_1/"
ACTIONS = {
    "order-received": PAY_URL,
    "order-paid": ORDER_URL,
    "order-shipped": ORDER_URL,
    "order-delivered": ORDER_URL,
    "refund-started": ORDER_URL,
    "refund-done": ORDER_URL,
    "refund-let-go": ORDER_URL,
    "order-packed": ORDER_URL,
    "order-message": ORDER_URL,
    "order-part-shipped": ORDER_URL,
    "delivery-quote": QUOTE_URL,
    "delivery-paid": ORDER_URL,
    "another-size": OFFER_URL,
    "transfer-rejected": ORDER_URL,
    "payment-mismatch": ORDER_URL,
    "order-not-accepted": ORDER_URL,
    "order-rest-taken-out": ORDER_URL,
    "order-not-arrived": ORDER_URL,
    "payment-reversed": ORDER_URL,
    **dict.fromkeys(RETURN_KINDS, ORDER_URL),
    **dict.fromkeys(STAFF_KINDS, ADMIN_URL),
}
NEWS = {"news": ["Ribbed brief <b>, Black, M (PR-1): 2 left", "Mesh bra, Sand, S (PR-2): 1 left"], "standing": 5}


def an_order(**fields: Any) -> Order:
    defaults = {
        "number": "PR-100042",
        "email": "ada@prechi.test",
        "full_name": "Ada O'Brien & Daughters <b>",
        "phone": "+2348012345678",
        "country": "NG",
        "state": "Lagos",
        "area": "Ikeja",
        "street": "12 Allen Avenue",
        "landmark": "by the bank",
        "total_subunit": 6_700_000,
        "delivery_min_days": 3,
        "delivery_max_days": 5,
        "placed_at": datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
        "hold_expires_at": datetime(2026, 11, 23, 15, 40, tzinfo=UTC),
        "paid_at": datetime(2026, 11, 23, 15, 20, tzinfo=UTC),
        "carrier": "GIG Logistics",
        "tracking_number": "GIG-77",
    }
    return Order(**{**defaults, **fields})


def a_line(order: Order, *, kind: str = "piece", parts: tuple[OrderLine, ...] = (), **fields: Any) -> OrderLine:
    defaults = {"name": "Ribbed brief", "colour": "Navy Blue", "size": "M", "quantity": 2}
    amounts = {"unit_price_subunit": 950_000, "total_subunit": 1_900_000}
    line = OrderLine(order=order, kind=kind, **{**defaults, **amounts, **fields})
    line.parts = parts  # type: ignore[attr-defined]
    return line


def rendered(kind: str, extra: dict[str, Any] | None = None, **fields: Any) -> Rendered:
    order = an_order(**fields)
    pieces = tuple(a_line(order, kind="component", name="Mesh bra", size=size, quantity=1) for size in ("S", "L"))
    bundle = a_line(order, kind="bundle", name="Gym pair", colour="", size="", parts=pieces, quantity=1)
    context = {
        "order": order,
        "lines": [a_line(order), bundle],
        "totals": [("Subtotal", Money(6_300_000)), ("Delivery", Money(400_000)), ("Total", order.total)],
        "order_url": ORDER_URL,
        "pay_url": PAY_URL,
        "help_url": "https://shop.example/help/",
        "hours": 48,
        "choose_url": OFFER_URL,
        "refund": {"amount": Money(950_000), "reason": "One pair was torn."},
        "admin_url": ADMIN_URL,
        "reference": "PR-100042-1",
        "shipment": {"carrier": "DHL", "tracking_number": "D-9", "pieces": [a_line(order)]},
        "quote": {"amount": Money(2_500, "USD"), "pay_url": QUOTE_URL, "note": "By DHL, five days."},
        "return": {
            "pieces": [{"name": "Ribbed brief", "colour": "Navy Blue", "size": "M", "quantity": 1, "instead": "L"}],
            "reason": "It does not fit",
            "text": "Too small.",
            "answer": "With pleasure.",
            "is_exchange": True,
        },
        "return_address": ["Prechi Clothing", "12 Admiralty Way", "Lagos"],
        "transfer": {"sent": Money(500_000), "due": Money(950_000), "is_another": True},
        "payment": {"came": Money(500_000), "due": Money(950_000), "is_another": True, "why": "Asked for more."},
        "dispute": {"amount": Money(950_000), "due_at": order.hold_expires_at, "reason": "Not received"},
    }
    return render(kind, context | (extra or {}))


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hrefs += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize("kind", [*KINDS, *STAFF_KINDS])
class TestEveryMail:
    def test_names_the_order_in_a_subject_of_one_line(self, kind: str) -> None:
        subject = rendered(kind).subject
        assert "PR-100042" in subject
        assert "\n" not in subject
        assert len(subject) <= 78

    def test_offers_one_action_in_both_parts(self, kind: str, settings: Any) -> None:
        settings.SITE_URL = "https://shop.example"
        mail = rendered(kind)
        target = ACTIONS.get(kind, settings.SITE_URL)
        buttons = re.findall(r'<td class="button".*?href="([^"]+)"', mail.html, re.DOTALL)
        assert buttons == [target]
        assert f": {target}\n" in mail.text

    def test_needs_no_picture_and_no_file_from_elsewhere(self, kind: str) -> None:
        html = Links(rendered(kind).html)
        assert not {"img", "link", "script", "iframe"} & set(html.tags)
        assert all(href.startswith(("http://", "https://", "mailto:")) for href in html.hrefs)

    def test_stays_light(self, kind: str) -> None:
        assert len(rendered(kind).html.encode()) <= 40 * 1024

    def test_escapes_in_html_and_only_there(self, kind: str) -> None:
        mail = rendered(kind, street="5 <script>alert(1)</script> Road")
        assert "<script" not in mail.html
        assert not re.search(r"&(amp|lt|gt|quot|#x27);", mail.text + mail.subject)

    def test_says_what_was_ordered_and_for_how_much(self, kind: str) -> None:
        mail = rendered(kind)
        for part in (mail.html, mail.text):
            assert "Ribbed brief" in part
            assert "Mesh bra" in part
            assert "₦19,000" in part
            assert "₦67,000" in part

    def test_has_no_hole(self, kind: str) -> None:
        bare = {"landmark": "", "area": "", "delivery_min_days": None, "delivery_max_days": None, "carrier": ""}
        for mail in (rendered(kind), rendered(kind, **bare, tracking_number="", paid_at=None)):
            text = mail.text
            assert "None" not in text + mail.html
            assert "\n\n\n" not in text
            assert not re.search(r" [.,]|, ,|\(\)", text)


def test_an_unpaid_order_is_told_until_when_it_is_kept_in_the_shops_own_time() -> None:
    mail = rendered("order-received")
    assert mail.subject == "Your order PR-100042: pay by 16:40 to keep it"
    assert "16:40 on Monday 23 November" in mail.text
    assert "3 to 5 working days after payment" in mail.text


def test_who_has_longer_is_told_the_day_as_well() -> None:
    mail = rendered("order-received", hold_expires_at=datetime(2026, 11, 25, 15, 0, tzinfo=UTC))
    assert mail.subject == "Your order PR-100042: pay by Wednesday, 16:00 to keep it"
    assert "until Wednesday 25 November, 16:00. Pay" in mail.html


def test_a_receipt_says_what_was_paid_and_when() -> None:
    mail = rendered("order-paid")
    assert "We received ₦67,000 for order PR-100042 on 23 November 2026 at 16:20" in mail.text


def test_an_order_abroad_is_told_that_delivery_is_still_quoted() -> None:
    assert "courier" in rendered("order-paid", quote_status="awaiting").text
    assert "courier" not in rendered("order-paid").text


def test_a_shipped_order_names_carrier_and_number() -> None:
    text = rendered("order-shipped").text
    assert "with GIG Logistics" in text
    assert "GIG-77" in text


def test_a_cancelled_order_speaks_of_a_refund_only_when_money_was_taken() -> None:
    assert "We refund ₦67,000" in rendered("order-cancelled").text
    unpaid = rendered("order-cancelled", paid_at=None).text
    assert "refund" not in unpaid
    assert "It was not paid" in unpaid


def test_account_mails_escape_and_link_their_text() -> None:
    text = "Hello <you>,\n\nfollow https://shop.example/accounts/reset/1-abc/ within 30 minutes."
    html = render_to_string("mail/plain.html", {"subject": "Reset & go", "text": text, "user": SimpleNamespace()})
    assert "Hello &lt;you&gt;" in html
    assert 'href="https://shop.example/accounts/reset/1-abc/"' in html
    assert "Reset &amp; go" in html


@pytest.mark.parametrize("kind", ["refund-started", "refund-done"])
def test_a_refund_says_how_much_goes_back(kind: str) -> None:
    mail = rendered(kind)
    assert "₦9,500" in mail.subject
    assert "₦9,500" in mail.text
    assert "₦9,500" in mail.html


def test_every_kind_is_looked_at_here() -> None:
    kinds = {
        path.name.removesuffix(".subject.txt") for path in (settings.BASE_DIR / "templates/mail").glob("*.subject.txt")
    }
    elsewhere = {kind for kind in kinds if kind.startswith("account-")} | {"back-in-stock"}
    assert kinds - elsewhere == {*KINDS, *STAFF_KINDS, *STAFF_NEWS, *OTHER}


@pytest.mark.parametrize("kind", STAFF_NEWS)
def test_staff_read_what_is_new_and_where_to_look(kind: str) -> None:
    mail = render(kind, {**NEWS, "admin_url": ADMIN_URL})
    assert mail.subject.startswith("2 ")
    assert "5 in all" in mail.text
    assert re.findall(r'<td class="button".*?href="([^"]+)"', mail.html, re.DOTALL) == [ADMIN_URL]
    assert "brief <b>" in mail.text
    assert "brief <b>" not in mail.html


def test_a_cancelled_order_is_told_why() -> None:
    for kind in ("order-cancelled", "order-cancelled-paid"):
        mail = rendered(kind, {"why": "The seam of the last pair was torn."})
        assert "The reason: The seam of the last pair was torn." in mail.text
        assert "The reason: The seam of the last pair was torn." in mail.html


def test_a_part_of_an_order_is_named() -> None:
    assert (
        "In this parcel:\n  2 x Ribbed brief, Navy Blue, size M\n\nThe rest follows"
        in rendered("order-part-shipped").text
    )


def test_a_price_of_delivery_says_what_it_costs_and_what_staff_wrote() -> None:
    text = rendered("delivery-quote").text
    assert "takes $25" in text
    assert "By DHL, five days." in text


@pytest.mark.parametrize(
    ("status", "leaves"),
    [("paid", "is paid too and they are packed, the parcel leaves"), ("packed", "is paid too, the")],
)
def test_a_parcel_that_is_not_packed_yet_is_not_promised_to_leave(status: str, leaves: str) -> None:
    mail = rendered("delivery-quote", status=status)
    for part in (mail.text, mail.html):
        assert leaves in part


def test_staff_are_told_by_when_a_dispute_is_answered() -> None:
    for kind in ("staff-dispute", "staff-dispute-due"):
        assert "by Monday 23 November, 16:40 (Lagos time)" in rendered(kind).text


def test_staff_are_told_how_a_dispute_ended() -> None:
    assert "The bank took ₦9,500 back" in rendered("staff-dispute-closed").text
    won = {"dispute": {"amount": Money(950_000), "is_won": True}}
    assert "stays with the shop" in rendered("staff-dispute-closed", won).text


@pytest.mark.parametrize("kind", OTHER)
def test_a_mail_of_the_newsletter_has_one_action_in_both_parts(kind: str) -> None:
    mail = render(kind, OTHER[kind])
    [target] = re.findall(r'<td class="button".*?href="([^"]+)"', mail.html, re.DOTALL)
    assert f": {target}\n" in mail.text
    assert "None" not in mail.text + mail.html
    assert len(mail.html.encode()) <= 40 * 1024
    assert not {"img", "link", "script"} & set(Links(mail.html).tags)


def test_what_was_given_back_before_is_not_promised_again() -> None:
    for again in ({"payment_status": "partly_refunded"}, {"quote_status": "paid"}):
        text = rendered("order-cancelled-paid", **again).text
        assert "We refund all that you paid and have not had back" in text
        assert "We refund ₦67,000" not in text


@pytest.mark.parametrize(
    ("standing", "said", "preheader"),
    [
        ("refunded", "You have all your money back already.", "Your money was given back already"),
        ("refund_due", "What you have not had back yet goes back to you", "Your money goes back to you"),
    ],
)
def test_a_cancelled_order_promises_no_money_twice(standing: str, said: str, preheader: str) -> None:
    mail = rendered("order-cancelled-paid", payment_status=standing)
    for part in (mail.text, mail.html):
        assert said in part
        assert "We refund" not in part
    assert preheader in mail.html


def test_an_order_of_nothing_whose_delivery_was_paid_gets_that_back() -> None:
    mail = rendered("order-cancelled-paid", total_subunit=0, quote_status="paid")
    assert "We refund all that you paid" in mail.text
    assert "Your money goes back to you" in mail.html


@pytest.mark.parametrize(
    ("status", "said", "staff_do"),
    [
        ("paid", "goes to the courier when it is packed", "Delivery is paid: pack the order"),
        ("packed", "goes to the courier next", "A parcel that may leave"),
    ],
)
def test_a_paid_delivery_says_what_comes_next(status: str, said: str, staff_do: str) -> None:
    mail, to_staff = rendered("delivery-paid", status=status), rendered("staff-delivery-paid", status=status)
    assert said in mail.text
    assert said in mail.html
    assert staff_do in to_staff.text
    assert staff_do in to_staff.html
    assert ("not packed yet" in to_staff.text) == (status == "paid")
