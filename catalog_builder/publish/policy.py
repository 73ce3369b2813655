"""The publishing rules: fixed in this version, on the safe side. What else is forbidden has no field to be in."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.records import (
    Channel,
    Dataset,
    Dimensions,
    Group,
    Image,
    Length,
    Person,
    PixelSize,
    Project,
    Record,
)

#: Namespaces that never leave: OMERO keeps import logs and paths under them.
NEVER = ("openmicroscopy.org/omero/import/",)

_DESCRIBED = ("id", "name", "description", "owner", "group", "annotations")

#: The fields of each record that may go out. One that is not here stays in, and a test asks for a decision:
#: a new field is nobody's business until somebody has thought about who reads it.
FIELDS: dict[type[Record], tuple[str, ...]] = {
    Person: ("id", "name"),
    Group: ("id", "name", "permissions"),
    Project: (*_DESCRIBED, "created"),
    Dataset: (*_DESCRIBED, "created", "projects"),
    TagSet: ("id", "name", "description", "owner", "group"),
    Tag: ("id", "text", "description", "owner", "group", "sets"),
    KeyValues: ("id", "namespace", "pairs", "owner", "group"),
    Image: (
        *_DESCRIBED,
        *("acquired", "imported", "dimensions", "pixel_type", "pixel_size", "channels"),
        *("fileset", "series", "datasets"),
    ),  # not `thumbnail`: the writer fills it in, with what it wrote
    Dimensions: ("x", "y", "z", "c", "t"),
    PixelSize: ("x", "y", "z"),
    Length: ("value", "unit"),
    Channel: ("name", "colour", "excitation", "emission"),
}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What may go out.

    `named_groups`: the groups that the settings or the command line name; a private group (`rw----`) leaves
    only when it is among them, because an administrator sees private groups without asking.
    """

    named_groups: frozenset[str] = frozenset()

    def allows_namespace(self, namespace: str) -> bool:
        """Whether key-values of this namespace may go out."""
        return not any(namespace.startswith(never) or namespace == never.rstrip("/") for never in NEVER)

    def allows_group(self, name: str, *, private: bool) -> bool:
        """Whether anything of this group may go out."""
        return not private or name in self.named_groups
