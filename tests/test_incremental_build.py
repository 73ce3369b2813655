"""A build on top of another one gives what a fresh one gives, and does not do again what it need not."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_builder.commands.init import init
from catalog_builder.site.memory import MEMORY
from tests.catalogues import ROOT, build, catalogue, environment, lab, stamps, tree, write
from tests.random_catalogues import Lab, labs

SETTINGS = "page_size: 12\nimage_pages: {}\n"


@pytest.fixture(scope="module")
def lab_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "export"
    write(lab(), folder)
    return folder


def write_lab(of: Lab, folder: Path) -> Path:
    records = of._asdict()
    write(catalogue(records.pop("images"), **records), folder)
    return folder


@st.composite
def pairs_of_labs(draw: st.DrawFn) -> tuple[Lab, Lab]:
    """Two catalogues of the same records but for one or two kinds, so that much of a site stays and much does not."""
    one, other = draw(labs()), draw(labs())
    changed = draw(st.sets(st.sampled_from(Lab._fields), min_size=1, max_size=2))
    return one, one._replace(**{kind: getattr(other, kind) for kind in changed})


@settings(max_examples=12)
@given(pairs_of_labs(), st.sampled_from([0, 20_000]))
def test_on_top_of_another_one_is_as_if_there_were_none(pair: tuple[Lab, Lab], image_pages: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "catalog.yml"
        config.write_text(SETTINGS.format(image_pages))
        before, after = pair
        build(write_lab(before, folder / "before"), folder / "site", config)
        build(write_lab(after, folder / "after"), folder / "site", config)
        build(folder / "after", folder / "fresh", config)
        assert tree(folder / "site") == tree(folder / "fresh")
        untouched = stamps(folder / "site")
        assert build(folder / "after", folder / "site", config).written == 0
        assert stamps(folder / "site") == untouched


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def change(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def replace_by_a_copy(path: Path) -> None:
    moved = path.with_name("moved")
    path.rename(moved)
    shutil.copy2(moved, path)
    moved.unlink()


@pytest.mark.parametrize("touch", [edit, change, empty, Path.unlink, replace_by_a_copy])
@pytest.mark.parametrize("image_pages", [0, 20_000])
def test_what_somebody_touched_is_made_again(
    touch: Callable[[Path], None], image_pages: int, lab_export: Path, tmp_path: Path
) -> None:
    config = tmp_path / "catalog.yml"
    config.write_text(SETTINGS.format(image_pages))
    site = tmp_path / "site"
    build(lab_export, site, config)
    whole = tree(site)
    touched = [
        "index.html",
        "datasets/11.html",
        "data/facets.arrow.gz",
        "data/search.json",
        "static/js/explorer.js",
    ]
    touched += ["thumbnails/0/101.jpg", "images/101.html" if image_pages else "data/images/0/101.json.gz"]
    for path in touched:
        touch(site / path)
    build(lab_export, site, config)
    assert tree(site) == whole


def test_a_memory_that_is_anybodys_is_believed_in_nothing(lab_export: Path, tmp_path: Path) -> None:
    """A site that came from elsewhere, with a memory that says that all of it is as it should be."""
    site, other = tmp_path / "site", tmp_path / "other"
    build(lab_export, site)
    whole = tree(site)
    shutil.copytree(site, other)
    (other / "datasets" / "11.html").write_text("<script>alert(1)</script>")
    files = json.loads((other / "catalog-files.json").read_text())
    assert "datasets/11.html" in files["files"]
    assert (other / MEMORY).read_bytes() == (site / MEMORY).read_bytes()
    build(lab_export, other)
    assert tree(other) == whole


@pytest.mark.parametrize(
    "forged",
    [
        b"", b"\xff\xfe", b"[" * 100_000, b"{}", b'{"version": 99}', b'{"version": 1, "pieces": 5}',
        b'{"version": 1, "list": "LIST", "pieces": {"dataset 11": {"made_of": "x", "files": ["../../outside"]}}}',
        b'{"version": 1, "list": "LIST", "whole": "x", "stamps": {"../../outside": [1, 2, 3]}}',
    ],
)  # fmt: skip
def test_a_memory_that_is_damaged_or_forged_costs_time_and_nothing_else(
    forged: bytes, lab_export: Path, tmp_path: Path
) -> None:
    site = tmp_path / "within" / "site"
    outside = tmp_path / "outside"
    outside.write_text("mine")
    build(lab_export, site)
    whole = tree(site)
    listed = hashlib.sha256((site / "catalog-files.json").read_bytes()).hexdigest()
    (site / MEMORY).write_bytes(forged.replace(b"LIST", listed.encode()))
    build(lab_export, site)
    assert tree(site) == whole and outside.read_text() == "mine"


#: Prints how often each shard of images is opened while a site is built.
COUNTED = """
import json, sys
from collections import Counter
from pathlib import Path
from tests.catalogues import build

opened = Counter()
def note(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".jsonl") and "/images/" in str(arguments[0]):
        opened[Path(arguments[0]).name] += 1
sys.addaudithook(note)
build(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
print(json.dumps(opened))
"""


def opened(export: Path, site: Path, config: Path) -> dict[str, int]:
    run = subprocess.run(
        [sys.executable, "-c", COUNTED, str(export), str(site), str(config)],
        env=environment(), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    counted: dict[str, int] = json.loads(run.stdout.splitlines()[-1])
    return counted


def test_images_of_an_unchanged_catalogue_are_compared_and_not_read(tmp_path: Path) -> None:
    """Not even for a filter result in a wiki page, which shows them."""
    export, site = tmp_path / "export", tmp_path / "site"
    write(lab(), export)
    init(tmp_path)
    config = tmp_path / "site_config" / "catalog.yml"
    (tmp_path / "site_config" / "wiki" / "found.md").write_text("# Found\n\n```catalog\nlimit: 3\n```\n")
    first = opened(export, site, config)
    shown = (site / "found.html").read_text()
    assert "images/" in shown and min(first.values()) > 1, "a first build reads them"
    again = opened(export, site, config)
    assert set(again.values()) == {1} and again.keys() == first.keys(), "their digests, once"
    assert (site / "found.html").read_text() == shown
