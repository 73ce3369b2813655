"""Everything of a site that is not a page: styles, scripts, pictures, and the data behind the pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from catalog_builder.derive.arrow import arrow_table
from catalog_builder.derive.explorer import explorer_pieces
from catalog_builder.derive.search import SEARCH_VERSION, Document, documents_of, id_runs, search_index
from catalog_builder.exchange.schema import Shard
from catalog_builder.model.plates import Plate
from catalog_builder.model.records import Image
from catalog_builder.site import bundles, links
from catalog_builder.site.colours import accent_css
from catalog_builder.site.content import Content
from catalog_builder.site.plate_parts import plate_data


class WikiEntry(NamedTuple):
    """A wiki page, or a section of one, as MkDocs' own search knows it."""

    title: str
    address: str
    text: str
    page: str
    """The title of the page that a section is on; '' for a page."""


class File(NamedTuple):
    """A file of the site: where it stands and what it holds."""

    path: str
    content: bytes


class FileWork(NamedTuple):
    """Files that are made together, and everything that they are made of; None: they are made each time."""

    ingredients: Iterable[object] | None
    files: Callable[[], Iterator[File]]


def wiki_entries(found: Iterable[Mapping[str, str]]) -> list[WikiEntry]:
    """MkDocs' search entries, a page followed by its sections; a page's own heading is no second entry."""
    entries: list[WikiEntry] = []
    page = ""
    for one in found:
        title, address = str(one["title"] or ""), one["location"]  # front matter may hold `title: 2026`
        if "#" not in address:
            page = title
            entries.append(WikiEntry(title, address or links.HOME, one["text"], ""))
        elif title != page:
            entries.append(WikiEntry(title, address, one["text"], page))
    return entries


def static_files(content: Content) -> Iterator[File]:
    """Styles, scripts and their licences as shipped, and the accent colour from the settings."""
    for name, shipped in bundles.static_files():
        yield File(f"static/{name}", shipped)
    yield File("static/css/accent.css", accent_css(content.settings.accent))


def picture_files(content: Content, shard: Shard) -> Iterator[File]:
    """The thumbnails and previews of a shard's images, bytes as exported."""
    for image in content.export.shard(shard, Image):
        if image.thumbnail:
            yield File(links.thumbnail(image.id), content.export.picture(image.thumbnail))
        if image.preview:
            yield File(links.preview(image.id), content.export.picture(image.preview))


def data_pieces(content: Content, wiki: Sequence[WikiEntry]) -> dict[str, Callable[[], FileWork]]:
    """What makes the table for download, what the explorer loads, and the search box's index, each for itself."""
    explorer = explorer_pieces(
        content.export, content.table, content.facets, content.tag_groups, content.columns
    )

    def download() -> Iterator[File]:
        yield File("data/images.arrow", arrow_table(content.table, content.facets, content.columns))

    def packed(name: str) -> Iterator[File]:
        for one in explorer[name]():
            yield from packed_files(content, one.name, one.format, one.content)

    def search() -> Iterator[File]:
        yield from _loaded(content, "search", search_data(content, wiki))

    return {
        "table": lambda: FileWork(None, download),
        **{name: partial(_explorer_work, content, name, partial(packed, name)) for name in explorer},
        "search": lambda: FileWork(None, search),
    }


def _explorer_work(content: Content, name: str, files: Callable[[], Iterator[File]]) -> FileWork:
    """What is long in the making and mostly as before says what it is made of."""
    table = content.table
    if name == "order":
        return FileWork([table.ids, table.names], files)
    if name == "cards":
        return FileWork([table.ids, table.names, table.marks], files)
    if name == "text":
        return FileWork([table.names, *_searched(content)], files)
    return FileWork(None, files)


def _searched(content: Content) -> Iterator[object]:
    """The values of the keys that are only searched, and where they are."""
    for facet in content.facets:
        if facet.kind == "search":
            values = facet.in_order()[0]
            yield [facet.facet, *(value.value for value in values)]
            yield from (content.table.places[value.term] for value in values)


def plate_files(content: Content, plate: Plate) -> Iterator[File]:
    """What the plate's pages switch between: pictures by run and field, colours by key and tag."""
    data = plate_data(content.plates.grid(plate), content.colourings(plate))
    yield from _loaded(content, links.plate_data(plate.id), data)


def search_data(content: Content, wiki: Sequence[WikiEntry]) -> dict[str, Any]:
    """What the search box loads: the documents, lunr's index over them, and the ids of all images."""
    catalogue = documents_of(content.export, content.table, content.tags.values(), content.facets)
    documents = [Document("page", one.title, one.address, None, one.page, one.text) for one in wiki]
    documents += catalogue
    return {
        "version": SEARCH_VERSION,
        "documents": [(one.kind, one.title, _address(one), one.images, one.detail) for one in documents],
        "index": search_index(documents),
        "images": id_runs(content.table.position),
        "imagePage": links.image_pattern(drawn=not content.has_image_pages),
    }


def _address(document: Document) -> str:
    target = document.target
    if isinstance(target, tuple):
        return links.explore_key(*target)
    if isinstance(target, str):
        return links.key(target) if document.kind == "key" else target
    if document.kind == "tag":
        return links.tag(target)
    return links.CONTAINERS[document.kind](target)


def packed_files(content: Content, name: str, ending: str, packed: bytes) -> Iterator[File]:
    """What the loader finds under a name, in a packed file, and, where the site has scripts, in one of these, too."""
    yield File(f"data/{name}.{ending}.gz", packed)
    if content.scripts:
        yield _script(name, base64.b64encode(packed).decode("ascii"))


def _loaded(content: Content, name: str, value: object) -> Iterator[File]:
    """What the loader in the browser finds under a name, over http and, where the site has scripts, from disk."""
    yield File(f"data/{name}.json", _json(value))
    if content.scripts:
        yield _script(name, value)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _script(name: str, value: object) -> File:
    # U+2028 and U+2029 ended a line in scripts before ES2019; escaped, they are harmless anywhere.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return File(f"data/{name}.js", f'catalog.receive("{name}",{text});\n'.encode("utf-8", "replace"))
