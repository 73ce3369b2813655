"""The page types, and the order in which a site comes to be. A new page type is a template and a row here."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from catalog_builder.progress import Progress
from catalog_builder.site.assets import WikiEntry, data_files, picture_files, static_files
from catalog_builder.site.container_pages import browse_page, dataset_pages, project_pages
from catalog_builder.site.content import Content
from catalog_builder.site.image_pages import image_by_id_page, image_pages
from catalog_builder.site.page import Page
from catalog_builder.site.render import Renderer, middle
from catalog_builder.site.shell import Shell
from catalog_builder.site.vocabulary_pages import (
    explore_page,
    key_index_page,
    key_pages,
    tag_index_page,
    tag_pages,
)
from catalog_builder.site.write import SiteWriter

#: Page type -> what makes its pages. Pages named before others that link to them appear first in a build
#: that is cut short, so what links are made to comes first.
PAGE_TYPES: dict[str, Callable[[Content], Iterator[Page]]] = {
    "image": image_pages,
    "image by id": image_by_id_page,
    "dataset": dataset_pages,
    "project": project_pages,
    "tag": tag_pages,
    "tag index": tag_index_page,
    "key": key_pages,
    "key index": key_index_page,
    "browse": browse_page,
    "explore": explore_page,
}


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
    """Data first, then the pages that name it, then the wiki's pages that lead there, deletions last.

    `shells`: one for each depth of address. `staging`: what MkDocs built.
    """
    site = SiteWriter(folder)
    with _frozen():
        progress.stage("Writing pictures and data", len(content.table))
        for file in static_files(content):
            site.put(*file)
        for file in picture_files(content):
            site.put(*file)
            progress.advance()
        for file in data_files(content, wiki):
            site.put(*file)
        progress.stage("Writing pages")
        renderer = Renderer(settings=content.settings)
        pages = 0
        for make in PAGE_TYPES.values():
            for page in make(content):
                site.put(page.address, draw(page, shells, renderer))
                pages += 1
                progress.advance()
        site.put_tree(staging)
    site.finish()
    return Built(pages, site.written, site.removed)


@contextmanager
def _frozen() -> Iterator[None]:
    """Keep the collector from what a build has made so far, until it ends or fails.

    Millions of small records live to the end of the build: a collector that walks them again and again doubles
    the time a page takes, and never finds anything.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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
