"""The source: a live OMERO server read into a catalogue. Reads only; calls no save, update or delete."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from typing import Any

from catalog_builder.errors import SourceError
from catalog_builder.exchange.before import Before
from catalog_builder.model.catalogue import Catalogue, ImagePages, no_renderings, no_thumbnails
from catalog_builder.model.records import Group
from catalog_builder.progress import Progress
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero import containers, images, queries, wells
from catalog_builder.sources.omero.annotations import gather_links, read_annotations, with_links
from catalog_builder.sources.omero.connect import BACKOFF, connect
from catalog_builder.sources.omero.images import Known, Planes
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.pace import Pace
from catalog_builder.sources.omero.remote import Remote
from catalog_builder.sources.omero.thumbnails import Mode, Pictures

#: Kind of pictures -> what is said of those that OMERO does not have.
_MISSING = {
    "thumbnails": "Images without a usable picture in OMERO: {}; the site draws a placeholder for each",
    "previews": "Images without a usable larger preview in OMERO: {}; the site does without",
}


class OmeroSource:
    """An OMERO server, for a `with` block; `read` may be called once in it.

    `thumbnails`: `batch` may make OMERO keep what it draws, `direct` leaves no trace and costs two calls an
    image, `none` asks for no pictures. `thumbnail_size` is the longest side in pixels, `preview_size` that of
    larger pictures, 0 for none: they come in batches as thumbnails do, else without a trace; `page` is how many
    images one call may bring; `calls` is how many calls may be under way at once, `pause` how many seconds
    are left between two, `backoff` how many before each further try of one that failed; `also` is which of
    `comments`, `ratings`, `attachments` and `linked` (who linked what) are asked for: they are private unless
    the publishing rules let them out; and `logins`, to look for them in texts.
    """

    def __init__(
        self,
        login: Login,
        *,
        thumbnails: Mode = "batch",
        thumbnail_size: int = 256,
        preview_size: int = 0,
        page: int = 10_000,
        calls: int = 4,
        pause: float = 0.0,
        also: Collection[str] = (),
        progress: Progress,
        backoff: Sequence[float] = BACKOFF,
    ) -> None:
        self._login = login
        self._mode = thumbnails
        self._size = thumbnail_size
        self._preview_size = preview_size
        self._page = page
        self._pace = Pace(calls, pause)
        self._backoff = backoff
        self._also = frozenset(also)
        self._progress = progress
        self._open = contextlib.ExitStack()
        self._remote: Remote | None = None
        self._pictures: dict[str, Pictures] = {}

    def __enter__(self) -> OmeroSource:
        self._progress.stage("Connecting to OMERO")
        with contextlib.ExitStack() as opening:
            connection = opening.enter_context(connect(self._login, self._pace, self._backoff))
            self._remote = Remote(connection, self._page)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._remote = None
        fetchers, self._pictures = self._pictures, {}
        for pictures in fetchers.values():
            if any(exc):
                pictures.give_up()
            else:
                pictures.close()
        self._open.close()
        for kind, pictures in fetchers.items():
            if pictures.missing and not any(exc):
                told = _MISSING[kind].format(pictures.missing)
                self._progress.note(f"{told} ({_some(pictures.named, pictures.missing)}).", gap=True)

    def read(self, scope: Scope, before: Before | None = None) -> Catalogue:
        """Containers and annotations at once, images when asked for. SourceError where there is nothing.

        Links lead only to what is within the scope. Annotations are those on objects within it, whoever
        owns them. Of the export `before`, what has not changed is taken over.
        """
        remote = self._remote
        if remote is None:
            raise RuntimeError("an OmeroSource is read within its `with` block")
        before = before or Before.nothing()
        self._progress.stage("Reading projects and screens")
        found = containers.find(remote, scope, linkers="linked" in self._also)
        counts = list(remote.one_page(queries.IMAGE_COUNTS, found.reach, 0))
        total = sum(count for *_, count in counts)
        if not (found or total):
            raise SourceError(_nothing(scope))
        if found.left_out:
            count = len(found.left_out)  # no names: a log may be read by more people than the groups are
            self._progress.note(
                f"Left out: {count} private group{'s' * (count > 1)} (rw----) that the account can read; "
                "a private group is read only when it is named."
            )
        self._progress.stage("Reading annotations")
        read = read_annotations(remote, found.reach, self._also, before.key_values())
        held = _carriers(remote, found, read.ids())
        things = [one for of_kind in held.values() for one in of_kind.values()]
        owners = {owner for owner, *_ in counts} | {one.owner for one in things}
        if found.reach.linkers:
            owners |= {linked.by for one in things for linked in one.linked}
            owners |= {by for by, _ in remote.one_page(queries.IMAGE_LINKERS, found.reach, 0)}
        groups = {group for _, group, _ in counts} | {one.group for one in things}
        known = Known(held["datasets"], held["wells"], held["runs"], read.ids())
        planes = Planes() if self._mode != "none" or self._preview_size else None
        if planes is not None:
            self._pictures = self._fetchers(remote, planes)
        thumbnails, previews = self._pictures.get("thumbnails"), self._pictures.get("previews")
        more: dict[str, Any] = {**held, **read.by_stream}
        return Catalogue(
            people=containers.people(remote, owners | read.owners()),
            groups=_used(found.groups, groups | read.groups()),
            logins=containers.logins(remote) if "logins" in self._also else frozenset(),
            tag_sets=read.tag_sets,
            images=lambda: self._counted(
                images.pages(remote, found.reach, known, planes, total, before), total
            ),
            renderings=thumbnails.revision if thumbnails else no_renderings,
            thumbnails=thumbnails.fetch if thumbnails else no_thumbnails,
            preview_renderings=previews.revision if previews else no_renderings,
            previews=previews.fetch if previews else no_thumbnails,
            total_images=total,
            **more,
        )

    def _fetchers(self, remote: Remote, planes: Planes) -> dict[str, Pictures]:
        """What fetches the pictures that are wanted, by their kind."""
        found: dict[str, Pictures] = {}
        above = 0
        if self._mode != "none":
            found["thumbnails"] = Pictures(remote, planes, size=self._size, direct=self._mode == "direct")
            above = self._size
        if self._preview_size:
            found["previews"] = Pictures(
                remote,
                planes,
                size=self._preview_size,
                direct=self._mode != "batch",
                above=above,
                kind="previews",
            )
        return found

    def _counted(self, pages: ImagePages, total: int) -> ImagePages:
        """The pages, and a note if fewer images came than there were at first."""
        seen = 0
        for page in pages:
            seen += len(page)
            yield page
        if seen < total:
            self._progress.note(
                f"Left out: {total - seen} of {total} images went away while they were read.", gap=True
            )


def _carriers(remote: Remote, found: containers.Found, known: Collection[int]) -> dict[str, dict[int, Any]]:
    """Everything but images that carries annotations, with them."""
    reach = found.reach
    held: dict[str, dict[int, Any]] = {
        "projects": found.projects,
        "datasets": found.datasets,
        "screens": found.screens,
        "plates": found.plates,
        "runs": wells.runs_of(remote, reach, found.plates) if found.plates else {},
        "wells": wells.wells_of(remote, reach, found.plates) if found.plates else {},
    }
    links = {
        "projects": queries.PROJECT_ANNOTATIONS,
        "datasets": queries.DATASET_ANNOTATIONS,
        "screens": queries.SCREEN_ANNOTATIONS,
        "plates": queries.PLATE_ANNOTATIONS,
        "runs": queries.RUN_ANNOTATIONS,
        "wells": queries.WELL_ANNOTATIONS,
    }
    return {
        kind: with_links(things, gather_links(remote.rows(links[kind], reach), known)) if things else {}
        for kind, things in held.items()
    }


def _some(named: Sequence[str], of: int) -> str:
    return ", ".join(named) + (", ..." if len(named) < of else "")


def _used(groups: dict[int, Group], used: Collection[int | None]) -> dict[int, Group]:
    """Those groups that own something here: the names of a server's other groups are nobody's business."""
    return {id_: group for id_, group in groups.items() if id_ in used}


def _nothing(scope: Scope) -> str:
    if scope.everything:
        return (
            "The account can read no project, dataset, screen, plate or image outside private groups (rw----): "
            "name a private group to read it, or use another account."
        )
    return (
        "There is no project, dataset, screen, plate or image to read in what was named: "
        "name another group, or use an account that may read more."
    )
