"""What plates hold: runs and wells, and where images lie in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from catalog_builder.model.plates import Field, Run, Well
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.containers import moment
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.remote import Remote, Row


def runs_of(remote: Remote, reach: Reach, plates: Collection[int]) -> dict[int, Run]:
    """The runs (plate acquisitions) of `plates`, without annotations, by ascending id."""
    return {
        id_: Run(
            id=id_,
            name=name or "",
            description=description or "",
            owner=owner,
            group=group,
            plate=plate,
            started=moment(started),
            ended=moment(ended),
        )
        for id_, name, description, owner, group, plate, started, ended in _by_id(
            remote.rows(queries.RUNS, reach)
        )
        if plate in plates
    }


def wells_of(remote: Remote, reach: Reach, plates: Collection[int]) -> dict[int, Well]:
    """The wells of `plates`, without annotations, by ascending id; one that OMERO gives no place is left out."""
    return {
        id_: Well(id=id_, owner=owner, group=group, plate=plate, row=row, column=column)
        for id_, owner, group, plate, row, column in _by_id(remote.rows(queries.WELLS, reach))
        if plate in plates and row is not None and column is not None and row >= 0 and column >= 0
    }


def gather_fields(
    rows: Iterable[Row], wells: Collection[int], runs: Collection[int]
) -> dict[int, tuple[Field, ...]]:
    """Image id -> where it lies on plates, by well, run and number; wells that are not known are left out."""
    found: defaultdict[int, list[tuple[int, int, int, Field]]] = defaultdict(list)
    for _, image, well, run, number in rows:
        if well in wells:
            run = run if run in runs else None
            place = max(0, number or 0)
            found[image].append((well, run or 0, place, Field(well=well, run=run, number=place)))
    return {
        image: tuple(field for *_, field in sorted(fields, key=lambda one: one[:3]))
        for image, fields in found.items()
    }


def _by_id(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row[0])
