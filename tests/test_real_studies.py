"""Real studies on plates and in datasets: OMERO -> export -> build, all of it compared with the studies' own tables.

The tables are read here once more, with csv and yaml alone: neither the stand-in server's reading of them nor
any code of the program has a say in what is expected.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pyarrow as pa
import pytest
import yaml

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.derive.facets import facets_of
from catalog_builder.derive.table import Table
from catalog_builder.exchange.read import Export
from catalog_builder.model.base import Carrier
from catalog_builder.settings.rules import Rules
from tests.catalogues import QUIET, run
from tests.explorer_data import ExplorerData
from tests.omero_server import OmeroServer
from tests.omero_server.lab import MEMBER, READ_ONLY, idr_lab

pytestmark = [pytest.mark.omero, pytest.mark.slow]

SCREENS, TISSUES = "idr0072-schormann-subcellref", "idr0018-neff-histopathology"
OWNER = "Ada Member"
#: Facets that no table has a column for.
DAYS = ("acquired", "imported")
UNGROUPED = "openmicroscopy.org/omero/bulk_annotations"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: An annotation as the table has it: namespace, and pairs in the order of the columns.
Note = tuple[str, tuple[tuple[str, str], ...]]
#: Where something is: screen and plate and well, or project and dataset and image.
Place = tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line of a study's table: where it belongs, and what it says there."""

    place: Place
    notes: tuple[Note, ...]

    @property
    def terms(self) -> set[tuple[str, str]]:
        """Facet and value of all that its image is found by, containers by name."""
        top, middle = ("screen", "plate") if self.place[2].startswith("Well ") else ("project", "dataset")
        pairs = {(f"key:{key}", value) for _, pairs in self.notes for key, value in pairs}
        return {(top, self.place[0]), (middle, self.place[1]), ("owner", OWNER), *pairs}


def read_study(folder: Path) -> list[Line]:
    """Every line of every table of a study."""
    return [line for table in sorted(folder.glob("*/*-annotation.csv")) for line in read_table(table)]


def read_table(table: Path) -> Iterator[Line]:
    bulkmap = next(table.parent.glob("*-bulkmap-config.yml"))
    groups = list(column_groups(yaml.safe_load(bulkmap.read_text(encoding="utf-8"))))
    top = f"{table.parents[1].name}/{table.parent.name}"
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for record in csv.DictReader(lines):
            if "Well" in record:
                place = (top, record["Plate"], f"Well {record['Well']}")
            else:
                place = (top, record["Dataset Name"], record["Image Name"])
            notes = ((namespace, tuple(pairs_of(columns, record))) for namespace, columns in groups)
            yield Line(place, tuple(note for note in notes if note[1]))


