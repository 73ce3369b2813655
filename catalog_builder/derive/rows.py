"""Reads images into columns of numbers, shard by shard: what all pages together need of an image, and no more."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from catalog_builder.derive.makeup import Makeup, makeup_of
from catalog_builder.derive.order import datasets_in_order, plates_in_order
from catalog_builder.derive.values import Coder
from catalog_builder.errors import ExportError
from catalog_builder.exchange.read import AGAIN, Export
from catalog_builder.exchange.schema import Shard
from catalog_builder.model.acquisition import Dimensions, Objective, PixelSize
from catalog_builder.model.base import Count, Id, Moment, Record
from catalog_builder.model.kinds import slide_role
from catalog_builder.model.plates import Field
from catalog_builder.text import natural_key

#: What `marks` says of an image: that it has a picture, that it shows a slide's label or the whole slide, that it has
#: a larger picture.
PICTURE, SLIDE_ROLE, PREVIEW = 1, 2, 4

#: Columns that have one thing an image or are counted by another column, and need nothing but to follow each other.
_ALIKE = (
    "ids",
    "names",
    "keys",
    "marks",
    "homes",
    "filesets",
    "series",
    "pixels",
    "terms",
    "wells",
    "runs",
    "fields",
    "used",
)

Decoded = TypeVar("Decoded")

#: Stands for no fileset and no run, whose ids are at least 0.
NOTHING = -1


class _Image(Record, frozen=True):
    """An image as it stands in an export, as far as it is looked at here; what is only passed on is not decoded."""

    id: Id
    name: str = ""
    owner: Id | None = None
    annotations: tuple[Id, ...] = ()
    acquired: Moment | None = None
    imported: Moment | None = None
    dimensions: msgspec.Raw = msgspec.Raw()
    pixel_size: msgspec.Raw = msgspec.Raw()
    objective: msgspec.Raw = msgspec.Raw()
    format: str = ""
    fileset: Id | None = None
    series: Count = 0
    datasets: tuple[Id, ...] = ()
    fields: tuple[Field, ...] = ()
    thumbnail: msgspec.Raw = msgspec.Raw()
    preview: msgspec.Raw = msgspec.Raw()


class Used(NamedTuple):
    """What annotations the images of a shard carry themselves: ids of tags, numbers of shards of map annotations."""

    tags: tuple[int, ...]
    key_values: tuple[int, ...]


class ImageColumns(NamedTuple):
    """Images in the order they were read, a column for each thing that is known of them."""

    ids: array[int]
    names: list[str]
    keys: list[str]
    """What the names are sorted by; not kept in the table."""
    marks: bytearray
    homes: array[int]
    """The place of the image's home among all homes."""
    sets: array[int]
    """The number of its set of datasets in `datasets`."""
    filesets: array[int]
    series: array[int]
    pixels: array[float]
    """The width of a pixel in µm; not a number where it is unknown."""
    terms: array[int]
    """The numbers that hold for the first image, ascending, then those for the second, and so on."""
    ends: array[int]
    """Where those of each image end."""
    wells: array[int]
    runs: array[int]
    fields: array[int]
    field_ends: array[int]
    """Where an image's wells, runs and fields end."""
    datasets: list[tuple[int, ...]]
    makeups: Counter[Makeup]
    """How many images there are of each kind: no column, for nobody asks it of a single one."""
    used: list[Used]
    """What the images of each shard are annotated with."""


class Homes:
    """Where images are at home: the first of their datasets, else the plate of their first field, else nowhere."""

    def __init__(self, export: Export) -> None:
        self._datasets = {one.id: place for place, one in enumerate(datasets_in_order(export))}
        self._plates = {one.id: place for place, one in enumerate(plates_in_order(export))}
        self._wells = export.wells

    def of(self, datasets: tuple[int, ...], fields: tuple[Field, ...]) -> int:
        """The place of a home among all: the datasets first, then the plates, then what is in none of them."""
        if datasets:
            return self._datasets[datasets[0]]
        plate = self._plates.get(self._wells[fields[0].well].plate) if fields else None
        return len(self._datasets) + (len(self._plates) if plate is None else plate)

    def key(self, home: int, columns: ImageColumns) -> Callable[[int], Any]:
        """What the images of a home are sorted by: the name in a dataset; row, column, run and field on a plate."""
        if not 0 <= home - len(self._datasets) < len(self._plates):
            return columns.keys.__getitem__

        def of_field(at: int) -> tuple[int, ...]:
            first = columns.field_ends[at - 1] if at else 0
            well = self._wells[columns.wells[first]]
            return (well.row, well.column, max(0, columns.runs[first]), columns.fields[first])

        return of_field


