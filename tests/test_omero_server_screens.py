"""IDR's screens in the stand-in server, compared with the study's own tables, which are read here once more."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

from tests.omero_server import OmeroServer
from tests.omero_server.connections import ask, connected
from tests.omero_server.lab import MEMBER, idr_lab
from tests.omero_server.store import Lab

pytestmark = pytest.mark.omero

STUDY = "idr0072-schormann-subcellref"
#: Screen -> plates, wells: figures that a look into the files gives.
SCREENS = {"screenA": (10, 669), "screenB": (84, 5473)}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BULK, MAPR = "openmicroscopy.org/omero/bulk_annotations", "openmicroscopy.org/mapr"
#: (namespace, key) -> column, and what stands before its value.
KEYS = {
    (BULK, "Subcellular Localization"): ("Experimental Condition [Subcellular Localization]", ""),
    (BULK, "Addgene ID"): ("Addgene ID", ""),
    (BULK, "Channels"): ("Channels", ""),
    (f"{MAPR}/organism", "Organism"): ("Characteristics [Organism]", ""),
    (f"{MAPR}/cell_line", "Cell Line"): ("Characteristics [Cell Line]", ""),
    (f"{MAPR}/gene", "Gene Symbol"): ("Comment [Gene Symbol]", ""),
    (f"{MAPR}/gene", "Gene Identifier"): ("Comment [Gene Identifier]", ""),
    (f"{MAPR}/gene", "Gene Identifier URL"): (
        "Comment [Gene Identifier]",
        "https://www.ncbi.nlm.nih.gov/gene/",
    ),
    (f"{MAPR}/protein", "Protein"): ("Comment [Protein Name Abbreviation]", ""),
    (f"{MAPR}/protein", "Protein URL"): ("UniProt ID", "https://www.uniprot.org/uniprot/"),
    (f"{MAPR}/protein/supplementary", "Protein Name"): ("Comment [Protein Name]", ""),
    (f"{MAPR}/protein/supplementary", "Protein Sequence (aa)"): ("Protein Sequence (aa)", ""),
    (f"{MAPR}/protein/supplementary", "UniProt ID"): ("UniProt ID", ""),
}


@pytest.fixture(scope="module")
def records(shared_data: Path) -> dict[str, list[dict[str, str]]]:
    """Screen -> the lines of its table."""
    found = {}
    for screen in SCREENS:
        path = shared_data / STUDY / screen / f"idr0072-{screen}-annotation.csv"
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found[screen] = list(csv.DictReader(lines))
    return found


@pytest.fixture(scope="module")
def lab(shared_data: Path) -> Lab:
    return idr_lab(shared_data / STUDY)


@pytest.fixture(scope="module")
def rows(lab: Lab) -> Callable[[str], list[list[object]]]:
    """Asks over the wire, as a client does."""

    def rows(hql: str) -> list[list[object]]:
        with OmeroServer(lab) as server, connected(server, MEMBER) as connection:
            return ask(connection, hql)

    return rows


def test_the_tables_are_read_as_they_stand(records: dict[str, list[dict[str, str]]]) -> None:
    for screen, (plates, wells) in SCREENS.items():
        assert (len({each["Plate"] for each in records[screen]}), len(records[screen])) == (plates, wells)


def test_plates_and_wells_are_those_of_the_table(
    records: dict[str, list[dict[str, str]]], rows: Callable[[str], list[list[object]]]
) -> None:
    expected = Counter(
        (f"{STUDY}/{screen}", each["Plate"], LETTERS.index(each["Well"][0]), int(each["Well"][1:]) - 1)
        for screen in SCREENS
        for each in records[screen]
    )
    hql = (
        "select s.name, p.name, w.row, w.column from ScreenPlateLink l join l.parent s join l.child p, Well w"
        " where w.plate.id = p.id"
    )
    assert Counter(tuple(row) for row in rows(hql)) == expected
    hql = (
        "select p.rows, p.columns, p.id, max(w.row), max(w.column) from Well w join w.plate p"
        " group by p.rows, p.columns, p.id"
    )
    plates = rows(hql)
    assert len(plates) == 94
    assert all(size in ((8, 12), (16, 24)) for size in ((high, wide) for high, wide, *_ in plates))
    assert all(row < high and column < wide for high, wide, _, row, column in plates)  # type: ignore[operator]


def test_each_well_has_a_run_and_an_image(rows: Callable[[str], list[list[object]]]) -> None:
    hql = (
        "select ws.well.id, ws.image.id, i.name, p.name, r.plate.id, w.plate.id from WellSample ws"
        " join ws.well w join w.plate p join ws.image i join ws.plateAcquisition r"
    )
    found = rows(hql)
    wells, images = ({row[place] for row in found} for place in (0, 1))
    assert len(found) == len(wells) == len(images) == sum(wells for _, wells in SCREENS.values())
    assert all(run == plate for *_, run, plate in found)
    assert all(str(image).startswith(f"{plate} [Well ") for _, _, image, plate, *_ in found)


def test_the_columns_become_key_values_of_the_wells(
    records: dict[str, list[dict[str, str]]], rows: Callable[[str], list[list[object]]]
) -> None:
    expected = Counter(
        (screen, namespace, key, before + each[column].strip())
        for screen in SCREENS
        for each in records[screen]
        for (namespace, key), (column, before) in KEYS.items()
        if each[column].strip()
    )
    hql = (
        "select s.name, a.ns, mv.name, mv.value, count(distinct w.id) from ScreenPlateLink sl join sl.parent s,"
        " WellAnnotationLink l join l.parent w join l.child a join a.mapValue mv"
        " where w.plate.id = sl.child.id group by s.name, a.ns, mv.name, mv.value"
    )
    found = {
        (str(screen).rpartition("/")[2], ns, key, value): count for screen, ns, key, value, count in rows(hql)
    }
    assert found == expected


def test_wells_share_what_a_study_describes_once(lab: Lab) -> None:
    """Organism, cell line, gene and protein are one annotation for all that have the same pairs; the rest is not."""
    of_namespace = Counter(row["ns"] for row in lab.rows("MapAnnotation"))
    assert of_namespace[BULK] == sum(wells for _, wells in SCREENS.values())
    assert of_namespace[f"{MAPR}/organism"] == of_namespace[f"{MAPR}/cell_line"] == 2
    assert not lab.rows("ImageAnnotationLink")
