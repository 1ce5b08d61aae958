"""Staff edit a size guide on one page; a gap is refused at the row that it is in."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import SizeGuide

pytestmark = pytest.mark.django_db


def form(*rows: tuple[str, int, int]) -> dict[str, Any]:
    data: dict[str, Any] = {"name": "Caps", "slug": "caps", "note": "", "position": "3"}
    data |= {"rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": 0}
    for number, (size, start, end) in enumerate(rows):
        row = {"size": size, "position": number, "chest_from": start, "chest_to": end}
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data


def test_a_whole_guide_is_saved(desk: Client) -> None:
    answer = desk.post("/admin/catalog/sizeguide/add/", form(("S", 80, 90), ("M", 90, 100)))
    assert answer.status_code == 302
    assert SizeGuide.objects.get(slug="caps").rows.count() == 2


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("S", 80, 90), ("M", 92, 100)], "90 to 92 cm belong to no size"),
        ([("S", 80, 90), ("M", 85, 100)], "85 to 90 cm belong to both"),
        ([("S", 90, 80)], "Write the smaller first"),
        ([("S", 80, 90), ("S", 90, 100)], "duplicate values"),
    ],
)
def test_a_gap_is_refused_at_its_row(desk: Client, rows: list[tuple[str, int, int]], words: str) -> None:
    answer = desk.post("/admin/catalog/sizeguide/add/", form(*rows))
    assert answer.status_code == 200
    errors = answer.context["inline_admin_formsets"][0].formset.errors
    assert words in str(errors[-1])
    assert not SizeGuide.objects.filter(slug="caps").exists()
