"""A transfer pack of omero-cli-transfer, or any OME-XML file, as a lab: what OMERO holds after it was unpacked.

Images of one file become scenes of one fileset. What the XML says of instruments, light paths and the shapes in a
region is left out.
"""

from __future__ import annotations

import mimetypes
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import omero.model

from .idr import STUDIES
from .labs import people, things
from .labs.people import MEMBER, READ_ONLY
from .store import FIRST_IMPORT, Lab, Row


class PackProblem(Exception):
    """The file is no transfer pack and no OME-XML; the message says why."""


def pack_files(folder: Path = STUDIES) -> dict[str, Path]:
    """Name -> file of every pack and OME-XML sample in `folder`; none where it is not there."""
    found = [*folder.glob("transfer-packs/*.zip"), *folder.glob("ome-xml/*.ome.xml")]
    return {path.name.partition(".")[0]: path for path in sorted(found)}


def pack_lab(path: Path, seed: int = 1) -> Lab:
    """Everything in the pack (.zip) or OME-XML file belongs to `member` in the read-only group."""
    root = _root(path)
    lab = Lab(seed)
    who = people.add_people(lab)
    with lab.acting(who.users[MEMBER], who.groups[READ_ONLY], FIRST_IMPORT):
        _Unpacked(lab, root).add_everything()
    return lab


