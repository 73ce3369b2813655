"""The labs that the stand-in serves, the store that holds them, and starting it by hand."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

from omero.gateway import BlitzGateway  # noqa: E402

from tests.omero_server import OmeroServer, idr, model  # noqa: E402
from tests.omero_server.connections import ask, connected  # noqa: E402
from tests.omero_server.lab import CANARIES, HOSTILE_NAMES, MEMBER, ROOT, big_lab, idr_lab, small_lab  # noqa: E402
from tests.omero_server.store import Lab, Row  # noqa: E402

pytestmark = pytest.mark.omero

ROOM = Path(__file__).parent / "omero_server"


def texts(lab: Lab) -> set[str]:
    """Every text of the lab, wherever it stands."""
    found: set[str] = set()
    for entity in model.all_entities():
        for row in lab.rows(entity):
            for value in row.values.values():
                if isinstance(value, str):
                    found.add(value)
                elif isinstance(value, tuple):
                    found.update(text for pair in value if isinstance(pair, tuple) for text in pair)
    return found


def study(name: str) -> Path:
    try:
        return idr.study_folder(name)
    except idr.StudyProblem as problem:
        pytest.skip(str(problem))


# -- what omero-py's model has -----------------------------------------------------------------------------------


def test_the_model_is_read_from_omero_py() -> None:
    image = model.entity("Image")
    assert {name: image.properties[name].kind.value for name in ("name", "format", "datasetLinks")} == {
        "name": "value",
        "format": "entity",
        "datasetLinks": "collection",
    }
    links = image.properties["datasetLinks"]
    assert (links.target, links.inverse, links.indexed) == ("DatasetImageLink", "child", False)
    channels = model.property_of("Pixels", "channels")
    assert (channels.target, channels.inverse, channels.indexed) == ("Channel", "pixels", True)
    assert model.property_of("Annotation", "mapValue").owner == "MapAnnotation"
    assert model.entity("TagAnnotation").lineage == ("TagAnnotation", "TextAnnotation", "Annotation")
    assert model.entity("Annotation").java_name == "ome.model.annotations.Annotation"
    assert model.is_enumeration("Format") and not model.is_enumeration("Image")


def test_every_collection_has_its_other_end() -> None:
    for name in model.all_entities():
        for found in model.entity(name).properties.values():
            if found.kind is model.Kind.COLLECTION:
                assert found.inverse in model.entity(found.target).properties, (name, found)


@pytest.mark.parametrize(
    ("entity", "fields", "word"),
    [
        ("Image", {"colour": "red"}, "colour"),
        ("Image", {"name": 5}, "RString"),
        ("Image", {"format": "DV"}, "Format"),
        ("Pixels", {"physicalSizeX": (1.0, "PARSNIP")}, "PARSNIP"),
        ("Image", {"pixels": []}, "pixels"),
    ],
)
def test_a_lab_holds_nothing_that_omero_does_not_have(entity: str, fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Lab().add(entity, **fields)
    with pytest.raises(LookupError, match="Picture"):
        Lab().add("Picture")


# -- the small lab -----------------------------------------------------------------------------------------------


def test_the_small_lab_is_the_same_every_time() -> None:
    def contents(lab: Lab) -> list[str]:
        return [
            repr((row, row.values)) for entity in sorted(model.all_entities()) for row in lab.rows(entity)
        ]

    assert contents(small_lab()) == contents(small_lab())


def test_every_canary_is_there_and_none_is_unlisted() -> None:
    canaries = {text for text in texts(small_lab()) if "CANARY" in text}
    assert all("CANARY" in canary for canary in CANARIES)
    assert [canary for canary in CANARIES if not any(canary in text for text in canaries)] == []
    assert [text for text in canaries if not any(canary in text for canary in CANARIES)] == []


def test_no_canary_stands_where_a_catalogue_may_look() -> None:
    """Names and values of what the read-only group may publish are free of canaries, or a test could not use them."""
    lab = small_lab()
    public = [
        r
        for r in lab.rows("Image") + lab.rows("Dataset") + lab.rows("Project")
        if r.group and r.group.id == 4
    ]
    assert public and not [row for row in public if "CANARY" in str(row.values)]
    tags = [row for row in lab.rows("TagAnnotation") if row.group and row.group.id == 4]
    assert tags and not [row for row in tags if "CANARY" in str(row.values)]


def test_hostile_names_survive_the_wire() -> None:
    with OmeroServer(small_lab()) as server, connected(server, MEMBER) as connection:
        hql = "select i.name from Image i join i.datasetLinks l where l.parent.name = :name order by i.id"
        assert ask(connection, hql, name=HOSTILE_NAMES[0]) == list(HOSTILE_NAMES)
        values = "select mv.value from MapAnnotation a join a.mapValue mv where mv.name = :name"
        assert ask(connection, values, name=HOSTILE_NAMES[6]) == [HOSTILE_NAMES[6]]


# -- the big lab -------------------------------------------------------------------------------------------------


def test_the_big_lab() -> None:
    start = time.perf_counter()
    lab = big_lab(images=3_000, datasets=30, pairs=5)
    assert time.perf_counter() - start < 10
    assert (len(lab.rows("Image")), len(lab.rows("Dataset"))) == (3_000, 30)
    assert {len(row.values["mapValue"]) for row in lab.rows("MapAnnotation")} == {5}
    per_dataset = Counter(link.values["parent"].id for link in lab.rows("DatasetImageLink"))
    assert set(per_dataset.values()) == {100}


# -- IDR studies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "images", "datasets"), [("idr0021", 414, 10), ("idr0018", 899, 248)])
def test_a_study_is_loaded_whole(name: str, images: int, datasets: int) -> None:
    lab = idr_lab(study(name))
    assert (len(lab.rows("Image")), len(lab.rows("Dataset")), len(lab.rows("Project"))) == (
        images,
        datasets,
        1,
    )


def test_the_columns_of_a_study_become_key_values() -> None:
    """Compared with the table itself, over the wire."""
    folder = study("idr0021")
    with (folder / "experimentA" / "idr0021-experimentA-annotation.csv").open(encoding="utf-8") as lines:
        records = list(csv.DictReader(lines))
    hql = (
        "select a.ns, mv.name, mv.value, count(distinct l.parent.id) from ImageAnnotationLink l join l.child a"
        " join a.mapValue mv group by a.ns, mv.name, mv.value"
    )
    with OmeroServer(idr_lab(folder)) as server, connected(server, MEMBER) as connection:
        found = {(ns, key, value): count for ns, key, value, count in ask(connection, hql)}
    for namespace, key, column in (
        (
            "openmicroscopy.org/omero/bulk_annotations",
            "Cell Cycle Phase",
            "Characteristics [Cell Cycle Phase]",
        ),
        ("openmicroscopy.org/mapr/gene", "Gene Symbol", "Comment [Gene Symbol]"),
        ("openmicroscopy.org/mapr/organism", "Organism", "Characteristics [Organism]"),
        ("openmicroscopy.org/mapr/phenotype", "Phenotype", "Phenotype 1"),
    ):
        expected = Counter(record[column].strip() for record in records if record[column].strip())
        stored = {
            value: n for (ns, name, value), n in found.items() if (ns, name) == (namespace, key) and value
        }
        assert stored == expected and expected, key
    symbols = {value for (_, key, value) in found if key == "Gene Identifier URL"}
    assert symbols and all(value.startswith("http://www.ensembl.org/id/ENSG") for value in symbols)


def test_the_rules_of_a_bulkmap_file(tmp_path: Path) -> None:
    (tmp_path / "idr9999-study.txt").write_text("Study Title\tA study\n")
    folder = tmp_path / "experimentA"
    folder.mkdir()
    (folder / "idr9999-experimentA-annotation.csv").write_text(
        "Dataset Name,Image Name,Genes,Note,Secret,Dose\nd,one,a; b c,,x,1\nd,two,,,x,1\n"
    )
    (folder / "idr9999-experimentA-bulkmap-config.yml").write_text(
        "defaults: {include: no, omitempty: yes}\n"
        "columns:\n"
        "- {name: Secret}\n"
        "- {name: Note, include: yes, omitempty: no}\n"
        "- {name: Genes, clientname: Gene, split: ';', include: yes}\n"
        "- group:\n"
        "    namespace: lab.example/dose\n"
        "    columns:\n"
        "    - {name: Dose, include: yes}\n"
        "    - name: Genes\n"
        "      clientname: URL\n"
        "      clientvalue: http://x/{{ value|urlencode }}\n"
        "      include: yes\n"
        "      split: ';'\n"
        "- group:\n"
        "    namespace: lab.example/phenotype\n"
        "    columns: [{name: Genes, clientname: Phenotype, include: yes}]\n"
        "- group:\n"
        "    namespace: lab.example/phenotype\n"
        "    columns: [{name: Dose, clientname: Phenotype, include: yes}]\n"
        "advanced: {primary_group_keys: [{namespace: lab.example/dose, keys: [Dose]}]}\n"
    )
    lab = idr_lab(tmp_path)

    def pairs(name: str) -> list[tuple[str, list[tuple[str, str]]]]:
        links = lab.pointing("ImageAnnotationLink", "parent", lab.find("Image", name=name).id)
        return [(link["child"]["ns"], [tuple(pair) for pair in link["child"]["mapValue"]]) for link in links]

    assert pairs("one") == [
        ("openmicroscopy.org/omero/bulk_annotations", [("Note", ""), ("Gene", "a"), ("Gene", "b c")]),
        ("lab.example/dose", [("Dose", "1"), ("URL", "http://x/a"), ("URL", "http://x/b%20c")]),
        ("lab.example/phenotype", [("Phenotype", "a; b c")]),
        ("lab.example/phenotype", [("Phenotype", "1")]),
    ]
    assert pairs("two") == [
        ("openmicroscopy.org/omero/bulk_annotations", [("Note", "")]),
        ("lab.example/dose", [("Dose", "1")]),
        ("lab.example/phenotype", [("Phenotype", "1")]),
    ]
    assert lab.find("Project").values["description"] == "A study"


def test_a_folder_that_is_no_study_says_why(tmp_path: Path) -> None:
    with pytest.raises(idr.StudyProblem, match="has no"):
        idr_lab(tmp_path)
    folder = tmp_path / "screenA"
    folder.mkdir()
    (folder / "idr9999-screenA-bulkmap-config.yml").write_text("columns: []\n")
    table = folder / "idr9999-screenA-annotation.csv"
    for text, reason in (("Plate,Gene\n", "nor Plate and Well"), ("Plate,Well\np,12\n", "'12' is no well")):
        table.write_text(text)
        with pytest.raises(idr.StudyProblem, match=reason):
            idr_lab(tmp_path)
    with pytest.raises(idr.StudyProblem, match="idr0000"):
        idr.study_folder("idr0000")


# -- by hand -----------------------------------------------------------------------------------------------------


def test_by_hand() -> None:
    """Started as its README says, found on the port that it prints, ended by Ctrl-C."""
    command = [sys.executable, "-u", "-m", "tests.omero_server", "--lab", "big", "--images", "20"]
    process = subprocess.Popen(command, cwd=ROOM.parents[1], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        assert first.startswith("Serving 5 projects, 50 datasets, 20 images.")
        host, port = second.split()[1].strip(","), int(second.split()[3])
        connection = BlitzGateway(ROOT, "root-password", host=host, port=port, secure=True)
        assert connection.connect()
        connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()


def test_by_hand_an_unknown_lab_is_named() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.omero_server", "--lab", "atlantis"],
        cwd=ROOM.parents[1],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert result.returncode == 1
    assert "there is no lab atlantis" in result.stderr and "Traceback" not in result.stderr


def test_the_readme_names_every_fault_and_account() -> None:
    readme = (ROOM / "README.md").read_text(encoding="utf-8")
    lab = small_lab()
    from tests.omero_server.pictures import FAULTS

    missing = [fault for fault in FAULTS if f"`{fault}`" not in readme]
    accounts: list[Row] = lab.rows("Experimenter")
    missing += [row.values["omeName"] for row in accounts if f"`{row.values['omeName']}`" not in readme]
    assert missing == []
