"""Text that a spreadsheet would run as a formula is written with an apostrophe before it, and read without."""

import re

# Full-width signs count too: some spreadsheets take them for the plain ones. Apostrophes that stand there already are
# counted in, so that what was written is always what is read.
RISKY = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def harmless(text: str) -> str:
    return f"'{text}" if RISKY.match(text) else text


def meant(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and RISKY.match(text) else text
