"""Pictures: the newest format a browser reads, at the width it needs, in a box that is kept free for it."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
FALLBACK_WIDTH = 720
# Written here, for a list draws a hundred of them and a template of its own costs more than the drawing.
SWATCH = (
    '<svg class="swatch" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">'
    '<circle cx="10" cy="10" r="9.5" fill="{}"/><circle class="ring" cx="10" cy="10" r="9.5"/></svg>'
)


@register.inclusion_tag("partials/picture.html")
def picture(
    image: dict[str, Any] | None, sizes: str = "100vw", eager: bool = False, alt: str | None = None
) -> dict[str, Any]:
    """`image` as catalog.pictures.picture makes it; None draws a hanger. `alt=""` where the words stand beside it."""
    if not image or not image["sources"].get("jpeg"):
        return {"image": None}
    jpegs = image["sources"]["jpeg"]
    fallback = jpegs[min(jpegs, key=lambda width: abs(int(width) - FALLBACK_WIDTH))]
    sources = [
        {"type": TYPES[kind], "srcset": ", ".join(f"{url} {width}w" for width, url in image["sources"][kind].items())}
        for kind in TYPES
        if image["sources"].get(kind)
    ]
    return {
        "image": image,
        "alt": image["alt"] if alt is None else alt,
        "sources": sources,
        "fallback": fallback,
        "sizes": sizes,
        "eager": eager,
    }


@register.simple_tag
def swatch(hexadecimal: str) -> SafeString:
    """A spot of a colour, such as #1E1E1E. Its name stands beside it, for who cannot see it."""
    return format_html(SWATCH, hexadecimal)