def column_groups(settings: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Namespace and columns of each annotation that the study's bulkmap asks for."""

    def included(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in ({**settings["defaults"], **column} for column in columns) if one["include"]]

    yield UNGROUPED, included([entry for entry in settings["columns"] if "group" not in entry])
    for entry in settings["columns"]:
        if "group" in entry:
            yield entry["group"]["namespace"], included(entry["group"]["columns"])


def pairs_of(columns: list[dict[str, Any]], record: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column in columns:
        value = record[column["name"]].strip()
        assert not column.get("split"), "none of these studies has several values in a cell"
        if value and column.get("clientvalue"):
            value = re.sub(r"{{ value\|urlencode }}", quote(value), column["clientvalue"])
        if value or not column["omitempty"]:
            yield column.get("clientname") or column["name"], value


@dataclass(frozen=True)
class Made:
    """What the commands made of a study."""

    lines: list[Line]
    export: Export
    site: Path


def made_of(shared_data: Path, study: str, folder: Path, settings: str) -> Made:
    """Export and site of a study, made with the command alone."""
    source = shared_data / study
    if not source.is_dir():
        pytest.skip(f"the study is not there: {source}")
    with OmeroServer(idr_lab(source)) as server:
        make(server, folder, settings)
    return Made(read_study(source), Export(folder / "export"), folder / "site")


def make(server: OmeroServer, folder: Path, settings: str, rules: Rules = QUIET) -> None:
    """`export`, then `build`, as a user types them."""
    (folder / "publish.yml").write_bytes(msgspec.json.encode(rules))  # JSON is YAML, too
    (folder / "catalog.yml").write_text(f"read: {{groups: [{READ_ONLY}]}}\n{settings}\n")
    login = {
        "OMERO_HOST": server.host,
        "OMERO_PORT": str(server.port),
        "OMERO_USER": MEMBER,
        "OMERO_PASSWORD": server.password(MEMBER),
    }
    for command, more in (("export", login), ("build", {})):
        ended = run(command, "--config", "catalog.yml", cwd=folder, **more)
        assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module")
def screens(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Both screens of idr0072, without pictures: 94 plates, 6,142 wells."""
    return made_of(shared_data, SCREENS, tmp_path_factory.mktemp("screens"), "thumbnails: {mode: none}")


@pytest.fixture(scope="module")
def tissues(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """idr0018, with pictures: 899 images in 248 datasets, 171 columns."""
    return made_of(shared_data, TISSUES, tmp_path_factory.mktemp("tissues"), "thumbnails: {size: 48}")


@pytest.fixture(params=[SCREENS, TISSUES])
def study(request: pytest.FixtureRequest) -> Made:
    found: Made = request.getfixturevalue("screens" if request.param == SCREENS else "tissues")
    return found


# -- where everything in the export is, by name --------------------------------------------------------------


def well_places(export: Export) -> dict[int, Place]:
    """Well id -> screen, plate, and the name that the table would give it."""
    found = {}
    for well in export.wells.values():
        plate = export.plates[well.plate]
        (screen,) = plate.screens
        name = f"Well {LETTERS[well.row]}{well.column + 1:02d}"
        found[well.id] = (export.screens[screen].name, plate.name, name)
    return found


def places(export: Export) -> dict[int, Place]:
    """Image id -> its place, through its well or its dataset."""
    of_wells, found = well_places(export), {}
    for image in export.images():
        if image.fields:
            (field,) = image.fields
            found[image.id] = of_wells[field.well]
        else:
            (dataset,) = (export.datasets[one] for one in image.datasets)
            (project,) = (export.projects[one] for one in dataset.projects)
            found[image.id] = (project.name, dataset.name, image.name)
    return found


def padded(place: Place) -> Place:
    """The table's own place, its well's number with two digits."""
    *above, last = place
    return (*above, re.sub(r"^(Well [A-Z])(\d)$", r"\g<1>0\2", last))


def notes_on(export: Export, carrier: Carrier) -> Counter[Note]:
    """The annotations of a record as the table would have them."""
    held = (export.key_values[id_] for id_ in carrier.annotations)
    return Counter((one.namespace, one.pairs) for one in held)


# -- the comparisons -----------------------------------------------------------------------------------------


def test_the_tables_are_read_as_they_stand(screens: Made, tissues: Made) -> None:
    """A guard on this file's own reading: figures that a look into the files gives."""
    assert (len(screens.lines), len({line.place[:2] for line in screens.lines})) == (6142, 94)
    assert (len(tissues.lines), len({line.place[:2] for line in tissues.lines})) == (899, 248)
    phenotypes = Counter(
        value for line in tissues.lines for facet, value in line.terms if facet == "key:Phenotype"
    )
    assert sum(phenotypes.values()) == 123 and len(phenotypes) == 48


def test_everything_has_the_place_that_the_table_gives_it(study: Made) -> None:
    expected = Counter(padded(line.place) for line in study.lines)
    assert Counter(places(study.export).values()) == expected and set(expected.values()) == {1}


def test_plates_are_of_a_size_that_is_on_sale_and_hold_no_other_wells(screens: Made) -> None:
    export = screens.export
    assert {(plate.rows, plate.columns) for plate in export.plates.values()} <= {(8, 12), (16, 24)}
    assert Counter(well_places(export).values()) == Counter(padded(line.place) for line in screens.lines)
    for well in export.wells.values():
        plate = export.plates[well.plate]
        assert plate.rows and plate.columns and well.row < plate.rows and well.column < plate.columns


def test_key_values_hang_where_the_table_says_in_order_and_apart(study: Made) -> None:
    expected = {padded(line.place): Counter(line.notes) for line in study.lines}
    export, of_wells = study.export, well_places(study.export)
    if of_wells:
        found = {of_wells[well.id]: notes_on(export, well) for well in export.wells.values()}
        assert not any(image.annotations for image in export.images()), (
            "the images have all of it from their wells"
        )
    else:
        of_images = places(export)
        found = {of_images[image.id]: notes_on(export, image) for image in export.images()}
    assert found == expected


def test_what_an_image_is_found_by_is_the_line_of_its_well_or_its_own(study: Made) -> None:
    """Through the build's own inheritance: every image, every term, nothing more."""
    export = study.export
    table, place_of = Table(export), places(export)
    names = {
        "screen": export.screens,
        "plate": export.plates,
        "project": export.projects,
        "dataset": export.datasets,
    }

    def term(number: int) -> tuple[str, str]:
        facet, value = table.vocabulary.terms[number]
        return facet, names[facet][int(value)].name if facet in names else value

    found = {place_of[row.id]: {term(number) for number in row.terms} for row in table.rows}
    days = {facet for terms in found.values() for facet, _ in terms if facet in DAYS}
    assert days, "the server knows when images were imported; the table does not"
    found = {place: {one for one in terms if one[0] not in DAYS} for place, terms in found.items()}
    assert found == {padded(line.place): line.terms for line in study.lines}


def test_facets_count_what_the_table_counts(study: Made) -> None:
    expected = Counter(term for line in study.lines for term in line.terms)
    table = Table(study.export)
    facets = facets_of(study.export, table)
    found = Counter(
        {
            (one.facet, value.label): value.count
            for one in facets
            if one.facet not in DAYS
            for value in one.values
        }
    )
    assert found == Counter({(facet, value or "(empty)"): n for (facet, value), n in expected.items()})


def test_the_built_table_holds_the_line_of_every_image(study: Made) -> None:
    """As anybody reads it: the Arrow file of the site, ids told apart by the labels that go with it."""
    read = pa.ipc.open_file(study.site / "data" / "images.arrow").read_all()
    facets = json.loads(read.schema.metadata[b"catalog"])["facets"]
    place_of, found = places(study.export), {}
    for row in read.to_pylist():
        terms = set()
        for one in facets:
            values = row[one["facet"]] if isinstance(row[one["facet"]], list) else [row[one["facet"]]]
            labels = one.get("labels")
            terms |= {(one["facet"], labels[str(value)] if labels else value) for value in values}
        found[place_of[row["id"]]] = terms
    assert found == {padded(line.place): line.terms for line in study.lines}
    assert {row["picture"] for row in read.to_pylist()} == {bool(study.export.datasets)}


def test_the_explorer_holds_the_line_of_every_image(study: Made) -> None:
    """As the page reads it: columns of sets, keys that are only searched among them."""
    data = ExplorerData.of_site(study.site)
    place_of, found = places(study.export), {}
    names = {name: facet["labels"] for name, facet in data.facets.items() if "labels" in facet}
    for (id_, _, picture), held in zip(data.cards(), data.holds(), strict=True):
        found[place_of[id_]] = {
            (facet, names[facet][value] if facet in names else value)
            for facet, value in held
            if facet not in DAYS
        }
        assert picture == bool(study.export.datasets)
    assert found == {padded(line.place): line.terms for line in study.lines}
    assert data.arrow("ids").column("id").to_pylist() == [id_ for id_, _, _ in data.cards()]


def test_the_wells_of_the_explorer_are_those_of_the_table(screens: Made) -> None:
    data = ExplorerData.of_site(screens.site)
    wells = data.arrow("wells")
    plates, codes = data.facets["plate"], data.codes("plate")
    place_of = places(screens.export)
    rows, columns = wells.column("row").to_pylist(), wells.column("column").to_pylist()
    for number, (id_, _, _) in enumerate(data.cards()):
        (plate,) = codes[number]
        shown = (
            plates["labels"][plates["values"][plate]],
            f"Well {LETTERS[rows[number]]}{columns[number] + 1:02d}",
        )
        assert shown == place_of[id_][1:]


def test_the_facets_of_171_columns_stay_sane(tissues: Made) -> None:
    """What tells the mice and organs apart is on top; addresses, and what holds for all images, at the end."""
    data = ExplorerData.of_site(tissues.site)
    keys = [name.removeprefix("key:") for name in data.facets if name.startswith("key:")]
    assert len(keys) == 21 and [one["facet"] for one in data.about["search"]] == [
        "key:Phenotype 20 Term Accession"
    ]
    assert keys[:2] == ["Individual", "Organism Part"]
    assert set(keys[2:7]) == {
        "Gene Identifier", "Gene Symbol", "Genotype", "Human Ortholog", "Human Ortholog Gene Symbol",
    }  # fmt: skip
    assert all(key.endswith("URL") for key in keys[-6:-3])
    assert keys[-3:] == ["Phenotype Description", "Gene Annotation Comments", "Organism"]
    assert {facet["kind"] for name, facet in data.facets.items() if name.startswith("key:")} == {"choice"}


def test_every_well_has_a_page_that_says_what_its_line_says(screens: Made) -> None:
    export, of_wells = screens.export, well_places(screens.export)
    lines = {padded(line.place): line for line in screens.lines}
    assert {path.stem for path in (screens.site / "wells").glob("*.html")} >= {
        str(id_) for id_ in export.wells
    }
    for well in list(export.wells)[:: len(export.wells) // 20]:
        text = unescape((screens.site / "wells" / f"{well}.html").read_text("utf-8"))
        for _, value in (pair for note in lines[of_wells[well]].notes for pair in note[1]):
            assert value in text, (well, value)


def test_check_finds_nothing(study: Made) -> None:
    for folder in (study.export.folder, study.site):
        said = run("check", str(folder))
        assert said.returncode == 0, said.stdout
