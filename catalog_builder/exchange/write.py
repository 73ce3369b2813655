"""Writes a published catalogue to an export folder, whole or not at all.

Every data file carries its digest in its name and never gets other content, and the manifest that names them
is replaced last, in one rename. So a run that dies at any moment leaves the earlier export whole, an
unchanged shard keeps its file, and files that no manifest names any more are removed at the very end. A run
that fails takes away what it added; what one that was killed left behind, the next takes away. A file that
is there already is compared, for it may have been damaged since.

A power cut is another matter: shards and manifest wait for the disk, pictures do not, so pictures of the last
run may be lost by one. Their digests tell, and the next export writes them again.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from catalog_builder.errors import ExportError, SourceError
from catalog_builder.exchange.before import JOURNAL, Before, generator
from catalog_builder.exchange.changes import Changes, changes_between
from catalog_builder.exchange.leftovers import OURS, clear_unfinished, remove_unnamed
from catalog_builder.exchange.schema import (
    FORMAT_VERSION,
    MANIFEST,
    PICTURE_FOLDERS,
    STREAMS,
    Manifest,
    Shard,
)
from catalog_builder.files import locked, now, write_changed, write_whole
from catalog_builder.model.annotations import Annotation
from catalog_builder.model.base import Carrier
from catalog_builder.model.catalogue import FetchThumbnails, PublishedCatalogue, Thumbnail
from catalog_builder.model.records import Group, Image, Person, Picture
from catalog_builder.progress import Progress

AnyRecord = TypeVar("AnyRecord", bound=Person | Group | Carrier | Annotation)

#: A shard begins at an id whose checksum is divisible by this: about so many records a shard. The cut
#: depends on the ids alone, so a record added or removed changes its own shard and at most the one beside
#: it: where its id is itself a cut, they become one or two.
CUT = 2_000
#: No shard is longer than this, whatever the checksums say: behind such a cut, all change up to the next other.
LONGEST = 20_000


class Written(NamedTuple):
    """What a run wrote, and what it changed of the export that was there."""

    manifest: Manifest
    changes: dict[str, Changes]


def write_export(
    catalogue: PublishedCatalogue,
    before: Before,
    *,
    label: str,
    rules: str,
    progress: Progress,
    exported: datetime | None = None,
) -> Written:
    """Write everything into the folder of `before`, then the manifest, then remove what is no longer named.

    One run at a time: each would clear away what the other has written. When the source fails, the pictures
    that it gave stay, for the next run to take over. `exported`: as of when; None: as of now.
    """
    folder = before.folder
    refuse_foreign(folder)
    started = exported or now()  # what the source changes from here on may or may not be in
    with locked(folder, ExportError):
        try:
            return _write_all(catalogue, before, label, rules, started, progress)
        except SourceError as error:
            clear_unfinished(folder, pictures=False)
            if (folder / JOURNAL).exists():
                raise SourceError(
                    f"{error} The pictures fetched so far are kept for the next run."
                ) from error
            raise
        except BaseException:
            clear_unfinished(folder)
            (folder / JOURNAL).unlink(missing_ok=True)
            raise


def _write_all(
    catalogue: PublishedCatalogue,
    before: Before,
    label: str,
    rules: str,
    started: datetime,
    progress: Progress,
) -> Written:
    folder = before.folder
    streams: dict[str, tuple[Shard, ...]] = {}
    kept: set[str] = {MANIFEST}
    progress.stage("Exporting images", catalogue.total_images)
    images = _ImageWriter(catalogue, before, progress)
    image_shards = tuple(_write_shards(folder, "images", images.records()))
    for paths in images.picture_paths.values():
        kept.update(paths)
    for name in STREAMS:  # after the images: only then is all known that belongs to them
        records = getattr(catalogue, name) if name != "images" else None
        streams[name] = (
            image_shards
            if records is None
            else tuple(_write_shards(folder, name, (records[i] for i in sorted(records))))
        )
    counts = {name: sum(shard.records for shard in shards) for name, shards in streams.items()}
    manifest = Manifest(
        format=FORMAT_VERSION,
        generator=generator(),
        label=label,
        rules=rules,
        groups={group.name: group.permissions for _, group in sorted(catalogue.groups.items())},
        exported=started,
        counts=counts | {PICTURE_FOLDERS[field]: len(paths) for field, paths in images.picture_paths.items()},
        streams=streams,
    )
    kept.update(shard.path for shards in streams.values() for shard in shards)
    changes = changes_between(folder, before.manifest, manifest)
    write_whole(
        folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n", durable=True
    )
    remove_unnamed(folder, kept)
    (folder / JOURNAL).unlink(missing_ok=True)
    return Written(manifest, changes)


def refuse_foreign(folder: Path) -> None:
    """Raise ExportError where `folder` holds somebody else's files and no export: they must not get mixed."""
    if folder.is_dir():
        foreign = None if _is_export(folder / MANIFEST) else _foreign_file(folder)
        if foreign is not None:
            raise ExportError(
                f"{folder}: is not an export and holds other files ({foreign!r}); "
                "name an empty or new folder with --to."
            )
    elif folder.exists():
        raise ExportError(f"{folder}: is a file, not a folder; name another with --to.")


