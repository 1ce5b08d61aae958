"""Text that is shown in labels, lists and mails stays on its line, and reads in one direction."""

import unicodedata

# They turn the direction of what follows: a name could show as another than it is.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# They are nothing to see: a name of them alone is none. The joiners of words and of emoji are not among them.
_INVISIBLE = frozenset("\u200b\u2060\ufeff")


def is_one_line(text: str) -> bool:
    """Whether it holds neither control characters nor line breaks nor marks that nobody sees or that turn the direction
    of reading."""
    return not any(unicodedata.category(each) in ("Cc", "Zl", "Zp") or each in _TURNING | _INVISIBLE for each in text)
