"""What lies in somebody's mail box, as they read it."""

import re

from mailing import outbox
from mailing.models import OutgoingMail


def letters(email: str) -> list[OutgoingMail]:
    """Oldest first, each with its texts."""
    return [outbox.compose(mail) for mail in OutgoingMail.objects.filter(recipient=email).order_by("pk")]


def kinds(email: str) -> list[str]:
    return [mail.kind for mail in letters(email)]


def link_in(mail: OutgoingMail, part: str) -> str:
    """The path of the link that holds `part`; the same in both forms of the letter."""
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", mail.text)
    assert found, mail.text
    assert found[1] in mail.html
    return found[1]
