"""Connections for tests, closed whatever happens: an open one would outlive the server and keep its threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import omero.sys
from omero.gateway import BlitzGateway
from omero.rtypes import rbool, rdouble, rlist, rlong, rstring, unwrap

from .server import OmeroServer

ALL_GROUPS = "-1"


@contextmanager
def connected(
    server: OmeroServer, login: str, group: str | None = ALL_GROUPS, secure: bool = True
) -> Iterator[Any]:
    """A BlitzGateway of this account that reads in this group: all of them, unless said otherwise."""
    connection = BlitzGateway(
        login, server.password(login), host=server.host, port=server.port, secure=secure
    )
    try:
        assert connection.connect(), connection.getLastError()
        connection.SERVICE_OPTS.setOmeroGroup(group)
        yield connection
    finally:
        connection.close()


def ask(connection: Any, hql: str, limit: int | None = None, offset: int = 0, **parameters: Any) -> list[Any]:
    """IQuery.projection with plain values in and out; a row of one column is that value, an empty row stays empty."""
    rows = connection.getQueryService().projection(
        hql, parameters_of(parameters, limit, offset), connection.SERVICE_OPTS
    )
    return [_plain(row) for row in rows]


def parameters_of(values: dict[str, Any], limit: int | None = None, offset: int = 0) -> Any:
    parameters = omero.sys.ParametersI()
    for name, value in values.items():
        parameters.map[name] = wrapped(value)
    if limit is not None:
        parameters.page(offset, limit)
    return parameters


def wrapped(value: Any) -> Any:
    """A plain value as the RType that OMERO expects for ids, texts, numbers and lists of them."""
    if isinstance(value, bool):
        return rbool(value)
    if isinstance(value, int):
        return rlong(value)
    if isinstance(value, float):
        return rdouble(value)
    if isinstance(value, str):
        return rstring(value)
    if isinstance(value, list):
        return rlist([wrapped(member) for member in value])
    return value


def _plain(row: list[Any]) -> Any:
    if len(row) == 1:
        return unwrap(row[0])
    return tuple(unwrap(value) for value in row)
