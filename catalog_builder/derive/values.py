"""The vocabulary: every (facet, value) that images are found by, under one small number each.

An annotation stands for a few of them, a container hands its own down, and an image holds the union: so
rows are numbers, and counting is counting numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from typing import NamedTuple, Protocol

from catalog_builder.exchange.read import Export
from catalog_builder.model.inheritance import Inheritance
from catalog_builder.model.plates import Field

TAG, PROJECT, DATASET, OWNER = "tag", "project", "dataset", "owner"
SCREEN, PLATE = "screen", "plate"
ACQUIRED, IMPORTED = "acquired", "imported"
KEY_PREFIX = "key:"

#: Days are numbered by themselves before it is known which there are: more than any calendar has.
_DAYS = 4_000_000


class Term(NamedTuple):
    """A value of a facet: `facet` is `tag`, `project`, `dataset`, `screen`, `plate`, `owner`, `acquired`,
    `imported` or `key:<name>`.

    `value` is text: for containers the id in decimal digits, for dates the day in UTC as ISO writes it, for owners
    the full name: two owners of one name cannot be told apart by a reader, so they are one value.
    """

    facet: str
    value: str

    @property
    def key(self) -> str | None:
        """The key's name where the facet is a key's."""
        return self.facet[len(KEY_PREFIX) :] if self.facet.startswith(KEY_PREFIX) else None


class Vocabulary:
    """The terms that images hold, each with its number, and what of them an annotation stands for."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self.inheritance = Inheritance(
            export.projects, export.datasets, export.screens, export.plates, export.runs, export.wells
        )
        self.terms: list[Term] = []
        """By number: pairs, containers, owners, tags, days."""
        self._numbers: dict[Term, int] = {}

    def find(self, term: Term) -> int | None:
        """The number of a term; None where no image holds it."""
        return self._numbers.get(term)

    def settle(self, terms: Sequence[Term]) -> None:
        """These are the terms that images hold."""
        self.terms = list(terms)
        self._numbers = {term: number for number, term in enumerate(self.terms)}

    def terms_of(self, annotation: int) -> Iterator[Term]:
        """The terms that an annotation stands for: one for a tag, one a pair for key-values."""
        if tag := self._export.tags.get(annotation):
            yield Term(TAG, tag.text)
        elif key_values := self._export.key_values.get(annotation):
            for key, value in key_values.pairs:
                yield Term(KEY_PREFIX + key, value)


class Coded(Protocol):
    """An image, as far as terms hold for it."""

    @property
    def annotations(self) -> tuple[int, ...]: ...
    @property
    def owner(self) -> int | None: ...
    @property
    def acquired(self) -> datetime | None: ...
    @property
    def imported(self) -> datetime | None: ...


class Coder:
    """Numbers for all terms that images may hold, before it is known which they do; days by the calendar."""

    def __init__(self, export: Export, inheritance: Inheritance) -> None:
        self._export, self._inheritance = export, inheritance
        facets: dict[str, str] = {}
        # Pairs come first: they have the numbers that they have among the pairs.
        self._terms: dict[Term, int] = {
            Term(facets.setdefault(key, KEY_PREFIX + key), value): number
            for number, (key, value) in enumerate(export.key_values.pairs)
        }
        for facet, held in (
            (PROJECT, export.projects),
            (DATASET, export.datasets),
            (SCREEN, export.screens),
            (PLATE, export.plates),
        ):
            for id_ in held:
                self._number(Term(facet, str(id_)))
        self._of_owner: dict[int | None, int] = {
            one.id: self._number(Term(OWNER, one.name)) for one in export.people.values()
        }
        self._of_tag = {one.id: self._number(Term(TAG, one.text)) for one in export.tags.values()}
        self._of_datasets: dict[tuple[int, ...], frozenset[int]] = {}
        self._of_field: dict[tuple[int, int | None], frozenset[int]] = {}

    def terms(self, numbers: Iterable[int]) -> list[Term]:
        """What numbers stand for."""
        listed = list(self._terms)
        return [listed[number] if number < len(listed) else self._day(number) for number in numbers]

    def _day(self, number: int) -> Term:
        number -= len(self._terms)
        facet = ACQUIRED if number < _DAYS else IMPORTED
        return Term(facet, date.fromordinal(number % _DAYS).isoformat())

    def of_annotations(self, annotations: Iterable[int]) -> set[int]:
        """The numbers of the terms that annotations stand for."""
        found: set[int] = set()
        of_tag, pairs = self._of_tag, self._export.key_values.numbers_of
        for annotation in annotations:
            tag = of_tag.get(annotation)
            if tag is not None:
                found.add(tag)
            elif numbers := pairs(annotation):
                found.update(numbers)
        return found

    def terms_of(self, image: Coded, datasets: tuple[int, ...], fields: Iterable[Field]) -> set[int]:
        """The numbers of all terms that hold for an image, inherited ones included. `datasets` and `fields`: those of
        its own that the export holds."""
        found = self.of_annotations(image.annotations)
        found |= self.of_datasets(datasets)
        for field in fields:
            found |= self.of_field(field)
        if image.owner in self._of_owner:
            found.add(self._of_owner[image.owner])
        # Days have the numbers of the calendar, behind all others.
        if image.acquired is not None:
            found.add(len(self._terms) + image.acquired.astimezone(timezone.utc).toordinal())
        if image.imported is not None:
            found.add(len(self._terms) + _DAYS + image.imported.astimezone(timezone.utc).toordinal())
        return found

    def of_datasets(self, datasets: tuple[int, ...]) -> frozenset[int]:
        """What datasets, those that the export holds, hand down, themselves and their projects included."""
        known = self._of_datasets.get(datasets)
        if known is None:
            found: set[int] = set()
            for dataset in datasets:
                found.add(self._terms[Term(DATASET, str(dataset))])
                found |= self.of_annotations(self._inheritance.of_dataset(dataset))
            projects = {p for d in datasets for p in self._export.datasets[d].projects}
            found.update(self._terms[Term(PROJECT, str(p))] for p in projects if p in self._export.projects)
            known = self._of_datasets[datasets] = frozenset(found)
        return known

    def of_field(self, field: Field) -> frozenset[int]:
        """What a well hands down to an image that a run made of it, the plate and its screens included."""
        known = self._of_field.get((field.well, field.run))
        if known is None:
            found = self.of_annotations(self._inheritance.of_well(field.well, field.run))
            plates = self._inheritance.plates_of((field,))
            found.update(self._terms[Term(PLATE, str(plate))] for plate in plates)
            found.update(self._terms[Term(SCREEN, str(s))] for s in self._inheritance.screens_of(plates))
            known = self._of_field[field.well, field.run] = frozenset(found)
        return known

    def _number(self, term: Term) -> int:
        return self._terms.setdefault(term, len(self._terms))
