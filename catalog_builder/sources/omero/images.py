"""The images: pages by ascending id, each with the same few remote calls however many images it holds."""

from __future__ import annotations

import hashlib
import importlib
import itertools
import math
import zlib
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from catalog_builder.exchange.before import Before
from catalog_builder.model.acquisition import Channel, Dimensions, Duration, Length, Objective, PixelSize
from catalog_builder.model.kinds import slide_role
from catalog_builder.model.plates import Field
from catalog_builder.model.records import Image
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.annotations import Links, gather, gather_links
from catalog_builder.sources.omero.containers import moment
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.remote import Remote, Row
from catalog_builder.sources.omero.wells import gather_fields

_AT_ONCE = 500
NO_LINKS = Links()


class _ImageRow(NamedTuple):
    """The columns of `queries.IMAGES`; of `queries.IMAGE_REVISIONS` up to `y`. Most may be None."""

    id: int
    pixels: int | None
    image_event: int | None
    pixels_event: int | None
    objective_events: int | None
    channel_event: int | None
    logical_event: int | None
    renderings: int | None
    rois: int
    files: int
    group: int
    owner: int | None
    x: int | None
    y: int | None
    name: str | None = None
    description: str | None = None
    acquired: int | None = None
    imported: int | None = None
    fileset: int | None = None
    series: int | None = None
    z: int | None = None
    c: int | None = None
    t: int | None = None
    pixel_type: str | None = None
    width: float | None = None
    width_unit: str | None = None
    height: float | None = None
    height_unit: str | None = None
    depth: float | None = None
    depth_unit: str | None = None
    step: float | None = None
    step_unit: str | None = None
    format: str | None = None
    objective: int | None = None

    @property
    def revision(self) -> str:
        """Stands for the state of the image, its pixels, channels and objective, and whose it is."""
        return hashlib.blake2b(repr(self[1:7] + self[8:12]).encode(), digest_size=8).hexdigest()

    @property
    def rendering(self) -> int:
        """A number that changes when the image would look different."""
        return zlib.crc32(repr((self[1], self[3], self[5], self.renderings or 0)).encode())


class Plane(NamedTuple):
    """What is needed to ask for an image's picture: its pixels set, its group, its width and height, and a number
    that changes when it would look different."""

    pixels: int
    group: int
    x: int
    y: int
    rendering: int = 0


class Planes:
    """The planes of all images that were streamed: 48 bytes each, for there may be millions."""

    def __init__(self) -> None:
        self._columns = tuple(array("q") for _ in range(6))

    def add(self, image: int, plane: Plane) -> None:
        """Keep one; images come by ascending id."""
        for column, value in zip(self._columns, (image, *plane), strict=True):
            column.append(value)

    def get(self, image: int) -> Plane | None:
        """None for an image that was not streamed, or has no pixels."""
        ids, *others = self._columns
        place = bisect_left(ids, image)
        if place == len(ids) or ids[place] != image:
            return None
        return Plane(*(column[place] for column in others))


@dataclass(frozen=True)
class Known:
    """What images may be linked to: what was read of datasets, wells, runs and annotations."""

    datasets: Collection[int]
    wells: Collection[int]
    runs: Collection[int]
    annotations: Collection[int]


def pages(
    remote: Remote, reach: Reach, known: Known, planes: Planes | None, total: int, before: Before
) -> Iterator[list[Image]]:
    """Every image within reach, in lists of at most 500; links to what is not known are dropped.

    A page of `remote.page` images costs four calls, one more where there are wells or new objectives, and one
    more for every 5 x `page` channels, links or fields of wells. Where the export `before` has images, only the
    state of each is asked for, and all else of those that changed. `total` is how many there were: with so
    many, no further page is asked for. `planes` None: no picture will be asked for.
    """
    last, seen = -1, 0
    reader = _Reader(remote, reach, known, planes)
    query = queries.IMAGE_REVISIONS if before.has_images else queries.IMAGES
    while True:
        rows = remote.one_page(query, reach, remote.page, last=last)
        if rows:
            last = max(row[0] for row in rows)
            found = _first_pixels(rows)
            seen += len(found)
            images = reader.whole(found) if query is queries.IMAGES else reader.changed(found, before)
            # Pictures are fetched list by list: short ones keep the progress bar moving.
            while some := list(itertools.islice(images, _AT_ONCE)):
                yield some
        if len(rows) < remote.page or seen >= total:
            return


