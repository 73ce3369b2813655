"""The images: pages by ascending id, each with the same few remote calls however many images it holds."""

from __future__ import annotations

import hashlib
import itertools
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from catalog_builder.exchange.before import Before
from catalog_builder.model.acquisition import Channel, Dimensions, PixelSize
from catalog_builder.model.kinds import slide_role
from catalog_builder.model.plates import Field
from catalog_builder.model.records import Image
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.acquisition import Objectives, Units
from catalog_builder.sources.omero.annotations import Links, gather, gather_links
from catalog_builder.sources.omero.containers import moment
from catalog_builder.sources.omero.failures import NotUnderstood
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
    def dimensions(self) -> Dimensions | None:
        """None for an image without pixels."""
        if not (self.x and self.y and self.x > 0 and self.y > 0):
            return None
        z, c, t = (max(1, size or 1) for size in (self.z, self.c, self.t))
        return Dimensions(x=self.x, y=self.y, z=z, c=c, t=t)

    @property
    def revision(self) -> str:
        """Stands for the state of the image, its pixels, channels and objective, and whose it is; '' if unknown."""
        if self.image_event is None:
            return ""
        return hashlib.blake2b(repr(self[1:7] + self[8:12]).encode(), digest_size=8).hexdigest()

    @property
    def rendering(self) -> int:
        """A number that changes when the image would look different; 0 if unknown."""
        if self.image_event is None:
            return 0
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
        try:
            rows = remote.one_page(query, reach, remote.page, last=last)
        except NotUnderstood:
            if query is queries.PLAIN_IMAGES:
                raise
            query = queries.PLAIN_IMAGES  # a server that cannot work revisions out
            continue
        if rows:
            last = max(row[0] for row in rows)
            found = _first_pixels(rows, plain=query is queries.PLAIN_IMAGES)
            seen += len(found)
            changed = query is queries.IMAGE_REVISIONS
            images = reader.changed(found, before) if changed else reader.whole(found)
            # Pictures are fetched list by list: short ones keep the progress bar moving.
            while some := list(itertools.islice(images, _AT_ONCE)):
                yield some
        if len(rows) < remote.page or seen >= total:
            return


def _first_pixels(rows: list[Row], *, plain: bool = False) -> list[_ImageRow]:
    """One row an image, by ascending id: that of its lowest Pixels. `plain`: of `queries.PLAIN_IMAGES`."""
    found: dict[int, _ImageRow] = {}
    for row in (_ImageRow(*row) for row in rows):
        if plain:
            row = row._replace(image_event=None, rois=0, files=0)
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
        self._units = Units()
        self._objectives = Objectives(remote)

    def whole(self, rows: list[_ImageRow]) -> Iterator[Image]:
        """Of rows with all columns."""
        between = {"first": rows[0].id, "through": rows[-1].id}
        channels = self._units.channels(self._remote.rows(queries.CHANNELS, self._reach, **between))
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
                yield msgspec.structs.replace(image, thumbnail=None, preview=None, **linked(row.id))

    def _fresh(self, ids: list[int]) -> dict[int, Image]:
        rows = _first_pixels(list(self._remote.by_ids(queries.CHANGED_IMAGES, ids)))
        channels = self._units.channels(self._remote.by_ids(queries.CHANGED_CHANNELS, ids))
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
            dimensions=row.dimensions,
            pixel_type=row.pixel_type or "",
            pixel_size=self._pixel_size(row),
            time_step=self._units.duration(row.step, row.step_unit),
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

    def _pixel_size(self, row: _ImageRow) -> PixelSize | None:
        size = PixelSize(
            x=self._units.length(row.width, row.width_unit),
            y=self._units.length(row.height, row.height_unit),
            z=self._units.length(row.depth, row.depth_unit),
        )
        return None if size == PixelSize() else size
