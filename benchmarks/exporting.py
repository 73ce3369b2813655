"""A first and a second export, with the stand-in server in a process of its own; its cost is not counted."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from catalog_builder.commands.export import export
from catalog_builder.progress import Silent
from catalog_builder.settings.options import Settings, Thumbnails
from catalog_builder.sources.base import Scope


class Server(NamedTuple):
    """Where a stand-in listens, and how to log in."""

    host: str
    port: int
    user: str
    password: str


class Cost(NamedTuple):
    """What an export cost the client: seconds on the clock, seconds of its processor, its peak memory in MB."""

    wall: float
    processor: float
    megabytes: float


class Exports(NamedTuple):
    """A first export, and a second one with nothing changed in between."""

    first: Cost
    again: Cost


@contextmanager
def big_server(images: int, datasets: int, picture_ms: float = 0) -> Iterator[Server]:
    """The stand-in with the big lab, in a process of its own."""
    command = [sys.executable, "-m", "tests.omero_server", "--lab", "big", "--images", str(images)]
    command += ["--datasets", str(datasets), "--picture-ms", str(picture_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = "".join(iter(process.stdout.readline, "  catalog-builder export\n"))
            found = dict(re.findall(r"OMERO_(HOST|PORT|USER|PASSWORD)=(\S+)", said))
            yield Server(found["HOST"], int(found["PORT"]), found["USER"], found["PASSWORD"])
        finally:
            process.terminate()


def measure(work: Path, images: int, datasets: int, picture_ms: float | None = None) -> Exports:
    """Export twice into one folder, each time in a fresh process; `picture_ms` None: without pictures."""
    with big_server(images, datasets, picture_ms or 0) as server:
        folder = work / f"exported-{images}-{picture_ms}"
        costs = []
        for _ in range(2):
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:
                costs.append(apart.submit(_export, server, folder, picture_ms is not None).result())
        return Exports(*costs)


def _export(server: Server, folder: Path, pictures: bool) -> Cost:
    import omero.gateway  # noqa: F401  # its import takes over a second and has nothing to do with the data

    from catalog_builder.sources.omero.login import Login
    from catalog_builder.sources.omero.source import OmeroSource

    login = Login(host=server.host, port=server.port, user=server.user, password=server.password)
    settings = Settings(thumbnails=Thumbnails(mode="batch" if pictures else "none"))
    source = OmeroSource(login, thumbnails=settings.thumbnails.mode, thumbnail_size=96, progress=Silent())
    wall, processor = time.monotonic(), time.process_time()
    export(source, Scope(), settings, folder, Silent())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(time.monotonic() - wall, time.process_time() - processor, memory)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        for images, picture_ms in ((10_000, None), (2_000, 5.0)):
            print(images, picture_ms, measure(Path(name), images, 100, picture_ms), flush=True)