def _first_pixels(rows: list[Row]) -> list[_ImageRow]:
    """One row an image, by ascending id: that of its lowest Pixels."""
    found: dict[int, _ImageRow] = {}
    for row in (_ImageRow(*row) for row in rows):
        known = found.get(row.id)
        if known is None or (row.pixels or 0) < (known.pixels or 0):
            found[row.id] = row
    return [found[id_] for id_ in sorted(found)]


class _Reader:
    """Makes a page of rows into records."""

    def __init__(self, remote: Remote, reach: Reach, known: Known, planes: Planes | None) -> None:
        self._remote = remote
        self._reach = reach
        self._known = known
        self._planes = planes
        self._symbols = _symbols()
        self._objectives = _Objectives(remote)

    def whole(self, rows: list[_ImageRow]) -> Iterator[Image]:
        """Of rows with all columns."""
        between = {"first": rows[0].id, "through": rows[-1].id}
        channels = _channels(self._remote.rows(queries.CHANNELS, self._reach, **between), self._symbols)
        linked = self._links(between)
        self._objectives.read(row.objective for row in rows)
        for row in rows:
            self._keep_plane(row)
            yield msgspec.structs.replace(self._record(row, channels), **linked(row.id))

    def changed(self, rows: list[_ImageRow], before: Before) -> Iterator[Image]:
        """Of rows that tell the state alone: records of `before` where it is the same, others asked for.

        One that has vanished since its state was read is left out.
        """
        known = {
            row.id: kept
            for row in rows
            if (kept := before.image(row.id)) is not None and kept.revision == row.revision
        }
        fresh = self._fresh([row.id for row in rows if row.id not in known])
        linked = self._links({"first": rows[0].id, "through": rows[-1].id})
        for row in rows:
            image: Image | None = known.get(row.id) or fresh.get(row.id)
            if image is not None:
                self._keep_plane(row)
                yield msgspec.structs.replace(image, thumbnail=None, **linked(row.id))

    def _fresh(self, ids: list[int]) -> dict[int, Image]:
        rows = _first_pixels(list(self._remote.by_ids(queries.CHANGED_IMAGES, ids)))
        channels = _channels(self._remote.by_ids(queries.CHANGED_CHANNELS, ids), self._symbols)
        self._objectives.read(row.objective for row in rows)
        return {row.id: self._record(row, channels) for row in rows}

    def _links(self, between: dict[str, int]) -> Callable[[int], dict[str, Any]]:
        """What images are linked to, all of it read anew: links change without leaving a trace."""
        remote, reach, known = self._remote, self._reach, self._known
        parents = gather(remote.rows(queries.IMAGE_DATASETS, reach, **between), known.datasets)
        links = gather_links(remote.rows(queries.IMAGE_ANNOTATIONS, reach, **between), known.annotations)
        fields: dict[int, tuple[Field, ...]] = {}
        if known.wells:
            fields = gather_fields(
                remote.rows(queries.IMAGE_FIELDS, reach, **between), known.wells, known.runs
            )
        return lambda id_: {
            **links.get(id_, NO_LINKS)._asdict(),
            "datasets": parents.get(id_, ()),
            "fields": fields.get(id_, ()),
        }

    def _keep_plane(self, row: _ImageRow) -> None:
        if self._planes is not None and row.pixels is not None:
            self._planes.add(row.id, Plane(row.pixels, row.group, row.x or 0, row.y or 0, row.rendering))

    def _record(self, row: _ImageRow, channels: dict[int, tuple[Channel, ...]]) -> Image:
        return Image(
            id=row.id,
            name=row.name or "",
            description=row.description or "",
            owner=row.owner,
            group=row.group,
            acquired=moment(row.acquired),
            imported=moment(row.imported),
            dimensions=_dimensions(row),
            pixel_type=row.pixel_type or "",
            pixel_size=_pixel_size(row, self._symbols),
            time_step=_duration(row, self._symbols),
            channels=channels.get(row.pixels or -1, ()),
            objective=self._objectives.get(row.objective),
            rois=row.rois,
            format=row.format or "",
            fileset=row.fileset,
            files=row.files,
            series=max(0, row.series or 0),
            role=slide_role(row.name or "") if row.fileset is not None else "",
            revision=row.revision,
        )


