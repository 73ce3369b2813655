"""The records: frozen, typed, validated by msgspec, the same in memory and in the export.

What all share is in `base`; plates and wells are in `plates`, annotations in `annotations`.
"""

from __future__ import annotations

from typing import Literal

from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Objective, PixelSize
from catalog_builder.model.base import Count, Described, Id, Moment, Positive, Record
from catalog_builder.model.plates import Field


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


class Project(Described, frozen=True):
    """A project; `created` is when it was made in OMERO."""

    created: Moment | None = None


class Dataset(Described, frozen=True):
    """A dataset; it may be in several projects or, as an orphan, in none."""

    created: Moment | None = None
    projects: tuple[Id, ...] = ()
    """Ids of the projects it is in, ascending."""


class Picture(Record, frozen=True):
    """A picture file of the export: its path within the folder, its digest, its size in pixels."""

    path: str
    sha256: str
    width: Positive
    height: Positive
    revision: str = ""
    """Changes when the picture would look different; '' where the source cannot tell."""


class Image(Described, frozen=True):
    """An image. Scenes of one file share a `fileset` and differ in `series` (counted from 0)."""

    acquired: Moment | None = None
    imported: Moment | None = None
    dimensions: Dimensions | None = None
    pixel_type: str = ""
    pixel_size: PixelSize | None = None
    time_step: Duration | None = None
    channels: tuple[Channel, ...] = ()
    objective: Objective | None = None
    rois: Count = 0
    """How many regions of interest are drawn on it."""
    format: str = ""
    """The format of the file it came from, in OMERO's words."""
    fileset: Id | None = None
    files: Count = 0
    """How many files the fileset has; 0 where OMERO does not know."""
    series: Count = 0
    role: Literal["", "label", "macro"] = ""
    """What a slide scanner adds to the slide itself: a picture of its label, or of the whole slide."""
    datasets: tuple[Id, ...] = ()
    """Ids of the datasets it is in, ascending; empty for an orphan and for most fields of plates."""
    fields: tuple[Field, ...] = ()
    """Where it lies on plates, by well, run and number; empty for most images."""
    revision: str = ""
    """Changes when the source's record of the image changes, its links aside; '' where the source cannot tell."""
    thumbnail: Picture | None = None
    """None where the server had no picture: the site draws a placeholder."""
    preview: Picture | None = None
    """A larger picture; None where the settings ask for none, and where it would be no larger than the thumbnail."""

    @property
    def pictures(self) -> dict[str, Picture]:
        """The pictures it has, by the name of the field."""
        found = {"thumbnail": self.thumbnail, "preview": self.preview}
        return {field: picture for field, picture in found.items() if picture is not None}
