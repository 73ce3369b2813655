"""How long a build takes and how much memory it needs, as a user runs it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.exports import make_export


class Run(NamedTuple):
    """One run of a command: seconds on the clock, seconds of the processor, and its peak memory in MB."""

    wall: float
    processor: float
    megabytes: float


def run(*arguments: str) -> Run:
    """Run catalog-builder and measure it, by the system's own accounts."""
    started = time.monotonic()
    command = [sys.executable, "-m", "catalog_builder", *arguments]
    child = os.posix_spawn(sys.executable, command, os.environ, file_actions=_quiet())
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)}: ended with {os.waitstatus_to_exitcode(status)}")
    return Run(time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _quiet() -> list[tuple[int, int, str, int, int]]:
    return [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]


def measure(work: Path, images: int, datasets: int, runs: int = 3) -> tuple[Run, Run]:
    """The median of `runs` first builds into fresh folders, and a build with nothing changed.

    Nothing is deleted before all is measured: a disk that has just deleted many files is slow to make new ones.
    """
    export = work / f"export-{images}"
    if not export.exists():
        make_export(export, images, datasets)
    first = [run("build", str(export), "--to", str(work / f"site-{images}-{n}")) for n in range(runs)]
    again = run("build", str(export), "--to", str(work / f"site-{images}-0"))
    return sorted(first)[runs // 2], again


def site_of(export: Path) -> Path:
    """Where `measure_large` builds the site of an export."""
    return export.with_name(f"{export.name}-site")


def measure_large(work: Path, export: Path, change: Callable[[], None]) -> tuple[Run, Run, Run]:
    """A build without pages of single images: into a fresh folder, again, and after `change` has changed the export."""
    config = work / "large.yml"
    config.write_text("image_pages: 0\n", encoding="utf-8")
    command = ("build", str(export), "--config", str(config), "--to", str(site_of(export)))
    first, again = run(*command), run(*command)
    change()
    return first, again, run(*command)
