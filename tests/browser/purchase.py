"""A person's way through the shop in a browser, counting what it costs them."""

import uuid
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

PIECES = "3"


@dataclass
class Buyer:
    page: Page
    email: str = field(default_factory=lambda: f"ada-{uuid.uuid4().hex[:10]}@prechi.test")
    taps: int = 0
    fields: int = 0

    def tap(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]
        self.taps += 1

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)
        self.fields += 1

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(option)
        self.fields += 1

    def puts_into_bag(self, product: str, sku: str) -> None:
        self.page.goto(product)
        self.page.locator("label.size", has=self.page.locator(f"[value='{sku}']")).click()
        self.taps += 1
        self.page.get_by_label("Quantity").select_option(PIECES)
        self.tap("button", "Add to bag")
        expect(self.page.get_by_text("It is in your bag.")).to_be_visible()

    def goes_to_checkout(self) -> None:
        self.tap("link", "Check out")
        expect(self.page.get_by_role("heading", name="Checkout")).to_be_visible()

    def fills_in(self, scripts: bool) -> None:
        page = self.page
        self.fill("E-mail", self.email)
        self.fill("Full name", "Ada Obi")
        self.fill("Phone", "0803 123 4567")
        self.select("State", "Lagos")
        if not scripts:
            self.tap("button", "Update delivery")
        area = page.get_by_label("Local government area", exact=True)
        expect(area.locator("option", has_text="Eti-Osa")).to_have_count(1)
        self.select("Local government area", "Eti-Osa")
        self.fill("Street and number", "12 Admiralty Way")
        self.fill("Landmark (optional)", "Lekki Phase 1 gate")
        page.get_by_label("I have read the terms").check()
        self.fields += 1

    def pays(self, scripts: bool) -> None:
        if not scripts:
            self.tap("button", "Continue to the total")
            expect(self.page.get_by_text("Your total with delivery is")).to_be_visible()
        self.tap("button", "Pay ₦")
        expect(self.page.get_by_text("SANDBOX")).to_be_visible()

    def pays_at_paystack(self) -> None:
        self.page.get_by_role("button", name="Pay with the test card that succeeds").click()
        expect(self.page.get_by_role("heading", name="Thank you. It is paid.")).to_be_visible()
