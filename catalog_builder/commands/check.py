"""`check`: is an export or a site whole? Digests, records, links between them, pictures."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from catalog_builder.derive.explorer import files_promised, pictures_promised, unpacked
from catalog_builder.errors import CatalogError, ExportError
from catalog_builder.exchange.leftovers import unnamed_files
from catalog_builder.exchange.read import DAMAGE, Export
from catalog_builder.exchange.schema import MANIFEST, PICTURE_FOLDERS, STREAMS
from catalog_builder.exchange.strict import unknown_in_manifest, unknown_in_stream
from catalog_builder.model.annotations import ANNOTATIONS
from catalog_builder.model.records import Image
from catalog_builder.site import links
from catalog_builder.site.memory import LIST, SiteFiles
from catalog_builder.site.write import UNFINISHED

_REFERENCE = re.compile(
    r"""<(?:a|img|link|script|form)\b[^>]*?\s(?:href|src|action)="([^"]*)\"""", re.IGNORECASE
)


class Finding(NamedTuple):
    """Something that is not as it should be; a warning where the catalogue still works."""

    where: str
    what: str
    error: bool = True

    def __str__(self) -> str:
        return f"{'Error' if self.error else 'Warning'}: {self.where}: {self.what}"


def check(folder: Path) -> list[Finding]:
    """Everything wrong with the export or site in `folder`. Raises CatalogError where it is neither."""
    if (folder / MANIFEST).is_file():
        return list(_check_export(folder))
    if (folder / LIST).is_file():
        return list(_check_site(folder))
    raise CatalogError(
        f"{folder}: is neither an export (no {MANIFEST}) nor a site (no {LIST}); "
        "name the folder that `export` or `build` wrote."
    )


def _check_export(folder: Path) -> Iterator[Finding]:
    export = Export(folder)
    records: dict[str, dict[int, Any]] = {}
    for stream, record_type in STREAMS.items():
        if stream == "images":
            continue
        try:
            records[stream] = {cast(Any, r).id: r for r in export.stream(stream, record_type)}
        except ExportError as error:
            yield Finding(stream, str(error))
            records[stream] = {}
    for stream, of_stream in records.items():
        for record in of_stream.values():
            yield from _dangling(stream, record, records)
        yield from _miscounted(export, stream, len(of_stream))
    yield from _check_images(export, records)
    yield from _check_fields(export)


def _check_fields(export: Export) -> Iterator[Finding]:
    """Reading passes over what it does not know; here it is an error."""
    unknown = "which this catalog-builder does not know; export again, or install a newer one"
    for field in unknown_in_manifest(export):
        yield Finding(MANIFEST, f"has {field!r}, {unknown}")
    for stream in STREAMS:
        with suppress(ExportError):  # a damaged shard has been told of
            for field, id_ in unknown_in_stream(export, stream).items():
                yield Finding(f"{stream.rstrip('s')}:{id_}", f"has a field {field!r}, {unknown}")


def _check_images(export: Export, records: dict[str, dict[int, Any]]) -> Iterator[Finding]:
    images = without = 0
    pictured = dict.fromkeys(PICTURE_FOLDERS, 0)
    named = {shard.path for shards in export.manifest.streams.values() for shard in shards}
    try:
        for image in export.images():
            images += 1
            without += image.thumbnail is None
            for field, picture in image.pictures.items():
                pictured[field] += 1
                named.add(picture.path)
            yield from _dangling("images", image, records)
            yield from _bad_pictures(export, image)
    except ExportError as error:
        yield Finding("images", str(error))
        return
    yield from _miscounted(export, "images", images)
    for field, folder in PICTURE_FOLDERS.items():
        if folder in export.manifest.counts:
            yield from _miscounted(export, folder, pictured[field])
    if without:
        yield Finding(
            "images", f"{without} of {images} have no picture; the site shows a placeholder", error=False
        )
    if unnamed := list(unnamed_files(export.folder, named)):
        yield Finding(
            unnamed[0],
            f"is named nowhere in the export, like {len(unnamed)} in all: a run was killed; "
            "run `export` again, which clears them away",
            error=False,
        )


def _dangling(stream: str, record: Any, records: dict[str, dict[int, Any]]) -> Iterator[Finding]:
    """Ids that a record names and the export does not hold."""
    annotations = [records[name] for name in ANNOTATIONS]
    linked, fields = getattr(record, "linked", ()), getattr(record, "fields", ())
    named: list[tuple[str, Iterable[int], list[dict[int, Any]]]] = [
        ("annotation", getattr(record, "annotations", ()), annotations),
        ("annotation", (one.annotation for one in linked), annotations),
        ("person", (one.by for one in linked if one.by is not None), [records["people"]]),
        ("project", getattr(record, "projects", ()), [records["projects"]]),
        ("dataset", getattr(record, "datasets", ()), [records["datasets"]]),
        ("screen", getattr(record, "screens", ()), [records["screens"]]),
        ("plate", _one(getattr(record, "plate", None)), [records["plates"]]),
        ("well", (field.well for field in fields), [records["wells"]]),
        ("run", (field.run for field in fields if field.run is not None), [records["runs"]]),
        ("tag set", getattr(record, "sets", ()), [records["tag_sets"]]),
        ("owner", _one(getattr(record, "owner", None)), [records["people"]]),
        ("group", _one(getattr(record, "group", None)), [records["groups"]]),
    ]
    for kind, ids, known in named:
        for missing in [i for i in ids if not any(i in some for some in known)]:
            yield Finding(f"{stream.rstrip('s')}:{record.id}", f"names {kind} {missing}, which is not there")


def _one(value: int | None) -> tuple[int, ...]:
    return () if value is None else (value,)


def _bad_pictures(export: Export, image: Image) -> Iterator[Finding]:
    for picture in image.pictures.values():
        try:
            export.picture(picture)
        except ExportError as error:
            yield Finding(f"image:{image.id}", str(error))


def _miscounted(export: Export, stream: str, found: int) -> Iterator[Finding]:
    promised = export.manifest.counts.get(stream)
    if promised != found:
        yield Finding(MANIFEST, f"promises {promised} {stream}, and {found} are there")


def _check_site(folder: Path) -> Iterator[Finding]:
    try:
        files = msgspec.json.decode((folder / LIST).read_bytes(), type=SiteFiles).files
    except DAMAGE as error:
        yield Finding(LIST, f"is damaged ({error}); build again")
        return
    if not files:
        yield Finding(LIST, "names no file: a first build did not come to its end; build again")
    if (folder / UNFINISHED).exists():
        yield Finding(UNFINISHED, "a build did not come to its end; build again")
    known = set(files) | {LIST}
    dead: dict[str, int] = {}
    for path, digest in files.items():
        try:
            content = (folder / path).read_bytes()
        except (OSError, ValueError):
            yield Finding(path, "is missing; build again")
            continue
        if hashlib.sha256(content).hexdigest() != digest:
            yield Finding(path, "is not as it was built; build again", error=False)
        if path.endswith(".html") and path != "404.html":  # 404.html is shown at any address
            for target in _targets(path, content.decode("utf-8", "replace")):
                if target not in known and not os.path.isfile(folder / target):
                    dead[target] = dead.get(target, 0) + 1
                    if dead[target] == 1:
                        yield Finding(path, f"leads to {target}, which is not there")
    if links.EXPLORE in files:
        yield from _check_explorer(folder, files)


def _check_explorer(folder: Path, files: Mapping[str, str]) -> Iterator[Finding]:
    """The files that the explorer loads when it is asked something, and the pictures that its cards show."""
    paths = ["data/facets.arrow.gz"]
    for path in paths:
        if path not in files:
            yield Finding(links.EXPLORE, f"loads {path}, which is not there; build again")
            continue
        with suppress(OSError):  # it is missing, and that has been told of
            content = (folder / path).read_bytes()
            try:
                if path == paths[0]:
                    paths += [f"data/{name}" for name in files_promised(content)]
                pictures = pictures_promised(content) if path.startswith("data/cards/") else []
                unpacked(content)
            except ValueError as error:
                yield Finding(path, f"is damaged ({error}); build again")
                continue
            for id_ in pictures:
                if links.thumbnail(id_) not in files:
                    yield Finding(
                        f"image:{id_}", f"{path} names a picture of it that is not there; build again"
                    )


def _targets(page: str, html: str) -> Iterator[str]:
    """The files within the site that a page names, once each."""
    seen = set()
    for reference in _REFERENCE.findall(html):
        try:
            parts = urlsplit(unescape(reference))
        except ValueError:  # http://[draft: whatever it is, it is no file of the site
            continue
        if parts.scheme or parts.netloc or not parts.path:
            continue
        target = unquote(urljoin(f"/{page}", parts.path)).lstrip("/")
        if target not in seen:
            seen.add(target)
            yield target + "index.html" if not target or target.endswith("/") else target
