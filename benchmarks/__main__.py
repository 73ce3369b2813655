"""`python -m benchmarks`: every figure in one run, written into README.md beside this file."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks import builds, explorer, exporting, home_page, reading, remote_calls, rivals, stamping
from benchmarks.exports import make_export
from benchmarks.tables import make_table_export

README = Path(__file__).with_name("README.md")
MARK = "<!-- results: written by `python -m benchmarks` -->"


Row = tuple[str, str, str]


def main() -> None:
    """Measure, print, and put the tables into the README; by a word, one of them alone, to look at."""
    parts = {"catalogue": _catalogue, "large": _large}
    wanted = sys.argv[1:] or list(parts)
    if unknown := [each for each in wanted if each not in parts]:
        raise SystemExit(f"{unknown[0]}: is none of {', '.join(parts)}.")
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        rows = [row for each in wanted for row in parts[each](Path(name))]
    head = f"{_machine()}\n\n| what | promised | measured |\n|---|---|---|\n"
    table = head + "".join(f"| {what} | {promised} | {got} |\n" for what, promised, got in rows)
    print(table)
    if len(wanted) == len(parts):
        before = README.read_text(encoding="utf-8").split(MARK)[0]
        README.write_text(f"{before}{MARK}\n\n{table}", encoding="utf-8")


def _catalogue(work: Path) -> list[Row]:
    """Exports and builds of ordinary size, reading, stamping, the home page."""
    make_export(work / "export-10000", 10_000, 50)
    # In a process of its own: the system counts a parent's memory as its children's, and builds are children.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        rates = apart.submit(stamping.measure, work / "export-10000", work).result()
    rows = [_build(work, 1_000, "3 s"), _build(work, 10_000, "12 s, 300 MB")]
    rows.append(
        (
            f"stamping {rates.pages:,} image pages into the shell, one core, disk included (median of 3)",
            "4,000 pages/s",
            f"{rates.stamped:,.0f} pages/s ({rates.from_export:,.0f} with reading the export's records); "
            f"files of that size written plainly: {rates.written:,.0f}/s",
        )
    )
    rows.append(
        (
            "the same pages drawn by MkDocs with material; ratio",
            "at least 15 times",
            f"{rates.mkdocs:,.0f} pages/s; {rates.stamped / rates.mkdocs:.1f} times",
        )
    )
    calls = remote_calls.measure(work, 10_000, 50)
    shown = (
        f"{calls[0]} calls, {calls[1]:.1f} s with the server in the same process" if calls else "no Ice here"
    )
    rows.append(("remote calls of an export of 10,000 images, no pictures", "40", shown))
    rows += [_reading(), *_exports(work)] if calls else []
    rows.append(
        (
            "demo's home page before pictures, uncompressed",
            "150 kB",
            f"{home_page.measure(work) / 1000:.0f} kB",
        )
    )
    return rows


#: What is promised of the explorer at 100,000 and at 1,000,000 images.
PROMISED = {
    100_000: ("200 ms", "5 / 12 ms", "100 ms", "30 / 300 ms", "40 ms", "400 kB", "60 MB"),
    1_000_000: ("450 ms", "16 / 40 ms", "150 ms", "200 / 1,500 ms", "300 ms", "3.5 MB", "250 MB"),
}
CLICKS = 300


def _large(work: Path) -> list[Row]:
    """Catalogues without pages of single images: builds, the explorer, and other engines on its table."""
    rows: list[Row] = []
    explored: list[Row] = []
    with explorer.browser() as chromium:
        for images, promised in PROMISED.items():
            export = work / f"table-{images}"
            make_table_export(export, images)
            rows += _builds(work, export, images)
            with explorer.served(builds.site_of(export)) as address:
                found = explorer.measure(chromium, address, CLICKS)
            explored += _explored(images, promised, found)
        explored += _rivals(work, chromium, builds.site_of(export), found)
    return rows + explored


def _explored(images: int, promised: Sequence[str], found: explorer.Explored) -> list[Row]:
    shown = (
        (
            "from navigation to first counts",
            f"{found.painted:.0f} ms painted, as the build drew them; {found.ready:.0f} ms until scripts have them "
            "and a click is answered",
        ),
        (
            "a click until all counts stand there, median / 95th percentile",
            f"{found.click:.1f} / {found.late_click:.1f} ms; with chips, address and images "
            f"{found.whole:.1f} / {found.late_whole:.1f} ms",
        ),
        ("24 cards after a click, chunks cold", f"{found.cards:.0f} ms"),
        ("words in names and values, warm / cold", f"{found.search:.0f} / {found.search_cold:.0f} ms"),
        ("regrouped by three keys", f"{found.regroup:.0f} ms"),
        (
            "bytes of scripts and data until a click is answered, compressed",
            f"{found.needed / 1000:,.0f} kB; with page and style sheets {found.sent / 1000:,.0f} kB",
        ),
        ("memory of scripts, typed arrays included", f"{found.heap:.0f} MB"),
    )
    return [
        (f"explorer, {images:,} images: {what}", promise, got)
        for (what, got), promise in zip(shown, promised, strict=True)
    ]


def _rivals(work: Path, chromium: Browser, data: Path, ours: explorer.Explored) -> list[Row]:
    folder = work / "rivals"
    rivals.prepare(folder, data / "data" / "facets.arrow.gz")
    with explorer.served(folder) as address:
        found, counted = rivals.measure(chromium, address, ours.states)
    for rival, sums in zip(found, counted, strict=True):
        if not explorer.agree(ours.sums, sums):
            raise SystemExit(f"{rival.name} and the explorer do not count the same.")
    return [
        (
            f"the same table and clicks in {rival.name}: first counts; a click, median / 95th percentile; ratio",
            "5 times a click",
            f"{rival.ready:,.0f} ms; {rival.median:,.0f} / {rival.late:,.0f} ms; {rival.median / ours.click:.0f} times",
        )
        for rival in found
    ]


#: What is promised of builds without pages of single images and without pictures.
BUILT = {100_000: "30 s, 700 MB", 1_000_000: "6 min, 3 GB"}


def _builds(work: Path, export: Path, images: int) -> list[Row]:
    """The first, another one, and one after a tag of one dataset has changed."""
    change = partial(make_table_export, export, images, tagged=1)
    first, again, tagged = builds.measure_large(work, export, change)
    return [
        (
            f"`build` of {images:,} images without image pages and pictures",
            BUILT[images],
            f"{first.wall:.0f} s ({first.processor:.0f} s of processor), {first.megabytes:,.0f} MB",
        ),
        (
            "again, nothing changed; one tag of one dataset changed",
            "20 %; 25 %",
            f"{again.wall / first.wall:.0%}; {tagged.wall / first.wall:.0%} "
            f"({again.processor / first.processor:.0%}; {tagged.processor / first.processor:.0%} of the processor)",
        ),
    ]


def _reading() -> tuple[str, str, str]:
    found = reading.measure(10_000, 50)
    assert found is not None
    return (
        "reading 10,000 images with 10 key-values each to plain values: processor of the client, nothing written",
        "`projection` and `.val` 5 times, walking BlitzGateway's objects 40 times as much",
        f"{found.raw:.2f} s; `projection` and `.val` {found.usual:.1f} s, {found.usual / found.raw:.0f} times; "
        f"walking to the same content {found.walked:.0f} s, {found.walked / found.raw:.0f} times, to names and "
        f"annotations alone {found.briefly:.0f} s, {found.briefly / found.raw:.0f} times; with the records made "
        f"of them {found.records:.2f} s",
    )


def _exports(work: Path) -> list[tuple[str, str, str]]:
    """Exports from a server in a process of its own, whose cost is not counted: seconds are the client's processor."""
    (first, again), _ = exporting.measure(work, 10_000, 100)
    (pictures, unchanged), _ = exporting.measure(work, 2_000, 100, picture_ms=5.0)
    (big,), calls = exporting.measure(work, 500_000, 1_000, times=1)
    return [
        (
            "export of 10,000 images without pictures, 10 key-values each; again, nothing changed",
            "40 % of the first",
            f"{first.processor:.1f} s, {first.megabytes:.0f} MB; {again.processor:.1f} s, "
            f"{again.processor / first.processor:.0%} ({again.wall / first.wall:.0%} on the clock)",
        ),
        (
            "export of 2,000 images with pictures at 5 ms each; again, nothing changed (on the clock)",
            "15 % of the first",
            f"{pictures.wall:.1f} s; {unchanged.wall:.1f} s, {unchanged.wall / pictures.wall:.0%}",
        ),
        (
            "export of 500,000 images without pictures, 10 key-values each",
            "1,500 calls, 1.5 GB",
            f"{calls:,} calls, {big.megabytes / 1000:.2f} GB, {big.processor:.0f} s",
        ),
    ]


def _build(work: Path, images: int, promised: str) -> tuple[str, str, str]:
    first, again = builds.measure(work, images, 50)
    return (
        f"`build` of {images:,} images in 50 datasets, pictures included (median of 3)",
        promised,
        f"{first.wall:.1f} s ({first.processor:.1f} s of processor), {first.megabytes:.0f} MB; "
        f"again, nothing changed: {again.wall:.1f} s",
    )


def _machine() -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("mkdocs", "mkdocs-material", "jinja2", "pyarrow")
    )
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}, {packages}; "
        f"load at the end {load:.1f}."
    )


if __name__ == "__main__":
    main()
