"""All images in few bytes each: what the explorer filters, galleries show and counts come from."""

from __future__ import annotations

import hashlib
import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import groupby
from typing import final, overload

from catalog_builder.derive.inverted import Inverted, renumbered, repeated, taken
from catalog_builder.derive.places import Positions, gathered, stretches
from catalog_builder.derive.rows import (
    NOTHING,
    PICTURE,
    PREVIEW,
    SLIDE_ROLE,
    Homes,
    in_places,
    joined,
    read_shard,
)
from catalog_builder.derive.values import Coder, Vocabulary
from catalog_builder.exchange.read import Export
from catalog_builder.model.plates import Field
from catalog_builder.parallel import in_order


@final
class Row:
    """An image, as far as lists of images need it: a place in the table, where all of it stands in columns."""

    __slots__ = ("_table", "place")

    def __init__(self, table: Table, place: int) -> None:
        self._table, self.place = table, place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and other.place == self.place and other._table is self._table

    def __hash__(self) -> int:
        return hash(self.place)

    @property
    def id(self) -> int:
        """OMERO's id."""
        return self._table.ids[self.place]

    @property
    def name(self) -> str:
        """As OMERO has it, perhaps empty."""
        return self._table.names[self.place]

    @property
    def picture(self) -> bool:
        """Whether the export has a thumbnail."""
        return bool(self._table.marks[self.place] & PICTURE)

    @property
    def preview(self) -> bool:
        """Whether the export has a larger picture."""
        return bool(self._table.marks[self.place] & PREVIEW)

    @property
    def datasets(self) -> tuple[int, ...]:
        """Ids of the datasets it is in, of those that the export holds."""
        return self._table.datasets_of(self.place)

    @property
    def terms(self) -> array[int]:
        """Numbers in the vocabulary, ascending."""
        return self._table.terms(self.place)

    @property
    def scene(self) -> tuple[int, int] | None:
        """Fileset and series, where it came from a file that OMERO knows."""
        return self._table.scene(self.place)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Where it lies on plates that the export holds."""
        return self._table.fields(self.place)

    @property
    def pixel(self) -> float | None:
        """The width of a pixel in µm, whatever unit OMERO holds."""
        width = self._table.pixels[self.place]
        return None if math.isnan(width) else width


class Rows(Sequence[Row]):
    """Some rows of a table, each made when it is looked at. `places`: where they stand in the table."""

    def __init__(self, table: Table, places: Sequence[int]) -> None:
        self._table, self.places = table, places

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Rows: ...
    def __getitem__(self, at: int | slice) -> Row | Rows:
        if isinstance(at, slice):
            return Rows(self._table, self.places[at])
        return self._table.row(self.places[at])

    def __iter__(self) -> Iterator[Row]:
        return map(self._table.row, self.places)

    def ingredients(self) -> Iterator[object]:
        """All that a gallery shows of them, to tell whether it is the same as before."""
        return self._table.shown(self.places)

    def pictured(self) -> Rows:
        """Those with a picture of more than a slide's label; where there are none, those with a picture; else all."""
        marks = self._table.marks
        held = [place for place in self.places if marks[place] & PICTURE]
        shown = [place for place in held if not marks[place] & SLIDE_ROLE]
        return Rows(self._table, shown or held or self.places)