def read_shard(export: Export, shard: Shard, coder: Coder, homes: Homes) -> Iterator[ImageColumns]:
    """The images of a shard, all at once."""
    images = list(export.shard(shard, _Image))
    known, wells = export.datasets, export.wells
    datasets = [tuple([one for one in image.datasets if one in known]) for image in images]
    fields = [tuple([one for one in image.fields if one.well in wells]) for image in images]
    made = no_images()
    for of_image in map(coder.terms_of, images, datasets, fields):
        made.terms.extend(sorted(of_image))
        made.ends.append(len(made.terms))
    made.ids.extend([image.id for image in images])
    made.names.extend([image.name for image in images])
    made.keys.extend(map(natural_key, made.names))
    made.marks.extend(map(_marks, images))
    made.homes.extend(map(homes.of, datasets, fields))
    sets = {one: number for number, one in enumerate(dict.fromkeys(datasets))}
    made.datasets.extend(sets)
    made.sets.extend([sets[one] for one in datasets])
    made.filesets.extend([NOTHING if image.fileset is None else image.fileset for image in images])
    made.series.extend([image.series for image in images])
    sizes = [bytes(image.pixel_size) for image in images]
    widths = {size: _width(_decoded(export, shard, size, PixelSize)) for size in set(sizes)}
    made.pixels.extend([widths[size] for size in sizes])
    for of_one in fields:
        for field in of_one:
            made.wells.append(field.well)
            made.runs.append(NOTHING if field.run is None else field.run)
            made.fields.append(field.number)
        made.field_ends.append(len(made.wells))
    kinds = Counter((bytes(image.dimensions), bytes(image.objective), image.format) for image in images)
    for (dimensions, objective, format_), count in kinds.items():
        parts = (
            _decoded(export, shard, dimensions, Dimensions),
            _decoded(export, shard, objective, Objective),
        )
        made.makeups[makeup_of(*parts, format_)] += count
    annotations = {one for image in images for one in image.annotations}
    tags = tuple(sorted(one for one in annotations if one in export.tags))
    made.used.append(Used(tags, export.key_values.shards_of(annotations)))
    yield made


def _marks(image: _Image) -> int:
    return (
        PICTURE * _is_there(image.thumbnail)
        | SLIDE_ROLE * bool(slide_role(image.name))
        | PREVIEW * _is_there(image.preview)
    )


def no_images() -> ImageColumns:
    """Columns that hold nothing yet."""
    return ImageColumns(
        ids=array("q"), names=[], keys=[], marks=bytearray(), homes=array("I"), sets=array("I"), filesets=array("q"),
        series=array("q"), pixels=array("d"), terms=array("I"), ends=array("I"), wells=array("q"),
        runs=array("q"), fields=array("q"), field_ends=array("I"), datasets=[],
        makeups=Counter(), used=[],
    )  # fmt: skip


def joined(shards: Iterable[ImageColumns]) -> ImageColumns:
    """The images of all shards, one after the other."""
    made = no_images()
    sets: dict[tuple[int, ...], int] = {}
    for one in shards:
        number = [sets.setdefault(datasets, len(sets)) for datasets in one.datasets]
        made.sets.extend([number[at] for at in one.sets])
        for name, base in (("ends", len(made.terms)), ("field_ends", len(made.wells))):
            getattr(made, name).extend([base + end for end in getattr(one, name)])
        for name in _ALIKE:
            getattr(made, name).extend(getattr(one, name))
        made.makeups.update(one.makeups)
    made.datasets.extend(sets)
    return made


def in_places(read: ImageColumns, homes: Homes) -> tuple[ImageColumns, list[range]]:
    """The images in the order of the table, and the places of each home's."""
    by_home: dict[int, array[int]] = {}
    # By id, in which they mostly are; sorting keeps that where two are alike.
    for at in sorted(range(len(read.ids)), key=read.ids.__getitem__):
        by_home.setdefault(read.homes[at], array("I")).append(at)
    order = array("I")
    ranges = []
    for home in sorted(by_home):
        ranges.append(range(len(order), len(order) + len(by_home[home])))
        order.extend(sorted(by_home[home], key=homes.key(home, read)))
    made = no_images()
    _take_runs(read, made, order, "ends", ("terms",))
    _take_runs(read, made, order, "field_ends", ("wells", "runs", "fields"))
    for name in ("ids", "names", "marks", "homes", "sets", "filesets", "series", "pixels"):
        column = getattr(read, name)
        getattr(made, name).extend([column[at] for at in order])
    made.datasets.extend(read.datasets)
    made.makeups.update(read.makeups)
    made.used.extend(read.used)
    return made, ranges


def _take_runs(
    read: ImageColumns, made: ImageColumns, order: Sequence[int], ends: str, names: Sequence[str]
) -> None:
    """Columns of which an image has several, in another order."""
    ends_read, ends_made = getattr(read, ends), getattr(made, ends)
    if not ends_read or not ends_read[-1]:  # most catalogues have no plates
        ends_made.extend(ends_read)
        return
    pairs = [(getattr(read, name), getattr(made, name)) for name in names]
    length = 0
    for at in order:
        start, end = ends_read[at - 1] if at else 0, ends_read[at]
        for column, target in pairs:
            target.extend(column[start:end])
        length += end - start
        ends_made.append(length)


def _is_there(part: msgspec.Raw) -> bool:
    return bytes(part) not in (b"", b"null")


def _width(size: PixelSize | None) -> float:
    """The width of a pixel in µm, whatever unit OMERO holds; not a number where that is no length."""
    width = size.x.micrometres if size and size.x else None
    return math.nan if width is None else width


def _decoded(export: Export, shard: Shard, raw: bytes, kind: type[Decoded]) -> Decoded | None:
    """A part of an image's record that was passed on as it stands in the export; None for none."""
    try:
        return msgspec.json.decode(raw, type=kind | None) if raw else None
    except msgspec.DecodeError as error:
        raise ExportError(f"{export.folder / shard.path}: is damaged ({error}); {AGAIN}.") from error
