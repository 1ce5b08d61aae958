"""What the page of a bundle shows for a choice of pieces."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from catalog.picks import Choice, choice_of, least_saving, pressed


def builder(page: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The context of catalog/bundle.html: `page` as catalog.detail.bundle_page gives it, `data` the fields sent."""
    fields = pressed(page, data)
    return {
        "bundle": page,
        "choice": choice_of(page, fields),
        "choosing": "choose" in fields,
        "line": fields.get("line", ""),
        "address": address(page["url"], fields),
        "least": least_saving(page),
        "sizes": _sizes(page),
        "current": "bundles",
    }


def address(url: str, fields: Mapping[str, str]) -> str:
    """Of the page with this choice in it."""
    return f"{url}?{urlencode(fields)}" if fields else url


def refused(page: dict[str, Any], data: Mapping[str, Any], message: str, words: Mapping[int, str]) -> dict[str, Any]:
    """The same page after the bag refused the choice: every slot says what stands in its way."""
    context = builder(page, data)
    choice: Choice = context["choice"].checked(words)
    problems = [slot for slot in choice.slots if slot.error]
    return {**context, "choice": choice, "problems": problems, "refusal": "" if problems else message}


def _sizes(page: dict[str, Any]) -> list[str]:
    """Every size that some piece is in stock in. The piece with the most sizes tells their order."""
    made = [variant["sizes"] for product in page["eligible"] for variant in product["variants"]]
    return list({row["size"]: None for rows in sorted(made, key=len, reverse=True) for row in rows if row["in_stock"]})
