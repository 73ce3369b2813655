"""The page types, and the order in which a site comes to be. A new page type is a template and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from catalog_builder import collector
from catalog_builder.errors import SiteError
from catalog_builder.exchange.schema import Shard
from catalog_builder.files import locked
from catalog_builder.model.plates import Plate
from catalog_builder.model.records import Dataset
from catalog_builder.parallel import in_order
from catalog_builder.progress import Progress
from catalog_builder.site.assets import (
    File,
    FileWork,
    WikiEntry,
    data_pieces,
    picture_files,
    plate_files,
    static_files,
)
from catalog_builder.site.chunk_files import count_files, shard_chunks
from catalog_builder.site.container_pages import (
    browse_page,
    dataset_pages,
    dataset_work,
    project_pages,
)
from catalog_builder.site.content import Content
from catalog_builder.site.dataset_lists import dataset_list_pages, dataset_list_work
from catalog_builder.site.image_pages import image_by_id_page, image_pages, image_work
from catalog_builder.site.memory import Memory, digest, program
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.plate_pages import plate_pages, plate_work, screen_pages
from catalog_builder.site.render import Renderer, middle
from catalog_builder.site.shell import Shell
from catalog_builder.site.vocabulary_pages import (
    TagPart,
    explore_page,
    key_index_page,
    key_pages,
    tag_index_page,
    tag_pages,
    tag_parts,
    tag_work,
)
from catalog_builder.site.well_pages import well_pages, well_work
from catalog_builder.site.write import SiteWriter

#: The pages of single objects: page type -> what makes its pages. What others link to comes first.
OBJECT_PAGES: dict[str, Callable[[Content], Iterator[Page]]] = {
    "image": image_pages,
    "dataset list": dataset_list_pages,
    "dataset": dataset_pages,
    "project": project_pages,
    "well": well_pages,
    "plate": plate_pages,
    "screen": screen_pages,
    "tag": tag_pages,
    "key": key_pages,
}

#: The pages that list those, or show the data that does.
OVERVIEW_PAGES: dict[str, Callable[[Content], Iterator[Page]]] = {
    "image by id": image_by_id_page,
    "tag index": tag_index_page,
    "key index": key_index_page,
    "browse": browse_page,
    "explore": explore_page,
}

#: All page types.
PAGE_TYPES = OBJECT_PAGES | OVERVIEW_PAGES


class Pieces(NamedTuple):
    """A page type of which there may be very many pages: the things whose pages are a piece of work each."""

    things: Callable[[Content], Iterable[Any]]
    name: Callable[[Any], object]
    work: Callable[[Content, Any], PageWork]


def _shards(content: Content) -> Iterable[Shard]:
    return content.export.manifest.streams["images"] if content.has_image_pages else ()


def _datasets(content: Content) -> Iterable[Dataset]:
    return content.export.datasets.values()


def _plates(content: Content) -> Iterable[Plate]:
    return content.export.plates.values()


def _id(thing: Any) -> object:
    return thing.id


def _tag_part(part: TagPart) -> object:
    return f"{part.text.tags[0].id} {part.first}"


#: What is many pieces; all other page types are one each. Further pages of galleries come before what leads there.
PIECES: dict[str, Pieces] = {
    "image": Pieces(_shards, lambda shard: shard.path.split("-")[0], image_work),
    "dataset list": Pieces(_datasets, _id, dataset_list_work),
    "dataset": Pieces(_datasets, _id, dataset_work),
    "well": Pieces(_plates, _id, well_work),
    "plate": Pieces(_plates, _id, plate_work),
    "tag": Pieces(tag_parts, _tag_part, tag_work),
}


class Built(NamedTuple):
    """What a build did, in files."""

    pages: int
    written: int
    removed: int
    remarks: Sequence[str] = ()
    """What the settings ask for and the export cannot give."""


class Drawn(NamedTuple):
    """What the catalogue has added to the wiki's own pages, for the next build to take over."""

    glance: str = ""
    """Its part of the home page; '' where there is none."""
    blocks: Mapping[str, str] = {}
    """Filter results, by the digest of what they were asked for."""


class Piece(NamedTuple):
    """A piece of work: what it is called, the digest of what its files stand in, and what makes them."""

    name: str
    frame: str
    make: Callable[[], FileWork]


class _Done(NamedTuple):
    """The end of a piece: the digest of its ingredients ('' for none), and whether its files are the ones before."""

    made_of: str
    same: bool


def build_site(
    content: Content,
    shells: Mapping[int, Shell],
    wiki: Sequence[WikiEntry],
    drawn: Drawn,
    staging: Path,
    folder: Path,
    progress: Progress,
) -> Built:
    """What is named comes before what names it, and deletions last, so that a build cut short leaves no dead link.

    So: pictures, the pages of single objects, the data that lists these, the pages that show the data, the wiki.
    Whoever works them out, the files are written here, in this order. `shells`: one for each depth of address.
    `staging`: what MkDocs built, the `drawn` among it.
    """
    with locked(folder, SiteError), collector.seldom():
        site = SiteWriter(folder)
        whole = digest([content.made_of, *_drawn(shells), wiki])
        kept, remarks = site.keep_all(whole), list[str]()
        if kept is not None:
            content.export.verify()  # a damaged export is told of, though nothing of it is needed now
            pages = _count_pages(kept)
        else:
            pages = _write_pieces(content, shells, wiki, site, progress)
            remarks = content.remarks
        site.put_tree(staging)
        memory = Memory(
            made_of=content.made_of, whole="" if remarks else whole, glance=drawn.glance, blocks=drawn.blocks
        )
        site.finish(memory)
    return Built(pages, site.written, site.removed, remarks)


