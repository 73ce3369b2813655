"""What a source is, and the table of all there are. A new source is one file and one row in `SOURCES`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from catalog_builder.exchange.before import Before
from catalog_builder.model.catalogue import Catalogue

#: Source name -> `module:class`; imported only when used, for importing OMERO's client takes over a second.
SOURCES: dict[str, str] = {
    "omero": "catalog_builder.sources.omero.source:OmeroSource",
    "exported": "catalog_builder.sources.exported:ExportedSource",
    "demo": "catalog_builder.sources.demo.source:DemoSource",
}


def source_class(name: str) -> Any:
    """The class of a source, imported now."""
    module, _, attribute = SOURCES[name].partition(":")
    return getattr(import_module(module), attribute)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What to read: the union of what is named; everything readable where nothing is named.

    Groups are given by name. A private group (`rw----`) is read only when it is named; where a named project,
    dataset, screen or plate is in it, naming the group permits that one and brings nothing else.
    """

    groups: tuple[str, ...] = ()
    projects: tuple[int, ...] = ()
    datasets: tuple[int, ...] = ()
    screens: tuple[int, ...] = ()
    plates: tuple[int, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is named."""
        return not (self.groups or self.projects or self.datasets or self.screens or self.plates)


class Source(Protocol):
    """Something that can be read into a catalogue, within a `with` block."""

    def __enter__(self) -> Source: ...

    def __exit__(self, *exc: object) -> None: ...

    def read(self, scope: Scope, before: Before | None = None) -> Catalogue:
        """The containers and annotations at once; the images stream while the `with` block lasts.

        A source that can tell what has changed takes the rest from the export `before`.
        """
