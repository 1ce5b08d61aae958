"""Full text search: what somebody typed, what else means the same, what was probably meant, what may come next."""

import re
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db import connection, transaction
from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalog.models import SearchWord, Synonyms

WORDS_MAX = 12
LEXICON_MAX = 20_000
LEXICON_SECONDS = 60.0
# Two letters of seven may be wrong, one of four.
ALIKE = 0.7
LITTLE_WORDS = frozenset("a an and at by for from i in is it me my of on or the to with".split())  # noqa: SIM905

AnyQuery = SearchQuery | CombinedSearchQuery
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A query, read. `query` matches the column `search` of a listing row; `in_name` only what stands in the name."""

    text: str
    query: AnyQuery
    in_name: AnyQuery


def read(text: str) -> Words | None:
    """Every word must be met: itself, its beginning or a synonym. None where no word is left. One query."""
    return _words(plain_words(text), text, every=True)


def read_any(text: str) -> Words | None:
    """As `read`, but one met word is enough: for the nearest matches, where nothing matches whole."""
    return _words(plain_words(text), text, every=False)


def corrected(text: str) -> str | None:
    """The query with its unknown words replaced by the most alike ones that occur in the shop; None where none is.

    There is no pg_trgm where the shop must run, so the shop's own words (SearchWord) are compared here, in memory.
    """
    lexicon = _lexicon()
    words = plain_words(text)
    mended = [word if word in lexicon or len(word) < 3 else _nearest(word, lexicon) for word in words]
    if None in mended or mended == words:
        return None
    return " ".join(word for word in mended if word)


def completions(text: str, limit: int) -> list[str]:
    """What the words may become when the last one is typed to its end, the commonest first. One query."""
    words = plain_words(text)
    if not words or len(words[-1]) < 2:
        return []
    found = SearchWord.objects.filter(word__startswith=words[-1]).exclude(word=words[-1]).order_by("-products", "word")
    return [" ".join([*words[:-1], word]) for word in found.values_list("word", flat=True)[:limit]]


def learn_words() -> int:
    """Reads the shop's dictionary anew from the listing rows. Returns how many words it has."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_searchword")
        cursor.execute(
            """
            INSERT INTO catalog_searchword (word, products)
            SELECT word, ndoc FROM ts_stat('SELECT words FROM catalog_listingrow')
            WHERE length(word) BETWEEN 3 AND 60 AND word !~ '^[0-9]+$'
            ORDER BY ndoc DESC, word LIMIT %s
            """,
            [LEXICON_MAX],
        )
        return cursor.rowcount


def plain_words(text: str) -> list[str]:
    """Without case, accents and little words: as the database's plain_letters() stores them."""
    letters = unicodedata.normalize("NFD", text.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return [word for word in re.findall(r"[a-z0-9]+", bare) if word not in LITTLE_WORDS][:WORDS_MAX]


def _words(words: list[str], text: str, *, every: bool) -> Words | None:
    if not words:
        return None
    alternatives = _alternatives(words, [_phrases(row) for row in Synonyms.objects.values_list("words", flat=True)])
    anywhere = [_any_of(phrases, "") for phrases in alternatives]
    in_name = [_any_of(phrases, "A") for phrases in alternatives]
    return Words(text, _joined(anywhere, every=every), _joined(in_name, every=every))


def _phrases(row: str) -> list[Phrase]:
    return [phrase for entry in row.split(",") if (phrase := tuple(plain_words(entry)))]


def _alternatives(words: Sequence[str], groups: Sequence[list[Phrase]]) -> list[list[Phrase]]:
    """For each word, or words that stand together in a synonym, everything that means the same."""
    found: list[list[Phrase]] = []
    start = 0
    while start < len(words):
        here = [
            (phrase, group) for group in groups for phrase in group if _same(words[start : start + len(phrase)], phrase)
        ]
        longest = max((len(phrase) for phrase, _ in here), default=1)
        said = tuple(words[start : start + longest])
        meant = [other for phrase, group in here if len(phrase) == longest for other in group]
        found.append(list(dict.fromkeys([said, *meant])))
        start += longest
    return found


def _same(words: Sequence[str], phrase: Phrase) -> bool:
    """Boxers are boxer: a plural is no other word."""
    return len(words) == len(phrase) and all(
        word == other or word == f"{other}s" or other == f"{word}s" for word, other in zip(words, phrase, strict=True)
    )


def _any_of(phrases: Iterable[Phrase], weight: str) -> AnyQuery:
    """By stem (legging for leggings) or by beginning (legg for legging)."""
    queries: list[AnyQuery] = []
    for phrase in phrases:
        stems = " <-> ".join(f"{word}:{weight}" if weight else word for word in phrase)
        begins = " <-> ".join(f"{word}:*{weight}" if len(word) > 1 else f"{word}:{weight or 'ABCD'}" for word in phrase)
        queries.append(SearchQuery(stems, config="english", search_type="raw"))
        queries.append(SearchQuery(begins, config="simple", search_type="raw"))
    return reduce(lambda one, other: one | other, queries)


def _joined(queries: list[AnyQuery], *, every: bool) -> AnyQuery:
    return reduce(lambda one, other: one & other if every else one | other, queries)


def _nearest(word: str, lexicon: dict[str, int]) -> str | None:
    # A plural is no slip, but costs a letter: "jogers" is as near to "jogger" as "joger" is.
    said = [word, word.removesuffix("s")] if len(word) > 3 else [word]
    alike = [
        found
        for each in said
        for found in process.extract(each, list(lexicon), scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=5)
    ]
    # Of equally alike words the commoner is the likelier.
    return max(alike, key=lambda found: (round(found[1], 2), lexicon[found[0]]), default=(None,))[0]


_known: tuple[float, dict[str, int]] = (-LEXICON_SECONDS, {})


def _lexicon() -> dict[str, int]:
    """The shop's words and all synonyms, kept in this process for a minute: thousands, and read only after a slip."""
    global _known  # noqa: PLW0603 - one dictionary a process
    if time.monotonic() - _known[0] > LEXICON_SECONDS:
        words = dict(SearchWord.objects.values_list("word", "products"))
        for row in Synonyms.objects.values_list("words", flat=True):
            words |= {word: words.get(word, 1) for phrase in _phrases(row) for word in phrase}
        _known = (time.monotonic(), words)
    return _known[1]
