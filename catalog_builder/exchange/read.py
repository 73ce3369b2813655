"""Reads an export folder: the manifest at once, each stream shard by shard, digests checked on the way.

Fields and streams that this program does not know are passed over: a newer one may have added them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cached_property, partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

import msgspec

from catalog_builder.errors import ExportError
from catalog_builder.exchange.key_values import KeyValuesById, LeanKeyValues, PackedKeyValues, pack
from catalog_builder.exchange.schema import FORMAT_VERSION, MANIFEST, STREAMS, Manifest, Shard
from catalog_builder.model.annotations import (
    ANNOTATIONS,
    Annotation,
    Attachment,
    Comment,
    Rating,
    Tag,
    TagSet,
    Term,
    Value,
    Xml,
)
from catalog_builder.model.base import Record
from catalog_builder.model.plates import Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Picture, Project
from catalog_builder.parallel import in_order

AGAIN = "run `catalog-builder export` again"

#: What msgspec raises for bytes that are not the JSON they should be: no type is looked at before UTF-8 and depth.
DAMAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

AnyRecord = TypeVar("AnyRecord", bound=Record)
Line = TypeVar("Line")


class Export:
    """An export on disk. Containers and annotations are read once, on first use; images stream.

    Raises ExportError naming the file where one is missing, damaged, or not of this format. `processes`: so many share
    the work where there is much of it.
    """

    def __init__(self, folder: Path, processes: int = 1) -> None:
        self.folder = folder
        self.processes = processes
        self.manifest = read_manifest(folder)

    @cached_property
    def people(self) -> dict[int, Person]:
        return self._by_id("people", Person)

    @cached_property
    def groups(self) -> dict[int, Group]:
        return self._by_id("groups", Group)

    @cached_property
    def projects(self) -> dict[int, Project]:
        return self._by_id("projects", Project)

    @cached_property
    def datasets(self) -> dict[int, Dataset]:
        return self._by_id("datasets", Dataset)

    @cached_property
    def screens(self) -> dict[int, Screen]:
        return self._by_id("screens", Screen)

    @cached_property
    def plates(self) -> dict[int, Plate]:
        return self._by_id("plates", Plate)

    @cached_property
    def runs(self) -> dict[int, Run]:
        return self._by_id("runs", Run)

    @cached_property
    def wells(self) -> dict[int, Well]:
        return self._by_id("wells", Well)

    @cached_property
    def tag_sets(self) -> dict[int, TagSet]:
        return self._by_id("tag_sets", TagSet)

    @cached_property
    def tags(self) -> dict[int, Tag]:
        return self._by_id("tags", Tag)

    @cached_property
    def key_values(self) -> KeyValuesById:
        """The map annotations without owner, group and revision, in few bytes each."""
        tasks = [partial(self._key_values, shard) for shard in self.manifest.streams["key_values"]]
        return KeyValuesById(shard for _, shard in in_order(tasks, self.processes))

    @cached_property
    def comments(self) -> dict[int, Comment]:
        return self._by_id("comments", Comment)

    @cached_property
    def ratings(self) -> dict[int, Rating]:
        return self._by_id("ratings", Rating)

    @cached_property
    def attachments(self) -> dict[int, Attachment]:
        return self._by_id("attachments", Attachment)

    @cached_property
    def terms(self) -> dict[int, Term]:
        return self._by_id("terms", Term)

    @cached_property
    def values(self) -> dict[int, Value]:
        return self._by_id("values", Value)

    @cached_property
    def xml(self) -> dict[int, Xml]:
        return self._by_id("xml", Xml)

    def annotation(self, id_: int) -> Annotation | None:
        """An annotation of any kind but a tag set; None where the export does not hold it."""
        for name in ANNOTATIONS:
            if found := getattr(self, name).get(id_):
                return cast(Annotation, found)
        return None

    def images(self) -> Iterator[Image]:
        """Images by ascending id; memory holds one shard."""
        return self.stream("images", Image)

    def stream(self, name: str, record_type: type[AnyRecord]) -> Iterator[AnyRecord]:
        """The records of one stream by ascending id, each shard checked against its digest first."""
        for shard in self.manifest.streams[name]:
            yield from self.shard(shard, record_type)

    def shard(self, shard: Shard, record_type: type[AnyRecord]) -> Iterator[AnyRecord]:
        """The records of one shard; ExportError before the first of them where it is damaged."""
        return _decode(self.folder, shard, msgspec.json.Decoder(record_type))

    def plain(self, name: str) -> Iterator[dict[str, Any]]:
        """The records of one stream as the JSON they are, whatever fields they have."""
        decoder = msgspec.json.Decoder(dict[str, Any])
        for shard in self.manifest.streams[name]:
            yield from _decode(self.folder, shard, decoder)

    def verify(self) -> None:
        """Read every shard and compare its digest, decoding none. Raises ExportError for the first that differs."""
        for shard in chain.from_iterable(self.manifest.streams.values()):
            _read_checked(self.folder, shard.path, shard.sha256)

    def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture, checked against its digest."""
        return read_picture(self.folder, picture)

    def _key_values(self, shard: Shard) -> Iterator[PackedKeyValues]:
        try:
            yield pack(self.shard(shard, LeanKeyValues))
        except DAMAGE as error:
            raise ExportError(f"{self.folder / shard.path}: is damaged ({error}); {AGAIN}.") from error

    def _by_id(self, name: str, record_type: type[AnyRecord]) -> dict[int, AnyRecord]:
        return {cast(Any, record).id: record for record in self.stream(name, record_type)}


