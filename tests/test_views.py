"""Views and zips: what is for some readers holds what they may see, and no byte of anything else."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalog_builder.cli import main
from catalog_builder.commands.view import narrow
from catalog_builder.errors import SettingsError
from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import STREAMS
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.progress import Silent
from catalog_builder.settings.rules import Names, Where
from catalog_builder.settings.views import Narrower, load_view
from tests.catalogues import ROOT, catalogue, tree, write
from tests.test_canaries import everything

#: Stands in everything that is not about compound A.
OTHER = b"WITHHELD"

VIEW = """
publish: {where: [{tags: [Compound A]}], keys: {deny: ["*batch*"]}, people: none}
site: {title: "For our partners", accent: "#8a3ffc"}
"""


def study(folder: Path) -> Path:
    """Dataset 11 is about compound A, dataset 12 about what the view does not show; a private group is published."""
    made = catalogue(
        [
            Image(id=101, name="a1", owner=1, group=5, datasets=(11,), annotations=(40,)),
            Image(id=102, name="a2", owner=1, group=5, datasets=(11, 12)),
            Image(id=201, name="WITHHELD image", owner=2, group=5, datasets=(12,), annotations=(32, 41)),
            Image(id=202, name="WITHHELD orphan", description="WITHHELD", owner=2, group=5),
        ],
        people=[Person(id=1, name="WITHHELD Ada"), Person(id=2, name="WITHHELD Ben")],
        groups=[Group(id=5, name="Lab", permissions="rw----")],
        projects=[Project(id=1, name="Partners", owner=1, group=5, annotations=(31,))],
        datasets=[
            Dataset(id=11, name="Treated", owner=1, group=5, projects=(1,), annotations=(30,)),
            Dataset(id=12, name="WITHHELD dataset", owner=1, group=5, projects=(1,)),
        ],
        tag_sets=[
            TagSet(id=20, name="Compounds", owner=1, group=5),
            TagSet(id=21, name="WITHHELD set", group=5),
        ],
        tags=[
            Tag(id=30, text="Compound A", owner=1, group=5, sets=(20,)),
            Tag(id=31, text="WITHHELD project tag", owner=1, group=5),
            Tag(id=32, text="WITHHELD tag", owner=1, group=5, sets=(20, 21)),
        ],
        key_values=[
            KeyValues(id=40, owner=1, group=5, pairs=(("Dose", "1"), ("WITHHELD batch", "WITHHELD"))),
            KeyValues(id=41, owner=2, group=5, namespace="WITHHELD", pairs=(("WITHHELD key", "WITHHELD"),)),
        ],
    )
    write(made, folder / "export", policy=_open())
    (folder / "site_config" / "views").mkdir(parents=True)
    (folder / "site_config" / "catalog.yml").write_text(
        "title: Everything\nomero_web: https://WITHHELD.example.org\n"
    )
    (folder / "site_config" / "views" / "partners.yml").write_text(VIEW)
    return folder


def _open() -> Any:
    from catalog_builder.publish.policy import Policy
    from tests.catalogues import ALL

    return Policy(rules=ALL, named_groups=frozenset({"Lab"}))


def command(folder: Path, *words: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told_of_others(folder: Path) -> list[str]:
    return [name for name, content in everything(folder) if OTHER in content or OTHER.decode() in name]


def test_a_views_site_holds_nothing_of_what_it_does_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = study(tmp_path)
    before = tree(folder / "export")
    assert told_of_others(folder / "export")
    result = command(folder, "build", "--view", "partners", "--zip", monkeypatch=monkeypatch)
    assert result.exit_code == 0, result.output
    site = folder / "site-partners"
    assert told_of_others(site) == []
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    assert {"datasets/11.html", "images/101.html", "images/102.html"} <= names
    assert not {"datasets/12.html", "projects/1.html", "images/201.html", "images/202.html"} & names
    home = (site / "index.html").read_text("utf-8")
    assert "For our partners" in home and "Everything" not in home
    assert all(b"Everything" not in content for _, content in everything(site))
    assert tree(folder / "export") == before and not list(folder.glob(".view-*"))
    with zipfile.ZipFile(folder / "site-partners.zip") as archive:
        assert archive.testzip() is None
        held = {name.removeprefix("site-partners/"): archive.read(name) for name in archive.namelist()}
    assert not [name for name, content in held.items() if OTHER in content or OTHER.decode() in name]


def test_what_is_for_some_asks_search_engines_to_stay_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = study(tmp_path)
    mkdocs = (ROOT / "site_config" / "mkdocs.yml").read_text("utf-8")
    (folder / "site_config" / "mkdocs.yml").write_text(mkdocs + "\nsite_url: https://example.org/x/\n")
    (folder / "site_config" / "wiki").mkdir()
    (folder / "site_config" / "wiki" / "index.md").write_text("# Home\n")
    (folder / "site_config" / "catalog.yml").write_text("mkdocs: mkdocs.yml\n")
    for words, unlisted in (([], False), (["--zip"], True), (["--view", "partners"], True), ([], False)):
        result = command(folder, "build", *words, monkeypatch=monkeypatch)
        assert result.exit_code == 0, result.output
        site = folder / ("site-partners" if "--view" in words else "site")
        pages = list(site.rglob("*.html"))
        said = [
            '<meta name="robots" content="noindex, nofollow">' in page.read_text("utf-8") for page in pages
        ]
        assert len(pages) > 8 and set(said) == {unlisted}, words
        assert (site / "sitemap.xml").exists() is not unlisted


def test_the_same_site_is_the_same_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = study(tmp_path)
    archive = folder / "site.zip"
    assert command(folder, "build", "--zip", monkeypatch=monkeypatch).exit_code == 0
    first = archive.read_bytes()
    for path in (folder / "site").rglob("*.html"):
        path.touch()
    assert command(folder, "build", "--zip", monkeypatch=monkeypatch).exit_code == 0
    assert archive.read_bytes() == first and not list(folder.glob("*.part")) + list(folder.glob(".*.part"))
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
    assert all(name.startswith("site/") and ".." not in name for name in names) and "site/index.html" in names
    assert not [name for name in names if name.endswith(".catalog-memory")]
    assert any(re.search(r"explorer/.*\.js$", name) or name.endswith(".js") for name in names)


def test_a_view_can_only_drop(tmp_path: Path) -> None:
    """Each record of it is one of the export's, or one with less in it; none is new."""
    export = study(tmp_path) / "export"
    rules = Narrower(where=(Where(tags=("Compound A",)),), keys=Names(deny=("*batch*",)), people="initials")
    narrow(export, rules, tmp_path / "narrowed", Silent(), label="v")
    whole, less = Export(export), Export(tmp_path / "narrowed")
    assert less.manifest.exported == whole.manifest.exported
    for stream in STREAMS:
        before = {one["id"]: one for one in whole.plain(stream)}
        for one in less.plain(stream):
            for field, value in one.items():
                was = before[one["id"]][field]
                if isinstance(value, list):
                    assert all(part in was for part in value), (stream, field)
                elif stream != "people" or field != "name":
                    assert value == was, (stream, field)
    assert less.manifest.counts["images"] == 2 and less.manifest.counts["thumbnails"] == 2