def _root(path: Path) -> Element:
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                text = archive.read("transfer.xml")
        else:
            text = path.read_bytes()
        root = ElementTree.fromstring(text)
    except (OSError, KeyError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise PackProblem(f"{path.name} cannot be read as a transfer pack or OME-XML: {error}") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if root.tag != "OME":
        raise PackProblem(f"{path.name} begins with {root.tag}, not with OME")
    return root


class _Unpacked:
    """The objects of a pack on their way into a lab, found by the ids that they have in the XML."""

    def __init__(self, lab: Lab, root: Element) -> None:
        self.lab = lab
        self.root = root
        self.rows: dict[str, Row] = {}

    def add_everything(self) -> None:
        for element in self.root.find("StructuredAnnotations") or ():
            self.rows[element.attrib["ID"]] = self._annotation(element)
        for image in self.root.findall("Image"):
            self.rows[image.attrib["ID"]] = self._image(image)
        self._add_filesets()
        for kind, children in (("Dataset", "ImageRef"), ("Project", "DatasetRef")):
            self._add_containers(kind, children)
        for plate in self.root.findall("Plate"):
            self._add_plate(plate)
        self._add_containers("Screen", "PlateRef")
        for annotation in self.root.find("StructuredAnnotations") or ():
            self._link(annotation, self.rows[annotation.attrib["ID"]])

    def _add_containers(self, entity: str, children: str) -> None:
        for element in self.root.findall(entity):
            row = self.lab.add(entity, **_described(element))
            for child in self._referred(element, children):
                self.lab.link(row, child)
            self._link(element, row)
            self.rows[element.attrib["ID"]] = row

    def _referred(self, element: Element, kind: str) -> Iterator[Row]:
        for reference in element.findall(kind):
            id_ = reference.attrib["ID"]
            if id_ not in self.rows:
                raise PackProblem(f"{element.get('ID')} refers to {id_}, which is not there")
            yield self.rows[id_]

    def _link(self, element: Element, row: Row) -> None:
        for annotation in self._referred(element, "AnnotationRef"):
            self.lab.link(row, annotation)

    def _annotation(self, element: Element) -> Row:
        if element.tag not in _ANNOTATIONS:
            raise PackProblem(f"{element.get('ID')} is a {element.tag}, which is no kind of annotation")
        entity, fields = _ANNOTATIONS[element.tag]
        described = {"ns": element.get("Namespace"), "description": element.findtext("Description") or None}
        return self.lab.add(entity, **described, **fields(self.lab, element))

    def _image(self, element: Element) -> Row:
        pixels = element.find("Pixels")
        if pixels is None:
            raise PackProblem(f"{element.get('ID')} has no Pixels")
        image = things.add_image(
            self.lab,
            **_described(element),
            size=tuple(int(pixels.attrib[f"Size{axis}"]) for axis in "XYZCT"),  # type: ignore[arg-type]
            pixel_size=_quantity(pixels, "PhysicalSizeX", "Length", "µm"),
            z_step=_quantity(pixels, "PhysicalSizeZ", "Length", "µm"),
            time_step=_quantity(pixels, "TimeIncrement", "Time", "s"),
            pixels_type=pixels.attrib["Type"],
            channels=[self._channel(channel) for channel in pixels.findall("Channel")],
            format="OME-XML",
            acquisitionDate=_moment(element.findtext("AcquisitionDate")),
        )
        for _ in element.findall("ROIRef"):
            self.lab.add("Roi", image=image)
        self._link(element, image)
        return image

    def _channel(self, element: Element) -> Row:
        waves = {
            field: _quantity(element, name, "Length", "nm")
            for field, name in (
                ("emissionWave", "EmissionWavelength"),
                ("excitationWave", "ExcitationWavelength"),
            )
        }
        return self.lab.add("LogicalChannel", name=element.get("Name"), **waves)

    def _add_filesets(self) -> None:
        """The pack names the file that each image came from; the number in its id is the order of import."""
        scenes: dict[str, list[tuple[int, Row]]] = {}
        paths = {
            annotation.attrib["ID"]: path
            for annotation in self.root.iter("XMLAnnotation")
            if (path := annotation.findtext("Value/CLITransferServerPath/Path"))
        }
        for image in self.root.findall("Image"):
            for reference in image.findall("AnnotationRef"):
                if reference.attrib["ID"] in paths:
                    number = int(image.attrib["ID"].rpartition(":")[2])
                    of_file = scenes.setdefault(paths[reference.attrib["ID"]], [])
                    of_file.append((number, self.rows[image.attrib["ID"]]))
        for path, images in scenes.items():
            images.sort(key=lambda scene: scene[0])
            things.add_fileset(self.lab, [row for _, row in images], [(path, f"{MEMBER}_2/{path}")])
            suffix = Path(path).suffix.removeprefix(".").upper()
            for series, (_, row) in enumerate(images):
                row.values["series"] = series
                row.values["format"] = self.lab.enumeration("Format", suffix or "OME-XML")

    def _add_plate(self, element: Element) -> None:
        naming = {
            f"{axis}NamingConvention": element.get(f"{axis.capitalize()}NamingConvention")
            for axis in ("row", "column")
        }
        size = {
            name.lower(): int(element.attrib[name]) for name in ("Rows", "Columns") if name in element.attrib
        }
        plate = self.rows[element.attrib["ID"]] = self.lab.add(
            "Plate", **_described(element), **size, **naming
        )
        self._link(element, plate)
        runs: dict[str, Row] = {}
        for run in element.findall("PlateAcquisition"):
            times = {"startTime": _moment(run.get("StartTime")), "endTime": _moment(run.get("EndTime"))}
            row = self.lab.add("PlateAcquisition", plate=plate, **_described(run), **times)
            self._link(run, row)
            runs.update((sample.attrib["ID"], row) for sample in run.findall("WellSampleRef"))
        for well in element.findall("Well"):
            self._add_well(well, plate, runs)

    def _add_well(self, element: Element, plate: Row, runs: dict[str, Row]) -> None:
        place = {name.lower(): int(element.attrib[name]) for name in ("Row", "Column")}
        well = self.lab.add("Well", plate=plate, **place)
        self._link(element, well)
        for sample in sorted(element.findall("WellSample"), key=lambda sample: int(sample.attrib["Index"])):
            image = next(self._referred(sample, "ImageRef"), None)
            run = runs.get(sample.attrib["ID"])
            self.lab.add("WellSample", well=well, image=image, plateAcquisition=run)


def _described(element: Element) -> dict[str, Any]:
    return {"name": element.get("Name"), "description": element.findtext("Description") or None}


def _text(element: Element) -> str:
    return element.findtext("Value") or ""


def _file(lab: Lab, element: Element) -> dict[str, Any]:
    binary = element.find("BinaryFile")
    if binary is None:
        raise PackProblem(f"{element.get('ID')} has no BinaryFile")
    path, _, name = binary.attrib["FileName"].rpartition("/")
    kind = binary.get("MIMEType") or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {"file": things.add_file(lab, name, f"{path}/", int(binary.attrib["Size"]), kind)}


def _xml(element: Element) -> str:
    return "".join(ElementTree.tostring(child, "unicode").strip() for child in element.find("Value") or ())


#: Element -> OMERO's class for it, and the fields that hold its value.
_ANNOTATIONS: dict[str, tuple[str, Callable[[Lab, Element], dict[str, Any]]]] = {
    "BooleanAnnotation": ("BooleanAnnotation", lambda _, e: {"boolValue": _text(e) == "true"}),
    "CommentAnnotation": ("CommentAnnotation", lambda _, e: {"textValue": _text(e)}),
    "DoubleAnnotation": ("DoubleAnnotation", lambda _, e: {"doubleValue": float(_text(e))}),
    "FileAnnotation": ("FileAnnotation", _file),
    "ListAnnotation": ("ListAnnotation", lambda _, e: {}),
    "LongAnnotation": ("LongAnnotation", lambda _, e: {"longValue": int(_text(e))}),
    "MapAnnotation": (
        "MapAnnotation",
        lambda _, e: {"mapValue": [(pair.attrib["K"], pair.text or "") for pair in e.findall("Value/M")]},
    ),
    "TagAnnotation": ("TagAnnotation", lambda _, e: {"textValue": _text(e)}),
    "TermAnnotation": ("TermAnnotation", lambda _, e: {"termValue": _text(e)}),
    "TimestampAnnotation": ("TimestampAnnotation", lambda _, e: {"timeValue": _moment(_text(e))}),
    "XMLAnnotation": ("XmlAnnotation", lambda _, e: {"textValue": _xml(e)}),
}


def _quantity(element: Element, name: str, kind: str, usual: str) -> tuple[float, str] | None:
    """A number with its unit, which the XML writes as a symbol and OMERO as a word."""
    number = element.get(name)
    if number is None:
        return None
    words = {symbol: word for word, symbol in getattr(omero.model, f"{kind}I").SYMBOLS.items()}
    return float(number), words[element.get(f"{name}Unit", usual)]


def _moment(text: str | None) -> int | None:
    """Milliseconds since 1970; a time without a zone is taken as UTC, as OMERO does."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)
