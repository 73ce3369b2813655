"""What may go out: fields of records, as the rules of `publish.yml` say. What else is forbidden has no field."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

import msgspec

from catalog_builder.files import now
from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Length, Objective, PixelSize
from catalog_builder.model.annotations import (
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
from catalog_builder.settings.rules import Rules

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


#: Fields that a rule keeps in, by the option that is then false.
SWITCHED: dict[str, dict[type[Record], tuple[str, ...]]] = {
    "acquisition": {
        Image: ("acquired", "pixel_type", "pixel_size", "time_step", "channels", "objective"),
        Run: ("started", "ended"),
    },
    "file_format": {Image: ("format", "files")},
}

#: The kinds of annotations that leave only where they are switched on.
ASKED_FOR = ("comments", "ratings", "attachments", "linked")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may go out.

    `rules`: what the owner of the data says (`publish.yml`). `named_groups`: the groups that the settings or the
    command line name; a private group (`rw----`) leaves only when it is among them, because an administrator sees
    private groups without asking. `today`: the day by which embargoes are judged.
    """

    rules: Rules = field(default_factory=Rules)
    named_groups: frozenset[str] = frozenset()
    today: date = field(default_factory=lambda: now().date())

    def digest(self) -> str:
        """Stands for these rules: other rules have another."""
        listed = sorted((kind.__name__, fields) for kind, fields in FIELDS.items())
        told = repr((sorted(self.named_groups), msgspec.json.encode(self.rules), listed, NEVER))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def needs_all(self) -> bool:
        """Whether the rules judge by what they do not let out, so that an earlier export cannot tell."""
        by_values = self.rules.tagged.until or any(one.keys for one in self.rules.where)
        return bool(by_values) or self.rules.people == "none"

    def hidden(self, kind: type[Record]) -> frozenset[str]:
        """The fields of a kind of record that the rules keep in, of those that could go out."""
        off = (fields for option, fields in SWITCHED.items() if not getattr(self.rules, option))
        return frozenset(name for fields in off for name in fields.get(kind, ()))


def on_request(rules: Rules) -> tuple[str, ...]:
    """What a source is asked for only because the rules let it out."""
    return tuple(name for name in ASKED_FOR if getattr(rules, name))
