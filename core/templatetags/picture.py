"""Pictures: the newest format a browser reads, at the width it needs, in a box that is kept free for it."""

from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
FALLBACK_WIDTH = 720
# Written here, for a list draws a hundred of them, and a template of its own costs more than the drawing.
SWATCH = (
    '<svg class="swatch" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">'
    '<circle cx="10" cy="10" r="9.5" fill="{}"/><circle class="ring" cx="10" cy="10" r="9.5"/></svg>'
)
BLUR = '<img class="blur" src="{}" alt="" width="16" height="20">'
SOURCE = '<source type="{}" srcset="{}" sizes="{}">'
PICTURE = '{}<picture>{}<img src="{}" alt="{}" width="{}" height="{}" {} decoding="async"></picture>'
HANGER = '<img src="{}" alt="" width="400" height="500" loading="lazy">'
EAGER, LAZY = mark_safe('fetchpriority="high"'), mark_safe('loading="lazy"')


@register.simple_tag
def picture(
    image: dict[str, Any] | None, sizes: str = "100vw", eager: bool = False, alt: str | None = None
) -> SafeString:
    """`image` as catalog.pictures.picture makes it; None draws a hanger. `alt=""` where the words stand beside it.

    The blurred small one beneath it shows until it is there.
    """
    if not image or not image["sources"].get("jpeg"):
        return format_html(HANGER, static("svg/placeholder.svg"))
    jpegs = image["sources"]["jpeg"]
    sources = format_html_join(
        "",
        SOURCE,
        (
            (TYPES[kind], ", ".join(f"{url} {width}w" for width, url in image["sources"][kind].items()), sizes)
            for kind in TYPES
            if image["sources"].get(kind)
        ),
    )
    return format_html(
        PICTURE,
        format_html(BLUR, image["placeholder"]) if image["placeholder"] else "",
        sources,
        jpegs[min(jpegs, key=lambda width: abs(int(width) - FALLBACK_WIDTH))],
        image["alt"] if alt is None else alt,
        image["width"],
        image["height"],
        EAGER if eager else LAZY,
    )


@register.simple_tag
@lru_cache(maxsize=500)
def swatch(hexadecimal: str) -> SafeString:
    """A spot of a colour, such as #1E1E1E. Its name stands beside it, for who cannot see it."""
    return format_html(SWATCH, hexadecimal)