def _is_export(manifest: Path) -> bool:
    """Whether this program wrote the manifest, be it damaged since; other programs use that name, too."""
    try:
        content = manifest.read_bytes()
    except OSError:
        return False
    return not content or b"catalog-builder" in content


def _foreign_file(folder: Path) -> str | None:
    """The path of a file or folder that a run without an end cannot have left; hidden ones are nobody's."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.name not in (*STREAMS, *PICTURE_FOLDERS.values()):
            return path.name
        for inner in path.rglob("*"):
            name = inner.relative_to(folder).as_posix()
            if inner.is_file() and not OURS.fullmatch(name) and not inner.name.startswith("."):
                return name
    return None


class _Pictures(NamedTuple):
    """One kind of pictures: the field that names them, what tells their revision, what fetches them."""

    field: str
    revision: Callable[[int], str]
    fetch: FetchThumbnails


class _ImageWriter:
    """Takes images page by page, fetches and writes the pictures that are not there, hands on finished records."""

    def __init__(self, catalogue: PublishedCatalogue, before: Before, progress: Progress) -> None:
        self._catalogue = catalogue
        self._before = before
        self._folder = before.folder
        self._progress = progress
        self._kinds = (
            _Pictures("thumbnail", catalogue.renderings, catalogue.thumbnails),
            _Pictures("preview", catalogue.preview_renderings, catalogue.previews),
        )
        self.picture_paths: dict[str, set[str]] = {kind.field: set() for kind in self._kinds}
        """By the field of the record that names them."""

    def records(self) -> Iterator[Image]:
        for page in self._catalogue.images():
            pictures = self._pictures([image.id for image in page])
            for image in page:
                found = pictures[image.id]
                yield msgspec.structs.replace(image, **found) if found else image
            self._progress.advance(len(page))

    def _pictures(self, ids: Sequence[int]) -> dict[int, dict[str, Picture]]:
        """Image id -> its pictures by field: those that the last export or a run that died has in the same
        revision, and the others fetched."""
        pictures: dict[int, dict[str, Picture]] = {}
        revisions = {kind.field: {id_: kind.revision(id_) for id_ in ids} for kind in self._kinds}
        for id_ in ids:  # all kinds of one image together: what was before is read in one pass
            known = {field: self._before.picture(id_, of[id_], field) for field, of in revisions.items()}
            pictures[id_] = {field: picture for field, picture in known.items() if picture is not None}
        for kind in self._kinds:
            wanted = [id_ for id_ in ids if kind.field not in pictures[id_]]
            for fetched in kind.fetch(wanted) if wanted else ():
                revision = revisions[kind.field][fetched.image]
                pictures[fetched.image][kind.field] = self._written(kind.field, fetched, revision)
        for found in pictures.values():
            for field, picture in found.items():
                self.picture_paths[field].add(picture.path)
        return pictures

    def _written(self, field: str, fetched: Thumbnail, revision: str) -> Picture:
        digest = hashlib.sha256(fetched.jpeg).hexdigest()
        path = f"{PICTURE_FOLDERS[field]}/{fetched.image // 1000}/{fetched.image}-{digest[:8]}.jpg"
        write_changed(self._folder / path, fetched.jpeg)
        picture = Picture(
            path=path, sha256=digest, width=fetched.width, height=fetched.height, revision=revision
        )
        if revision:
            self._before.fetched(fetched.image, picture, field)
        return picture


def _write_shards(folder: Path, stream: str, records: Iterable[AnyRecord]) -> Iterator[Shard]:
    """Cut records (by ascending id) into shards and write each; memory holds one shard."""
    encode = msgspec.json.Encoder().encode
    lines: list[bytes] = []
    first = 0
    for record in records:
        if lines and (_is_cut(record.id) or len(lines) >= LONGEST):
            yield _write_shard(folder, stream, first, lines)
            lines = []
        if not lines:
            first = record.id
        lines.append(encode(record))
    if lines:
        yield _write_shard(folder, stream, first, lines)


def _is_cut(record_id: int) -> bool:
    return zlib.crc32(str(record_id).encode()) % CUT == 0


def _write_shard(folder: Path, stream: str, first: int, lines: list[bytes]) -> Shard:
    content = b"\n".join(lines) + b"\n"
    digest = hashlib.sha256(content).hexdigest()
    path = f"{stream}/{first}-{digest[:8]}.jsonl"
    write_changed(folder / path, content, durable=True)
    return Shard(path=path, records=len(lines), sha256=digest)
