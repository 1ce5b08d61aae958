"""What customers do, as far as every journey has it in common."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.plain_browser import Page, PlainBrowser
from tests.running_shop import RunningShop, eventually

PIECES = 3
ADDRESS = {
    "full_name": "Ada Obi",
    "phone": "0803 123 4567",
    "street": "12 Admiralty Way",
    "landmark": "Lekki Phase 1 gate",
}


def sizes_in_stock(
    shop: RunningShop, count: int = 1, least: int = PIECES, most: int = 1000, *, reduced: bool = False
) -> list[tuple[str, str, str, str]]:
    """(product, colour, size, SKU) of the best stocked sizes, each of another product."""
    found = shop.sql(
        """SELECT * FROM (
               SELECT DISTINCT ON (product.id) product.slug, colour.slug, size.name, row.sku,
                      row.on_hand - row.reserved AS available
                 FROM catalog_variantsize row
                 JOIN catalog_variant variant ON variant.id = row.variant_id AND variant.active
                 JOIN catalog_product product ON product.id = variant.product_id AND product.active
                 JOIN catalog_colour colour ON colour.id = variant.colour_id
                 JOIN catalog_size size ON size.id = row.size_id
                 JOIN catalog_listingrow listed ON listed.product_id = product.id
                WHERE row.active AND row.on_hand - row.reserved BETWEEN %s AND %s
                  AND (listed.compare_at_kobo IS NOT NULL OR NOT %s)
                ORDER BY product.id, row.on_hand - row.reserved DESC) best
            ORDER BY available DESC""",
        least,
        most,
        reduced,
    )
    assert len(found) >= count, "the demo shop is sold out"
    return [row[:4] for row in found[:count]]


@dataclass
class Customer:
    """A person with a browser, who can be told apart by the address of their mail."""

    shop: RunningShop
    email: str = field(default_factory=lambda: f"ada-{uuid.uuid4().hex[:10]}@prechi.test")

    def __post_init__(self) -> None:
        self.browser = PlainBrowser(self.shop.url)

    @property
    def page(self) -> Page:
        return self.browser.page

    def takes(self, product: str, colour: str, size: str, sku: str, pieces: int = PIECES) -> "Customer":
        page = self.browser.open(f"/products/{product}/?colour={colour}&size={size}")
        assert page.status == 200
        self.browser.send(page.form("/bag/", button="Add to bag"), "Add to bag", sku=sku, quantity=str(pieces))
        assert "It is in your bag." in self.page.text
        return self

    def takes_something(self) -> "Customer":
        return self.takes(*sizes_in_stock(self.shop)[0])

    def takes_a_bundle(self) -> "Customer":
        """Of three: one piece in L, and the same twice more."""
        browser = self.browser
        slug = self.shop.sql("SELECT slug FROM catalog_bundle WHERE active AND pieces = 3 ORDER BY position LIMIT 1")[0]
        form = browser.open(f"/bundles/{slug}/").form("/bag/", button="Add to bag")
        piece = next(label for name, _, label in form.buttons if name == "pick")
        browser.send(form, piece)
        browser.send(self.page.form("/bag/", button="Update total"), "Update total", size_1="L")
        for _ in range(2):
            browser.send(self.page.form("/bag/", button="Duplicate piece 1"), "Duplicate piece 1")
        assert "3 of 3 chosen" in self.page.text
        browser.send(self.page.form("/bag/", button="Add to bag"), "Add to bag")
        assert "It is in your bag." in self.page.text
        return self

    def checks_out(self, state: str = "Lagos", area: str = "Eti-Osa", ends_at: str = "") -> "Customer":
        """Ends on Paystack's page if nothing else is said, having seen the total with delivery first."""
        browser = self.browser
        page = browser.open("/checkout/")
        browser.send(page.form("/checkout/"), "Update delivery", state=state)
        form = self.page.form("/checkout/")
        about = {"email": self.email, **ADDRESS, "area": area, "consent": "on"}
        browser.send(form, "Continue to the total", **about)
        assert "Your total with delivery is" in self.page.text
        browser.send(self.page.form("/checkout/"), "Pay")
        assert self.page.url.startswith(ends_at or self.shop.paystack), self.page.text[:600]
        return self

    def pays(self, button: str = "Pay with the test card that succeeds") -> "Customer":
        self.browser.send(self.page.form("/checkout/", button=button), button)
        return self

    def orders(self) -> "Customer":
        return self.takes_something().checks_out()

    @property
    def order(self) -> dict[str, Any]:
        names = ("id", "number", "token", "status", "payment_status", "total_subunit")
        rows = self.shop.sql(
            f"SELECT {', '.join(names)} FROM orders_order WHERE email = %s ORDER BY id DESC", self.email
        )
        return dict(zip(names, rows[0], strict=True))

    @property
    def reference(self) -> str:
        """Of the latest attempt."""
        return self.shop.sql(
            "SELECT reference FROM payments_payment WHERE order_id = %s ORDER BY id DESC LIMIT 1", self.order["id"]
        )[0]

    def control(self, outcome: str, **options: Any) -> Any:
        """What happens at Paystack, without its page."""
        path = f"paystack/transactions/{self.reference}/pay"
        return self.shop.sandbox("POST", path, {"outcome": outcome, **options})

    def hold_ends(self) -> None:
        self.shop.sql(
            "UPDATE orders_order SET hold_expires_at = now() - interval '1 minute' WHERE id = %s", self.order["id"]
        )

    def comes_back(self) -> Page:
        """The return page, as Paystack's redirect opens it."""
        return self.browser.open(f"/pay/return/?trxref={self.reference}&reference={self.reference}")

    def sees_order(self) -> Page:
        return self.browser.open(f"/orders/{self.order['token']}/")

    def has(self, payment_status: str) -> bool:
        return eventually(lambda: self.order["payment_status"] == payment_status)

    def assert_paid(self) -> None:
        """Order, stock, page and mail agree, and each thing happened once."""
        assert self.has("paid"), self.order
        order = self.order
        assert order["status"] == "paid"
        states = self.shop.sql("SELECT DISTINCT state FROM orders_reservation WHERE order_id = %s", order["id"])
        assert "consumed" in states  # beside "released", where an ended hold was renewed
        assert "open" not in states
        assert self.shop.sql(
            "SELECT count(*) FROM orders_orderevent WHERE order_id = %s AND kind = 'paid'", order["id"]
        ) == [1]
        receipt = eventually(lambda: self.shop.mails(self.email, "order-paid"))
        assert len(receipt) == 1
        assert order["number"] in receipt[0]["text"]
        page = self.sees_order()
        assert page.status == 200
        assert "Paid, done" in page.text
