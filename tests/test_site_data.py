"""The data beside the pages: which files there are, for http and from disk, and that `check` misses what is gone."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog_builder.commands.build import build as build_command
from catalog_builder.commands.check import check
from catalog_builder.derive.explorer import packed
from catalog_builder.progress import Silent
from catalog_builder.settings.read import load_settings
from catalog_builder.site import content
from catalog_builder.site.write import LIST
from tests.catalogues import ROOT, build, lab, run, write

STARTER = ROOT / "site_config" / "catalog.yml"
ARROW = {f"{name}.arrow.gz" for name in ("facets", "text", "ids", "order", "wells")}
CARDS, SEARCH, PLATE = "cards/0/0.json.gz", "search.json", "plates/71.json"
DOWNLOAD = "images.arrow"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "export"
    write(lab(), folder)
    return folder


@pytest.fixture(scope="module")
def site(export: Path) -> Path:
    build(export, export.parent / "site")
    return export.parent / "site"


@pytest.fixture
def copy(site: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(site, tmp_path / "site"))


def data(site: Path) -> set[str]:
    return {
        path.relative_to(site / "data").as_posix() for path in (site / "data").rglob("*") if path.is_file()
    }


def scripts(files: set[str]) -> set[str]:
    return {path for path in files if path.endswith(".js")}


def test_every_file_of_a_small_catalogue_has_a_script_beside_it_but_the_download(site: Path) -> None:
    files = data(site)
    assert files - scripts(files) == ARROW | {CARDS, SEARCH, PLATE, DOWNLOAD}
    loaded = files - scripts(files) - {DOWNLOAD}
    assert scripts(files) == {f"{path.removesuffix('.gz').rpartition('.')[0]}.js" for path in loaded}
    for path in loaded:
        name = path.removesuffix(".gz").rpartition(".")[0]
        script = (site / "data" / f"{name}.js").read_text("utf-8")
        content = (site / "data" / path).read_bytes()
        assert script.startswith(f'catalog.receive("{name}",') and script.endswith(");\n")
        payload = json.loads(script[len(f'catalog.receive("{name}",') : -3])
        assert payload == (
            base64.b64encode(content).decode() if path.endswith(".gz") else json.loads(content)
        )


def test_a_large_catalogue_has_scripts_only_where_they_are_asked_for(
    export: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, offline, expected in ((6, False, False), (6, True, True), (7, False, True)):
        monkeypatch.setattr(content, "IMAGES_WITH_SCRIPTS", limit)
        to = tmp_path / f"{limit} {offline}"
        build_command(export, load_settings(STARTER), to, Silent(), offline=offline)
        assert bool(scripts(data(to))) is expected
        assert data(to) - scripts(data(to)) == data(site) - scripts(data(site))
        assert check(to) == []
    assert content.IMAGES_WITH_SCRIPTS == 7


def test_scripts_that_are_not_wanted_any_more_are_removed(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "IMAGES_WITH_SCRIPTS", 0)
    for offline in (True, False):
        build_command(export, load_settings(STARTER), tmp_path / "site", Silent(), offline=offline)
        assert bool(scripts(data(tmp_path / "site"))) is offline
    assert check(tmp_path / "site") == []


def test_mkdocs_and_the_command_line_have_the_option_too(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("build", str(export), "--to", str(tmp_path / "site"), "--offline", cwd=tmp_path)
    assert said.returncode == 0 and scripts(data(tmp_path / "site"))
    monkeypatch.setattr(content, "IMAGES_WITH_SCRIPTS", 0)
    starter = (ROOT / "site_config" / "mkdocs.yml").read_text("utf-8")
    plugin = "  - catalog:\n"
    assert plugin in starter
    shutil.copytree(ROOT / "site_config" / "wiki", tmp_path / "wiki")
    (tmp_path / "catalog.yml").write_text("mkdocs: mkdocs.yml")
    for option, expected in (("true", True), ("false", False)):
        (tmp_path / "mkdocs.yml").write_text(starter.replace(plugin, f"{plugin}      offline: {option}\n"))
        to = tmp_path / option
        build_command(export, load_settings(tmp_path / "catalog.yml"), to, Silent())
        assert bool(scripts(data(to))) is expected


# What `check` says.


def rewrite(site: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    (site / path).write_bytes(change((site / path).read_bytes()))


def forget(site: Path, path: str) -> None:
    """As a build that never made the file."""
    (site / path).unlink()
    listed = json.loads((site / LIST).read_bytes())
    del listed["files"][path]
    (site / LIST).write_text(json.dumps(listed))


@pytest.mark.parametrize(
    "name", ["facets.arrow.gz", "text.arrow.gz", "ids.arrow.gz", "order.arrow.gz", CARDS]
)
def test_a_file_that_the_explorer_loads_and_the_site_does_not_have_is_found(copy: Path, name: str) -> None:
    forget(copy, f"data/{name}")
    (found,) = check(copy)
    assert found.error and found.where == "explore.html" and f"data/{name}" in found.what


@pytest.mark.parametrize("name", ["facets.arrow.gz", "text.arrow.gz", CARDS])
@pytest.mark.parametrize("cut", [0, 5, 40, -1])
def test_a_file_that_is_cut_short_is_found_as_damaged(copy: Path, name: str, cut: int) -> None:
    rewrite(copy, f"data/{name}", lambda content: content[:cut])
    assert any(f.error and f.where == f"data/{name}" and "is damaged" in f.what for f in check(copy))


def test_a_picture_that_a_card_promises_is_looked_for(copy: Path) -> None:
    forget(copy, "thumbnails/0/106.jpg")
    assert any(f.error and f.where == "image:106" and CARDS in f.what for f in check(copy))


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"id":[1],"name":["a"],"picture":[]}', '{"id":["x"],"picture":[1]}', "null"]
)
def test_cards_that_are_none_are_found(copy: Path, text: str) -> None:
    (copy / "data" / CARDS).write_bytes(packed(text.encode()))
    assert any(f.error and f.where == f"data/{CARDS}" and "is damaged" in f.what for f in check(copy))


def test_facets_that_do_not_say_what_they_are_are_found(copy: Path) -> None:
    path = "data/facets.arrow.gz"
    rewrite(copy, path, lambda content: packed(gzip.decompress(content).replace(b'"rows"', b'"sowr"')))
    assert any(f.error and f.where == path and "does not say" in f.what for f in check(copy))
