"""Bulk reading: an HQL query in, plain Python rows out, with as few remote calls as pages.

Turning a reply into Python values costs more than the server's work, and most of that is the garbage
collector walking through hundreds of thousands of young objects: it is off while a reply is decoded.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from catalog_builder.sources.omero.client import Session
from catalog_builder.sources.omero.connect import Connection
from catalog_builder.sources.omero.queries import Query
from catalog_builder.sources.omero.raw import RawProjections
from catalog_builder.sources.omero.reach import Reach

Row: TypeAlias = list[Any]
"""Columns as int, float, str, bool, None, milliseconds for times, dict for maps."""

#: Ids in one `in (:ids)`: PostgreSQL takes no more than 32,767 parameters in a statement.
BATCH = 5_000


class Remote:
    """The query service of a connection. `page` is how many rows one call may bring.

    `raw`: replies are read from their bytes where they can be, which changes nothing but the time it takes.
    `rows` counts in tables that have several rows an image, so its calls bring five times as many.
    """

    def __init__(self, connection: Connection, page: int, raw: bool = True) -> None:
        self.connection = connection
        self.page = page
        self._raw = RawProjections() if raw else None

    def one_page(self, query: Query, reach: Reach, limit: int, **values: Any) -> list[Row]:
        """The first `limit` rows: one remote call."""
        text = query.text(reach)
        wanted = query.parameters(reach)
        given = {name: value for name, value in (reach.parameters() | values).items() if name in wanted}

        def ask(session: Session) -> list[Row]:
            found = self._raw.rows(session, text, given, limit) if self._raw else None
            if found is not None:
                return found
            answer = session.queries.projection(text, _parameters(given, limit), session.context())
            return [[_plain(value) for value in row] for row in answer]

        with _collector_off():
            return self.connection.call(f"reading {query.what}", ask)

    def rows(self, query: Query, reach: Reach, **values: Any) -> Iterator[Row]:
        """All rows of a query that pages by its first column: a call for every 5 x `page` rows, and one."""
        last, limit = -1, 5 * self.page
        while True:
            rows = self.one_page(query, reach, limit, last=last, **values)
            yield from rows
            if len(rows) < limit:
                return
            last = max(row[0] for row in rows)

    def by_ids(self, query: Query, ids: Iterable[int]) -> Iterator[Row]:
        """All rows of a query with `:ids`: a call for every 5,000 ids."""
        for batch in batches(sorted(set(ids)), BATCH):
            yield from self.one_page(query, Reach(), 0, ids=batch)

    def objects(self, query: Query, ids: Iterable[int], batch: int = 1_000) -> Iterator[Any]:
        """OMERO's own objects, for what columns cannot say: a call for every `batch` ids."""
        text = query.text(Reach())
        for some in batches(sorted(set(ids)), batch):
            parameters = _parameters({"ids": some}, 0)

            def ask(session: Session, parameters: Any = parameters) -> list[Any]:
                return list(session.queries.findAllByQuery(text, parameters, session.context()))

            with _collector_off():
                found = self.connection.call(f"reading {query.what}", ask)
            yield from found


def batches(items: Sequence[int], size: int) -> Iterator[list[int]]:
    """The items in lists of at most `size`; none for no items, as OMERO refuses an empty list."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _parameters(values: Mapping[str, int | list[int]], limit: int) -> Any:
    """OMERO's parameters, and a limit if it is above 0."""
    parameters = importlib.import_module("omero.sys").ParametersI()
    for name, value in values.items():
        if isinstance(value, list):
            parameters.addLongs(name, value)
        else:
            parameters.addLong(name, value)
    if limit:
        parameters.page(0, limit)
    return parameters


def _plain(value: Any) -> Any:
    if value is None:
        return None
    plain = value.val
    if isinstance(plain, dict):
        return {key: _plain(inner) for key, inner in plain.items()}
    return plain


@contextlib.contextmanager
def _collector_off() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
