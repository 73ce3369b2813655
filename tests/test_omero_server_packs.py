"""Transfer packs in the stand-in server, compared with their XML, which is read here once more."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

from tests.omero_server import OmeroServer
from tests.omero_server.connections import ask, connected
from tests.omero_server.lab import MEMBER
from tests.omero_server.packs import PackProblem, pack_files, pack_lab
from tests.omero_server.store import Lab, Row

pytestmark = pytest.mark.omero

NAMESPACE = "{http://www.openmicroscopy.org/Schemas/OME/2016-06}"
PACKS = ("simple_screen", "valid_single_image", "valid_single_project")
SAMPLES = (
    "instrument-units-alternate",
    "mapannotation",
    "metadata-only",
    "multi-channel-z-series",
    "one-screen-one-plate-four-wells",
    "tagannotation",
)
OBJECTS = (
    "Project",
    "Dataset",
    "Screen",
    "Plate",
    "PlateAcquisition",
    "Well",
    "WellSample",
    "Image",
    "Pixels",
)
ANNOTATIONS = ("Comment", "File", "Long", "Map", "Tag", "Term", "XML")
RATING = "openmicroscopy.org/omero/insight/rating"


def read(path: Path) -> Element:
    if path.suffix == ".zip":
        return ElementTree.fromstring(zipfile.ZipFile(path).read("transfer.xml"))
    return ElementTree.parse(path).getroot()


@pytest.fixture(scope="module", params=[*PACKS, *SAMPLES])
def pack(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Element, Lab]:
    """The XML, and the lab made of it."""
    path = pack_files(shared_data)[request.param]
    return read(path), pack_lab(path)


def test_every_object_is_there_once(pack: tuple[Element, Lab]) -> None:
    root, lab = pack
    for kind in OBJECTS:
        expected = Counter(element.get("Name") for element in root.iter(NAMESPACE + kind))
        assert Counter(row["name"] if kind != "Pixels" else None for row in lab.rows(kind)) == expected, kind
    assert len(lab.rows("Roi")) == len(list(root.iter(f"{NAMESPACE}ROIRef")))
    for kind in ANNOTATIONS:
        expected = Counter(element.get("Namespace") for element in root.iter(f"{NAMESPACE}{kind}Annotation"))
        entity = "XmlAnnotation" if kind == "XML" else f"{kind}Annotation"
        assert Counter(row["ns"] for row in lab.rows(entity)) == expected, kind


def test_every_link_is_there_once(pack: tuple[Element, Lab]) -> None:
    root, lab = pack
    for parent, child in (("Project", "Dataset"), ("Dataset", "Image"), ("Screen", "Plate")):
        expected = Counter(
            (element.get("Name"), len(element.findall(f"{NAMESPACE}{child}Ref")))
            for element in root.iter(NAMESPACE + parent)
        )
        found = Counter(
            (row["name"], len(lab.pointing(f"{parent}{child}Link", "parent", row.id)))
            for row in lab.rows(parent)
        )
        assert found == expected, parent
    for kind in ("Project", "Dataset", "Screen", "Plate", "PlateAcquisition", "Well", "Image"):
        references = (element.findall(f"{NAMESPACE}AnnotationRef") for element in root.iter(NAMESPACE + kind))
        assert len(lab.rows(f"{kind}AnnotationLink")) == sum(map(len, references)), kind


def test_key_values_are_the_xmls(pack: tuple[Element, Lab]) -> None:
    root, lab = pack
    expected = sorted(
        [(pair.attrib["K"], pair.text or "") for pair in annotation.iter(f"{NAMESPACE}M")]
        for annotation in root.iter(f"{NAMESPACE}MapAnnotation")
    )
    assert sorted([tuple(pair) for pair in row["mapValue"]] for row in lab.rows("MapAnnotation")) == expected


def carriers(lab: Lab, annotation: Row) -> list[tuple[str, str]]:
    """(kind, name) of what carries an annotation."""
    return sorted(
        (link["parent"].entity, link["parent"]["name"] or "")
        for kind in ("Project", "Dataset", "Screen", "Plate", "Well", "Image", "Annotation")
        for link in lab.pointing(f"{kind}AnnotationLink", "child", annotation.id)
    )


def test_a_screen_with_a_tag_a_comment_a_rating_and_a_file(shared_data: Path) -> None:
    """Figures that a look into the XML gives."""
    lab = pack_lab(pack_files(shared_data)["simple_screen"])
    screen = ("Screen", "test_screen")
    tag = lab.find("TagAnnotation", textValue="plate_and_screen")
    assert carriers(lab, tag) == [("Plate", "Plate Name 0"), screen]
    rating = lab.find("LongAnnotation", ns=RATING)
    assert rating["longValue"] == 5 and carriers(lab, rating) == [screen]
    assert carriers(lab, lab.find("CommentAnnotation", textValue="this is a comment")) == [screen]
    (attached,) = lab.rows("FileAnnotation")
    name = "LM_JGMBH_-AW-_3857__OMERO_submission_form (1).xlsx"
    assert (attached["file"]["name"], attached["file"]["size"]) == (name, 11611)
    assert attached["file"]["mimetype"].endswith("spreadsheetml.sheet")
    assert [kind for kind, _ in carriers(lab, attached)] == ["Image"]
    wells = Counter(row["plate"].id for row in lab.rows("Well"))
    assert sorted(wells.values()) == [1, 80]
    filesets = Counter(row["fileset"].id for row in lab.rows("Image"))
    assert sorted(filesets.values()) == [1, 80], "a plate's images come from one file"
    assert sorted(row["series"] for row in lab.rows("Image")) == sorted([0, *range(80)])


def test_a_plate_of_two_runs(shared_data: Path) -> None:
    lab = pack_lab(pack_files(shared_data)["one-screen-one-plate-four-wells"])
    of_run = Counter(
        row["plateAcquisition"].id if row["plateAcquisition"] else None for row in lab.rows("WellSample")
    )
    assert sum(of_run.values()) == 11 and len(of_run) == 3 and of_run[None] == 3


def test_units_and_wavelengths(shared_data: Path) -> None:
    root, lab = (f(pack_files(shared_data)["instrument-units-alternate"]) for f in (read, pack_lab))
    (pixels,), (channel,) = lab.rows("Pixels"), lab.rows("LogicalChannel")
    given = next(root.iter(f"{NAMESPACE}Pixels"))
    assert pixels["physicalSizeX"].value == float(given.attrib["PhysicalSizeX"])
    assert channel["emissionWave"].unit != "NANOMETER", "the sample is of unusual units"


def test_over_the_wire(shared_data: Path) -> None:
    hql = (
        "select p.name, d.name, count(l.id) from ProjectDatasetLink l join l.parent p join l.child d"
        " group by p.name, d.name"
    )
    lab = pack_lab(pack_files(shared_data)["valid_single_project"])
    with OmeroServer(lab) as server, connected(server, MEMBER) as connection:
        assert sorted(ask(connection, hql)) == [("testproj", "empty_ds", 1), ("testproj", "testdatsts", 1)]


def test_what_no_pack_at_hand_has(tmp_path: Path) -> None:
    path = tmp_path / "made.xml"
    path.write_text(
        f"""<OME xmlns="{NAMESPACE[1:-1]}"><Image ID="Image:1" Name="i">
        <AcquisitionDate>2024-01-01T10:00:00</AcquisitionDate>
        <Pixels ID="Pixels:1" Type="uint8" SizeX="1" SizeY="2" SizeZ="3" SizeC="4" SizeT="5"/>
        <AnnotationRef ID="Annotation:2"/><AnnotationRef ID="Annotation:3"/><AnnotationRef ID="Annotation:4"/></Image>
        <StructuredAnnotations>
        <TagAnnotation ID="Annotation:1" Namespace="openmicroscopy.org/omero/insight/tagset">
          <Value>set</Value><AnnotationRef ID="Annotation:2"/></TagAnnotation>
        <TagAnnotation ID="Annotation:2"><Description>why</Description><Value>member</Value></TagAnnotation>
        <TermAnnotation ID="Annotation:3"><Value>GO:1</Value></TermAnnotation>
        <TimestampAnnotation ID="Annotation:4"><Value>2024-01-01T10:00:00Z</Value></TimestampAnnotation>
        </StructuredAnnotations></OME>""",
        encoding="utf-8",
    )
    lab = pack_lab(path)
    member = lab.find("TagAnnotation", textValue="member", description="why")
    assert [kind for kind, _ in carriers(lab, member)] == ["Image", "TagAnnotation"]
    assert lab.rows("TermAnnotation")[0]["termValue"] == "GO:1"
    assert (
        lab.rows("TimestampAnnotation")[0]["timeValue"]
        == lab.find("Image")["acquisitionDate"]
        == 1704103200000
    )
    (pixels,) = lab.rows("Pixels")
    assert [pixels[f"size{axis}"] for axis in "XYZCT"] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.xml", "<OME", "cannot be read"),
        ("a.xml", "<html/>", "begins with html"),
        ("a.zip", "", "cannot be read"),
        ("a.xml", '<OME><Dataset ID="D:1"><ImageRef ID="I:9"/></Dataset></OME>', "I:9, which is not there"),
        ("a.xml", '<OME><StructuredAnnotations><Note ID="A:1"/></StructuredAnnotations></OME>', "Note"),
    ],
)
def test_a_file_that_is_no_pack_says_why(name: str, text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(PackProblem, match=reason):
        pack_lab(tmp_path / name)
