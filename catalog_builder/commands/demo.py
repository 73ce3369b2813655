"""`demo`: a small study drawn by the program, exported and built: everything but OMERO."""

from __future__ import annotations

from pathlib import Path

from catalog_builder.commands.build import build
from catalog_builder.commands.export import export
from catalog_builder.files import shipped
from catalog_builder.progress import Progress
from catalog_builder.settings.read import load_rules, load_settings
from catalog_builder.site.pages import Built
from catalog_builder.sources.base import Scope, source_class


def demo(to: Path, progress: Progress) -> tuple[Path, Built]:
    """Write `to`/export and `to`/site; returns the site and what was built."""
    config = shipped("site_config", "demo", "catalog.yml")
    loaded, rules = load_settings(config), load_rules(None, config)
    settings = loaded.settings
    source = source_class("demo")(
        thumbnail_size=settings.thumbnails.size, preview_size=settings.previews.size, progress=progress
    )
    export(source, Scope(), settings, rules, to / "export", progress)
    site = to / "site"
    return site, build(to / "export", loaded, site, progress)
