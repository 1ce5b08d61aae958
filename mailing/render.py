"""From a template to the three texts of a mail."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(kind: str, context: dict[str, Any]) -> Rendered:
    """Renders mail/<kind>.subject.txt, .txt and .html.

    A line break in a subject becomes a space, so that no header can be slipped in.
    """
    everything = {
        "shop_name": settings.SHOP_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        **context,
    }
    return Rendered(
        subject=" ".join(render_to_string(f"mail/{kind}.subject.txt", everything).split()),
        text=render_to_string(f"mail/{kind}.txt", everything).strip() + "\n",
        html=render_to_string(f"mail/{kind}.html", everything),
    )
