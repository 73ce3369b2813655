"""`python -m benchmarks`: every figure in one run, written into README.md beside this file."""

from __future__ import annotations

import os
import platform
import tempfile
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from benchmarks import builds, exporting, home_page, reading, remote_calls, stamping
from benchmarks.exports import make_export

README = Path(__file__).with_name("README.md")
MARK = "<!-- results: written by `python -m benchmarks` -->"


def main() -> None:
    """Measure, print, and put the table into the README."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        table = results(Path(name))
    print(table)
    before = README.read_text(encoding="utf-8").split(MARK)[0]
    README.write_text(f"{before}{MARK}\n\n{table}", encoding="utf-8")


def results(work: Path) -> str:
    """The table of all figures, as Markdown."""
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
    head = f"{_machine()}\n\n| what | promised | measured |\n|---|---|---|\n"
    return head + "".join(f"| {what} | {promised} | {got} |\n" for what, promised, got in rows)


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
