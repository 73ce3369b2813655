"""The publishing rules: fixed in this version, on the safe side. What else is forbidden has no field to be in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Length, Objective, PixelSize
from catalog_builder.model.annotations import (
    Annotation,
    Attachment,
    Comment,
    KeyValues,
    Rating,
    Tag,
    TagSet,
    Term,
    Value,
    Xml,
)
from catalog_builder.model.base import Linked, Record
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project

#: Namespaces that never leave: OMERO keeps import logs and paths under them.
NEVER = ("openmicroscopy.org/omero/import/",)

_CARRIER = ("id", "owner", "group", "annotations", "linked")
_DESCRIBED = (*_CARRIER, "name", "description")
_ANNOTATION = ("id", "owner", "group")
_NOTED = (*_ANNOTATION, "namespace", "description")

#: The fields of each record that may go out. One that is not here stays in, and a test asks for a decision:
#: a new field is nobody's business until somebody has thought about who reads it.
FIELDS: dict[type[Record], tuple[str, ...]] = {
    Person: ("id", "name"),
    Group: ("id", "name", "permissions"),
    Project: (*_DESCRIBED, "created"),
    Dataset: (*_DESCRIBED, "created", "projects"),
    Screen: (*_DESCRIBED, "created"),
    Plate: (*_DESCRIBED, "created", "screens", "rows", "columns", "row_names", "column_names"),
    Run: (*_DESCRIBED, "plate", "started", "ended"),
    Well: (*_CARRIER, "plate", "row", "column"),
    Field: ("well", "run", "number"),
    Linked: ("annotation", "by", "at"),
    TagSet: (*_ANNOTATION, "name", "description"),
    Tag: (*_ANNOTATION, "text", "description", "sets"),
    KeyValues: (*_ANNOTATION, "namespace", "pairs", "revision"),
    Comment: (*_NOTED, "text", "created"),
    Rating: (*_ANNOTATION, "stars"),
    Attachment: (*_NOTED, "name", "size", "media_type"),
    Term: (*_NOTED, "term"),
    Value: (*_NOTED, "kind", "value"),
    Xml: _NOTED,
    Image: (
        *_DESCRIBED,
        *("acquired", "imported", "dimensions", "pixel_type", "pixel_size", "time_step", "channels"),
        *(
            "objective",
            "rois",
            "format",
            "fileset",
            "files",
            "series",
            "role",
            "datasets",
            "fields",
            "revision",
        ),
    ),  # not `thumbnail` and `preview`: the writer fills them in, with what it wrote
    Dimensions: ("x", "y", "z", "c", "t"),
    PixelSize: ("x", "y", "z"),
    Length: ("value", "unit"),
    Duration: ("value", "unit"),
    Channel: ("name", "colour", "excitation", "emission"),
    Objective: ("model", "magnification", "numerical_aperture", "immersion"),
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may go out.

    `named_groups`: the groups that the settings or the command line name; a private group (`rw----`) leaves
    only when it is among them, because an administrator sees private groups without asking. `comments`,
    `ratings`, `attachments` (their names, sizes and types) and `linked` (who linked what, and when) leave
    only where they are switched on.
    """

    named_groups: frozenset[str] = frozenset()
    comments: bool = False
    ratings: bool = False
    attachments: bool = False
    linked: bool = False

    def digest(self) -> str:
        """Stands for these rules: other rules have another."""
        listed = sorted((kind.__name__, fields) for kind, fields in FIELDS.items())
        switched = (self.comments, self.ratings, self.attachments, self.linked)
        told = repr((sorted(self.named_groups), switched, listed, NEVER))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def allows_kind(self, kind: type[Annotation]) -> bool:
        """Whether annotations of this kind may go out."""
        switched = {Comment: self.comments, Rating: self.ratings, Attachment: self.attachments}
        return switched.get(kind, True)

    def allows_namespace(self, namespace: str) -> bool:
        """Whether annotations of this namespace may go out."""
        return not any(namespace.startswith(never) or namespace == never.rstrip("/") for never in NEVER)

    def allows_group(self, name: str, *, private: bool) -> bool:
        """Whether anything of this group may go out."""
        return not private or name in self.named_groups
