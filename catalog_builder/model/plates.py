"""High-content screening: screens of plates, their runs, wells and fields."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from catalog_builder.model.base import Carrier, Described, Id, Moment, Record

Place = Annotated[int, msgspec.Meta(ge=0)]

#: How a plate counts its rows or columns: A, B, ... Z, AA or 1, 2, ...
Naming = Literal["letter", "number"]


class Screen(Described, frozen=True):
    """A screen; `created` is when it was made in OMERO."""

    created: Moment | None = None


class Plate(Described, frozen=True):
    """A plate; it may be on several screens or, as an orphan, on none.

    `rows` and `columns` are what OMERO holds, None where it holds nothing: the wells may say more.
    """

    created: Moment | None = None
    screens: tuple[Id, ...] = ()
    """Ids of the screens it is on, ascending."""
    rows: Place | None = None
    columns: Place | None = None
    row_names: Naming = "letter"
    column_names: Naming = "number"


class Run(Described, frozen=True, kw_only=True):
    """A plate acquisition: one imaging of a plate. A plate imaged once may have none."""

    plate: Id
    started: Moment | None = None
    ended: Moment | None = None


class Well(Carrier, frozen=True, kw_only=True):
    """A well, with or without images; `row` and `column` count from 0."""

    plate: Id
    row: Place
    column: Place


class Field(Record, frozen=True):
    """Where an image lies on a plate (OMERO's well sample): its well, its run, its place in the well from 0."""

    well: Id
    run: Id | None = None
    number: Place = 0


def line_name(place: int, naming: Naming) -> str:
    """The name of a row or column, counted from 0: A, B, ... Z, AA, AB, ... or 1, 2, ..."""
    if naming == "number":
        return str(place + 1)
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def well_name(plate: Plate | None, row: int, column: int) -> str:
    """What people call a well: `B12`, `AF48`; where both count alike, `2.12`."""
    rows, columns = (plate.row_names, plate.column_names) if plate else ("letter", "number")
    between = "." if rows == columns else ""
    return f"{line_name(row, rows)}{between}{line_name(column, columns)}"
