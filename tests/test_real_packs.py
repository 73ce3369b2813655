"""Transfer packs and an OME-XML plate: OMERO -> export -> build, compared with their XML, which is read here once more.

Comments, ratings and attachments are switched on, as a curator would.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import msgspec
import pytest

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.exchange.read import Export
from catalog_builder.model.annotations import ANNOTATIONS
from tests.catalogues import ALL, run
from tests.omero_server import OmeroServer
from tests.omero_server.lab import pack_lab
from tests.omero_server.packs import pack_files
from tests.test_real_studies import make

pytestmark = [pytest.mark.omero, pytest.mark.slow]

NAMESPACE = "{http://www.openmicroscopy.org/Schemas/OME/2016-06}"
RATING = "openmicroscopy.org/omero/insight/rating"
PACKS = ("simple_screen", "valid_single_image", "valid_single_project", "one-screen-one-plate-four-wells")
SETTINGS = "thumbnails: {size: 48}"
RULES = msgspec.structs.replace(ALL, linked=False)
#: Element of the XML -> stream of the export.
CARRIERS = {
    "Project": "projects",
    "Dataset": "datasets",
    "Screen": "screens",
    "Plate": "plates",
    "PlateAcquisition": "runs",
    "Well": "wells",
    "Image": "images",
}
#: Stream and what makes a reader tell one annotation from another.
Note = tuple[object, ...]


@dataclass(frozen=True)
class Pack:
    """The XML, and what the commands made of it."""

    root: Element
    export: Export
    site: Path

    def elements(self, kind: str) -> list[Element]:
        return list(self.root.iter(NAMESPACE + kind))

    def name(self, reference: Element) -> str:
        """The name of what is referred to."""
        (element,) = (one for one in self.root if one.get("ID") == reference.attrib["ID"])
        return element.get("Name", "")


@pytest.fixture(scope="module", params=PACKS)
def pack(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    path = pack_files(shared_data)[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    with OmeroServer(pack_lab(path)) as server:
        make(server, folder, SETTINGS, RULES)
    return Pack(read(path), Export(folder / "export"), folder / "site")


def read(path: Path) -> Element:
    if path.suffix == ".zip":
        return ElementTree.fromstring(zipfile.ZipFile(path).read("transfer.xml"))
    return ElementTree.parse(path).getroot()


def text(element: Element, path: str) -> str:
    return element.findtext("/".join(NAMESPACE + part for part in path.split("/"))) or ""


# -- the XML -------------------------------------------------------------------------------------------------


def notes_of(pack: Pack, carrier: Element) -> Counter[Note]:
    """What hangs on an element; lists of annotations have no place in OMERO's own clients, nor in an export."""
    by_id = {
        element.attrib["ID"]: element for element in pack.root.find(f"{NAMESPACE}StructuredAnnotations") or ()
    }
    found = (by_id[one.attrib["ID"]] for one in carrier.findall(f"{NAMESPACE}AnnotationRef"))
    return Counter(note for element in found if (note := note_of(element)))


def note_of(element: Element) -> Note | None:
    namespace, value = element.get("Namespace", ""), text(element, "Value")
    kind = element.tag.removeprefix(NAMESPACE)
    if kind == "TagAnnotation":
        return "tags", value
    if kind == "MapAnnotation":
        pairs = tuple((pair.attrib["K"], pair.text or "") for pair in element.iter(f"{NAMESPACE}M"))
        return "key_values", namespace, pairs
    if kind == "LongAnnotation" and namespace == RATING:
        return "ratings", int(value)
    if kind == "FileAnnotation":
        file = element.find(f"{NAMESPACE}BinaryFile")
        assert file is not None
        return "attachments", file.attrib["FileName"].rpartition("/")[2], int(file.attrib["Size"])
    if kind == "XMLAnnotation":
        return "xml", namespace
    simple: dict[str, Any] = {
        "CommentAnnotation": ("comments", str),
        "TermAnnotation": ("terms", str),
        "LongAnnotation": ("values", int),
        "DoubleAnnotation": ("values", float),
        "BooleanAnnotation": ("values", "true".__eq__),
        "TimestampAnnotation": ("values", lambda at: f"{datetime.fromisoformat(at):%Y-%m-%dT%H:%M:%SZ}"),
    }
    if kind in simple:
        stream, make_value = simple[kind]
        return stream, namespace, make_value(value)
    assert kind == "ListAnnotation", kind
    return None


# -- the export ----------------------------------------------------------------------------------------------


def records(export: Export, stream: str) -> list[Any]:
    return list(export.images()) if stream == "images" else list(getattr(export, stream).values())


