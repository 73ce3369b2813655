"""One lab, exported again and again into one folder, over real Ice: what each of the exports did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from catalog_builder.commands.check import check
from catalog_builder.commands.export import export
from catalog_builder.exchange.changes import Changes
from catalog_builder.exchange.schema import MANIFEST
from catalog_builder.progress import Silent
from catalog_builder.publish.policy import on_request
from catalog_builder.settings.options import Settings, Thumbnails
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.source import OmeroSource
from tests.catalogues import QUIET, stamps, tree
from tests.omero_server import OmeroServer
from tests.omero_server.lab import MEMBER, READ_ONLY, small_lab
from tests.omero_server.store import Lab, Row

SMALL = Settings(thumbnails=Thumbnails(size=48))
UNSEEN = Settings(thumbnails=Thumbnails(mode="none"))
#: What is asked for only where something changed, by a text that no other query has.
MARKS = {"images": "i.name, i.description", "channels": "index(c)", "pairs": "index(mv)"}


class Night(NamedTuple):
    """What one export did: the report, the folders that it wrote to, the pictures and the records it asked for."""

    changes: dict[str, Changes]
    written: list[str]
    drawn: list[int]
    asked: set[str]


class Nightly:
    """One lab, exported again and again into one folder."""

    def __init__(self, server: OmeroServer, folder: Path) -> None:
        self.server = server
        self.lab = server.lab
        self.folder = folder

    def export(self, settings: Settings = SMALL, *, to: Path | None = None, **options: Any) -> Night:
        """`groups`, `datasets`, `full` and `rules` are as in the command; `progress` hears of gaps.

        More is for the source.
        """
        server, folder = self.server, to or self.folder
        scope = Scope(groups=options.pop("groups", (READ_ONLY,)), datasets=options.pop("datasets", ()))
        progress = options.pop("progress", Silent())
        full, rules = options.pop("full", False), options.pop("rules", QUIET)
        before = stamps(folder)
        server.reset_calls()
        source = OmeroSource(
            Login(host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER)),
            thumbnails=settings.thumbnails.mode,
            thumbnail_size=settings.thumbnails.size,
            preview_size=settings.previews.size,
            also=on_request(rules),
            progress=progress,
            **options,
        )
        written = export(source, scope, settings, rules, folder, progress, full=full)
        assert not [finding for finding in check(folder) if "have no picture" not in finding.what]
        after = stamps(folder)
        touched = [path.partition("/")[0] for path in after if before.get(path) != after[path]]
        asked = {name for name, mark in MARKS.items() if any(mark in query for query in server.queries)}
        return Night(written.changes, sorted({*touched} - {MANIFEST}), sorted({*server.drawn}), asked)

    def equals_an_export_from_nothing(self, settings: Settings = SMALL, **options: Any) -> bool:
        """Byte for byte, the manifest too."""
        afresh = self.folder.with_name("afresh")
        night = self.export(settings, to=afresh, full=True, **options)
        assert night.asked == {*MARKS}
        return tree(self.folder) == tree(afresh)


@contextmanager
def served(lab: Lab, folder: Path) -> Iterator[Nightly]:
    """A lab that is not exported yet, to go to `folder`. Whatever the clock says, all exports are of one moment."""
    with pytest.MonkeyPatch.context() as environment, OmeroServer(lab) as server:
        environment.setenv("SOURCE_DATE_EPOCH", "1767225600")
        yield Nightly(server, folder)


@contextmanager
def small_lab_exported(folder: Path) -> Iterator[Nightly]:
    """The small lab, exported to `folder`."""
    with served(small_lab(), folder) as nightly:
        nightly.export()
        # It asks each night anew: OMERO has no picture of an image without pixels, and that is no change.
        nightly.lab.delete(nightly.lab.find("Image", name="bare image"))
        nightly.export()
        yield nightly


def acting(lab: Lab, row: Row) -> Any:
    """In the name of an object's owner, in its group."""
    assert row.owner and row.group
    return lab.acting(row.owner, row.group)


def image(lab: Lab, name: str = "pcnt_01.dv") -> Row:
    """The image of this name; the usual one to do something to."""
    return lab.find("Image", name=name)
