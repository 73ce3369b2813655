"""A first and a second export, with the stand-in server in a process of its own; its cost is not counted."""

from __future__ import annotations

import re
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from catalog_builder.commands.export import export
from catalog_builder.progress import Silent
from catalog_builder.settings.options import Settings, Thumbnails
from catalog_builder.settings.rules import Rules
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


class BigServer:
    """The stand-in with the big lab, in a process of its own, for a `with` block; `calls` are counted at its end."""

    def __init__(self, images: int, datasets: int, picture_ms: float = 0) -> None:
        command = [sys.executable, "-m", "tests.omero_server", "--lab", "big", "--images", str(images)]
        command += ["--datasets", str(datasets), "--picture-ms", str(picture_ms)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._said = self._process.stdout
        greeting = "".join(iter(self._said.readline, "  catalog-builder export\n"))
        found = dict(re.findall(r"OMERO_(HOST|PORT|USER|PASSWORD)=(\S+)", greeting))
        self.address = Server(found["HOST"], int(found["PORT"]), found["USER"], found["PASSWORD"])
        self.calls = 0

    def __enter__(self) -> BigServer:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.send_signal(signal.SIGINT)
        said, _ = self._process.communicate()
        self.calls = sum(map(int, re.findall(r"(\d+) calls", said)))


class Exports(NamedTuple):
    """Exports one after the other into one folder, nothing changed in between, and the calls of all of them."""

    costs: tuple[Cost, ...]
    calls: int


def measure(
    work: Path, images: int, datasets: int, *, picture_ms: float | None = None, times: int = 2
) -> Exports:
    """Export into one folder, each time in a fresh process; `picture_ms` None: without pictures."""
    folder = work / f"exported-{images}-{picture_ms}"
    with BigServer(images, datasets, picture_ms or 0) as server:
        costs = []
        for _ in range(times):
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:
                costs.append(apart.submit(_export, server.address, folder, picture_ms is not None).result())
    return Exports(tuple(costs), server.calls)


def _export(server: Server, folder: Path, pictures: bool) -> Cost:
    import omero.gateway  # noqa: F401  # its import takes over a second and has nothing to do with the data

    from catalog_builder.sources.omero.login import Login
    from catalog_builder.sources.omero.source import OmeroSource

    login = Login(host=server.host, port=server.port, user=server.user, password=server.password)
    settings = Settings(thumbnails=Thumbnails(mode="batch" if pictures else "none"))
    source = OmeroSource(login, thumbnails=settings.thumbnails.mode, thumbnail_size=96, progress=Silent())
    wall, processor = time.monotonic(), time.process_time()
    export(source, Scope(), settings, Rules(), folder, Silent())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(time.monotonic() - wall, time.process_time() - processor, memory)