def exported_notes(export: Export, carrier: Any) -> Counter[Note]:
    found: Counter[Note] = Counter()
    for stream in ANNOTATIONS:
        for id_, one in getattr(export, stream).items():
            if id_ in carrier.annotations:
                found[(stream, *told(stream, one))] += 1
    return found


def told(stream: str, one: Any) -> tuple[object, ...]:
    fields = {
        "tags": ("text",),
        "key_values": ("namespace", "pairs"),
        "comments": ("namespace", "text"),
        "ratings": ("stars",),
        "attachments": ("name", "size"),
        "terms": ("namespace", "term"),
        "values": ("namespace", "value"),
        "xml": ("namespace",),
    }
    return tuple(getattr(one, field) for field in fields[stream])


# -- the comparisons -----------------------------------------------------------------------------------------


def test_every_object_is_there_with_what_hangs_on_it(pack: Pack) -> None:
    for kind, stream in CARRIERS.items():
        expected = Counter(
            (
                element.get("Name", ""),
                text(element, "Description"),
                frozenset(notes_of(pack, element).items()),
            )
            for element in pack.elements(kind)
        )
        found = Counter(
            (
                getattr(one, "name", ""),
                getattr(one, "description", ""),
                frozenset(exported_notes(pack.export, one).items()),
            )
            for one in records(pack.export, stream)
        )
        assert found == expected, kind


def test_everything_lies_where_the_xml_has_it(pack: Pack) -> None:
    for parent, child, above in (
        ("Project", "Dataset", "projects"),
        ("Dataset", "Image", "datasets"),
        ("Screen", "Plate", "screens"),
    ):
        expected = Counter(
            (element.get("Name", ""), pack.name(one))
            for element in pack.elements(parent)
            for one in element.findall(f"{NAMESPACE}{child}Ref")
        )
        parents = getattr(pack.export, above)
        found = Counter(
            (parents[id_].name, one.name)
            for one in records(pack.export, CARRIERS[child])
            for id_ in getattr(one, above)
        )
        assert found == expected, parent


def test_every_field_is_in_its_well_in_the_order_of_the_xml(pack: Pack) -> None:
    def fields_in_xml() -> Iterator[tuple[object, ...]]:
        for plate in pack.elements("Plate"):
            for well in plate.findall(f"{NAMESPACE}Well"):
                place = (plate.get("Name", ""), int(well.attrib["Row"]), int(well.attrib["Column"]))
                samples = sorted(
                    well.findall(f"{NAMESPACE}WellSample"), key=lambda one: int(one.attrib["Index"])
                )
                for number, sample in enumerate(samples):
                    for image in sample.findall(f"{NAMESPACE}ImageRef"):
                        yield (*place, number, pack.name(image))

    export = pack.export
    found = Counter(
        (export.plates[well.plate].name, well.row, well.column, field.number, image.name)
        for image in export.images()
        for field in image.fields
        if (well := export.wells[field.well])
    )
    assert found == Counter(fields_in_xml())


def test_what_hangs_on_a_container_stands_on_its_page(pack: Pack) -> None:
    for stream in ("projects", "datasets", "screens", "plates", "images"):
        for one in records(pack.export, stream):
            page = unescape((pack.site / stream / f"{one.id}.html").read_text("utf-8"))
            for kind, *values in exported_notes(pack.export, one):
                if kind in ("tags", "comments", "terms"):
                    assert values[-1] in page, (stream, one.name, values)
                elif kind == "attachments":
                    assert str(values[0]) in page
                elif kind == "key_values":
                    assert all(value in page for _, value in values[1])
                elif kind == "ratings":
                    assert "★★★★★"[: int(str(values[0]))] in page


def test_no_path_and_no_host_of_the_packs_origin_gets_out(pack: Pack) -> None:
    """The packs carry them in XML annotations, which are listed and never shown."""
    secrets = [
        element.text
        for name in ("Path", "origin_hostname", "original_group", "packing_timestamp")
        for element in pack.root.iter(NAMESPACE + name)
        if element.text and len(element.text) > 9
    ]
    for folder in (pack.export.folder, pack.site):
        for path in folder.rglob("*"):
            if path.suffix in (".jsonl", ".json", ".html", ".js"):
                content = path.read_text("utf-8")
                assert not [secret for secret in secrets if secret in content], path


def test_check_finds_nothing(pack: Pack) -> None:
    for folder in (pack.export.folder, pack.site):
        said = run("check", str(folder))
        assert said.returncode == 0, said.stdout
