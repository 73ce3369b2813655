"""A real study, the whole way: OMERO -> export -> build -> browser, every number compared with the study's own table.

The table is read here once more, with csv and yaml alone: neither the stand-in server's reading of it nor
any code of the program has a say in what is expected.
"""

from __future__ import annotations

import csv
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import yaml

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.explorer_page import ExplorerPage

pytestmark = [pytest.mark.omero, pytest.mark.browser]

STUDY = "idr0021-lawo-pericentriolarmaterial"
PROJECT = f"{STUDY}/experimentA"
OWNER = "A. M."
#: An image's values by facet; `word` holds every text that free text searches.
Row = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class State:
    """What a reader has chosen: values by facet, and words."""

    choices: tuple[tuple[str, str], ...] = ()
    words: str = ""


class Table:
    """The study's table: for each image its name and its values, datasets and the project by name."""

    def __init__(self, folder: Path) -> None:
        settings = yaml.safe_load(next(folder.glob("*-bulkmap-config.yml")).read_text(encoding="utf-8"))
        columns = list(_columns(settings))
        self.names: list[str] = []
        self.rows: list[Row] = []
        with next(folder.glob("*-annotation.csv")).open(encoding="utf-8-sig", newline="") as lines:
            for record in csv.DictReader(lines):
                values: dict[str, set[str]] = {
                    "project": {PROJECT},
                    "dataset": {record["Dataset Name"]},
                    "owner": {OWNER},
                }
                for column in columns:
                    for key, value in _pairs(column, record[column["name"]]):
                        values.setdefault(f"key:{key}", set()).add(value)
                values["word"] = {record["Image Name"], *(text for each in values.values() for text in each)}
                self.names.append(record["Image Name"])
                self.rows.append({facet: frozenset(texts) for facet, texts in values.items()})
        self.facets = sorted({facet for row in self.rows for facet in row} - {"word"})
        self.values = {
            facet: sorted({value for row in self.rows for value in row.get(facet, ())})
            for facet in self.facets
        }

    def left(self, state: State, leave_out: str = "") -> list[int]:
        """The images that a state leaves: or inside a facet, and between facets; one facet's choice left out."""
        wanted: dict[str, set[str]] = {}
        for facet, value in state.choices:
            if facet != leave_out:
                wanted.setdefault(facet, set()).add(value)
        words = state.words.lower().split()
        return [
            number
            for number, row in enumerate(self.rows)
            if all(row.get(facet, frozenset()) & values for facet, values in wanted.items())
            and all(any(word in text.lower() for text in row["word"]) for word in words)
        ]

    def counts(self, state: State) -> dict[str, dict[str, int]]:
        """Facet -> value -> images, values without an image too."""
        expected = {}
        for facet in self.facets:
            found = Counter(
                value for number in self.left(state, facet) for value in self.rows[number].get(facet, ())
            )
            expected[facet] = {value: found[value] for value in self.values[facet]}
        return expected


