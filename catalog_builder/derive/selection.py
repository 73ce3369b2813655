"""Which images an explorer's query means, worked out here: the same rules, in `docs/addresses.md`, as in the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog_builder.derive.facets import Facet, FacetValue
from catalog_builder.derive.kinds import days_of
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import Term
from catalog_builder.derive.words import holding, words_of
from catalog_builder.text import natural_key

#: The parameters that version 2 of the query brought, or what they begin with.
_NEW = ("all:", "not:", "min:", "max:", "has", "lacks", "sort", "group", "view", "col")
NAME = "name"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked of one facet; all of it must hold."""

    facet: str
    any: tuple[str, ...] = ()
    """Values of which an image has one."""
    all: tuple[str, ...] = ()
    """Values that an image has, each of them."""
    none: tuple[str, ...] = ()
    """Values that an image has not."""
    has: bool = False
    lacks: bool = False
    min: str = ""
    max: str = ""
    """Limits, both included: a number in the facet's unit, or a day or the beginning of one; '' for none."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of images, and how they are shown."""

    choices: tuple[Choice, ...] = ()
    words: str = ""
    sort: str = ""
    """`name` or a facet; with `-` before it the other way round. '' for the table's order."""
    groups: tuple[str, ...] = ()
    """Facets, or `tag set:` and the label of one, to group by."""

    def pairs(self) -> list[tuple[str, str]]:
        """The pairs of the explorer's query."""
        found: list[tuple[str, str]] = []
        for one in self.choices:
            found += [(one.facet, value) for value in one.any]
            found += [(f"all:{one.facet}", value) for value in one.all]
            found += [(f"not:{one.facet}", value) for value in one.none]
            found += [("has", one.facet)] * one.has + [("lacks", one.facet)] * one.lacks
            found += [(f"min:{one.facet}", one.min)] * bool(one.min)
            found += [(f"max:{one.facet}", one.max)] * bool(one.max)
        found += [("q", self.words)] * bool(self.words)
        found += [("sort", self.sort)] * bool(self.sort)
        found += [("group", group) for group in self.groups]
        return found + [("v", "2")] * any(name.startswith(_NEW) for name, _ in found)


def narrowed(selection: Selection, facet: str, value: str) -> Selection:
    """The images of a selection that have one more value."""
    asked = any(one.facet == facet for one in selection.choices)
    # Beside what is asked of this facet already, another plain value would mean `or`.
    more = Choice(facet, all=(value,)) if asked else Choice(facet, any=(value,))
    return Selection((*selection.choices, more), selection.words, selection.sort)


def selected(selection: Selection, table: Table, facets: Mapping[str, Facet]) -> list[int]:
    """The places of the images, in the order that the selection asks for. `facets`: by name."""
    conditions = [
        held for choice in selection.choices for held in _conditions(choice, table, facets.get(choice.facet))
    ]
    if words := words_of(selection.words):
        conditions.append(holding(words, table, list(facets.values())))
    found = set.intersection(*conditions) if conditions else range(len(table))
    return in_order(sorted(found), selection.sort, table, facets)


def in_order(places: list[int], sort: str, table: Table, facets: Mapping[str, Facet]) -> list[int]:
    """The places, ascending, in another order; those without a value come last, whichever way round."""
    if not sort:
        return places
    turned, by = sort.startswith("-"), sort.removeprefix("-")
    if by == NAME:
        return sorted(places, key=lambda place: (natural_key(table.names[place]), place), reverse=turned)
    ranks: dict[int, int] = {}
    held = set(places)
    for rank, value in enumerate(_ascending(facets[by])):
        for place in table.places[value.term]:
            if place in held and (turned or place not in ranks):
                ranks[place] = rank
    sign = -1 if turned else 1
    return sorted(places, key=lambda place: (place not in ranks, sign * ranks.get(place, 0), place))


def _conditions(choice: Choice, table: Table, facet: Facet | None) -> Iterator[set[int]]:
    """The rows that meet each of the things asked of a facet."""

    def rows(values: Iterable[str]) -> set[int]:
        terms = (table.vocabulary.find(Term(choice.facet, value)) for value in values)
        return {place for term in terms if term is not None for place in table.places[term]}

    if choice.any:
        yield rows(choice.any)
    for value in choice.all:
        yield rows([value])
    if choice.none:
        yield set(range(len(table))) - rows(choice.none)
    if choice.has or choice.lacks:
        held = rows(value.value for value in facet.values) if facet else set()
        if choice.has:
            yield held
        if choice.lacks:
            yield set(range(len(table))) - held
    if choice.min or choice.max:
        yield rows(_within(facet, choice.min, choice.max) if facet else ())


def _within(facet: Facet, least: str, most: str) -> Iterator[str]:
    """The values of a facet within limits; none where it has no order that limits are about."""
    values, numbers = facet.in_order()
    if facet.kind == "number":
        low, high = float(least or "-inf"), float(most or "inf")
        for value, number in zip(values, numbers, strict=True):
            if number is not None and low <= number <= high:
                yield value.value
    elif facet.kind == "date":
        for value in values:
            (day,) = days_of([value.value]) or [""]
            if day and (not least or day >= least) and (not most or day[: len(most)] <= most):
                yield value.value


def _ascending(facet: Facet) -> Sequence[FacetValue]:
    """The values as sorting goes: numbers and days ascend, texts are in natural order."""
    values = facet.in_order()[0]
    if facet.kind in ("number", "date"):
        return values
    return sorted(values, key=lambda value: (natural_key(value.label), value.value))
