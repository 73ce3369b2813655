"""What all records share, and the types their fields are made of.

Every `id` is OMERO's, unique within its kind and at least 0 (a source without ids of its own counts
from 1). A field that OMERO leaves empty holds its default and is left out of the JSON.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

Id = Annotated[int, msgspec.Meta(ge=0, description="OMERO's id, unique within its kind.")]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="ISO 8601 in UTC.")]
HexColour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-f]{6}$")]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all records share: frozen, keyword only, defaults left out of JSON, unknown fields passed over."""


class Linked(Record, frozen=True):
    """Who linked an annotation to an object, and when; None: not published, or not known."""

    annotation: Id
    by: Id | None = None
    at: Moment | None = None


class Carrier(Record, frozen=True):
    """What can carry annotations. `owner` None: not published."""

    id: Id
    owner: Id | None = None
    group: Id | None = None
    annotations: tuple[Id, ...] = ()
    """Ids of the annotations linked to this object itself, ascending; inherited ones are not here."""
    linked: tuple[Linked, ...] = ()
    """Who linked which and when, by annotation and time; empty unless the publishing rules ask for it."""


class Described(Carrier, frozen=True):
    """Name and description: what every OMERO object but a well has."""

    name: str = ""
    description: str = ""