def _columns(settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    defaults = settings["defaults"]
    for entry in settings["columns"]:
        for column in entry["group"]["columns"] if "group" in entry else [entry]:
            if column.get("include", defaults["include"]):
                yield {"omitempty": defaults["omitempty"], "split": defaults["split"], **column}


def _pairs(column: dict[str, Any], cell: str) -> Iterator[tuple[str, str]]:
    key = column.get("clientname") or column["name"]
    for part in cell.split(column["split"]) if column["split"] else [cell]:
        value = part.strip()
        if value and column.get("clientvalue"):
            value = re.sub(r"{{ value\|urlencode }}", quote(value), column["clientvalue"])
        if value or not column["omitempty"]:
            yield key, value


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run the installed command as a user would; returns what it printed."""
    program = Path(sys.executable).with_name("catalog-builder")
    answer = subprocess.run(
        [str(program), *map(str, command)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={
            **{name: text for name, text in os.environ.items() if not name.startswith("OMERO_")},
            **environment,
        },
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not any(
        secret in answer.stdout + answer.stderr for secret in environment.values() if "password" in secret
    )
    return answer.stdout


@pytest.fixture(scope="module")
def table(shared_data: Path) -> Table:
    folder = shared_data / STUDY / "experimentA"
    if not folder.is_dir():
        pytest.skip(f"the study is not there: {folder}")
    return Table(folder)


@pytest.fixture(scope="module")
def site(table: Table, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's site, made with the command alone from what the stand-in server tells."""
    from tests.conftest import ice_missing

    if ice_missing():
        pytest.skip(ice_missing())
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import idr_lab

    folder = tmp_path_factory.mktemp("real")
    run("init", cwd=folder)
    settings = folder / "site_config" / "catalog.yml"
    text = settings.read_text(encoding="utf-8")
    for before, after in (
        ("title: Image catalogue", "title: Pericentriolar material"),
        ("groups: []", "groups: [read-only-lab]"),
    ):
        assert before in text
        text = text.replace(before, after)
    settings.write_text(text, encoding="utf-8")
    with OmeroServer(idr_lab(shared_data / STUDY)) as server:
        printed = run(
            "export",
            cwd=folder,
            OMERO_HOST=server.host,
            OMERO_PORT=str(server.port),
            OMERO_USER="member",
            OMERO_PASSWORD=server.password("member"),
        )
        assert f"{len(table.rows)} images" in printed
        assert f"{len(table.values['dataset'])} datasets" in printed
        assert not [call for call in server.calls if re.search(r"\.(save|update|delete|submit)", call)]
    run("build", cwd=folder)
    return folder / "site"


@pytest.fixture
def explorer(site: Path, browser: Browser, serve: Callable[[Path], str]) -> Iterator[ExplorerPage]:
    from tests.browser.explorer_page import ExplorerPage

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type in ("error", "warning") else None)
    yield ExplorerPage(page, serve(site))
    context.close()
    assert not problems


def named(explorer: ExplorerPage) -> dict[str, dict[str, int]]:
    """Every count on the page; projects and datasets, whose values are ids, by their names.

    Days are left out: the study's table knows none. Each image has one of import, whatever is chosen.
    """
    found = explorer.counts()
    found.pop("acquired", None)
    assert sum(found.pop("imported").values()) == explorer.total
    for facet in ("project", "dataset"):
        labelled = explorer.labelled_counts(facet)
        assert len(dict(labelled)) == len(labelled), f"two values of {facet} have one name"
        assert all(value.isdecimal() for value in found[facet])
        found[facet] = dict(labelled)
    return found


def open_state(explorer: ExplorerPage, state: State) -> None:
    """Follow a link to a state."""
    explorer.open([(facet, raw(explorer, facet, value)) for facet, value in state.choices], state.words)


def raw(explorer: ExplorerPage, facet: str, value: str) -> str:
    return explorer.value_of(facet, value) if facet in ("project", "dataset") else value


def differences(
    expected: Mapping[str, Mapping[str, int]], found: Mapping[str, Mapping[str, int]]
) -> list[str]:
    """Each facet, value and count that is not what the table says, in words."""
    lines = [f"{facet}: only in the table" for facet in expected.keys() - found.keys()]
    lines += [f"{facet}: only on the page" for facet in found.keys() - expected.keys()]
    for facet in expected.keys() & found.keys():
        for value in expected[facet].keys() | found[facet].keys():
            said, shown = expected[facet].get(value), found[facet].get(value)
            if said != shown:
                lines.append(f"{facet} = {value}: {said} in the table, {shown} on the page")
    return sorted(lines)


def test_the_table_is_read_as_it_stands(table: Table) -> None:
    """A guard on this file's own reading: figures that a look into the files gives."""
    assert (len(table.rows), len(table.values["dataset"]), len(table.facets)) == (414, 10, 21)
    assert table.counts(State())["key:Gene Symbol Synonyms"] == {"CEP215": 33, "CPAP": 38}


def test_check_finds_nothing(site: Path) -> None:
    for folder in ("export", "site"):
        assert "all is well" in run("check", "--strict", folder, cwd=site.parent)


def test_without_a_choice_every_count_is_the_tables(explorer: ExplorerPage, table: Table) -> None:
    explorer.open()
    assert explorer.total == len(table.rows)
    assert differences(table.counts(State()), named(explorer)) == []


def test_the_page_without_scripts_has_the_same_counts(
    site: Path, table: Table, browser: Browser, serve: Callable[[Path], str]
) -> None:
    from tests.browser.explorer_page import ExplorerPage

    context = browser.new_context(java_script_enabled=False)
    explorer = ExplorerPage(context.new_page(), serve(site))
    explorer.page.goto(f"{explorer.site}explore.html")
    assert explorer.total == len(table.rows)
    assert differences(table.counts(State()), named(explorer)) == []
    context.close()


