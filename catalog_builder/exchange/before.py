"""The export that is there already, as what a new one need not fetch again.

A record says in its `revision` which state of the source it shows, and so does a picture. What has the same
revision now is taken from here, if the same rules and the same program wrote it. Anything damaged is passed
over: it costs another fetch, never a run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from catalog_builder import __version__
from catalog_builder.errors import ExportError
from catalog_builder.exchange.leftovers import OURS
from catalog_builder.exchange.read import DAMAGE, Export
from catalog_builder.exchange.schema import MANIFEST, Manifest
from catalog_builder.files import unwritable
from catalog_builder.model.annotations import KeyValues
from catalog_builder.model.base import Record
from catalog_builder.model.records import Image, Picture

#: While an export goes on: the pictures that it wrote, a JSON object a line. A run that comes after a dead one
#: takes them from there.
JOURNAL = ".catalog-builder.pictures"


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the journal."""

    image: int
    field: str = "thumbnail"
    """That of the image's record which names the picture."""
    picture: Picture


class KeptImage(Image, frozen=True):
    """An image whose parts stay the bytes they are: reading and writing them again would make the same."""

    dimensions: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]
    pixel_size: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]
    time_step: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]
    channels: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]
    objective: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]


class KeptKeyValues(KeyValues, frozen=True):
    """A map annotation whose pairs stay the bytes they are."""

    pairs: msgspec.Raw = msgspec.Raw()  # type: ignore[assignment]


class Before:
    """What the export in `folder` holds; nothing where there is none, or where `rules` are other than its own.

    `use` False: as if there were none. `records` False: its pictures alone. Images are asked for by ascending id.
    """

    def __init__(self, folder: Path, *, rules: str = "", use: bool = True, records: bool = True) -> None:
        self.folder = folder
        self._export: Export | None = None
        self.manifest: Manifest | None = None
        """What is there, used or not; None where there is nothing that can be read."""
        if (folder / MANIFEST).is_file():
            with suppress(ExportError):
                export = Export(folder)
                self.manifest = export.manifest
                self._export = export if use else None
        made = (self.manifest.rules, self.manifest.generator) if self.manifest else None
        self._same = records and made == (rules, generator())
        self._journal = _read_journal(folder / JOURNAL) if use else {}
        self._records: _Cursor[KeptImage] = _Cursor(self._export, KeptImage)
        self._pictures: _Cursor[_Pictured] = _Cursor(self._export, _Pictured)

    @classmethod
    def nothing(cls) -> Before:
        """No export at all."""
        return cls(Path(os.devnull), use=False)

    @property
    def has_images(self) -> bool:
        """Whether there are images whose records may be taken over."""
        return self._same and self._export is not None and self._export.manifest.counts.get("images", 0) > 0

    def key_values(self) -> dict[int, KeptKeyValues]:
        """Map annotations that may be taken over, by id."""
        if not (self._export and self._same):
            return {}
        return {one.id: one for one in _readable(self._export, "key_values", KeptKeyValues)}

    def image(self, id_: int) -> KeptImage | None:
        """The record of an image; ids must ascend from call to call."""
        return self._records.find(id_) if self._same else None

    def picture(self, id_: int, revision: str, field: str = "thumbnail") -> Picture | None:
        """An image's picture of this revision whose file is whole; None where it must be fetched.

        `field` of the image's record names it. Ids must not descend from call to call.
        """
        if not revision:
            return None
        found = self._pictures.find(id_)
        for picture in (self._journal.get((id_, field)), getattr(found, field, None)):
            if picture is not None and picture.revision == revision and self._is_whole(picture):
                return picture
        return None

    def fetched(self, id_: int, picture: Picture, field: str = "thumbnail") -> None:
        """Note a picture that was just written, for the run after this one should it die."""
        line = msgspec.json.encode(Fetched(image=id_, field=field, picture=picture)) + b"\n"
        try:
            with (self.folder / JOURNAL).open("ab", buffering=0) as journal:
                journal.write(line)
        except OSError as error:
            raise unwritable(self.folder / JOURNAL, error) from error

    def _is_whole(self, picture: Picture) -> bool:
        """Whether the file is what was written. Done for every picture, so with the fewest system calls."""
        if not OURS.fullmatch(picture.path):
            return False
        with suppress(OSError):
            handle = os.open(f"{self.folder}/{picture.path}", os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(handle, "rb", buffering=0) as file:
                return hashlib.sha256(file.read()).hexdigest() == picture.sha256
        return False


class _Pictured(Record, frozen=True):
    """As much of an image as its pictures need: the rest of its line is passed over unread."""

    id: int = 0
    thumbnail: Picture | None = None
    preview: Picture | None = None


Found = TypeVar("Found", KeptImage, _Pictured)
AnyRecord = TypeVar("AnyRecord", bound=Record)


class _Cursor(Generic[Found]):
    """Finds images of an export by ascending id, in one pass; those of a damaged shard are not found."""

    def __init__(self, export: Export | None, kind: type[Found]) -> None:
        self._images: Iterator[Found] = _readable(export, "images", kind) if export else iter(())
        self._next: Found | None = None
        self._begun = False

    def find(self, id_: int) -> Found | None:
        if not self._begun:
            self._next, self._begun = next(self._images, None), True
        while self._next is not None and self._next.id < id_:
            self._next = next(self._images, None)
        return self._next if self._next is not None and self._next.id == id_ else None


def _readable(export: Export, stream: str, kind: type[AnyRecord]) -> Iterator[AnyRecord]:
    """The records of a stream, without those of damaged shards."""
    for shard in export.manifest.streams[stream]:
        with suppress(ExportError):
            yield from export.shard(shard, kind)


def generator() -> str:
    """The program that writes, as the manifest names it."""
    return f"catalog-builder {__version__}"


def _read_journal(path: Path) -> dict[tuple[int, str], Picture]:
    """Image id and field -> the picture that a run wrote before it died; a last line cut short is passed over."""
    found: dict[tuple[int, str], Picture] = {}
    with suppress(OSError):
        for line in path.read_bytes().splitlines():
            with suppress(*DAMAGE):
                fetched = msgspec.json.decode(line, type=Fetched)
                found[fetched.image, fetched.field] = fetched.picture
    return found