class _Objectives:
    """The objectives met so far: a microscope has few, however many images it takes."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._known: dict[int, Objective | None] = {}

    def read(self, ids: Iterable[int | None]) -> None:
        """Ask for those that were not met before: one call, or none."""
        wanted = {id_ for id_ in ids if id_ is not None and id_ not in self._known}
        self._known.update(dict.fromkeys(wanted))
        for id_, model, magnification, aperture, immersion in self._remote.by_ids(queries.OBJECTIVES, wanted):
            found = Objective(
                model=model or "",
                magnification=_finite(magnification),
                numerical_aperture=_finite(aperture),
                immersion=immersion or "",
            )
            self._known[id_] = None if found == Objective() else found

    def get(self, id_: int | None) -> Objective | None:
        """None for an image without an objective, or one of which nothing is known."""
        return self._known.get(id_) if id_ is not None else None


def _dimensions(row: _ImageRow) -> Dimensions | None:
    if not (row.x and row.y and row.x > 0 and row.y > 0):
        return None
    return Dimensions(x=row.x, y=row.y, z=max(1, row.z or 1), c=max(1, row.c or 1), t=max(1, row.t or 1))


def _pixel_size(row: _ImageRow, symbols: dict[str, str]) -> PixelSize | None:
    size = PixelSize(
        x=_length(row.width, row.width_unit, symbols),
        y=_length(row.height, row.height_unit, symbols),
        z=_length(row.depth, row.depth_unit, symbols),
    )
    return None if size == PixelSize() else size


def _channels(rows: Iterator[Row], symbols: dict[str, str]) -> dict[int, tuple[Channel, ...]]:
    """Pixels id -> its channels in OMERO's order."""
    found: defaultdict[int, list[tuple[int, int, Channel]]] = defaultdict(list)
    for id_, pixels, place, name, red, green, blue, excitation, its_unit, emission, other_unit in rows:
        channel = Channel(
            name=name or "",
            colour=_colour(red, green, blue),
            excitation=_length(excitation, its_unit, symbols),
            emission=_length(emission, other_unit, symbols),
        )
        found[pixels].append((place or 0, id_, channel))
    return {
        pixels: tuple(channel for *_, channel in sorted(places, key=lambda known: known[:2]))
        for pixels, places in found.items()
    }


def _colour(*parts: int | None) -> str | None:
    """`#rrggbb`; alpha is not asked for, as OMERO's viewers do not use it. None unless all parts are known."""
    known = [part for part in parts if part is not None and 0 <= part <= 255]
    return "#" + "".join(f"{part:02x}" for part in known) if len(known) == len(parts) else None


def _length(value: float | None, unit: str | None, symbols: dict[str, str]) -> Length | None:
    """A length as OMERO holds it; None for none and for what no JSON can say (NaN, infinity)."""
    if value is None or not math.isfinite(value):
        return None
    return Length(value=value, unit=symbols.get(unit or "", unit or ""))


def _duration(row: _ImageRow, symbols: dict[str, str]) -> Duration | None:
    """The time between two time points; None where OMERO does not know it."""
    if row.step is None or not math.isfinite(row.step):
        return None
    return Duration(value=row.step, unit=symbols.get(row.step_unit or "", row.step_unit or ""))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _symbols() -> dict[str, str]:
    """A unit as HQL answers it (`MICROMETER`) -> its symbol (`µm`), from omero-py itself."""
    model: Any = importlib.import_module("omero.model")
    return {**model.TimeI.SYMBOLS, **model.LengthI.SYMBOLS}
