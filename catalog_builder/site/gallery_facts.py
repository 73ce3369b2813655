"""What is known of the images of a gallery, for a script to tell beside the picture that it enlarges."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from markupsafe import Markup

from catalog_builder.derive.facets import IDS, value_label
from catalog_builder.derive.table import Row, Rows
from catalog_builder.derive.values import TAG
from catalog_builder.site.content import Content
from catalog_builder.site.render import middle

#: So many tags and keys of a page are told, the most useful first: an image's own page has them all.
MOST = 24
#: Characters of a value.
LONGEST = 160


class _Known(NamedTuple):
    """A facet: its place among all, what it is called, whether the settings take it away."""

    place: int
    label: str
    hidden: bool


class GalleryFacts:
    """Makes the facts of galleries; remembers how facets are called and ordered."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._facets = {
            facet.facet: _Known(place, facet.label, facet.hidden)
            for place, facet in enumerate(content.facets)
        }
        self._tags = {text: place for place, text in enumerate(content.tags)}
        # Term number -> facet's and tag's place, and the number itself; None for what is of no facet.
        self._ranks: dict[int, tuple[int, int, int] | None] = {}

    def ingredients(self, rows: Rows) -> Iterator[object]:
        """All that the facts of rows are made of, in the order in which they are told: quickly, without making them."""
        table, export = self._content.table, self._content.export
        terms, digests = table.vocabulary.terms, table.term_digests
        held = self._ranked(table.distinct_terms(rows))
        # The ranks themselves change for all when a key or a tag comes to the catalogue.
        facets = dict.fromkeys([terms[number].facet for number in held])
        yield [(facet, self._facets[facet].label, self._facets[facet].hidden) for facet in facets]
        yield array("Q", [digests[number] for number in held])
        if not facets.keys().isdisjoint(IDS):
            named = [terms[number] for number in held if terms[number].facet in IDS]
            yield [value_label(export, facet, value) for facet, value in named]
        yield from table.term_ingredients(rows)

    def _ranked(self, numbers: Iterable[int]) -> list[int]:
        """Terms of facets, in the order in which they are told."""
        ranks = self._ranks
        for number in numbers:
            if number not in ranks:
                facet, value = self._content.table.vocabulary.terms[number]
                known = self._facets.get(facet)
                ranks[number] = known and (
                    known.place,
                    self._tags.get(value, 0) if facet == TAG else 0,
                    number,
                )
        held = [rank for number in numbers if (rank := ranks[number])]
        return [number for *_, number in sorted(held)]

    def of(self, rows: Iterable[Row]) -> Markup:
        """JSON that may stand in a page as text: each label and each value once, and for each image the values'
        numbers, in the order of the facets; tags in natural order, values of a key as they are met.

        `{"labels": ["Tags"], "values": [[0, "DAPI"]], "images": {"101": [0]}}`
        """
        held = {row.id: row.terms for row in rows}
        terms = self._content.table.vocabulary.terms
        ranked = [
            number
            for number in self._ranked(set().union(*held.values()))
            if not self._facets[terms[number].facet].hidden
        ]
        shown = dict.fromkeys(terms[number].facet for number in ranked)
        labels = {facet: place for place, facet in enumerate([*shown][:MOST])}
        numbers: dict[int, int] = {}
        values: list[tuple[int, str]] = []
        for number in ranked:
            facet, value = terms[number]
            if facet in labels:
                numbers[number] = len(values)
                text = middle(value_label(self._content.export, facet, value), LONGEST)
                values.append((labels[facet], text))
        return _as_text(
            {
                "labels": [middle(self._facets[facet].label, LONGEST) for facet in labels],
                "values": values,
                "images": {
                    id_: sorted(numbers[term] for term in of_image if term in numbers)
                    for id_, of_image in held.items()
                },
            }
        )


def _as_text(value: object) -> Markup:
    """JSON in which nothing is markup: what would be is written as JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "&<>":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
