"""To whom the invoice of an order goes, where that is not who gets the parcel: a name, and an address in free lines."""

from core import card_numbers
from core.errors import ShopError
from core.one_line import is_one_line

NAME_MAX, ADDRESS_MAX = 120, 300
# With more, an invoice of ten lines would not stay on its page.
LINES_MAX = 8


def tidy(address: str) -> str:
    """Its lines as an invoice shows them: none empty, and one space where there were several, or a tab."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in address.splitlines())))


def check(name: str, address: str) -> None:
    """Both empty: the recipient. Raises ShopError, which names the field, for one without the other and for what cannot
    stand on an invoice."""
    name, address = name.strip(), tidy(address)
    if address and not name:
        raise ShopError("Write the name that goes on the invoice, or take its address out.", field="billing_name")
    if name and not address:
        raise ShopError("Write the address that goes on the invoice, or take its name out.", field="billing_address")
    lines = address.split("\n")
    if not is_one_line(name):
        raise ShopError("Write this name on one line, without control characters.", field="billing_name")
    if not all(is_one_line(line) for line in lines):
        raise ShopError("Write this address without control characters.", field="billing_address")
    if len(lines) > LINES_MAX:
        raise ShopError(f"Write this address in at most {LINES_MAX} lines.", field="billing_address")
    card_numbers.refuse(name, "billing_name")
    card_numbers.refuse(" ".join(lines), "billing_address")
