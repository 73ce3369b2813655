"""The export that the large benchmarks are made with: 12 facets at any number of images, from a seed.

    python -m benchmarks.tables 1000000 FOLDER

A catalogue of screens kept in datasets of 1,000 images, two or three fields of each of 384 wells: cell line, tissue,
microscope, protocol, two markers and a tag go with the dataset, compound and siRNA with the well, a second tag with the
column; a third marker and a third tag, which is what somebody saw, go with each image, as does the number of cells. Two
facets have three values a row, one has 5,000 values, one is a number, one a date, seven are choices of 10 to 200
values (100 projects and as many more as there are images); datasets come on top.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from catalog_builder.exchange.before import Before
from catalog_builder.exchange.write import write_export
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.progress import Silent
from catalog_builder.publish.policy import Policy
from catalog_builder.publish.redact import redact
from catalog_builder.settings.rules import Rules

START = datetime(2022, 1, 3, 8, tzinfo=timezone.utc)
IN_DATASET, IN_PROJECT = 1_000, 10
WELLS, COLUMNS, LIBRARY_COLUMNS = 384, 24, 21
COMPOUNDS, SIRNAS, LINES, TISSUES, PROTOCOLS, MICROSCOPES, OWNERS, MARKERS = (
    4_998,
    200,
    60,
    25,
    150,
    12,
    30,
    40,
)
PHENOTYPES, MODALITIES, TIMES = 20, 12, 8

#: Where the ids of annotations begin, by what they are on.
PHENOTYPE, MODALITY, TIME, OF_DATASET, OF_IMAGE = 100, 200, 300, 10_000, 10_000_000

_ALL = 2**64 - 1


class Made:
    """The records; images and their annotations are worked out when asked for, for a million of them are large."""

    def __init__(self, images: int, tagged: int = 0) -> None:
        """`tagged`: a dataset that somebody has put one tag more on."""
        self.count = images
        datasets = range(1, -(-images // IN_DATASET) + 1)
        self.people = {i: Person(id=i, name=f"Person {i}") for i in range(1, OWNERS + 1)}
        self.groups = {1: Group(id=1, name="Benchmark", permissions="rwr---")}
        self.projects = {
            i: Project(id=i, name=f"Project {i}", owner=1, group=1)
            for i in sorted({_project(i) for i in datasets})
        }
        self.datasets = {
            i: Dataset(
                id=i, name=f"Plate {i}", owner=1, group=1, projects=(_project(i),),
                annotations=(*((PHENOTYPE,) * (i == tagged)), MODALITY + skewed(i * 3, MODALITIES), OF_DATASET + i),
            )
            for i in datasets
        }  # fmt: skip
        sets = {
            "Phenotype": (PHENOTYPE, PHENOTYPES),
            "Modality": (MODALITY, MODALITIES),
            "Time": (TIME, TIMES),
        }
        self.tag_sets = {
            first - 1: TagSet(id=first - 1, name=name, group=1) for name, (first, _) in sets.items()
        }
        self.tags = {
            first + i: Tag(id=first + i, text=f"{name} {i}", sets=(first - 1,), group=1, owner=1)
            for name, (first, number) in sets.items()
            for i in range(number)
        }
        self.key_values: Mapping[int, KeyValues] = _KeyValues(self)

    def images(self) -> Iterator[Image]:
        return map(self.image, range(1, self.count + 1))

    def image(self, i: int) -> Image:
        dataset, place = _dataset(i), (i - 1) % IN_DATASET
        well, field = divmod(place * WELLS, IN_DATASET)
        row, column = divmod(well, COLUMNS)
        return Image(
            id=i, name=f"plate{dataset}_{chr(65 + row)}{column + 1:02d}_f{field * 3 // IN_DATASET + 1}.tif",
            owner=1 + skewed(_project(dataset) * 5, OWNERS), group=1,
            acquired=START + timedelta(days=_day(dataset), minutes=place),
            datasets=(dataset,),
            annotations=(PHENOTYPE + skewed(i * 29, PHENOTYPES), TIME + column * TIMES // COLUMNS, OF_IMAGE + i),
        )  # fmt: skip

    def of_dataset(self, dataset: int) -> tuple[tuple[str, str], ...]:
        line = skewed(dataset * 7, LINES)
        return (
            ("Cell line", f"Line {line}"),
            ("Tissue", f"Tissue {line % TISSUES}"),
            ("Microscope", f"Microscope {skewed(dataset * 11, MICROSCOPES)}"),
            ("Protocol", f"Protocol {skewed(dataset * 13, PROTOCOLS)}"),
            *(("Marker", f"Marker {marker}") for marker in _markers(dataset)),
        )

    def of_image(self, i: int) -> tuple[tuple[str, str], ...]:
        dataset, place = _dataset(i), (i - 1) % IN_DATASET
        well = place * WELLS // IN_DATASET
        compound = _compound(dataset, well)
        middle = (
            120 if compound == "DMSO" else 40 + 160 * at_random(int.from_bytes(compound.encode()[-4:], "big"))
        )
        spread = sum(at_random(i * 31 + n) for n in range(3)) - 1.5  # nearly as Gauss has it
        return (
            ("Compound", compound),
            ("siRNA", f"siRNA {(well // 2 + 7 * (dataset % 5)) % SIRNAS}"),
            ("Marker", f"Marker {_marker(dataset, i)}"),
            ("Cells", str(max(0, round(middle + 24 * spread)))),
        )


class _KeyValues(Mapping[int, KeyValues]):
    """Map annotations by id: one a dataset, one an image."""

    def __init__(self, made: Made) -> None:
        self._made = made

    def __getitem__(self, id_: int) -> KeyValues:
        if id_ > OF_IMAGE:
            pairs = self._made.of_image(id_ - OF_IMAGE)
        elif id_ > OF_DATASET:
            pairs = self._made.of_dataset(id_ - OF_DATASET)
        else:
            raise KeyError(id_)
        return KeyValues(id=id_, namespace=NAMESPACE_CLIENT, group=1, pairs=pairs)

    def __iter__(self) -> Iterator[int]:
        yield from (OF_DATASET + i for i in self._made.datasets)
        yield from range(OF_IMAGE + 1, OF_IMAGE + self._made.count + 1)

    def __len__(self) -> int:
        return len(self._made.datasets) + self._made.count


def at_random(seed: int) -> float:
    """From 0 up to 1, the same for the same seed: `random.Random(seed).random()` takes ten times as long."""
    mixed = (seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _ALL
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93 & _ALL
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93 & _ALL
    return (mixed ^ mixed >> 32) / (_ALL + 1)


def skewed(seed: int, of: int) -> int:
    """One of so many, the first ones by far the most often: the first of 200 in 17 of 100."""
    return int(of * at_random(seed) ** 3)


def _dataset(image: int) -> int:
    return (image - 1) // IN_DATASET + 1


@lru_cache
def _project(dataset: int) -> int:
    return (dataset - 1) // IN_PROJECT + 1


@lru_cache
def _day(dataset: int) -> int:
    return 2 * dataset + int(2 * at_random(dataset))


@lru_cache
def _markers(dataset: int) -> tuple[int, int]:
    """The two that all images of a dataset have."""
    first = skewed(dataset * 17, MARKERS)
    return first, (first + 1 + skewed(dataset * 19, MARKERS - 1)) % MARKERS


def _marker(dataset: int, i: int) -> int:
    """The third one, which is none of these."""
    return next(
        one
        for n in range(MARKERS)
        if (one := (skewed(i * 23, MARKERS) + n) % MARKERS) not in _markers(dataset)
    )


def _compound(dataset: int, well: int) -> str:
    column = well % COLUMNS
    if column in (0, COLUMNS - 1):
        return "DMSO"
    if column == 1:
        return "Positive control"
    on_plate = WELLS * LIBRARY_COLUMNS // COLUMNS
    plate = dataset % -(-COMPOUNDS // on_plate)
    return f"CMP-{(plate * on_plate + well // COLUMNS * LIBRARY_COLUMNS + column - 2) % COMPOUNDS:04d}"


def make_table_export(folder: Path, images: int, tagged: int = 0) -> None:
    """The same as a whole export, without pictures; a second one into the same folder changes what differs."""
    made = Made(images, tagged)

    def pages() -> Iterator[Sequence[Image]]:
        for first in range(1, images + 1, 5_000):
            yield [made.image(i) for i in range(first, min(first + 5_000, images + 1))]

    records = {
        name: getattr(made, name) for name in ("people", "groups", "projects", "datasets", "tag_sets", "tags")
    }
    catalogue = Catalogue(**records, key_values=dict(made.key_values), images=pages, total_images=images)
    write_export(
        redact(catalogue, Policy(rules=Rules(people="full"))),
        Before(folder),
        label="benchmark",
        rules="",
        progress=Silent(),
    )


if __name__ == "__main__":
    make_table_export(Path(sys.argv[2]), int(sys.argv[1]))