def read_picture(folder: Path, picture: Picture) -> bytes:
    """The bytes of a picture in an export folder; raises ExportError where they are not what was written."""
    return _read_checked(folder, picture.path, picture.sha256)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export folder; refuses a newer format before anything else is looked at."""
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        what = "holds no export" if folder.is_dir() else "does not exist"
        raise ExportError(
            f"{folder}: {what} (no {MANIFEST}); run `catalog-builder export --to {folder}` first, "
            "or name the folder of an export."
        ) from None
    except NotADirectoryError:
        raise ExportError(f"{folder}: is a file, not a folder; name the folder of an export.") from None
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror}); check the folder's rights.") from error
    version = _version(path, content)
    if version > FORMAT_VERSION:
        raise ExportError(
            f"{path}: the export has format {version}, and this catalog-builder reads formats up to "
            f"{FORMAT_VERSION}; install a newer one with `pip install --upgrade catalog-builder`."
        )
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except DAMAGE as error:
        raise ExportError(f"{path}: is damaged ({error}); {AGAIN}.") from error
    if shortfall := _shortfall(manifest):
        raise ExportError(f"{path}: is damaged ({shortfall}); {AGAIN}.")
    return manifest


def _shortfall(manifest: Manifest) -> str:
    """What a manifest leaves out or counts wrong; '' for one that can be trusted not to empty a site."""
    for name in STREAMS:
        if name not in manifest.streams:
            return f"it names no stream {name!r}"
        held = sum(shard.records for shard in manifest.streams[name])
        if manifest.counts.get(name) != held:
            return f"it counts {manifest.counts.get(name)} {name}, and its shards hold {held}"
    return ""


def _version(path: Path, content: bytes) -> int:
    class Versioned(msgspec.Struct):
        format: int

    try:
        return msgspec.json.decode(content, type=Versioned).format
    except DAMAGE as error:
        raise ExportError(f"{path}: is damaged ({error}); {AGAIN}.") from error


def _decode(folder: Path, shard: Shard, decoder: msgspec.json.Decoder[Line]) -> Iterator[Line]:
    content = _read_checked(folder, shard.path, shard.sha256)
    try:
        records = decoder.decode_lines(content)
    except DAMAGE as error:
        raise ExportError(f"{folder / shard.path}: is damaged ({error}); {AGAIN}.") from error
    if len(records) != shard.records:
        raise ExportError(
            f"{folder / shard.path}: holds {len(records)} records where the manifest says {shard.records}; "
            f"{AGAIN}."
        )
    yield from records


def _read_checked(folder: Path, path: str, sha256: str) -> bytes:
    """Read a file the export names; one that is not as it was written is refused."""
    content = _read_inside(folder, path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ExportError(f"{folder / path}: is damaged (its digest is not the export's); {AGAIN}.")
    return content


def _read_inside(folder: Path, path: str) -> bytes:
    """Read a file the export names; a path or a symbolic link that leads elsewhere is refused, whoever made it."""
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\\" in path or ":" in path:
        raise ExportError(f"{folder / MANIFEST}: names a file outside the export ({path!r}); {AGAIN}.")
    try:
        if os.path.realpath(folder / path) != os.path.join(os.path.realpath(folder), *parts):
            raise ExportError(f"{folder / path}: is a symbolic link, and an export holds none; {AGAIN}.")
        return (folder / path).read_bytes()
    except FileNotFoundError:
        raise ExportError(f"{folder / path}: is missing; {AGAIN}.") from None
    except (OSError, ValueError) as error:
        raise ExportError(f"{folder / path}: cannot be read; check the folder's rights.") from error
