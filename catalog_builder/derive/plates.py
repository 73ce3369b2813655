"""Plates as grids: the wells by their place, and in each well its pictures by run and field."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from catalog_builder.derive.order import plates_in_order
from catalog_builder.derive.table import Row, Table
from catalog_builder.exchange.read import Export
from catalog_builder.model.plates import Plate, Run, Well, line_name, well_name

#: A plate of more places than this shows only the rows and columns that hold wells: OMERO checks no row number.
LARGEST = 20_000


class View(NamedTuple):
    """One look at a plate: a run (None: imaged without one) and a field of it, counted from 1."""

    run: int | None
    field: int


class PlacedWell(NamedTuple):
    """A well on its plate, with its pictures."""

    well: Well
    name: str
    """What people call it, such as `B12`."""
    pictures: dict[View, Row]
    """By run, then field; empty for a well without images."""

    @property
    def runs(self) -> list[int | None]:
        """The runs that imaged it, in order."""
        return list(dict.fromkeys(view.run for view in self.pictures))


class PlateGrid:
    """A plate: its rows and columns, the wells on them, and the views there are.

    Rows and columns are as many as the plate says or as its wells need, whichever are more.
    """

    def __init__(self, plate: Plate, runs: Sequence[Run], wells: Iterable[Well], table: Table) -> None:
        self.plate = plate
        self.runs = list(runs)
        """The plate's runs by id, with or without images."""
        placed = [_placed(plate, well, table) for well in wells]
        placed.sort(key=lambda one: (one.well.row, one.well.column, one.well.id))
        self.wells = placed
        """By row, then column."""
        self.rows = _lines(plate.rows, [one.well.row for one in placed])
        """Row numbers from 0, in order."""
        self.columns = _lines(plate.columns, [one.well.column for one in placed])
        if len(self.rows) * len(self.columns) > LARGEST:
            self.rows = sorted({one.well.row for one in placed})
            self.columns = sorted({one.well.column for one in placed})

    @cached_property
    def at(self) -> dict[tuple[int, int], PlacedWell]:
        """(row, column) -> its well; of two wells at one place, which OMERO permits, the older."""
        found: dict[tuple[int, int], PlacedWell] = {}
        for one in self.wells:
            found.setdefault((one.well.row, one.well.column), one)
        return found

    @cached_property
    def views(self) -> list[View]:
        """The looks there are, by run, then field; empty for a plate without images."""
        return sorted({view for one in self.wells for view in one.pictures}, key=_view_order)

    @cached_property
    def images(self) -> int:
        """How many images lie on it, each once."""
        return len({row.id for one in self.wells for row in one.pictures.values()})

    def row_name(self, row: int) -> str:
        """What the plate calls a row: `A`, `AF`, or `1`."""
        return line_name(row, self.plate.row_names)

    def column_name(self, column: int) -> str:
        """What the plate calls a column."""
        return line_name(column, self.plate.column_names)

    @cached_property
    def _lined_up(self) -> dict[tuple[str, int], list[PlacedWell]]:
        """The wells of each row from left to right, and of each column from top to bottom."""
        found: dict[tuple[str, int], list[PlacedWell]] = {}
        for (row, column), one in self.at.items():  # by row, then column: so both are in order
            found.setdefault(("row", row), []).append(one)
            found.setdefault(("column", column), []).append(one)
        return found

    def neighbours(self, one: PlacedWell) -> dict[str, PlacedWell]:
        """The nearest wells to the `left`, `right`, `up` and `down`, over empty places; none at the edges."""
        row, column = one.well.row, one.well.column
        across = self._lined_up["row", row]
        along = self._lined_up["column", column]
        here = bisect_left(across, column, key=lambda other: other.well.column)
        there = bisect_left(along, row, key=lambda other: other.well.row)
        found = {"left": across[:here][-1:], "right": across[here + 1 :][:1]}
        found |= {"up": along[:there][-1:], "down": along[there + 1 :][:1]}
        return {way: wells[0] for way, wells in found.items() if wells}


class Plates:
    """All plates of an export as grids, each made once."""

    def __init__(self, export: Export, table: Table) -> None:
        self._export, self._table = export, table
        self._grids: dict[int, PlateGrid] = {}

    @cached_property
    def _wells(self) -> dict[int, list[Well]]:
        found: dict[int, list[Well]] = {}
        for well in self._export.wells.values():
            found.setdefault(well.plate, []).append(well)
        return found

    @cached_property
    def _runs(self) -> dict[int, list[Run]]:
        found: dict[int, list[Run]] = {}
        for run in sorted(self._export.runs.values(), key=lambda run: run.id):
            found.setdefault(run.plate, []).append(run)
        return found

    @cached_property
    def of_screen(self) -> dict[int | None, list[Plate]]:
        """Screen id -> its plates in natural order; None -> plates on no screen."""
        found: dict[int | None, list[Plate]] = {}
        for plate in plates_in_order(self._export):
            screens: list[int | None] = [s for s in plate.screens if s in self._export.screens]
            for screen in screens or [None]:
                found.setdefault(screen, []).append(plate)
        return found

    def grid(self, plate: Plate) -> PlateGrid:
        """The plate's grid."""
        known = self._grids.get(plate.id)
        if known is None:
            runs, wells = self._runs.get(plate.id, []), self._wells.get(plate.id, [])
            known = self._grids[plate.id] = PlateGrid(plate, runs, wells, self._table)
        return known


def _placed(plate: Plate, well: Well, table: Table) -> PlacedWell:
    """The well's pictures: OMERO counts fields through all runs of a well, people within each."""
    fields = sorted(
        (field.run is not None, field.run or 0, field.number, row.id, row)
        for row in table.in_well.get(well.id, ())
        for field in row.fields
        if field.well == well.id
    )
    pictures: dict[View, Row] = {}
    seen: dict[int | None, int] = {}
    for has_run, number, _, _, row in dict.fromkeys(fields):
        run = number if has_run else None
        seen[run] = seen.get(run, 0) + 1
        pictures[View(run, seen[run])] = row
    return PlacedWell(well, well_name(plate, well.row, well.column), pictures)


def _lines(known: int | None, held: Sequence[int]) -> list[int]:
    largest = max(held, default=-1) + 1
    count = max(known or 0, largest)
    # A number beyond all reason would fill the memory before anybody could see that it is one.
    return list(range(count)) if count <= LARGEST else sorted(set(held))


def _view_order(view: View) -> tuple[bool, int, int]:
    return (view.run is not None, view.run or 0, view.field)
