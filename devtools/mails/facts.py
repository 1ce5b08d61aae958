"""What each kind of mail is made of here: the same names as the shop writes (tests/mailing/test_mail_pictures.py)."""

from datetime import UTC, datetime
from typing import Any

from core.money import Money

SHOP = "https://prechi.example"
TOKEN = "Xw3kq1Zr8TnVb5yLs0Hd2g"
PLACED, HOLD, PAID = (datetime(2026, 11, 26, 13, minute, tzinfo=UTC) for minute in (2, 42, 9))
ADMIN_ORDER = f"{SHOP}/admin/orders/order/1042/change/"


def naira(amount: int) -> Money:
    return Money(amount * 100)


def piece(name: str, colour: str, size: str, quantity: int, total: int, sku: str) -> dict[str, Any]:
    return {
        "name": name,
        "colour": colour,
        "size": size,
        "quantity": quantity,
        "total": naira(total),
        "sku": sku,
        "taken_back": 0,
        "parts": [],
    }


def back(line: dict[str, Any], instead: str = "") -> dict[str, Any]:
    told = {name: line[name] for name in ("name", "colour", "size")}
    return told | {"quantity": 1, "instead": instead, "instead_colour": line["colour"] if instead else ""}


DRESS = piece("Asymmetric drape midi dress", "Burnt orange", "UK 12", 1, 48_500, "PR-DRS-014-BO-12")
BRIEF = piece("Ribbed brief", "Navy", "M", 2, 19_000, "PR-BRF-002-NV-M")
SET = piece("Gym set of three", "", "", 1, 54_000, "PR-SET-001") | {
    "parts": [
        piece("Seamless racerback sports bra", "Sand", "S", 1, 0, "PR-BRA-007-SD-S"),
        piece("High-waist leggings", "Sand", "M", 2, 0, "PR-LEG-003-SD-M"),
    ]
}