class Table:
    """The rows by dataset (project and name in natural order), then name; then those that are on plates only,
    by plate and place; orphans last."""

    def __init__(self, export: Export) -> None:
        self.vocabulary = Vocabulary(export)
        coder = Coder(export, self.vocabulary.inheritance)
        homes = Homes(export)
        shards = [
            partial(read_shard, export, shard, coder, homes) for shard in export.manifest.streams["images"]
        ]
        read = joined(columns for _, columns in in_order(shards, export.processes))
        held, self.homes = in_places(read, homes)
        """The places of the rows of each dataset, of each plate, of the orphans: without gaps, in order."""
        self._columns = held
        self.makeups = held.makeups
        """How many images there are of each kind, as `makeup.py` tells them apart."""
        self.used = held.used
        """What the images of each shard of the export are annotated with."""
        self.ids, self.names, self.marks, self.pixels = held.ids, held.names, held.marks, held.pixels
        self._terms, used = renumbered(held.terms)
        self.vocabulary.settle(coder.terms(used))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def rows(self) -> Rows:
        """All rows, in their order."""
        return Rows(self, range(len(self)))

    def row(self, place: int) -> Row:
        """The row at a place."""
        return Row(self, place)

    def datasets_of(self, place: int) -> tuple[int, ...]:
        """Ids of the datasets that a row's image is in."""
        return self._columns.datasets[self._columns.sets[place]]

    def scene(self, place: int) -> tuple[int, int] | None:
        """Fileset and series of a row's image; None where OMERO knows no file."""
        fileset = self._columns.filesets[place]
        return (fileset, self._columns.series[place]) if fileset != NOTHING else None

    def terms(self, place: int) -> array[int]:
        """The numbers of the terms that hold for a row, ascending."""
        return self._terms[self._first_term(place) : self._columns.ends[place]]

    def _first_term(self, place: int) -> int:
        """Where the terms of a row begin."""
        return self._columns.ends[place - 1] if place else 0

    def shown(self, places: Sequence[int]) -> Iterator[object]:
        """All that a gallery shows of the rows at some places."""
        held = self._columns
        whole = next(stretches(places), (0, 0))
        is_whole = whole[1] - whole[0] == len(places)
        for column in (held.ids, held.names, held.marks, held.filesets, held.series):
            yield column[slice(*whole)] if is_whole else [column[place] for place in places]

    def term_ingredients(self, rows: Rows) -> Iterator[object]:
        """The terms that hold for rows, by numbers that stay the same when terms come and go."""
        held, ends = array("Q"), array("I")
        for start, end in stretches(rows.places):
            first = self._first_term(start)
            behind = first - len(held)
            held.extend(self.digested[first : self._first_term(end)])
            ends.extend([one - behind for one in self._columns.ends[start:end]])
        yield held
        yield ends

    def distinct_terms(self, rows: Rows) -> set[int]:
        """The numbers of all terms that any of the rows holds."""
        found: set[int] = set()
        for start, end in stretches(rows.places):
            found.update(self._terms[self._first_term(start) : self._first_term(end)])
        return found

    @cached_property
    def term_digests(self) -> array[int]:
        """Term number -> a number that hardly another has, and that stays the same when terms come and go."""
        digests = array("Q")
        for term in self.vocabulary.terms:
            text = f"{term.facet}\0{term.value}".encode("utf-8", "replace")
            digests.frombytes(hashlib.blake2b(text, digest_size=8).digest())
        return digests

    @cached_property
    def digested(self) -> array[int]:
        """The terms of all rows, one row after the other, by these numbers."""
        return taken(self.term_digests, self._terms)

    def fields(self, place: int) -> tuple[Field, ...]:
        """Where a row's image lies on plates."""
        held = self._columns
        start, end = held.field_ends[place - 1] if place else 0, held.field_ends[place]
        if start == end:
            return ()
        return tuple(
            [
                Field(well=well, run=None if run == NOTHING else run, number=number)
                for well, run, number in zip(
                    held.wells[start:end], held.runs[start:end], held.fields[start:end], strict=True
                )
            ]
        )

    @property
    def has_fields(self) -> bool:
        """Whether any image lies on a plate."""
        return bool(self._columns.wells)

    @cached_property
    def position(self) -> Positions:
        """Image id -> its place among the rows."""
        return Positions(self.ids)

    @cached_property
    def places(self) -> Inverted:
        """Term number -> the places of the rows that hold it, ascending."""
        return Inverted(self._terms, self._columns.ends, len(self.vocabulary.terms))

    def with_term(self, term: int | None) -> Sequence[int]:
        """The places of the rows that hold a term; none where the term is None."""
        return self.places[term] if term is not None else ()

    def count(self, term: int) -> int:
        """How many images hold a term, each once."""
        return self.places.how_many(term)

    @cached_property
    def in_dataset(self) -> dict[int, Rows]:
        """Dataset id -> its rows, in order; an image in two datasets is in both."""
        found: dict[int, array[int]] = {}
        for number, places in groupby(range(len(self)), key=self._columns.sets.__getitem__):
            run = array("I", places)
            for dataset in self._columns.datasets[number]:
                found.setdefault(dataset, array("I")).extend(run)
        return {dataset: Rows(self, gathered(places)) for dataset, places in found.items()}

    def of_dataset(self, dataset: int) -> Rows:
        """The rows of a dataset, perhaps none."""
        return self.in_dataset.get(dataset) or Rows(self, ())

    @cached_property
    def in_well(self) -> dict[int, Rows]:
        """Well id -> its rows by run and field; an image in two wells is in both."""
        held = self._columns
        found: dict[int, list[tuple[int, int, int, int]]] = {}
        for place, end in enumerate(held.field_ends):
            for at in range(held.field_ends[place - 1] if place else 0, end):
                field = (max(0, held.runs[at]), held.fields[at], held.ids[place], place)
                found.setdefault(held.wells[at], []).append(field)
        return {
            well: Rows(self, array("I", [place for _, _, _, place in sorted(fields)]))
            for well, fields in found.items()
        }

    @cached_property
    def orphans(self) -> Rows:
        """The rows of images in no dataset and on no plate."""
        return Rows(
            self,
            [
                place
                for place in (self.homes[-1] if self.homes else ())
                if not self.datasets_of(place) and not self.fields(place)
            ],
        )

    @cached_property
    def scenes(self) -> dict[int, Rows]:
        """Fileset id -> its rows by series; filesets of one image are left out."""
        held = self._columns
        found: dict[int, array[int]] = {}
        for fileset, places in repeated(held.filesets):
            if fileset != NOTHING:
                found[fileset] = array(
                    "I", sorted(places, key=lambda place: (held.series[place], held.ids[place]))
                )
        return {fileset: Rows(self, places) for fileset, places in found.items()}

    def homes_within(self, start: int, end: int) -> list[range]:
        """The homes that begin at a place from `start` to before `end`."""
        first = bisect_left(self.homes, start, key=lambda home: home.start)
        return self.homes[first : bisect_left(self.homes, end, key=lambda home: home.start)]

    def neighbours(self, row: Row) -> tuple[Row | None, Row | None]:
        """The rows before and after within the image's first dataset, else its first plate, or among the orphans."""
        home = self.homes[bisect_right(self.homes, row.place, key=lambda home: home.start) - 1]
        return (
            Row(self, row.place - 1) if row.place > home.start else None,
            Row(self, row.place + 1) if row.place + 1 < home.stop else None,
        )

    def shared_terms(self, rows: Rows) -> Counter[int]:
        """Term number -> how many of `rows` hold it."""
        counts: Counter[int] = Counter()
        for start, end in stretches(rows.places):
            counts.update(self._terms[self._first_term(start) : self._first_term(end)])
        return counts
