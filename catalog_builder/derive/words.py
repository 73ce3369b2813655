"""Words that images are found by, by the rules of the explorer's `text-search.js`; `docs/addresses.md` has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from catalog_builder.derive.facets import DATES, Facet
from catalog_builder.derive.table import Table
from catalog_builder.text import fold

#: Words of up to this length must begin a word.
SHORT = 2

#: What parts words in a browser; Python's own idea of white space is another.
_BLANK = "\t\n\x0b\x0c\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_BLANKS = re.compile(f"[{_BLANK}]+")
#: A phrase in quotes, as keyboards write them, up to the end where they are not closed; or a word.
_PHRASE_OR_WORD = re.compile(f'(?<![^{_BLANK}])["“”„]([^"“”„]*)(?:["“”„]|$)|[^{_BLANK}]+')

#: Scripts that put no spaces between words, by how Unicode calls their characters: a word may begin anywhere.
_UNSPACED = (
    "CJK UNIFIED ", "CJK COMPATIBILITY IDEOGRAPH", "CJK RADICAL", "KANGXI RADICAL", "IDEOGRAPHIC ITERATION",
    "IDEOGRAPHIC NUMBER", "HIRAGANA ", "KATAKANA ", "THAI CHARACTER ", "THAI DIGIT", "LAO ", "KHMER ", "MYANMAR ",
)  # fmt: skip


def words_of(text: str) -> list[str]:
    """The folded words and phrases of what somebody wrote, each once."""
    found = []
    for match in _PHRASE_OR_WORD.finditer(text):
        phrase = match[1] if match[1] is not None else match[0]
        found.append(_BLANKS.sub(" ", fold(phrase)).strip(" "))
    return list(dict.fromkeys(word for word in found if word))


def holds(text: str, word: str) -> bool:
    """Whether a text holds a word, both folded: one of one or two characters counts only where a word begins."""
    if not _needs_beginning(word):
        return word in text
    at = text.find(word)
    while at >= 0 and at > 0 and _is_letter_or_digit(text[at - 1]):
        at = text.find(word, at + 1)
    return at >= 0


def holding(words: Sequence[str], table: Table, facets: Sequence[Facet]) -> set[int]:
    """The places of the rows that hold each of the words, in their name or in a value."""
    found = [_holding_one(word, table, facets) for word in words]
    return set.intersection(*found) if found else set(range(len(table)))


def _holding_one(word: str, table: Table, facets: Sequence[Facet]) -> set[int]:
    rows = {place for place, name in enumerate(table.names) if holds(fold(name), word)}
    for facet in facets:
        if facet.facet not in DATES:  # or `20` would find every image of a century
            for value in facet.values:
                if holds(fold(value.label), word):
                    rows.update(table.places[value.term])
    return rows


def _needs_beginning(word: str) -> bool:
    return (
        len(word) <= SHORT
        and _is_letter_or_digit(word[0])
        and not any(unicodedata.name(character, "").startswith(_UNSPACED) for character in word)
    )


def _is_letter_or_digit(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
