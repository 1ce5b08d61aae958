"""The states of Nigeria and their local government areas, from orders/data/nigeria.json."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data" / "nigeria.json"


@cache
def nigeria() -> dict[str, list[str]]:
    """State to its areas, both in alphabetical order."""
    return json.loads(DATA.read_text())


def states_of(country: str) -> list[str]:
    """Empty where the shop takes whatever is written."""
    return list(nigeria()) if country == "NG" else []


def areas_of(country: str, state: str) -> list[str]:
    return nigeria().get(state, []) if country == "NG" else []
