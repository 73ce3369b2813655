"""A study of the Image Data Resource as a lab: its table becomes datasets and images, or plates and wells; its
columns become key-values of the images, or of the wells.

Which column becomes which key, under which namespace, is said by the study's own bulkmap-config.yml. IDR itself links
the key-values of a well to its images as well; here they are the well's alone, so that its images inherit them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from .labs import people, things
from .labs.people import MEMBER, READ_ONLY
from .store import FIRST_IMPORT, Lab, Row

Record = dict[str, str]
Known = dict[tuple[Any, ...], Row]

UNGROUPED_NAMESPACE = "openmicroscopy.org/omero/bulk_annotations"
STUDIES = Path(__file__).parents[3] / "shared" / "data"


class StudyProblem(Exception):
    """The folder is no study that can be loaded; the message says why."""


@dataclass(frozen=True)
class Column:
    """What becomes of one column of the table."""

    name: str
    key: str
    template: jinja2.Template | None
    split: str
    omit_empty: bool

    def pairs(self, cell: str) -> Iterator[tuple[str, str]]:
        cells = [part.strip() for part in cell.split(self.split)] if self.split else [cell.strip()]
        for value in cells:
            if value or not self.omit_empty:
                yield self.key, self.template.render(value=value) if value and self.template else value


@dataclass(frozen=True)
class Bulkmap:
    groups: list[
        tuple[str, list[Column]]
    ]  # namespace and columns: one annotation each, of one namespace or not
    shared: frozenset[str]  # namespaces with primary keys: one annotation for all that have the same pairs


def study_folder(name: str) -> Path:
    """The folder of a study that lies beside the repository, by the start of its name (idr0021)."""
    found = sorted(STUDIES.glob(f"{name}*")) if STUDIES.is_dir() else []
    if not found:
        raise StudyProblem(f"no study {name} in {STUDIES}")
    return found[0]


def idr_lab(folder: Path, seed: int = 1) -> Lab:
    """Every experiment of the study as a project, every screen as a screen, of `member` in the read-only group."""
    tables = sorted(folder.glob("*/*-annotation.csv"))
    if not tables:
        raise StudyProblem(f"{folder} has no */*-annotation.csv")
    lab = Lab(seed)
    who = people.add_people(lab)
    with lab.acting(who.users[MEMBER], who.groups[READ_ONLY], FIRST_IMPORT):
        for table in tables:
            _add_experiment(lab, table, _study_fields(folder))
    return lab


def read_bulkmap(path: Path) -> Bulkmap:
    """The columns to include, in the order of the file."""
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    defaults = settings.get("defaults") or {}
    ungrouped: list[Column] = []
    groups = [(UNGROUPED_NAMESPACE, ungrouped)]
    for entry in settings.get("columns") or ():
        group = entry.get("group")
        given = ({**defaults, **column} for column in (group["columns"] if group else [entry]))
        included = [_column(column) for column in given if column.get("include")]
        if group:
            groups.append((group["namespace"], included))
        else:
            ungrouped += included
    primary = (settings.get("advanced") or {}).get("primary_group_keys") or ()
    return Bulkmap(groups, frozenset(key["namespace"] for key in primary))


def _column(given: dict[str, Any]) -> Column:
    # Every study writes Jinja2's {{ value|urlencode }}. A folded YAML string leaves a space where the line was broken.
    template = jinja2.Template(str(given["clientvalue"])) if given.get("clientvalue") else None
    key = str(given.get("clientname") or given["name"])
    return Column(given["name"], key, template, str(given.get("split") or ""), bool(given.get("omitempty")))


def _add_experiment(lab: Lab, table: Path, study: dict[str, str]) -> None:
    bulkmap = read_bulkmap(table.with_name(table.name.replace("-annotation.csv", "-bulkmap-config.yml")))
    name = f"{table.parents[1].name}/{table.parent.name}"
    description = "\n\n".join(study[key] for key in ("Study Title", "Study Description") if study.get(key))
    with table.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for columns, entity, fill in (
            ({"Dataset Name", "Image Name"}, "Project", _add_datasets),
            ({"Plate", "Well"}, "Screen", _add_plates),
        ):
            if columns <= set(reader.fieldnames or ()):
                top = lab.add(entity, name=name, description=description or None)
                return fill(lab, top, list(reader), bulkmap)
    raise StudyProblem(
        f"{table.name} has neither the columns Dataset Name and Image Name, nor Plate and Well"
    )


def _add_datasets(lab: Lab, project: Row, records: list[Record], bulkmap: Bulkmap) -> None:
    datasets: dict[str, Row] = {}
    known: Known = {}
    for record in records:
        dataset = datasets.get(record["Dataset Name"])
        if dataset is None:
            dataset = datasets[record["Dataset Name"]] = lab.add("Dataset", name=record["Dataset Name"])
            lab.link(project, dataset)
        image = things.add_image(lab, record["Image Name"], [dataset], size=(256, 256, 1, 3, 1), channels=())
        _annotate(lab, image, record, bulkmap, known)


def _add_plates(lab: Lab, screen: Row, records: list[Record], bulkmap: Bulkmap) -> None:
    plates: dict[str, list[Record]] = {}
    for record in records:
        plates.setdefault(record["Plate"], []).append(record)
    known: Known = {}
    for name, of_plate in plates.items():
        places = [_place(record["Well"]) for record in of_plate]
        rows, columns = _format(places)
        naming = {"rowNamingConvention": "letter", "columnNamingConvention": "number"}
        plate = lab.add("Plate", name=name, rows=rows, columns=columns, **naming)
        lab.link(screen, plate)
        run = lab.add("PlateAcquisition", plate=plate, name=name.rpartition("/")[2], maximumFieldCount=1)
        for record, (row, column) in zip(of_plate, places, strict=True):
            well = lab.add("Well", plate=plate, row=row, column=column)
            label = f"{name} [Well {record['Well']}, Field 1]"
            image = things.add_image(lab, label, size=(256, 256, 1, 2, 1), channels=(), format="Flex")
            lab.add("WellSample", well=well, image=image, plateAcquisition=run)
            _annotate(lab, well, record, bulkmap, known)


def _place(well: str) -> tuple[int, int]:
    """Row and column, from 0: A1 is (0, 0), AF48 is (31, 47)."""
    found = re.fullmatch(r"([A-Z]+)0*([1-9][0-9]*)", well)
    if found is None:
        raise StudyProblem(f"{well!r} is no well such as A1 or B12")
    row = 0
    for letter in found[1]:
        row = row * 26 + ord(letter) - 64
    return row - 1, int(found[2]) - 1


def _format(places: list[tuple[int, int]]) -> tuple[int, int]:
    """Rows and columns of the smallest plate on sale that has all of these wells: 96, 384 or 1536."""
    for rows, columns in ((8, 12), (16, 24), (32, 48)):
        if all(row < rows and column < columns for row, column in places):
            return rows, columns
    raise StudyProblem("a well lies outside a plate of 1536 wells")


def _annotate(lab: Lab, target: Row, record: Record, bulkmap: Bulkmap, known: Known) -> None:
    for namespace, columns in bulkmap.groups:
        pairs = tuple(pair for column in columns for pair in column.pairs(record.get(column.name) or ""))
        if not pairs:
            continue
        key = (namespace, pairs)
        if namespace in bulkmap.shared and key in known:
            lab.link(target, known[key])
        else:
            known[key] = things.add_pairs(lab, pairs, [target], namespace)


def _study_fields(folder: Path) -> dict[str, str]:
    """The first value of each line of the study's description."""
    found: dict[str, str] = {}
    for path in folder.glob("*-study.txt"):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, rest = line.partition("\t")
            found.setdefault(key.strip(), rest.split("\t")[0].strip())
    return found
