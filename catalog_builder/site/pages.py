"""The page types, and the order in which a site comes to be. A new page type is a template and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from catalog_builder import collector
from catalog_builder.errors import SiteError
from catalog_builder.files import locked
from catalog_builder.progress import Progress
from catalog_builder.site.assets import WikiEntry, data_files, picture_files, plate_files, static_files
from catalog_builder.site.container_pages import browse_page, dataset_pages, project_pages
from catalog_builder.site.content import Content
from catalog_builder.site.image_pages import image_by_id_page, image_pages
from catalog_builder.site.page import Page
from catalog_builder.site.plate_pages import plate_pages, screen_pages
from catalog_builder.site.render import Renderer, middle
from catalog_builder.site.shell import Shell
from catalog_builder.site.vocabulary_pages import (
    explore_page,
    key_index_page,
    key_pages,
    tag_index_page,
    tag_pages,
)
from catalog_builder.site.well_pages import well_pages
from catalog_builder.site.write import SiteWriter

#: The pages of single objects: page type -> what makes its pages. What others link to comes first.
OBJECT_PAGES: dict[str, Callable[[Content], Iterator[Page]]] = {
    "image": image_pages,
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


class Built(NamedTuple):
    """What a build did, in files."""

    pages: int
    written: int
    removed: int


def build_site(
    content: Content,
    shells: Mapping[int, Shell],
    wiki: Sequence[WikiEntry],
    staging: Path,
    folder: Path,
    progress: Progress,
) -> Built:
    """What is named comes before what names it, and deletions last, so that a build cut short leaves no dead link.

    So: pictures, the pages of single objects, the data that lists these, the pages that show the data, the wiki.
    `shells`: one for each depth of address. `staging`: what MkDocs built.
    """
    with locked(folder, SiteError), collector.seldom():
        site = SiteWriter(folder)
        progress.stage("Writing pictures", len(content.table))
        for file in static_files(content):
            site.put(*file)
        for file in picture_files(content):
            site.put(*file)
            progress.advance()
        for file in plate_files(content):
            site.put(*file)
        progress.stage("Writing pages")
        drawer = _Drawer(content, shells, site, progress)
        drawer.put_all(OBJECT_PAGES)
        for file in data_files(content, wiki):
            site.put(*file)
        drawer.put_all(OVERVIEW_PAGES)
        site.put_tree(staging)
        site.finish()
    return Built(drawer.pages, site.written, site.removed)


class _Drawer:
    """Draws pages, hands them to the site, and counts them."""

    def __init__(
        self, content: Content, shells: Mapping[int, Shell], site: SiteWriter, progress: Progress
    ) -> None:
        self._content, self._shells, self._site, self._progress = content, shells, site, progress
        self._renderer = Renderer(settings=content.settings)
        self.pages = 0

    def put_all(self, page_types: Mapping[str, Callable[[Content], Iterator[Page]]]) -> None:
        for make in page_types.values():
            for page in make(self._content):
                self._site.put(page.address, draw(page, self._shells, self._renderer))
                self.pages += 1
                self._progress.advance()


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
