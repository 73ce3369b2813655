"""Everything of a site that is not a page: styles, scripts, pictures, and the data behind the pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from catalog_builder.derive.arrow import arrow_table
from catalog_builder.derive.search import SEARCH_VERSION, Document, documents_of, id_runs, search_index
from catalog_builder.files import shipped
from catalog_builder.site import links
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
    root = shipped("templates", "static")
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        yield File(f"static/{path.relative_to(root).as_posix()}", path.read_bytes())
    yield File("static/css/accent.css", accent_css(content.settings.accent))


def picture_files(content: Content) -> Iterator[File]:
    """The thumbnails, bytes as exported."""
    for image in content.export.images():
        if image.thumbnail:
            yield File(links.thumbnail(image.id), content.export.picture(image.thumbnail))


def data_files(content: Content, wiki: Sequence[WikiEntry]) -> Iterator[File]:
    """The explorer's table and the search box's index, each for http and as a script for `file://`."""
    arrow = arrow_table(content.table, content.facets)
    yield File("data/images.arrow", arrow)
    yield File("data/images.js", _script("images", base64.b64encode(arrow).decode("ascii")))
    search = search_data(content, wiki)
    yield File("data/search.json", _json(search))
    yield File("data/search.js", _script("search", search))


def plate_files(content: Content) -> Iterator[File]:
    """What the plates' pages switch between: pictures by run and field, colours by key and tag."""
    for plate in content.export.plates.values():
        name = links.plate_data(plate.id)
        data = plate_data(content.plates.grid(plate), content.colourings(plate))
        yield File(f"data/{name}.json", _json(data))
        yield File(f"data/{name}.js", _script(name, data))


def search_data(content: Content, wiki: Sequence[WikiEntry]) -> dict[str, Any]:
    """What the search box loads: the documents, lunr's index over them, and the ids of all images."""
    catalogue = documents_of(content.export, content.table, content.tags.values(), content.facets)
    documents = [Document("page", one.title, one.address, None, one.page, one.text) for one in wiki]
    documents += catalogue
    return {
        "version": SEARCH_VERSION,
        "documents": [(one.kind, one.title, _address(one), one.images, one.detail) for one in documents],
        "index": search_index(documents),
        "images": id_runs(row.id for row in content.table.rows),
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


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _script(name: str, value: object) -> bytes:
    # U+2028 and U+2029 ended a line in scripts before ES2019; escaped, they are harmless anywhere.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'catalog.receive("{name}",{text});\n'.encode("utf-8", "replace")
