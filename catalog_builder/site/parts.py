"""Parts that pages share: cards, links, facts, galleries. Text only; templates make HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from catalog_builder.derive.facets import NO_NAME, object_name
from catalog_builder.derive.table import Row, Rows
from catalog_builder.model.plates import well_name
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.text import visible

Shown = TypeVar("Shown")

#: So many pages a gallery has at most: a tag of half a million images would make eight thousand.
GALLERY_PAGES = 50


class Link(NamedTuple):
    """A word that is a door: `href` from the site's root ("": none), a `kind` for its mark, how many images."""

    text: str
    href: str = ""
    kind: str = ""
    images: int | None = None


class Card(NamedTuple):
    """A picture and a name, leading to a page."""

    id: int
    name: str
    href: str
    picture: str
    alt: str
    missing: bool
    preview: bool
    """Whether there is a larger picture."""


class Chip(NamedTuple):
    """A tag: where it leads, how many images it holds for, and where it comes from if it is inherited."""

    text: str
    href: str
    images: int
    origins: tuple[Link, ...]


class Fact(NamedTuple):
    """A label and what is known: words, each of them perhaps a door."""

    label: str
    values: tuple[Link, ...]


def card(content: Content, row: Row) -> Card:
    """The card of an image."""
    name = object_name("image", row.name, row.id)
    picture = links.thumbnail(row.id) if row.picture else links.PLACEHOLDER
    return Card(row.id, name, content.image_page(row.id), picture, "", not row.picture, row.preview)


def strip(content: Content, rows: Rows, most: int = 4) -> list[Card]:
    """A few cards spread over the rows, those with a picture of more than a slide's label first."""
    shown = rows.pictured()
    step = max(1, len(shown) // most)
    return [card(content, row) for row in shown[::step][:most]]


def gallery_pages(shown: Sequence[Shown], size: int, most: int | None = None) -> list[Sequence[Shown]]:
    """Rows, or groups of rows, in pages, `most` of them; always one page, perhaps empty."""
    starts = range(0, len(shown), size)[:most]
    return [shown[start : start + size] for start in starts] or [()]


def scene_groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows in their order, those of one file together at the place of the first, by series."""
    groups: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        home = ("fileset", row.scene[0]) if row.scene else ("image", row.id)
        groups.setdefault(home, []).append(row)
    return [sorted(group, key=lambda row: (row.scene or (0, 0), row.id)) for group in groups.values()]


def project_link(content: Content, project_id: int) -> Link:
    """A project's name, leading to its page."""
    return Link(
        object_name("project", content.export.projects[project_id].name, project_id),
        links.project(project_id),
        "project",
    )


def dataset_link(content: Content, dataset_id: int) -> Link:
    """A dataset's name, leading to its page."""
    return Link(
        object_name("dataset", content.export.datasets[dataset_id].name, dataset_id),
        links.dataset(dataset_id),
        "dataset",
    )


def screen_link(content: Content, screen_id: int) -> Link:
    """A screen's name, leading to its page."""
    return Link(
        object_name("screen", content.export.screens[screen_id].name, screen_id),
        links.screen(screen_id),
        "screen",
    )


def plate_link(content: Content, plate_id: int) -> Link:
    """A plate's name, leading to its page."""
    return Link(
        object_name("plate", content.export.plates[plate_id].name, plate_id), links.plate(plate_id), "plate"
    )


def run_link(content: Content, run_id: int) -> Link:
    """A run's name, leading to its place on its plate's page: runs have none of their own."""
    run = content.export.runs[run_id]
    return Link(object_name("run", run.name, run_id), f"{links.plate(run.plate)}#run-{run_id}", "run")


def well_link(content: Content, well_id: int) -> Link:
    """A well's name on its plate, such as `B12`, leading to its page."""
    well = content.export.wells[well_id]
    plate = content.export.plates.get(well.plate)
    return Link(well_name(plate, well.row, well.column), links.well(well_id), "well")


#: Kind of what hands annotations down -> what makes its link.
CONTAINER_LINKS: dict[str, Callable[[Content, int], Link]] = {
    "project": project_link,
    "dataset": dataset_link,
    "screen": screen_link,
    "plate": plate_link,
    "run": run_link,
    "well": well_link,
}


def owner_link(content: Content, owner: int | None) -> Link | None:
    """Somebody's name, leading to everything of theirs; None for nobody."""
    person = content.export.people.get(owner) if owner is not None else None
    if person is None:
        return None
    count = content.count("owner", person.name)
    href = links.explore_owner(person.name) if count else ""
    return Link(visible(person.name, NO_NAME), href, "", count)


def owner_fact(content: Content, owner: int | None) -> Iterable[Fact]:
    """Whose it is."""
    if link := owner_link(content, owner):
        yield Fact("Owner", (link,))


def group_fact(content: Content, group: int | None) -> Iterable[Fact]:
    """The OMERO group it is in."""
    found = content.export.groups.get(group) if group is not None else None
    if found:
        yield Fact("Group", (Link(visible(found.name, NO_NAME)),))
