"""The export's format: the manifest, the streams, and the JSON Schema made from the types.

`docs/export-format.md` says the same in words; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from catalog_builder.model.annotations import ANNOTATIONS, TagSet
from catalog_builder.model.base import Count, Moment, Record
from catalog_builder.model.plates import Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project

#: The version this program writes, and the newest it reads. Raised when a reader of the one before
#: would misunderstand; optional fields do not raise it.
FORMAT_VERSION = 1

MANIFEST = "manifest.json"

#: The folders of the pictures, each in folders of a thousand ids.
PICTURES = "thumbnails"
PREVIEWS = "previews"

#: Field of an image's record -> the folder of the pictures it names.
PICTURE_FOLDERS = {"thumbnail": PICTURES, "preview": PREVIEWS}

#: Stream name -> record type, in the order of the manifest. A stream is a folder of JSON Lines shards.
STREAMS: dict[str, type[Record]] = {
    "people": Person,
    "groups": Group,
    "projects": Project,
    "datasets": Dataset,
    "screens": Screen,
    "plates": Plate,
    "runs": Run,
    "wells": Well,
    "tag_sets": TagSet,
    **ANNOTATIONS,
    "images": Image,
}

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file's bytes.")]


class Shard(Record, frozen=True):
    """One JSON Lines file: `records` objects by ascending id, one a line, UTF-8, ending in a newline."""

    path: str
    records: Count
    sha256: Digest


class Manifest(Record, frozen=True, omit_defaults=False):
    """What the folder holds. The last file written, so a folder with a manifest is a whole export."""

    format: Count
    """The format's version."""
    generator: str
    """The program and version that wrote it."""
    label: str
    """A name the settings choose; no host, no user."""
    exported: Moment
    """When the run that read it from the source began: the one date a site shows by itself."""
    rules: str
    """A digest of the publishing rules: records of an export made by other rules are not taken over."""
    groups: dict[str, str]
    """Name of each OMERO group that something here is in -> its permission string, such as `rwr---`."""
    counts: dict[str, Count]
    """Records a stream, and files of `thumbnails` and of `previews`."""
    streams: dict[str, tuple[Shard, ...]]
    """The shards of each stream, ordered by the ids they hold."""


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the manifest and of a line of each stream, made from the types."""
    types: list[type[Record]] = [Manifest, *STREAMS.values()]
    references, components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    for component in components.values():  # what is written is exactly this; reading passes over what is new
        component["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"catalog-builder export, format {FORMAT_VERSION}",
        "description": "manifest.json is a Manifest; a line of <stream>/*.jsonl is the record named here.",
        "$ref": references[0]["$ref"],
        "streams": dict(zip(STREAMS, references[1:], strict=True)),
        "$defs": components,
    }
