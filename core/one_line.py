"""Text that is shown in labels, lists and mails stays on its line, and reads in one direction."""

import unicodedata

# They turn the direction of what follows: a name could show as another than it is.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_one_line(text: str) -> bool:
    """Whether it holds neither control characters nor line breaks nor marks that turn the direction of reading."""
    return not any(unicodedata.category(each) in ("Cc", "Zl", "Zp") or each in _TURNING for each in text)
