"""A filter result in a wiki page: the images that a `catalog` block names, as a gallery drawn at build time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from catalog_builder.derive.facets import FacetValue
from catalog_builder.derive.selection import Choice, Selection, narrowed, selected
from catalog_builder.derive.values import TAG
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.site.parts import Card, card
from catalog_builder.site.wiki_names import TAG_SET, Names
from catalog_builder.site.wiki_options import read_options
from catalog_builder.text import natural_key

TEMPLATE = "parts/wiki_block.html"

#: So many values of a key are headings; the explorer has them all.
HEADINGS = 40
#: A group of images without any tag of a set is a link only where the set has no more tags than this.
_EXCLUDED = 20


@dataclass(frozen=True, slots=True)
class Group:
    """A heading: a value, how many images have it, some of them or the groups below."""

    label: str
    """'' for the images without a value."""
    of: str
    """What it is a value of."""
    href: str
    images: int
    level: int
    cards: tuple[Card, ...]
    groups: tuple[Group, ...]
    more: int
    """How many groups below are not shown."""


class _Part(NamedTuple):
    """A group before its pictures are chosen."""

    label: str
    selection: Selection | None
    places: list[int]


class Blocks:
    """Draws the blocks of a site's wiki pages."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._names = Names(content)

    def context(self, text: str, level: int) -> tuple[dict[str, Any], list[str]]:
        """What the template shows of a block, and everything that is wrong with the block.

        `level`: of a heading below the one that the block stands under. With anything wrong, no image is shown: a
        filter that is half understood would show the wrong ones.
        """
        wanted, problems = read_options(text)
        selection = self._names.selection(wanted, problems)
        if problems:
            return {"trouble": True}, problems
        places = selected(selection, self._content.table, self._names.facets)
        limit = wanted.limit
        cards: tuple[Card, ...] = ()
        groups: tuple[Group, ...] = ()
        more = 0
        if selection.groups:
            groups, more = self._groups(selection, selection.groups, places, limit, level)
        else:
            cards = self._cards(places[:limit])
        return {
            "trouble": False,
            "cards": cards,
            "groups": groups,
            "more": more,
            "images": len(places),
            "shown": len({*(one.id for one in cards), *_shown(groups)}),
            "explore": links.explore(*self._in_the_explorer(selection).pairs()),
        }, []

    def _in_the_explorer(self, selection: Selection) -> Selection:
        """The selection as the explorer can show it: it groups by nothing that it only searches."""
        facets = self._names.facets
        return replace(
            selection,
            groups=tuple(
                group
                for group in selection.groups
                if group.startswith(TAG_SET) or (group in facets and facets[group].kind != "search")
            ),
        )

    def _groups(
        self, selection: Selection, by: Sequence[str], places: list[int], limit: int, level: int
    ) -> tuple[tuple[Group, ...], int]:
        """The groups of the first of `by`, with `limit` pictures between them; and how many are left out."""
        parts = list(self._parts(selection, by[0], places))
        shown = parts[:HEADINGS]
        name = self._label(by[0])
        found = []
        for part, share in zip(shown, _shares([len(part.places) for part in shown], limit), strict=True):
            below: tuple[Group, ...] = ()
            more = 0
            if len(by) > 1 and part.selection is not None:
                below, more = self._groups(part.selection, by[1:], part.places, share, min(level + 1, 6))
            href = ""
            if part.selection is not None:
                href = links.explore(
                    *self._in_the_explorer(replace(part.selection, groups=tuple(by[1:]))).pairs()
                )
            cards = () if below else self._cards(part.places[:share])
            found.append(Group(part.label, name, href, len(part.places), level, cards, below, more))
        return tuple(found), len(parts) - len(shown)

    def _parts(self, selection: Selection, by: str, places: list[int]) -> Iterable[_Part]:
        """The values that images have, those of most images first, numbers and days ascending; last, those without."""
        facet, values = self._values(by)
        rank = {place: at for at, place in enumerate(places)}
        rest = set(places)
        found = []
        for value in values:
            held = [place for place in self._content.table.places[value.term] if place in rank]
            if held:
                rest.difference_update(held)
                found.append((value, sorted(held, key=rank.__getitem__)))
        if by not in self._names.facets or self._names.facets[by].kind not in ("number", "date"):
            found.sort(key=lambda one: (-len(one[1]), natural_key(one[0].label), one[0].value))
        for value, held in found:
            yield _Part(value.label, narrowed(selection, facet, value.value), held)
        if rest:
            yield _Part("", self._without(selection, by, facet), sorted(rest, key=rank.__getitem__))

    def _values(self, by: str) -> tuple[str, Sequence[FacetValue]]:
        """The facet that is grouped by, and its values in order: of a tag set, its tags."""
        facets = self._names.facets
        if not by.startswith(TAG_SET):
            return by, facets[by].in_order()[0] if by in facets else ()
        tags = self._names.tag_sets[by[len(TAG_SET) :]]
        held = facets[TAG].values if TAG in facets else ()
        return TAG, [value for value in held if value.value in tags]

    def _without(self, selection: Selection, by: str, facet: str) -> Selection | None:
        """The images of a selection that have no value."""
        if not by.startswith(TAG_SET):
            less = Choice(facet, lacks=True)
        else:
            tags = sorted(self._names.tag_sets[by[len(TAG_SET) :]])
            if len(tags) > _EXCLUDED:
                return None
            less = Choice(facet, none=tuple(tags))
        return replace(selection, choices=(*selection.choices, less), groups=())

    def _label(self, by: str) -> str:
        if by.startswith(TAG_SET):
            return by[len(TAG_SET) :]
        return self._names.facets[by].label if by in self._names.facets else by

    def _cards(self, places: Sequence[int]) -> tuple[Card, ...]:
        return tuple(card(self._content, self._content.table.row(place)) for place in places)


def _shares(sizes: Sequence[int], limit: int) -> list[int]:
    """So many pictures for each group: in turn one more for each that has more, until there are as many as may be."""
    shares = [0] * len(sizes)
    left = min(limit, sum(sizes))
    while left:
        for at, size in enumerate(sizes):
            if left and shares[at] < size:
                shares[at] += 1
                left -= 1
    return shares


def _shown(groups: Iterable[Group]) -> Iterable[int]:
    for group in groups:
        yield from (one.id for one in group.cards)
        yield from _shown(group.groups)
