"""The vocabulary: every (facet, value) that images are found by, under one small number each.

An annotation stands for a few of them, a container hands its own down, and an image holds the union: so
rows are tuples of numbers, rows that are alike share one tuple, and counting is counting numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from catalog_builder.exchange.read import Export
from catalog_builder.model.inheritance import Inheritance
from catalog_builder.model.plates import Field
from catalog_builder.model.records import Image

TAG, PROJECT, DATASET, OWNER = "tag", "project", "dataset", "owner"
SCREEN, PLATE = "screen", "plate"
KEY_PREFIX = "key:"


class Term(NamedTuple):
    """A value of a facet: `facet` is `tag`, `project`, `dataset`, `screen`, `plate`, `owner` or `key:<name>`.

    `value` is text: for containers the id in decimal digits, for owners the full name: two owners of one name
    cannot be told apart by a reader, so they are one value.
    """

    facet: str
    value: str

    @property
    def key(self) -> str | None:
        """The key's name where the facet is a key's."""
        return self.facet[len(KEY_PREFIX) :] if self.facet.startswith(KEY_PREFIX) else None


class Vocabulary:
    """Numbers terms as they are met, and says which of them hold for an image."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self.inheritance = Inheritance(
            export.projects, export.datasets, export.screens, export.plates, export.runs, export.wells
        )
        self._numbers: dict[Term, int] = {}
        self.terms: list[Term] = []
        self._of_annotation: dict[int, tuple[int, ...]] = {}
        self._of_datasets: dict[tuple[int, ...], frozenset[int]] = {}
        self._of_field: dict[tuple[int, int | None], frozenset[int]] = {}
        self._rows: dict[frozenset[int], tuple[int, ...]] = {}

    def number(self, term: Term) -> int:
        """The number of a term, given out on first sight."""
        known = self._numbers.get(term)
        if known is None:
            known = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return known

    def find(self, term: Term) -> int | None:
        """The number of a term that some image may hold; None where none was met."""
        return self._numbers.get(term)

    def of_image(self, image: Image) -> tuple[int, ...]:
        """The numbers of all terms that hold for the image, ascending, each once; inherited ones included."""
        found = set(self._inherited(image))
        for field in image.fields:
            found.update(self._of_well(field.well, field.run))
        for annotation in image.annotations:
            found.update(self.of_annotation(annotation))
        owner = self._export.people.get(image.owner) if image.owner is not None else None
        if owner is not None:
            found.add(self.number(Term(OWNER, owner.name)))
        frozen = frozenset(found)
        row = self._rows.get(frozen)
        if row is None:
            row = self._rows[frozen] = tuple(sorted(frozen))
        return row

    def of_annotation(self, annotation: int) -> tuple[int, ...]:
        """The numbers of the terms that an annotation stands for: one for a tag, one a pair for key-values."""
        known = self._of_annotation.get(annotation)
        if known is None:
            known = self._of_annotation[annotation] = tuple(
                self.number(term) for term in self.terms_of(annotation)
            )
        return known

    def terms_of(self, annotation: int) -> Iterable[Term]:
        """The terms that an annotation stands for: one for a tag, one a pair for key-values."""
        if tag := self._export.tags.get(annotation):
            yield Term(TAG, tag.text)
        elif key_values := self._export.key_values.get(annotation):
            for key, value in key_values.pairs:
                yield Term(KEY_PREFIX + key, value)

    def _inherited(self, image: Image) -> frozenset[int]:
        known = self._of_datasets.get(image.datasets)
        if known is None:
            found: set[int] = set()
            for dataset in image.datasets:
                if dataset not in self._export.datasets:
                    continue  # reading is lenient, `check` is not
                found.add(self.number(Term(DATASET, str(dataset))))
                for annotation in self.inheritance.of_dataset(dataset):
                    found.update(self.of_annotation(annotation))
            found.update(self.number(Term(PROJECT, str(p))) for p in self.inheritance.projects_of(image))
            known = self._of_datasets[image.datasets] = frozenset(found)
        return known

    def _of_well(self, well: int, run: int | None) -> frozenset[int]:
        known = self._of_field.get((well, run))
        if known is None:
            found: set[int] = set()
            for annotation in self.inheritance.of_well(well, run):
                found.update(self.of_annotation(annotation))
            plates = self.inheritance.plates_of((Field(well=well),))
            found.update(self.number(Term(PLATE, str(plate))) for plate in plates)
            found.update(self.number(Term(SCREEN, str(s))) for s in self.inheritance.screens_of(plates))
            known = self._of_field[well, run] = frozenset(found)
        return known
