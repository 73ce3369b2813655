"""`check --server`: every query of the project asked once, and a report that holds no data.

What a production server answers cannot be tried here, so a user runs this and pastes the lines into an issue.
They name queries, outcomes and times; no name, number or text from the server but its version.
"""

from __future__ import annotations

import importlib
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from catalog_builder.settings.options import SMALLEST_PREVIEW
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.connect import Connection, connect
from catalog_builder.sources.omero.failures import Refused, explained
from catalog_builder.sources.omero.images import Plane, Planes
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.queries import QUERIES, Query
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.remote import Remote
from catalog_builder.sources.omero.thumbnails import Mode, Pictures

#: A value for every parameter that a query may have, besides the lists of a `Reach`.
PROBE_VALUES: dict[str, Any] = {
    "last": -1,
    "first": 0,
    "through": 2**62,
    "ids": [0],
}


@dataclass(frozen=True)
class ProbeLine:
    """One line of the report. `empty`: it worked and found nothing; `detail` is a version, or the name of
    the exception with which the server refused."""

    what: str
    outcome: Literal["ok", "empty", "refused"]
    milliseconds: int = 0
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.outcome}" + (
            f", {self.detail}" if self.detail else f", {self.milliseconds} ms"
        )


def probe(login: Login, *, thumbnails: Mode = "batch") -> list[ProbeLine]:
    """Every query in every shape, with limit 1, and the pictures of one image if there is one: a
    small and a larger one.

    Raises SourceError only where there is no connection. With `batch` OMERO may keep the thumbnail it draws,
    as in an export; `direct` leaves no trace, `none` asks for no picture.
    """
    lines = [ProbeLine("client", "ok", detail=_client_versions())]
    started = time.monotonic()
    with connect(login) as connection:
        lines.append(_timed("server", started, "ok", _server_version(connection)))
        remote = Remote(connection, 1)
        groups = _group_ids(remote)
        for name, query in QUERIES.items():
            lines += [
                _asked(remote, f"{name.lower()}{shape}", query, reach)
                for shape, reach in _shapes(query, groups)
            ]
        lines += _pictures(remote, groups, thumbnails)
    return lines


def _shapes(query: Query, groups: tuple[int, ...]) -> list[tuple[str, Reach]]:
    """The reaches in which a query reads differently: by group, by container, by both with who linked what."""
    named = Reach(projects=(0,), datasets=(0,), screens=(0,), plates=(0,))
    shapes = [
        (" by group", Reach(groups=groups)),
        (" by container", named),
        (" by both", replace(named, groups=groups, linkers=True)),
    ]
    return shapes if len({query.text(reach) for _, reach in shapes}) > 1 else [("", Reach())]


def _asked(remote: Remote, name: str, query: Query, reach: Reach) -> ProbeLine:
    def ask() -> bool:
        if query.objects:
            return bool(list(remote.objects(query, PROBE_VALUES["ids"])))
        return bool(remote.one_page(query, reach, 1, **PROBE_VALUES))

    return _tried(name, ask)


def _tried(name: str, ask: Callable[[], bool]) -> ProbeLine:
    started = time.monotonic()
    try:
        return _timed(name, started, "ok" if ask() else "empty")
    except Refused as refused:
        return _timed(name, started, "refused", refused.kind)


def _timed(
    name: str, started: float, outcome: Literal["ok", "empty", "refused"], detail: str = ""
) -> ProbeLine:
    return ProbeLine(name, outcome, round((time.monotonic() - started) * 1000), detail)


def _group_ids(remote: Remote) -> tuple[int, ...]:
    """Groups to ask for: OMERO refuses an empty list, and group 0 is there always."""
    try:
        with explained("asking which groups the account is in"):
            own = remote.connection.services.getAdminService().getEventContext()
    except Refused:
        return (0,)
    return tuple(sorted({0, *own.memberOfGroups, *own.leaderOfGroups}))


def _pictures(remote: Remote, groups: tuple[int, ...], thumbnails: Mode) -> list[ProbeLine]:
    """The picture of the first image that has pixels, asked for as an export would, and a larger one."""
    if thumbnails == "none":
        return []
    try:
        rows = remote.one_page(queries.IMAGE_REVISIONS, Reach(groups=groups), 1, last=-1)
    except Refused:
        rows = []
    planes = Planes()
    if not rows or rows[0][1] is None:
        return [ProbeLine(f"pictures {thumbnails}", "empty", detail="no image to ask for")]
    image, pixels, group, x, y = (rows[0][column] for column in (0, 1, 10, 11, 12))
    planes.add(image, Plane(pixels, group, x or 0, y or 0))
    ways = [
        (f"pictures {way}", Pictures(remote, planes, size=96, direct=way == "direct"))
        for way in (("batch", "direct") if thumbnails == "batch" else ("direct",))
    ]
    larger = Pictures(remote, planes, size=SMALLEST_PREVIEW, direct=True, kind="previews")
    return [
        _tried(what, lambda pictures=pictures: bool(list(pictures.fetch([image]))))  # type: ignore[misc]
        for what, pictures in (*ways, ("previews direct", larger))
    ]


def _server_version(connection: Connection) -> str:
    try:
        with explained("asking for the server's version"):
            return f"OMERO {connection.services.getConfigService().getVersion()}"
    except Refused as refused:
        return f"version unknown ({refused.kind})"


def _client_versions() -> str:
    try:
        versions = importlib.import_module("importlib.metadata")
        found = ", ".join(
            f"{name} {versions.version(name)}" for name in ("catalog-builder", "omero-py", "zeroc-ice")
        )
    except ImportError:  # a package without metadata, such as a checkout that was never installed
        found = "packages unknown"
    return f"{found}, Python {platform.python_version()}"
