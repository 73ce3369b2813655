"""All images in few bytes each: what the explorer filters, galleries show and counts come from."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from catalog_builder.derive.values import Vocabulary
from catalog_builder.exchange.read import Export
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


class Table:
    """The rows, sorted by dataset (project and name in natural order), then name, orphans last."""

    def __init__(self, export: Export) -> None:
        self.vocabulary = Vocabulary(export)
        self._datasets = export.datasets
        ranks = _dataset_ranks(export)
        by_rank: dict[int, list[Row]] = {}
        for image in export.images():
            first = image.datasets[0] if image.datasets else None
            rank = ranks.get(first, len(ranks)) if first is not None else len(ranks)
            by_rank.setdefault(rank, []).append(self._row(image))
        self.rows: list[Row] = []
        for rank in sorted(by_rank):  # a dataset at a time: sort keys are larger than the rows
            self.rows += sorted(by_rank.pop(rank), key=lambda row: (natural_key(row.name), row.id))

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
    def orphans(self) -> list[Row]:
        """The rows of images in no dataset."""
        return [row for row in self.rows if not row.datasets]

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
        """The rows before and after within the image's first dataset, or among the orphans."""
        place = self.position[row.id]
        before = self.rows[place - 1] if place else None
        after = self.rows[place + 1] if place + 1 < len(self.rows) else None
        home = row.datasets[:1]
        return (
            before if before and before.datasets[:1] == home else None,
            after if after and after.datasets[:1] == home else None,
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
        )


def _dataset_ranks(export: Export) -> dict[int, int]:
    """Dataset id -> its place when datasets are sorted by project, then name; orphans last."""

    def key(dataset: Dataset) -> tuple[object, ...]:
        projects = [export.projects[p] for p in dataset.projects if p in export.projects]
        first = (0, natural_key(projects[0].name), projects[0].id) if projects else (1, (), 0)
        return (*first, natural_key(dataset.name), dataset.id)

    return {dataset.id: rank for rank, dataset in enumerate(sorted(export.datasets.values(), key=key))}


def datasets_in_order(export: Export) -> Iterator[Dataset]:
    """Datasets by project, then name, in natural order; orphans last."""
    ranks = _dataset_ranks(export)
    return iter(sorted(export.datasets.values(), key=lambda dataset: ranks[dataset.id]))