ORDER: dict[str, Any] = {
    "number": "PR-104207",
    "email": "adaeze.okonkwo@example.com",
    "full_name": "Adaeze Okonkwo-Williams",
    "phone": "+234 803 555 0142",
    "country": {"code": "NG", "name": "Nigeria"},
    "state": "Lagos",
    "area": "Eti-Osa",
    "street": "Flat 6, Block C, 27 Adeola Odeku Street, Victoria Island",
    "landmark": "opposite the Access Bank",
    "city": "",
    "postcode": "",
    "billing_name": "Okonkwo & Daughters Trading Company Limited",
    "billing_address": "14 Broad Street, 3rd floor\nMarina, Lagos\nTIN 20418866-0001",
    "note": "Please call before you come: the gate is locked after six.",
    "pay_on_delivery": False,
    "status": "pending",
    "payment_status": "unpaid",
    "quote_status": "not_needed",
    "cost_something": True,
    "currency": "NGN",
    "delivery_method": "",
    "delivery_min_days": 1,
    "delivery_max_days": 3,
    "hold_expires_at": HOLD,
    "placed_at": PLACED,
    "paid_at": PAID,
    "carrier": "GIG Logistics",
    "tracking_number": "GIGL-2216-884-093",
    "total": naira(116_350),
}
OF_AN_ORDER: dict[str, Any] = {
    "order": ORDER,
    "lines": [DRESS, BRIEF, SET],
    "totals": [
        ("Subtotal", naira(121_500)),
        ("WELCOME10: 10 % off your first order", naira(-12_150)),
        ("Delivery", naira(7_000)),
        ("Total", naira(116_350)),
    ],
    "comes": [],
    "order_url": f"{SHOP}/orders/{TOKEN}/",
    "pay_url": f"{SHOP}/pay/{TOKEN}/",
    "help_url": f"{SHOP}/help/",
}
ABROAD = ORDER | {
    "country": {"code": "GB", "name": "United Kingdom"},
    "state": "",
    "area": "",
    "landmark": "",
    "street": "14b Peckham Rye",
    "city": "London",
    "postcode": "SE15 4JR",
    "quote_status": "awaiting",
    "delivery_min_days": None,
    "delivery_max_days": None,
}
WITHOUT_DELIVERY = [row for row in OF_AN_ORDER["totals"] if row[0] not in ("Delivery", "Total")]
TO_LONDON = {"order": ABROAD | {"total": naira(109_350)}, "totals": [*WITHOUT_DELIVERY, ("Total", naira(109_350))]}
NEVER_PAID = OF_AN_ORDER | {"order": ORDER | {"paid_at": None}}
IN_CASH = {"why": "", "by_hand": True}
AT_THE_DOOR = {"order": ORDER | {"pay_on_delivery": True, "paid_at": None}}
ONE_TAKEN_OUT = {
    "lines": [DRESS, BRIEF | {"taken_back": 1}, SET],
    "comes": [DRESS, BRIEF | {"taken_back": 1, "quantity": 1}, *SET["parts"]],
}
REFUND = {"refund": {"amount": naira(9_500), "reason": "One of the two briefs had a torn seam.", "by_hand": False}}
MISMATCH = {
    "payment": {
        "came": naira(50_000),
        "due": naira(116_350),
        "is_another": True,
        "why": "Asked for ₦116,350, got ₦50,000.",
    }
}
QUOTE = {
    "amount": naira(38_000),
    "note": "With DHL, three to five days. Duties in your country are not in it.",
    "holds_until": "3 December 2026",
    "pay_url": f"{SHOP}/pay/delivery/{TOKEN}/",
}
RETURN = {
    "return": {
        "number": 7,
        "pieces": [back(BRIEF)],
        "reason": "It does not fit",
        "text": "Too wide at the waist.",
        "answer": "With pleasure. Please use the bag it came in.",
        "is_exchange": False,
        "is_faulty": False,
        "swaps_anyway": False,
        "declined": False,
        "swapped": False,
        "is_here": False,
        "is_undecided": False,
        "money": "all",
        "carrier": "",
        "tracking_number": "",
    },
    "return_address": ["Prechi Clothing", "12 Admiralty Way, Lekki Phase 1", "Lagos"],
}
EXCHANGE = RETURN | {
    "return": RETURN["return"]  # type: ignore[operator]
    | {"is_exchange": True, "swapped": True, "pieces": [back(DRESS, "UK 14")], "answer": ""}
}
ANOTHER_COLOUR = EXCHANGE | {
    "return": EXCHANGE["return"] | {"pieces": [back(DRESS, "UK 12") | {"instead_colour": "Olive"}]}  # type: ignore[operator]
}
DECLINED = EXCHANGE | {
    "return": EXCHANGE["return"]  # type: ignore[operator]
    | {"swapped": False, "declined": True, "pieces": [back(DRESS) | {"declined": True}]}
}
FAULTY = RETURN | {"return": RETURN["return"] | {"reason": "It is faulty", "is_faulty": True, "swaps_anyway": True}}  # type: ignore[operator]
FREE = RETURN | {"return": RETURN["return"] | {"money": "none"}}  # type: ignore[operator]
NOT_SENT = RETURN | {
    "return": RETURN["return"] | {"is_here": True, "answer": "The last one in UK 14 has a torn seam. We are sorry."}  # type: ignore[operator]
}
SENT = {
    "return": EXCHANGE["return"]  # type: ignore[operator]
    | {"carrier": "GIG Logistics", "tracking_number": "GIG-0146-77", "may_come_back": True}
}
REFUSED = {"return": RETURN["return"] | {"answer": "It was worn: the label is gone and the hem is marked."}}  # type: ignore[operator]
ACCOUNT = {"email": "adaeze.okonkwo@example.com", "reset_url": f"{SHOP}/accounts/password/reset/"}
STOP = {"stop_url": f"{SHOP}/newsletter/leave/312.0:k3V9/"}
STAFF = OF_AN_ORDER | {"admin_url": ADMIN_ORDER}
DISPUTE = {"dispute": {"amount": naira(116_350), "due_at": datetime(2026, 12, 1, 22, tzinfo=UTC), "reason": "fraud"}}


