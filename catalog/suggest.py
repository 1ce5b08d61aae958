"""What somebody may mean who has typed a few letters: words, categories, products."""

from dataclasses import dataclass, field
from typing import Any

from catalog import search
from catalog.cards import cards_of, loaded
from catalog.currencies import NAIRA, Prices
from catalog.filters import Filters, rows_of
from catalog.models import Category

QUERIES_MAX = 3
CATEGORIES_MAX = 2
PRODUCTS_MAX = 5
# So many hits are looked at for the best sellers among them: two letters begin thousands of names.
LOOKED_AT_MAX = 200
LETTERS_MIN = 2


@dataclass(frozen=True)
class Suggestions:
    text: str
    queries: list[str] = field(default_factory=list)
    categories: list[dict[str, str]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.queries or self.categories or self.products)


def suggest(text: str, prices: Prices = NAIRA) -> Suggestions:
    """Nothing for less than two letters; where nothing begins like it, what was probably meant.

    Six queries at most, after a slip as many again.
    """
    words = search.plain_words(text)
    if sum(map(len, words)) < LETTERS_MIN:
        return Suggestions(text)
    found = _begun(text, search.completions(text, QUERIES_MAX), words[-1], prices)
    if found.any or not (meant := search.corrected(text)):
        return found
    return _begun(meant, [meant], search.plain_words(meant)[-1], prices)


def _begun(text: str, queries: list[str], last_word: str, prices: Prices) -> Suggestions:
    return Suggestions(text, queries, _categories(last_word), _products(text, prices))


def _categories(word: str) -> list[dict[str, str]]:
    found = Category.objects.shown().filter(name__istartswith=word)[:CATEGORIES_MAX]
    return [{"name": category.name, "url": category.get_absolute_url()} for category in found]


def _products(text: str, prices: Prices) -> list[dict[str, Any]]:
    words = search.read(text)
    if words is None:
        return []
    filters = Filters(prices=prices)
    for query in (words.in_name, words.query):  # a description that mentions a leg is no legging
        hits = rows_of(filters).filter(search=query).order_by().values("pk")[:LOOKED_AT_MAX]
        rows = loaded(rows_of(filters).filter(pk__in=hits)).order_by("sold_out", "by_sales", "by_newest", "pk")
        if cards := cards_of(rows[:PRODUCTS_MAX], filters):
            return cards
    return []
