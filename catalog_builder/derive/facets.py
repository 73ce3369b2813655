"""The facets: what images can be filtered by, each with its values and true counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog_builder.derive.table import Table
from catalog_builder.derive.values import DATASET, KEY_PREFIX, OWNER, PLATE, PROJECT, SCREEN, TAG
from catalog_builder.exchange.read import Export
from catalog_builder.model.base import Described
from catalog_builder.text import natural_key, visible

#: The facets that every catalogue has, with their headings, in order; keys follow.
FIXED = {
    TAG: "Tags",
    PROJECT: "Projects",
    DATASET: "Datasets",
    SCREEN: "Screens",
    PLATE: "Plates",
    OWNER: "Owners",
}

NO_NAME = "(no name)"
EMPTY = "(empty)"


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

    @property
    def key(self) -> str | None:
        """The key's name where the facet is a key's."""
        return self.facet[len(KEY_PREFIX) :] if self.facet.startswith(KEY_PREFIX) else None


def facets_of(export: Export, table: Table) -> list[Facet]:
    """The fixed facets that have values, then the keys: those that most images have first."""
    by_facet: dict[str, list[FacetValue]] = {}
    for number, term in enumerate(table.vocabulary.terms):
        value = FacetValue(term.value, _label(export, term.facet, term.value), number, table.count(number))
        if value.count:
            by_facet.setdefault(term.facet, []).append(value)
    found = [_facet(name, values, table) for name, values in by_facet.items()]
    fixed = list(FIXED)
    return sorted(
        found,
        key=lambda f: (
            (0, fixed.index(f.facet)) if f.facet in FIXED else (1, -f.images, natural_key(f.label), f.facet)
        ),
    )


def _facet(name: str, values: list[FacetValue], table: Table) -> Facet:
    values.sort(key=lambda value: (-value.count, natural_key(value.label), value.value))
    label = FIXED.get(name) or visible(name[len(KEY_PREFIX) :], NO_NAME)
    images = len(set().union(*(table.places[value.term] for value in values)))
    return Facet(name, label, tuple(values), images)


def _label(export: Export, facet: str, value: str) -> str:
    held: Mapping[str, Mapping[int, Described]] = {
        PROJECT: export.projects,
        DATASET: export.datasets,
        SCREEN: export.screens,
        PLATE: export.plates,
    }
    if facet in held:
        return object_name(facet, held[facet][int(value)].name, int(value))
    return visible(value, EMPTY)