def test_clicks_count_as_the_table_does(explorer: ExplorerPage, table: Table) -> None:
    """Or inside a facet, and between facets, the facet's own choice left out; and back again."""
    explorer.open()
    clicks = (
        ("key:Gene Symbol", "CEP152"),
        ("key:Gene Symbol", "CDK5RAP2"),
        ("dataset", table.values["dataset"][0]),
        ("key:Gene Symbol Synonyms", "CEP215"),
        ("key:Gene Symbol", "CEP152"),
    )
    chosen: list[tuple[str, str]] = []
    for click in clicks:
        explorer.choose(click[0], raw(explorer, *click))
        chosen = [each for each in chosen if each != click] + ([] if click in chosen else [click])
        state = State(tuple(chosen))
        assert explorer.total == len(table.left(state)), state
        assert differences(table.counts(state), named(explorer)) == [], state


def test_words_count_as_the_table_does(explorer: ExplorerPage, table: Table) -> None:
    """Words are found in names and in values, all of them, in capitals or not, beside choices."""
    explorer.open()
    for words in ("cep215", "PCNT interphase", "20110506 cep", "nowhere to be found", "experimentA tubg1"):
        explorer.search(words)
        state = State(words=words)
        assert explorer.total == len(table.left(state)), words
        assert differences(table.counts(state), named(explorer)) == [], words
    gene = ("key:Gene Symbol", "CEP152")
    explorer.search("gtub_01")
    explorer.choose(*gene)
    state = State((gene,), "gtub_01")
    assert 0 < len(table.left(state)) < len(table.left(State((gene,)))), "the words should leave some out"
    assert explorer.total == len(table.left(state))
    assert differences(table.counts(state), named(explorer)) == []


def test_links_to_random_choices_count_as_the_table_does(explorer: ExplorerPage, table: Table) -> None:
    """Ten states nobody thought of, each opened by its address."""
    explorer.open()
    chance = random.Random(21)
    several = [facet for facet in table.facets if len(table.values[facet]) > 1]
    for _ in range(10):
        choices = []
        for facet in chance.sample(several, chance.choice((1, 2, 2, 3))):
            values = table.values[facet]
            choices += [
                (facet, value) for value in chance.sample(values, min(len(values), chance.randint(1, 4)))
            ]
        state = State(tuple(choices), chance.choice(("", "", "cep", "2011", "sir prj")))
        open_state(explorer, state)
        assert explorer.total == len(table.left(state)), state
        assert differences(table.counts(state), named(explorer)) == [], state


def test_the_images_are_those_of_the_table(explorer: ExplorerPage, table: Table) -> None:
    """Through the whole of a result: each image once, by its whole name, and its page says what the table says."""
    state = State((("key:Gene Symbol", "CEP152"), ("key:Gene Symbol", "PCNT")), "sir")
    open_state(explorer, state)
    left = table.left(state)
    assert len(left) > 48, "the test needs more than fits a screen"
    shown: dict[str, str] = {}
    for _ in range(100):
        if len(shown) == explorer.total:
            break
        shown |= dict(zip(explorer.images(), explorer.names(), strict=True))
        explorer.page.locator("[data-grid] [data-image]:visible").last.scroll_into_view_if_needed()
        explorer.page.mouse.wheel(0, 600)
        explorer.page.wait_for_timeout(100)
        explorer.settle()
    ids, names = list(shown), list(shown.values())
    assert sorted(names) == sorted(table.names[number] for number in left)
    assert len(set(ids)) == len(ids)

    single = next(number for number in left if table.names.count(table.names[number]) == 1)
    image = ids[names.index(table.names[single])]
    explorer.page.goto(f"{explorer.site}images/{image}.html")
    assert explorer.page.locator("h1").get_attribute("title") == table.names[single]
    pairs = explorer.page.locator(".pairs tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [row.cells[0].innerText, row.cells[1].querySelector('bdi').innerText])"
    )
    expected = {
        (facet.removeprefix("key:"), value)
        for facet, values in table.rows[single].items()
        for value in values
        if facet.startswith("key:")
    }
    assert {(key.strip(), value.strip()) for key, value in pairs} == expected
