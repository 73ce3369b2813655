"""Scripts and style sheets are put together from all of their sources, and run."""

from __future__ import annotations

import subprocess
from itertools import chain
from pathlib import Path

import pytest

from catalog_builder.files import shipped
from catalog_builder.site.bundles import SCRIPTS, STYLES, static_files

STATIC = shipped("templates", "static")

#: What pages load by itself: before all else, while all else arrives, and only where it is needed.
ALONE = {"js/theme.js", "js/ahead.js", "css/inside.css", "css/lightbox.css", "css/plates.css"}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(static_files())


def test_nothing_is_left_out_and_nothing_stands_there_twice(files: dict[str, bytes]) -> None:
    parts = {f"js/{part}.js" for part in chain(*SCRIPTS.values())}
    parts |= {f"css/{part}.css" for part in chain(*STYLES.values())}
    sources = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert {path for path in sources if path.startswith(("js/", "css/"))} == parts | ALONE
    bundles = {f"js/{name}.js" for name in SCRIPTS} | {f"css/{name}.css" for name in STYLES}
    assert set(files) == (sources - parts) | bundles | ALONE


def test_released_packages_are_as_they_came(files: dict[str, bytes]) -> None:
    vendor = [path for path in files if path.startswith("vendor/")]
    assert len(vendor) >= 4
    for path in vendor:
        assert files[path] == (STATIC / path).read_bytes()


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_scripts_without_their_comments(
    name: str, files: dict[str, bytes], node: str, tmp_path: Path
) -> None:
    script = files[f"js/{name}.js"]
    sources = sum((STATIC / "js" / f"{part}.js").stat().st_size for part in SCRIPTS[name])
    assert b"@param" not in script and b"@typedef" not in script and len(script) < 0.7 * sources
    path = tmp_path / f"{name}.js"
    path.write_bytes(script)
    checked = subprocess.run([node, "--check", str(path)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