def _count_pages(paths: Iterable[str]) -> int:
    return sum(path.endswith(".html") for path in paths)


def _drawn(shells: Mapping[int, Shell]) -> list[str]:
    return [shells[depth].drawn for depth in sorted(shells)]


def _write_pieces(
    content: Content,
    shells: Mapping[int, Shell],
    wiki: Sequence[WikiEntry],
    site: SiteWriter,
    progress: Progress,
) -> int:
    """All that is the catalogue's; how many pages there are now."""
    content.prepare()
    pieces = list(_pieces(content, shells, wiki))
    progress.stage("Writing pages and data", len(pieces))
    tasks = [partial(_done, piece, site) for piece in pieces]
    pages = 0
    files: list[str] = []
    for number, one in in_order(tasks, content.export.processes):
        if isinstance(one, File):
            site.put(one.path, one.content)
            files.append(one.path)
            continue
        name = pieces[number].name
        there = site.keep(name) if one.same else site.made(name, one.made_of, files)
        pages += _count_pages(there)
        files = []
        progress.advance()
    return pages


def _done(piece: Piece, site: SiteWriter) -> Iterator[File | _Done]:
    """The files of a piece, unless they are made of what the ones before were made of."""
    work = piece.make()
    made_of = digest([piece.frame, *work.ingredients]) if work.ingredients is not None else ""
    same = bool(made_of) and made_of == site.made_of(piece.name)
    if not same:
        yield from work.files()
    yield _Done(made_of, same)


def _pieces(content: Content, shells: Mapping[int, Shell], wiki: Sequence[WikiEntry]) -> Iterator[Piece]:
    """All work there is, in the order in which its files may appear."""
    settings = msgspec.json.encode(content.settings)
    frame = digest([program(), settings, content.scripts, content.has_image_pages])
    framed = digest([frame, *_drawn(shells)])
    drawer = _Drawer(content, shells)
    streams = content.export.manifest.streams
    yield Piece("static files", frame, lambda: FileWork([], partial(static_files, content)))
    for shard in streams["images"]:
        files = partial(picture_files, content, shard)
        yield Piece(f"pictures {shard.path}", frame, partial(FileWork, [shard.sha256], files))
    for plate in content.export.plates.values():
        files = partial(plate_files, content, plate)
        yield Piece(f"plate data {plate.id}", frame, partial(FileWork, [streams], files))
    if not content.has_image_pages:
        yield Piece("counts", frame, lambda: FileWork(None, partial(count_files, content)))
        for chunks in shard_chunks(content):
            yield Piece(f"chunks {chunks.shard.path.split('-')[0]}", frame, chunks.work)
        yield Piece("image by id", framed, partial(drawer.all, OVERVIEW_PAGES["image by id"]))
    for page_type, make in OBJECT_PAGES.items():
        if page_type not in PIECES:
            yield Piece(page_type, framed, partial(drawer.all, make))
            continue
        things, name, work_of = PIECES[page_type]
        for thing in things(content):
            yield Piece(f"{page_type} {name(thing)}", framed, partial(drawer.some, work_of, thing))
    for data, make_work in data_pieces(content, wiki).items():
        yield Piece(f"data {data}", frame, make_work)
    for page_type, make in OVERVIEW_PAGES.items():
        if content.has_image_pages or page_type != "image by id":
            yield Piece(page_type, framed, partial(drawer.all, make))


class _Drawer:
    """Makes files of pages."""

    def __init__(self, content: Content, shells: Mapping[int, Shell]) -> None:
        self._content, self._shells = content, shells
        self._renderer = renderer_of(content)

    def all(self, make: Callable[[Content], Iterator[Page]]) -> FileWork:
        """All pages of a type, made each time: they are few."""
        return FileWork(None, partial(self._drawn, partial(make, self._content)))

    def some(self, work: Callable[[Content, Any], PageWork], thing: Any) -> FileWork:
        """The pages of a thing."""
        found = work(self._content, thing)
        return FileWork(found.ingredients, partial(self._drawn, found.pages))

    def _drawn(self, pages: Callable[[], Iterator[Page]]) -> Iterator[File]:
        for page in pages():
            yield File(page.address, draw(page, self._shells, self._renderer))


def renderer_of(content: Content) -> Renderer:
    """A renderer for pages of this content."""
    return Renderer(settings=content.settings, has_image_pages=content.has_image_pages)


def draw(page: Page, shells: Mapping[int, Shell], renderer: Renderer) -> bytes:
    """A finished page."""
    body = renderer.body(page.template, {"root": page.root, **page.context})
    description = " ".join(page.description.split())[:300]
    return shells[page.depth].fill(
        title=middle(page.title, 120),
        description=description,
        body=body,
        address=page.address,
        section=page.section,
    )
