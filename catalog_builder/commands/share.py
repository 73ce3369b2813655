"""`build`: a site for everybody, or for some readers: a view, a zip."""

from __future__ import annotations

from pathlib import Path

from catalog_builder.commands.build import build
from catalog_builder.commands.view import build_view
from catalog_builder.commands.zipped import zip_site
from catalog_builder.progress import Progress
from catalog_builder.settings.read import load_settings
from catalog_builder.settings.views import load_view
from catalog_builder.site.pages import Built


def build_site(
    export: Path,
    config: Path | None,
    to: Path,
    progress: Progress,
    *,
    view: str | None,
    zipped: bool,
    offline: bool = False,
    jobs: int | None = None,
) -> tuple[Built, Path | None]:
    """Build into the folder `to`; returns what was built, and the zip where one was asked for.

    What is for some readers alone asks search engines to leave it out, and has no sitemap.
    """
    offline = offline or zipped
    if view is not None:
        built = build_view(export, load_view(view, config), to, progress, offline=offline, jobs=jobs)
    else:
        loaded = load_settings(config)
        built = build(export, loaded, to, progress, offline=offline, jobs=jobs, unlisted=zipped)
    return built, zip_site(to) if zipped else None