def kinds() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the picture: its kind and facts. Some kinds say different things on different days."""
    order = OF_AN_ORDER
    said: dict[str, dict[str, Any]] = {
        "order-received": order,
        "order-received (by staff)": order
        | {"order": ORDER | {"hold_expires_at": datetime(2026, 11, 28, 13, 2, tzinfo=UTC)}},
        "order-received (abroad)": order | TO_LONDON,
        "order-received (at the door)": order | AT_THE_DOOR,
        "order-paid": order,
        "order-paid (abroad)": order | TO_LONDON,
        "order-packed": order,
        "order-packed (without a piece)": order | ONE_TAKEN_OUT,
        "order-message": order | {"text": "Your rider comes on Friday between ten and twelve. Is somebody at home?"},
        "order-part-shipped": order
        | {"shipment": {"carrier": "DHL", "tracking_number": "JD0146 0000 1234", "pieces": [DRESS]}},
        "order-shipped": order,
        "order-shipped (at the door)": order | AT_THE_DOOR,
        "order-rest-taken-out": order | ONE_TAKEN_OUT,
        "order-not-arrived": order | {"why": "The courier lost the parcel on its way."},
        "order-not-accepted": order | AT_THE_DOOR | {"why": "Nobody was at home, twice."},
        "order-delivered": order
        | {"reviews": [(line, f"{SHOP}/reviews/{TOKEN}/") for line in (DRESS, BRIEF, *SET["parts"])]}
        | {"review_url": f"{SHOP}/reviews/{TOKEN}/"},
        "order-cancelled": NEVER_PAID | {"why": ""},
        "order-cancelled-paid (with its money back)": order
        | {"order": ORDER | {"payment_status": "refunded"}, "why": "The last dress was damaged in the shop."},
        "order-cancelled-paid": order | {"why": "The last dress was damaged in the shop."},
        "order-cancelled-paid (in cash)": order | IN_CASH,
        "order-expired": NEVER_PAID,
        "another-size": order | {"hours": 48, "choose_url": f"{SHOP}/orders/{TOKEN}/another-size/"},
        "transfer-rejected": NEVER_PAID
        | {"transfer": {"sent": naira(50_000), "due": naira(116_350), "is_another": True}},
        "payment-mismatch": NEVER_PAID | MISMATCH,
        "payment-mismatch (another mode)": NEVER_PAID
        | {"payment": {"came": naira(116_350), "due": naira(116_350), "is_another": False}},
        "payment-reversed": NEVER_PAID | {"payment": {"came": naira(116_350)}},
        "refund-started": order | REFUND,
        "refund-done": order | REFUND,
        "refund-let-go": order | REFUND | {"note": "We asked for it by mistake: your order is packed, and comes."},
        "refund-done (by hand)": order | {"refund": REFUND["refund"] | {"by_hand": True}},
        "delivery-quote": order | TO_LONDON | {"quote": QUOTE},
        "delivery-quote (packed)": order | {"order": ABROAD | {"status": "packed"}, "quote": QUOTE},
        "delivery-paid": order | TO_LONDON | {"quote": QUOTE},
        "delivery-paid (packed)": order | {"order": ABROAD | {"status": "packed"}, "quote": QUOTE},
        "return-requested": order | RETURN,
        "return-approved": order | RETURN,
        "return-approved (paid in cash)": order | RETURN | {"by_hand": True},
        "return-approved (another size)": order | EXCHANGE,
        "return-refused": order | REFUSED,
        "return-approved (faulty)": order | FAULTY,
        "return-changed": order | RETURN,
        "return-changed (another size)": order | EXCHANGE,
        "return-changed (another colour)": order | ANOTHER_COLOUR,
        "return-changed (not sent)": order | NOT_SENT,
        "return-lost": order | {"return": RETURN["return"] | {"answer": "The courier has no record of it."}},
        "return-received": order | RETURN,
        "return-received (no money)": order | FREE,
        "return-received (worn)": order | {"return": RETURN["return"] | {"is_undecided": True}},
        "return-received (not exchanged)": order | DECLINED,
        "return-sent": order | SENT,
        "return-unpaid": order | REFUSED,
        "account-verify": ACCOUNT | {"activate_url": f"{SHOP}/accounts/confirm-email/MQ:1vN0/"},
        "account-verify-address": ACCOUNT | {"activate_url": f"{SHOP}/accounts/confirm-email/MQ:1vN0/"},
        "account-welcome": ACCOUNT | {"shop_url": f"{SHOP}/shop/"},
        "account-reset": ACCOUNT | {"password_reset_url": f"{SHOP}/accounts/password/reset/key/1-c9x/"},
        "account-exists": ACCOUNT,
        "account-unknown": ACCOUNT | {"signup_url": f"{SHOP}/accounts/signup/"},
        "account-erased": {"at": PAID},
        "account-changed": ACCOUNT | {"what": "Your password was changed.", "at": PAID},
        "back-in-stock": STOP
        | {"product": DRESS["name"], "colour": "Burnt orange", "size": "UK 12", "price": naira(48_500)}
        | {"product_url": f"{SHOP}/products/asymmetric-drape-midi-dress/?colour=burnt-orange&size=UK+12"},
        "abandoned-bag": STOP | {"lines": [DRESS, BRIEF], "bag_url": f"{SHOP}/accounts/login/?next=%2Fbag%2F"},
        "newsletter-confirm": {"email": ACCOUNT["email"], "confirm_url": f"{SHOP}/newsletter/confirm/312.0:1vN0:pq/"},
        "campaign": _campaign(),
        "staff-order-paid": STAFF,
        "staff-order-on-delivery": STAFF | AT_THE_DOOR,
        "staff-quote-needed": STAFF | TO_LONDON,
        "staff-delivery-paid": STAFF | TO_LONDON | {"quote": QUOTE},
        "staff-paid-late": STAFF | {"reference": "PR-104207-2"},
        "staff-payment-mismatch": STAFF | MISMATCH | {"reference": "PR-104207-2"},
        "staff-payment-reversed": STAFF | {"payment": {"came": naira(116_350)}, "reference": "PR-104207-2"},
        "staff-payment-unclear": STAFF
        | {
            "payment": {
                "asked": naira(116_350),
                "why": "Paystack says 'mystery' of this payment, a word that the shop does not know. Look in "
                "Paystack's dashboard whether the money is there.",
            },
            "reference": "PR-104207-2",
        },
        "staff-return": STAFF | RETURN,
        "staff-dispute": STAFF | DISPUTE,
        "staff-dispute-due": STAFF | DISPUTE,
        "staff-dispute-closed": STAFF | DISPUTE,
        "staff-dispute-closed (won)": STAFF | {"dispute": {"amount": naira(116_350), "is_won": True}},
        "staff-low-stock": _news(
            "Ribbed brief, Navy, M (PR-BRF-002-NV-M): 2 left",
            "Asymmetric drape midi dress, Burnt orange, UK 12 (PR-DRS-014-BO-12): 1 left",
        ),
        "staff-paystack-account": _news(
            "Paystack's payment pages stay open for ever, while their orders are held for 35 minutes. Run manage.py "
            "paystack_session."
        ),
        "staff-differences": _news("DASHBOARD-1: Paid at Paystack, unknown here, ₦9,500"),
        "staff-failed-jobs": _news(
            f"Mail order-shipped, order/PR-104199. {SHOP}/admin/mailing/outgoingmail/88/change/",
            f"Job catalog.tasks.make_pictures failed. {SHOP}/admin/django_celery_results/taskresult/5/change/",
        ),
    }
    return {name: (name.partition(" (")[0], facts) for name, facts in said.items()}


def _campaign() -> dict[str, Any]:
    return {
        "campaign": {
            "subject": "New in: linen for the long weekend",
            "heading": "Linen for the long weekend",
            "preheader": "Six pieces, made in Lagos, from ₦18,500.",
            "button_label": "See the six",
            "button_url": f"{SHOP}/shop/?new=1",
        },
        "paragraphs": [
            "Six new pieces came off the tables in Yaba this week: shirts, two dresses and the trousers you asked for.",
            f"Sizes UK 6 to 22. How they fit is told at {SHOP}/help/sizes/.",
        ],
        "leave_url": f"{SHOP}/newsletter/leave/312.9:k3V9/",
    }


def _news(*news: str) -> dict[str, Any]:
    return {"news": list(news), "standing": 5, "admin_url": f"{SHOP}/admin/"}
