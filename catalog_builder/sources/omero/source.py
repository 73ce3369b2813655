"""The source: a live OMERO server read into a catalogue. Reads only; calls no save, update or delete."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from typing import TypeVar

import msgspec

from catalog_builder.errors import SourceError
from catalog_builder.model.catalogue import Catalogue, ImagePages, no_thumbnails
from catalog_builder.model.records import Dataset, Group, Project
from catalog_builder.progress import Progress
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero import containers, images, queries
from catalog_builder.sources.omero.annotations import links_of, read_annotations
from catalog_builder.sources.omero.connect import Login, connect
from catalog_builder.sources.omero.images import Planes
from catalog_builder.sources.omero.remote import Remote
from catalog_builder.sources.omero.thumbnails import Mode, Pictures

Container = TypeVar("Container", Project, Dataset)


class OmeroSource:
    """An OMERO server, for a `with` block; `read` may be called once in it.

    `thumbnails`: `batch` may make OMERO keep what it draws, `direct` leaves no trace and costs two calls an
    image, `none` asks for no pictures. `thumbnail_size` is the longest side in pixels; `page` is how many
    images one call may bring.
    """

    def __init__(
        self,
        login: Login,
        *,
        thumbnails: Mode = "batch",
        thumbnail_size: int = 256,
        page: int = 10_000,
        progress: Progress,
    ) -> None:
        self._login = login
        self._mode = thumbnails
        self._size = thumbnail_size
        self._page = page
        self._progress = progress
        self._open = contextlib.ExitStack()
        self._remote: Remote | None = None
        self._pictures: Pictures | None = None

    def __enter__(self) -> OmeroSource:
        self._progress.stage("Connecting to OMERO")
        with contextlib.ExitStack() as opening:
            connection = opening.enter_context(connect(self._login))
            self._remote = Remote(connection, self._page)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._remote = None
        self._open.close()
        pictures, self._pictures = self._pictures, None
        if pictures is not None and pictures.missing and not any(exc):
            self._progress.note(
                f"{pictures.missing} of {pictures.asked} images have no usable picture in OMERO: "
                "the site draws a placeholder for each."
            )

    def read(self, scope: Scope) -> Catalogue:
        """Containers and annotations at once, images when asked for. SourceError where there is nothing.

        Links lead only to what is within the scope. Annotations are those on objects within it, whoever
        owns them. Images of plates are left out unless they are in a dataset too.
        """
        remote = self._remote
        if remote is None:
            raise RuntimeError("an OmeroSource is read within its `with` block")
        self._progress.stage("Reading projects and datasets")
        found = containers.find(remote, scope)
        counts = list(remote.one_page(queries.IMAGE_COUNTS, found.reach, 0))
        total = sum(count for *_, count in counts)
        if not (found.projects or found.datasets or total):
            raise SourceError(_nothing(scope))
        if found.left_out:
            self._progress.note(
                f"Left out: {len(found.left_out)} private group(s) (rw----) that the account can read, "
                f"{_some(found.left_out)}; a private group is read only when it is named."
            )
        self._progress.stage("Reading annotations")
        read = read_annotations(remote, found.reach)
        known = {*read.tags, *read.key_values}
        links = (
            links_of(remote, queries.PROJECT_ANNOTATIONS, found.reach, known) if found.projects else {},
            links_of(remote, queries.DATASET_ANNOTATIONS, found.reach, known) if found.datasets else {},
        )
        projects = _annotated(found.projects, links[0])
        datasets = _annotated(found.datasets, links[1])
        held = (*projects.values(), *datasets.values())
        owners = {owner for owner, *_ in counts} | {one.owner for one in held}
        groups = {group for _, group, _ in counts} | {one.group for one in held}
        planes = Planes()
        if self._mode != "none":
            self._pictures = Pictures(remote, planes, size=self._size, direct=self._mode == "direct")

        def stream() -> ImagePages:
            return images.pages(remote, found.reach, datasets=datasets, annotations=known, planes=planes)

        return Catalogue(
            people=containers.people(remote, owners | read.owners()),
            groups=_used(found.groups, groups | read.groups()),
            projects=projects,
            datasets=datasets,
            tag_sets=read.tag_sets,
            tags=read.tags,
            key_values=read.key_values,
            images=stream,
            thumbnails=self._pictures.fetch if self._pictures else no_thumbnails,
            total_images=total,
        )


def _some(names: tuple[str, ...], most: int = 5) -> str:
    return ", ".join(f'"{name}"' for name in names[:most]) + (", ..." if len(names) > most else "")


def _annotated(
    containers: Mapping[int, Container], links: Mapping[int, tuple[int, ...]]
) -> dict[int, Container]:
    return {
        id_: msgspec.structs.replace(container, annotations=links.get(id_, ()))
        for id_, container in containers.items()
    }


def _used(groups: dict[int, Group], used: Collection[int | None]) -> dict[int, Group]:
    """Those groups that own something here: the names of a server's other groups are nobody's business."""
    return {id_: group for id_, group in groups.items() if id_ in used}


def _nothing(scope: Scope) -> str:
    if scope.everything:
        return (
            "The account can read no project, dataset or image outside private groups (rw----): "
            "name a private group to read it, or use another account."
        )
    return (
        "There is no project, dataset or image to read in what was named: "
        "name another group, or use an account that may read more."
    )
