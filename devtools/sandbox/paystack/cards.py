"""Paystack's test cards: what each asks of the payer, and how it ends."""

from dataclasses import dataclass

APPROVED = "Successful"


@dataclass(frozen=True)
class Card:
    number: str
    cvv: str
    title: str
    steps: tuple[str, ...] = ()
    pin: str = ""
    otp: str = "123456"
    decline: str = ""
    refund: str = "processed"
    reusable: bool = True

    @property
    def spaced(self) -> str:
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))

    @property
    def brand(self) -> str:
        if self.number.startswith("4"):
            return "visa"
        return "mastercard" if self.number.startswith("51") else "verve"


CARDS = {
    card.number: card
    for card in (
        Card("4084084084084081", "408", "Succeeds at once"),
        Card("507850785078507812", "081", "Succeeds after PIN 1111", ("pin",), pin="1111"),
        Card("5060666666666666666", "123", "Succeeds after PIN 1234 and OTP 123456", ("pin", "otp"), pin="1234"),
        Card(
            "507850785078507804",
            "884",
            "Succeeds after PIN 0000, any phone number and OTP 123456",
            ("pin", "phone", "otp"),
            pin="0000",
        ),
        Card("5192602720584796", "123", "Asks on a page of the bank (3-D Secure)", ("bank_page",)),
        Card("4084080000005408", "001", "Is declined", decline="Declined"),
        Card(
            "507850785078507853", "082", "Fails with 'Token Not Generated' after PIN 0000", ("pin",), pin="0000",
            decline="Token Not Generated",
        ),
        Card("4084080000670037", "787", "Has not enough money", decline="Insufficient Funds"),
        Card("4084080000671803", "180", "Pays; a later refund fails", refund="failed"),
        Card("4084080000671902", "190", "Pays; a later refund needs attention", refund="needs-attention"),
    )
}  # fmt: skip
SUCCEEDING = CARDS["4084084084084081"]


def refund_outcome(number: str) -> str:
    return CARDS[number].refund if number in CARDS else "processed"