def test_without_rules_of_its_own_a_view_is_the_whole_export(tmp_path: Path) -> None:
    export = study(tmp_path) / "export"
    narrow(export, Narrower(), tmp_path / "same", Silent(), label="test")
    for stream in STREAMS:
        assert list(Export(tmp_path / "same").plain(stream)) == list(Export(export).plain(stream)), stream


def test_a_rule_of_a_view_that_fits_nothing_is_named_with_its_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = study(tmp_path)
    (folder / "site_config" / "views" / "partners.yml").write_text("publish: {keys: {deny: [Dosse]}}")
    result = command(folder, "build", "--view", "partners", monkeypatch=monkeypatch)
    assert result.exit_code == 0 and "publish.yml" not in result.output
    assert "partners.yml: publish: keys.deny: 'Dosse' fits nothing" in " ".join(result.output.split())


@pytest.mark.parametrize(
    "name", ["nope", "../partners", "", ".", "Partners", "a/b", "partners.yml", "x" * 100]
)
def test_a_view_that_is_not_there_is_one_sentence(name: str, tmp_path: Path) -> None:
    folder = study(tmp_path)
    with pytest.raises(SettingsError) as caught:
        load_view(name, folder / "site_config" / "catalog.yml")
    (problem,) = caught.value.problems
    assert "there are: partners" in problem


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("publsh: {}", "publsh"), ("publish: {tagd: {}}", "publish.tagd"), ("site: {titel: x}", "site.titel"),
        ("publish: {people: some}", "publish.people"), ("site: {accent: red}", "site.accent"), ("[", "line"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_view_is_one_sentence_with_its_key(text: str, key: str, tmp_path: Path) -> None:
    folder = study(tmp_path)
    (folder / "site_config" / "views" / "partners.yml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_view("partners", folder / "site_config" / "catalog.yml")
    (problem,) = caught.value.problems
    assert "partners.yml" in problem and key in problem
