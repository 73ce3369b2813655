"""All images in few bytes each: what the explorer filters, galleries show and counts come from."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from catalog_builder.derive.values import Vocabulary
from catalog_builder.exchange.read import Export
from catalog_builder.model.plates import Field, Plate
from catalog_builder.model.records import Dataset, Image
from catalog_builder.text import natural_key


class Row(NamedTuple):
    """An image, as far as lists of images need it."""

    id: int
    name: str
    picture: bool
    """Whether the export has a thumbnail."""
    datasets: tuple[int, ...]
    terms: tuple[int, ...]
    """Numbers in the vocabulary, ascending."""
    scene: tuple[int, int] | None
    """Fileset and series, where it came from a file that OMERO knows."""
    fields: tuple[Field, ...] = ()
    """Where it lies on plates that the export holds."""
    pixel: float | None = None
    """The width of a pixel in µm, whatever unit OMERO holds."""


class Table:
    """The rows by dataset (project and name in natural order), then name; then those that are on plates only,
    by plate and place; orphans last."""

    def __init__(self, export: Export) -> None:
        self.vocabulary = Vocabulary(export)
        self._datasets = export.datasets
        self._wells = export.wells
        self._datasets_ranked = _dataset_ranks(export)
        self._plates_ranked = _plate_ranks(export)
        by_rank: dict[int, list[Row]] = {}
        for image in export.images():
            row = self._row(image)
            by_rank.setdefault(self._rank(row), []).append(row)
        self.rows: list[Row] = []
        for rank in sorted(by_rank):  # a dataset at a time: sort keys are larger than the rows
            self.rows += sorted(by_rank.pop(rank), key=self._place)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def position(self) -> dict[int, int]:
        """Image id -> its place among the rows."""
        return {row.id: place for place, row in enumerate(self.rows)}

    @cached_property
    def places(self) -> list[array[int]]:
        """Term number -> the places of the rows that hold it, ascending."""
        found: list[array[int]] = [array("i") for _ in self.vocabulary.terms]
        for place, row in enumerate(self.rows):
            for term in row.terms:
                found[term].append(place)
        return found

    def with_term(self, term: int | None) -> Sequence[int]:
        """The places of the rows that hold a term; none where the term is None."""
        return self.places[term] if term is not None else ()

    def count(self, term: int) -> int:
        """How many images hold a term, each once."""
        return len(self.places[term])

    @cached_property
    def in_dataset(self) -> dict[int, list[Row]]:
        """Dataset id -> its rows, in order; an image in two datasets is in both."""
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            for dataset in row.datasets:
                found.setdefault(dataset, []).append(row)
        return found

    @cached_property
    def in_well(self) -> dict[int, list[Row]]:
        """Well id -> its rows by run and field; an image in two wells is in both."""
        found: dict[int, list[tuple[Field, Row]]] = {}
        for row in self.rows:
            for field in row.fields:
                found.setdefault(field.well, []).append((field, row))
        return {
            well: [
                row for _, row in sorted(fields, key=lambda one: (one[0].run or 0, one[0].number, one[1].id))
            ]
            for well, fields in found.items()
        }

    @cached_property
    def orphans(self) -> list[Row]:
        """The rows of images in no dataset and on no plate."""
        return [row for row in self.rows if not row.datasets and not row.fields]

    @cached_property
    def scenes(self) -> dict[int, list[Row]]:
        """Fileset id -> its rows by series; filesets of one image are left out."""
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            if row.scene:
                found.setdefault(row.scene[0], []).append(row)
        return {
            fileset: sorted(rows, key=lambda row: (row.scene, row.id))
            for fileset, rows in found.items()
            if len(rows) > 1
        }

    def neighbours(self, row: Row) -> tuple[Row | None, Row | None]:
        """The rows before and after within the image's first dataset, else its first plate, or among the orphans."""
        place = self.position[row.id]
        before = self.rows[place - 1] if place else None
        after = self.rows[place + 1] if place + 1 < len(self.rows) else None
        home = self._rank(row)
        return (
            before if before and self._rank(before) == home else None,
            after if after and self._rank(after) == home else None,
        )

    def shared_terms(self, rows: Sequence[Row]) -> Counter[int]:
        """Term number -> how many of `rows` hold it."""
        counts: Counter[int] = Counter()
        for row in rows:
            counts.update(row.terms)
        return counts

    def _row(self, image: Image) -> Row:
        return Row(
            image.id,
            image.name,
            image.thumbnail is not None,
            tuple(dataset for dataset in image.datasets if dataset in self._datasets),
            self.vocabulary.of_image(image),
            (image.fileset, image.series) if image.fileset is not None else None,
            tuple(field for field in image.fields if field.well in self._wells),
            image.pixel_size.x.micrometres if image.pixel_size and image.pixel_size.x else None,
        )

    def _rank(self, row: Row) -> int:
        """The place of the row's home among all homes: its first dataset, else its first plate, else the orphans."""
        if row.datasets:
            return self._datasets_ranked[row.datasets[0]]
        behind = len(self._datasets_ranked)
        if row.fields:
            return behind + self._plates_ranked.get(self._wells[row.fields[0].well].plate, 0)
        return behind + len(self._plates_ranked)

    def _place(self, row: Row) -> tuple[object, ...]:
        """The place within its home: by name in a dataset, by row, column, run and field on a plate."""
        if row.datasets or not row.fields:
            return (natural_key(row.name), row.id)
        field = row.fields[0]
        well = self._wells[field.well]
        return (well.row, well.column, field.run or 0, field.number, row.id)


def _dataset_ranks(export: Export) -> dict[int, int]:
    """Dataset id -> its place when datasets are sorted by project, then name; orphans last."""

    def key(dataset: Dataset) -> tuple[object, ...]:
        projects = [export.projects[p] for p in dataset.projects if p in export.projects]
        first = (0, natural_key(projects[0].name), projects[0].id) if projects else (1, (), 0)
        return (*first, natural_key(dataset.name), dataset.id)

    return {dataset.id: rank for rank, dataset in enumerate(sorted(export.datasets.values(), key=key))}


def _plate_ranks(export: Export) -> dict[int, int]:
    """Plate id -> its place when plates are sorted by screen, then name; those on no screen last."""

    def key(plate: Plate) -> tuple[object, ...]:
        screens = [export.screens[s] for s in plate.screens if s in export.screens]
        first = (0, natural_key(screens[0].name), screens[0].id) if screens else (1, (), 0)
        return (*first, natural_key(plate.name), plate.id)

    return {plate.id: rank for rank, plate in enumerate(sorted(export.plates.values(), key=key))}


def plates_in_order(export: Export) -> Iterator[Plate]:
    """Plates by screen, then name, in natural order; those on no screen last."""
    ranks = _plate_ranks(export)
    return iter(sorted(export.plates.values(), key=lambda plate: ranks[plate.id]))


def datasets_in_order(export: Export) -> Iterator[Dataset]:
    """Datasets by project, then name, in natural order; orphans last."""
    ranks = _dataset_ranks(export)
    return iter(sorted(export.datasets.values(), key=lambda dataset: ranks[dataset.id]))
