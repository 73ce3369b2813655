"""Running a query: rows in an order that only `order by` can be relied on for."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..security import Caller
from ..store import Lab, Row
from . import parameters
from .columns import Column, Execution, Frame
from .errors import misuse
from .parse import parse
from .query import Prepared, fetches_a_collection, prepare


@dataclass(frozen=True)
class Result:
    values: tuple[Any, ...]
    keys: tuple[Any, ...]
    frame: Frame | None  # where the query fetches: everything that was joined


@dataclass(frozen=True)
class Answer:
    columns: list[Column]
    names: list[str]
    as_map: bool
    results: list[Result]
    prepared: Prepared


def execute(
    lab: Lab,
    who: Caller,
    visible: Callable[[Row], bool],
    hql: str,
    given: dict[str, Any] | None,
    limit: int | None = None,
    offset: int | None = None,
    all_groups: bool = False,
) -> Answer:
    """Answers a query. Raises QueryException or ApiUsageException for one that OMERO would refuse."""
    run = Execution(lab, who, all_groups, visible, parameters.check(given), hql)
    query = parse(hql)
    prepared = prepare(run, query)
    if limit is not None and fetches_a_collection(prepared):
        raise misuse(
            "firstResult/maxResults specified with collection fetch: the server would read everything and page in"
            f" memory; page over ids and fetch in a second query [{hql}]"
        )
    results = _collect(prepared, None if limit is None else limit + (offset or 0))
    # Ties and missing orders are broken differently for every page: a client that pages without a complete order
    # must lose rows here, as it would sooner or later on a real server.
    random.Random(f"{lab.seed} {hql} {offset}").shuffle(results)
    for number, sorting in reversed(list(enumerate(prepared.sorting))):
        results.sort(key=_sort_key(number), reverse=sorting.descending)
    if limit is not None:
        results = results[offset or 0 : limit + (offset or 0)]
    return Answer(prepared.columns, prepared.names, query.as_map, results, prepared)


def _collect(prepared: Prepared, wanted: int | None) -> list[Result]:
    """All rows; of a query that pages along the ids of its first table, only as many as the page can need."""
    frame: Frame = []
    getters = [column.get for column in prepared.columns]
    keys = [sorting.column.get for sorting in prepared.sorting]
    first = prepared.steps[0].slot
    keep_frame, distinct = bool(prepared.fetches), prepared.query.distinct
    may_stop = wanted is not None and prepared.ids_in_order
    results: list[Result] = []
    seen: set[tuple[Any, ...]] = set()
    current = None
    for _ in prepared.frames(frame):
        if may_stop and frame[first] is not current:
            if len(results) >= (wanted or 0):
                break
            current = frame[first]
        values = tuple([get(frame) for get in getters])
        if distinct and not keep_frame:
            if values in seen:
                continue
            seen.add(values)
        results.append(
            Result(values, tuple([key(frame) for key in keys]), list(frame) if keep_frame else None)
        )
    return results


def _sort_key(number: int) -> Callable[[Result], tuple[bool, Any]]:
    """PostgreSQL takes null for greater than everything."""

    def key(result: Result) -> tuple[bool, Any]:
        value = result.keys[number]
        return (value is None, 0 if value is None else value)

    return key
