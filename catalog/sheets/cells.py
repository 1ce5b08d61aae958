"""What one cell says: read into what the shop keeps, and written as a sheet shows it.

Sheets are compared by what they show: a price that is written 8,500.0 is the price 8500.
"""

import re
from datetime import date, datetime, time

from django.utils import timezone

from core.money import SUBUNITS
from core.money import parse as parse_money

PRICE_MAX = 10**12
NO_PRICE = "none"
YES_NO = {"yes": True, "no": False, "true": True, "false": False}
# Neither PostgreSQL nor a workbook can hold all of these.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# As people write it, and as accountants do.
BELOW_NOUGHT = re.compile(
    r"[-\u2212]\s*[₦$]?\s*\d[\d,.]*|[₦$]\s*[-\u2212]\s*\d[\d,.]*|\(\s*[₦$]?\s*\d[\d,.]*\)", re.ASCII
)
FAILED_FORMULA = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}")


class Wrong(ValueError):
    """The cell cannot be used. Says why."""


def tidy(text: str) -> str:
    """Text as every sheet shows it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def heading(text: str) -> str:
    """A column's name, however it is written."""
    return text.strip().lower().replace(" ", "_")


def check(text: str) -> None:
    """What no cell may hold. Raises Wrong."""
    if CONTROLS.search(text):
        raise Wrong("holds a character that cannot be stored")
    if FAILED_FORMULA.fullmatch(text):
        raise Wrong(f"{text}: a formula has failed here. Write the value itself")


def check_no_formula(written: str) -> None:
    """A spreadsheet saves what a formula comes to, so that one that arrives was never looked at. Raises Wrong."""
    if written.startswith("="):
        raise Wrong(f"{written[:40]!r} is a formula: write what it comes to. Before text that begins so put a '")


def price(text: str, currency: str = "NGN") -> int:
    """In the subunit of the currency."""
    if BELOW_NOUGHT.fullmatch(text):
        raise Wrong(f"{text} is below nought, and a price is above it")
    try:
        amount = parse_money(text, currency).amount
    except ValueError as error:
        raise Wrong(str(error).removesuffix(".")) from error
    if amount <= 0:
        raise Wrong("a price is above nought")
    if amount > PRICE_MAX:
        raise Wrong("this is more than the shop can charge")
    return amount


def dollars(text: str) -> int:
    """In cents; 0 for the word that takes the price away, as a blank cell leaves it."""
    return 0 if text.lower() == NO_PRICE else price(text, "USD")


def count(text: str, most: int) -> int:
    if BELOW_NOUGHT.fullmatch(text):
        raise Wrong(f"{text} is below nought: there are no fewer pieces than none")
    if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,9})(\.0+)?", text, re.ASCII):
        raise Wrong(f"{text!r} is no count of pieces")
    number = int(text.partition(".")[0].replace(",", ""))
    if number > most:
        raise Wrong(f"{text} is more than {most:,}")
    return number


def yes_no(text: str) -> bool:
    if text.lower() not in YES_NO:
        raise Wrong(f"write yes or no, not {text!r}")
    return YES_NO[text.lower()]


def day(text: str) -> datetime:
    """The start of that day in the shop's time zone."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError as error:
        raise Wrong(f"write the day like 2026-03-31, not {text!r} (a workbook keeps days as they are)") from error


def show_text(text: str) -> str:
    return CONTROLS.sub("", tidy(text))


def show_price(subunits: int | None) -> str:
    if subunits is None:
        return ""
    whole, rest = divmod(subunits, SUBUNITS)
    return f"{whole}.{rest:02}" if rest else str(whole)


def show_yes_no(value: bool) -> str:
    return "yes" if value else "no"


def show_day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()
