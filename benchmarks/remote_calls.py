"""How often an export calls the server, by the stand-in's own count; pictures left out."""

from __future__ import annotations

import time
from pathlib import Path

from catalog_builder.commands.export import export
from catalog_builder.progress import Silent
from catalog_builder.settings.options import Settings
from catalog_builder.settings.rules import Rules
from catalog_builder.sources.base import Scope


def measure(work: Path, images: int, datasets: int) -> tuple[int, float] | None:
    """Calls of an export of `images` images, login and logout included, and its seconds; None without Ice."""
    try:
        import omero.gateway  # noqa: F401
    except ImportError:
        return None
    from catalog_builder.sources.omero.login import Login
    from catalog_builder.sources.omero.source import OmeroSource
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import MEMBER, big_lab

    with OmeroServer(big_lab(images=images, datasets=datasets)) as server:
        login = Login(
            host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER), session=""
        )
        source = OmeroSource(login, thumbnails="none", progress=Silent())
        server.reset_calls()
        started = time.monotonic()
        export(source, Scope(), Settings(), Rules(), work / f"remote-{images}", Silent())
        return sum(server.calls.values()), time.monotonic() - started
