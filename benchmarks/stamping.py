"""Stamping image pages into the shell, against MkDocs drawing the same pages with the material theme."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from benchmarks.exports import make_export
from catalog_builder.commands.build import Site
from catalog_builder.exchange.read import Export
from catalog_builder.settings.options import Settings
from catalog_builder.settings.read import load_settings
from catalog_builder.site.content import Content
from catalog_builder.site.image_pages import image_pages
from catalog_builder.site.page import Page
from catalog_builder.site.pages import draw
from catalog_builder.site.render import Renderer
from catalog_builder.site.shell import Shell
from catalog_builder.site.write import SiteWriter

#: MkDocs' own pages, written as raw HTML in Markdown: what a plugin that generates pages would hand it.
MATERIAL = """\
site_name: Benchmark
use_directory_urls: false
theme: {name: material, font: false}
plugins: []
nav: [index.md]
"""


class Rates(NamedTuple):
    """How many pages, and how many of them a second; one core, disk included."""

    pages: int
    stamped: float
    """Drawn, poured into the shell and written, from what each page shows."""
    from_export: float
    """The same, with reading the export's records and finding out what each page shows."""
    written: float
    """Files of the same size written plainly, with nothing else done: what the disk allows today."""
    mkdocs: float
    """Drawn by MkDocs, which was handed the finished content of each page."""


def measure(export: Path, work: Path) -> Rates:
    """Each way draws the same pages into a fresh folder; stamping and plain writing by turns, the median of three."""
    content = Content(Export(export), Settings())
    shells = {1: Shell(_shell(work))}
    gc.freeze()
    from_export = _rate(content, shells, image_pages(content), work / "from-export")
    pages = list(image_pages(content))
    gc.freeze()
    runs = []
    for number in range(3):
        stamped = _rate(content, shells, iter(pages), work / f"stamped-{number}")
        like = work / f"stamped-{number}" / pages[0].address
        runs.append((stamped, _plainly(like, len(pages), work / f"plain-{number}")))
    stamped, written = sorted(runs)[1]
    mkdocs = _drawn_by_mkdocs(content, pages, work)
    gc.unfreeze()
    return Rates(len(pages), stamped, from_export, written, mkdocs)


def _rate(content: Content, shells: dict[int, Shell], pages: Iterator[Page], folder: Path) -> float:
    renderer = Renderer(settings=content.settings)
    site = SiteWriter(folder)
    count = 0
    started = time.perf_counter()
    for page in pages:
        site.put(page.address, draw(page, shells, renderer))
        count += 1
    return count / (time.perf_counter() - started)


def _plainly(like: Path, count: int, folder: Path) -> float:
    content = like.read_bytes()
    folder.mkdir()
    started = time.perf_counter()
    for number in range(count):
        (folder / f"{number}.html").write_bytes(content)
    return count / (time.perf_counter() - started)


def _shell(work: Path) -> str:
    """The page that the product's own theme draws once, taken from a build of a few images."""
    make_export(work / "few", 4, 1)
    loaded = load_settings(None)
    config = load_config(str(loaded.mkdocs), site_dir=str(work / "few-site"))
    plugin = config.plugins["catalog"]
    plugin.site = Site(Content(Export(work / "few"), loaded.settings))
    mkdocs_build(config)
    drawn: str = plugin.drawn[1]
    return drawn


def _drawn_by_mkdocs(content: Content, pages: list[Page], work: Path) -> float:
    renderer = Renderer(settings=content.settings)
    docs = work / "docs"
    (docs / "images").mkdir(parents=True)
    (docs / "index.md").write_text("# Benchmark\n")
    for page in pages:
        body = renderer.body(page.template, {"root": page.root, **page.context})
        (docs / page.address).with_suffix(".md").write_text(f"{body}\n", encoding="utf-8")
    (work / "mkdocs.yml").write_text(MATERIAL + f"docs_dir: {docs}\nsite_dir: {work / 'drawn'}\n")
    config = load_config(str(work / "mkdocs.yml"))
    started = time.perf_counter()
    mkdocs_build(config)
    return len(pages) / (time.perf_counter() - started)
