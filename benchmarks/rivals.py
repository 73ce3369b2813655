"""Other engines in the browser on the explorer's table and clicks: DuckDB-WASM, crossfilter2, rows of JSON.

They come from npm into the benchmark's own folder and are no part of the project. Each counts every facet under the
choice after each click, the facet's own alternatives left out, as the explorer does.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pyarrow as pa
from playwright.sync_api import Browser

HERE = Path(__file__).with_name("rivals")
PACKAGES = ("@duckdb/duckdb-wasm@1.32.0", "crossfilter2@1.5.4", "apache-arrow@17.0.0", "esbuild@0.25.12")
RIVALS = {"duckdb": "DuckDB-WASM", "crossfilter": "crossfilter2", "rows": "rows of JSON"}

State = dict[str, dict[str, list[str]]]


class Rival(NamedTuple):
    """One engine: milliseconds until its first counts, and of a click at the median and the 95th percentile."""

    name: str
    ready: float
    median: float
    late: float


def prepare(folder: Path, facets: Path) -> None:
    """Put the bundled rivals, a page for each, and the table they read into `folder`, which is served over http."""
    build = folder / "npm"
    build.mkdir(parents=True)
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("The rivals come through npm, and npm is not installed; type: apt-get install npm")
    (build / "package.json").write_text("{}", encoding="utf-8")
    subprocess.run([npm, "install", "--silent", *PACKAGES], cwd=build, check=True)
    for name in ("state", *RIVALS):
        shutil.copy(HERE / f"{name}.js", build)
    for name in RIVALS:
        command = ["node_modules/.bin/esbuild", f"{name}.js", "--bundle", f"--outfile={folder / name}.js"]
        subprocess.run([*command, "--format=iife", "--log-level=error"], cwd=build, check=True)
        page = f'<!doctype html><meta charset="utf-8"><script src="{name}.js"></script>'
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    for name in ("duckdb-eh.wasm", "duckdb-browser-eh.worker.js"):
        shutil.copy(build / "node_modules/@duckdb/duckdb-wasm/dist" / name, folder)
    (folder / "images.arrow").write_bytes(plain_table(gzip.decompress(facets.read_bytes())))


def plain_table(content: bytes) -> bytes:
    """The explorer's facet columns as anybody would write them: dictionary columns, lists where there are many."""
    table = pa.ipc.open_file(content).read_all()
    described = json.loads(table.schema.metadata[b"catalog"])
    columns = {}
    for facet in described["facets"]:
        texts = pa.array(facet["values"], pa.string())
        (part,) = facet["parts"] if len(facet["parts"]) == 1 else (None,)
        if part is not None and "sets" not in part:
            codes = table[part["column"]].combine_chunks().cast(pa.int32())
            nothing = pa.compute.equal(codes, len(texts))
            codes = pa.compute.if_else(nothing, None, codes)
            columns[facet["facet"]] = pa.DictionaryArray.from_arrays(codes, texts)
        else:
            columns[facet["facet"]] = _lists(table, facet["parts"], texts)
    sink = pa.BufferOutputStream()
    plain = pa.table(columns)
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _lists(table: pa.Table, parts: Sequence[dict[str, Any]], texts: pa.Array) -> pa.Array:
    rows: list[list[int]] = [[] for _ in range(table.num_rows)]
    for part in parts:
        sets = part.get("sets") or [*([code] for code in range(len(texts))), []]
        for row, code in enumerate(table[part["column"]].to_pylist()):
            rows[row] += sets[code]
    offsets = [0]
    for found in rows:
        offsets.append(offsets[-1] + len(found))
    codes = pa.array([code for found in rows for code in found], pa.int32())
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.DictionaryArray.from_arrays(codes, texts)
    )


def measure(
    browser: Browser, address: str, states: Sequence[State]
) -> tuple[list[Rival], list[list[dict[str, int]]]]:
    """Every rival over all states; and what each counted, for the caller to compare with what the explorer counted."""
    found, counted = [], []
    for name, title in RIVALS.items():
        page = browser.new_page()
        page.set_default_timeout(0)
        page.goto(f"{address}{name}.html")
        ready = page.evaluate("prepare('images.arrow')")
        nothing = page.evaluate("(state) => choose(state)", {"any": {}, "none": {}})["time"]
        answers = [page.evaluate("(state) => choose(state)", state) for state in states]
        times = sorted(answer["time"] for answer in answers)
        found.append(Rival(title, ready + nothing, median(times), times[int(len(times) * 0.95)]))
        counted.append([answer["sums"] for answer in answers])
        page.close()
    return found, counted
