"""The facets: what images can be filtered by, each with its kind, its values and true counts."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from catalog_builder.derive.kinds import Kind, are_numbers, days_of, numbers_of
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import (
    ACQUIRED,
    DATASET,
    IMPORTED,
    KEY_PREFIX,
    OWNER,
    PLATE,
    PROJECT,
    SCREEN,
    TAG,
)
from catalog_builder.exchange.read import Export
from catalog_builder.model.base import Described
from catalog_builder.text import natural_key, visible

#: The facets that every catalogue has, with their headings, in order. Keys come before the last: when images were
#: brought into OMERO tells of its upkeep, not of them.
FIXED = {
    TAG: "Tags",
    PROJECT: "Projects",
    DATASET: "Datasets",
    SCREEN: "Screens",
    PLATE: "Plates",
    OWNER: "Owners",
    ACQUIRED: "Acquired",
    IMPORTED: "Imported",
}

#: Those of them whose values are days.
DATES = (ACQUIRED, IMPORTED)

#: Those of them whose values are OMERO's ids.
IDS = (PROJECT, DATASET, SCREEN, PLATE)

NO_NAME = "(no name)"
EMPTY = "(empty)"

#: A key of more values than this, most of which hardly repeat, is no list to choose from.
MOST_UNIQUE = 200
#: In a catalogue of fewer keys than this, a key of a single image is a facet, too.
FEW_KEYS = 20
#: Parts the values of a search-only key in the explorer's data: a key with such a value is a facet whatever else.
SEPARATOR = "\x1f"


def object_name(kind: str, name: str, object_id: int) -> str:
    """What to call an object: its name, or its kind and id where it has none."""
    return visible(name, f"{kind.capitalize()} {object_id}")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, what to call it, the term's number, and how many images hold it."""

    value: str
    label: str
    term: int
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet and its values, those of most images first, then in natural order."""

    facet: str
    label: str
    values: tuple[FacetValue, ...]
    images: int
    """How many images have any value of it."""
    kind: Kind = "choice"
    unit: str = ""
    """What all of its numbers have behind them, as the value of most images has it."""
    hidden: bool = False
    """Whether the settings switch it off: no filter of its own, but links to its values lead somewhere."""

    @property
    def key(self) -> str | None:
        """The key's name where the facet is a key's."""
        return self.facet[len(KEY_PREFIX) :] if self.facet.startswith(KEY_PREFIX) else None

    def in_order(self) -> tuple[list[FacetValue], list[float | None]]:
        """The values in the order to show, and what each measures: numbers and days ascend, a choice stays as it is.

        Of numbers, those that are none come last. Days and choices measure nothing.
        """
        if self.kind == "number":
            measured = numbers_of([value.value for value in self.values]).numbers
            pairs = sorted(
                zip(self.values, measured, strict=True), key=lambda pair: (pair[1] is None, pair[1] or 0)
            )
            return [value for value, _ in pairs], [number for _, number in pairs]
        if self.kind == "date":
            return sorted(self.values, key=lambda value: value.value), []
        return list(self.values), []


def facets_of(export: Export, table: Table) -> list[Facet]:
    """The fixed facets that have values, and among them the keys, the most useful first."""
    by_facet: dict[str, list[FacetValue]] = {}
    for number, term in enumerate(table.vocabulary.terms):
        value = FacetValue(
            term.value, value_label(export, term.facet, term.value), number, table.count(number)
        )
        if value.count:
            by_facet.setdefault(term.facet, []).append(value)
    keys = len(by_facet.keys() - FIXED.keys())
    found = [_facet(name, values, table, keys) for name, values in by_facet.items()]
    *first, last = FIXED
    places = {name: (0, place) for place, name in enumerate(first)} | {last: (2, 0)}
    return sorted(found, key=lambda facet: places.get(facet.facet) or (1, *_use(facet, len(table))))


def _facet(name: str, values: list[FacetValue], table: Table, keys: int) -> Facet:
    values.sort(key=lambda value: (-value.count, natural_key(value.label), value.value))
    label = FIXED.get(name) or visible(name[len(KEY_PREFIX) :], NO_NAME)
    images = _images([table.places[value.term] for value in values], len(table))
    if name in FIXED:
        return Facet(name, label, tuple(values), images, "date" if name in DATES else "choice")
    fewest = max(2, len(table) / 1000) if keys >= FEW_KEYS else 0
    kind, unit = _kind([value.value for value in values], images, fewest)
    return Facet(name, label, tuple(values), images, kind, unit)


def _kind(values: list[str], images: int, fewest: float) -> tuple[Kind, str]:
    """A key's kind and unit; `values` by how many images hold them, `fewest`: what a facet's images must number."""
    unique = len(values) > MOST_UNIQUE and len(values) > images / 2
    if (unique or images < fewest) and not any(SEPARATOR in value for value in values):
        return "search", ""
    read = numbers_of(values)
    if are_numbers(values, read):
        return "number", read.unit
    return ("date" if days_of(values) is not None else "choice"), ""


def _use(facet: Facet, images: int) -> tuple[object, ...]:
    """A sort key by what a key does for a reader: what tells images apart in a few words comes first.

    Behind that stand keys of addresses to click on, then those that give nearly every image a word of its own, numbers
    and days aside, then those that tell nothing apart. Within each: how many pairs of images are told apart, in
    tenths, for an order that keeps when an image is added; then how many images have the key.
    """
    own_words = facet.kind in ("choice", "search") and len(facet.values) > facet.images / 2
    addresses = all(value.value.startswith(("http://", "https://")) for value in facet.values)
    constant = len(facet.values) == 1 and facet.images == images
    rank = 3 if constant else 2 if own_words else 1 if addresses else 0
    shares = [value.count / images for value in facet.values] + [1 - facet.images / images]
    apart = round(10 * max(0.0, 1 - sum(share * share for share in shares)))
    return (rank, -apart, -facet.images, natural_key(facet.label), facet.facet)


def _images(places: list[array[int]], images: int) -> int:
    """How many images are at any of the places."""
    if len(places) == 1:
        return len(places[0])
    held = bytearray(images)
    for of_value in places:
        for place in of_value:
            held[place] = 1
    return held.count(1)


def value_label(export: Export, facet: str, value: str) -> str:
    """How people read a value: a container's name for its id, days and texts as they are."""
    if facet not in IDS:
        return visible(value, EMPTY)
    held: Mapping[str, Mapping[int, Described]] = {
        PROJECT: export.projects,
        DATASET: export.datasets,
        SCREEN: export.screens,
        PLATE: export.plates,
    }
    return object_name(facet, held[facet][int(value)].name, int(value))
