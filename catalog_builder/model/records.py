"""The records: frozen, typed, validated by msgspec, the same in memory and in the export.

Every `id` is OMERO's, unique within its kind and at least 0 (a source without ids of its own counts
from 1). A field that OMERO leaves empty holds its default and is left out of the JSON.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

Id = Annotated[int, msgspec.Meta(ge=0, description="OMERO's id, unique within its kind.")]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="ISO 8601 in UTC.")]
HexColour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-f]{6}$")]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all records share: frozen, keyword only, defaults left out of JSON, unknown fields passed over."""


class Person(Record, frozen=True):
    """An experimenter, as far as a catalogue may know one: the full name and no more."""

    id: Id
    name: str


class Group(Record, frozen=True):
    """An OMERO group and its permission string, such as `rwr---`: owner, group, world; `rw----` is private."""

    id: Id
    name: str
    permissions: str

    @property
    def private(self) -> bool:
        """Whether members cannot read each other's data: so, too, where the permissions say nothing clear."""
        return self.permissions[2:3] != "r"


class Described(Record, frozen=True):
    """Name, description, owner and group: what every OMERO object has. `owner` None: not published."""

    id: Id
    name: str = ""
    description: str = ""
    owner: Id | None = None
    group: Id | None = None
    annotations: tuple[Id, ...] = ()
    """Ids of the tags and key-values linked to this object itself, ascending; inherited ones are not here."""


class Project(Described, frozen=True):
    """A project; `created` is when it was made in OMERO."""

    created: Moment | None = None


class Dataset(Described, frozen=True):
    """A dataset; it may be in several projects or, as an orphan, in none."""

    created: Moment | None = None
    projects: tuple[Id, ...] = ()
    """Ids of the projects it is in, ascending."""


class Length(Record, frozen=True):
    """A physical length in the unit OMERO holds, shown as given; `unit` is the symbol, such as `µm`."""

    value: float
    unit: str


class Dimensions(Record, frozen=True):
    """Pixels across (`x`, `y`), planes (`z`), channels (`c`) and time points (`t`)."""

    x: Positive
    y: Positive
    z: Positive = 1
    c: Positive = 1
    t: Positive = 1


class PixelSize(Record, frozen=True):
    """The physical size of a pixel; None where OMERO does not know it."""

    x: Length | None = None
    y: Length | None = None
    z: Length | None = None


class Channel(Record, frozen=True):
    """A channel: its name ('' if unnamed), its display colour, its wavelengths as given."""

    name: str = ""
    colour: HexColour | None = None
    excitation: Length | None = None
    emission: Length | None = None


class Picture(Record, frozen=True):
    """A picture file of the export: its path within the folder, its digest, its size in pixels."""

    path: str
    sha256: str
    width: Positive
    height: Positive


class Image(Described, frozen=True):
    """An image. Scenes of one file share a `fileset` and differ in `series` (counted from 0)."""

    acquired: Moment | None = None
    imported: Moment | None = None
    dimensions: Dimensions | None = None
    pixel_type: str = ""
    pixel_size: PixelSize | None = None
    channels: tuple[Channel, ...] = ()
    fileset: Id | None = None
    series: Annotated[int, msgspec.Meta(ge=0)] = 0
    datasets: tuple[Id, ...] = ()
    """Ids of the datasets it is in, ascending; empty for an orphan."""
    thumbnail: Picture | None = None
    """None where the server had no picture: the site draws a placeholder."""
