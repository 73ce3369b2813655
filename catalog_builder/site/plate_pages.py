"""The pages of screens and plates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from catalog_builder.derive.colourings import Colouring
from catalog_builder.derive.facets import object_name
from catalog_builder.derive.plates import PlateGrid, View
from catalog_builder.derive.values import KEY_PREFIX
from catalog_builder.model.inheritance import Origin
from catalog_builder.model.plates import Plate, Run, Screen
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import AnnotationParts, Annotations
from catalog_builder.site.container_cards import ContainerCards
from catalog_builder.site.content import Content
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.parts import Fact, Link, group_fact, owner_fact, screen_link
from catalog_builder.site.plate_parts import best, legend, run_name, view_address
from catalog_builder.site.render import NBSP, day, plural


class Cell(NamedTuple):
    """A well in the grid; `picture` is '' where the view shows none of it, the placeholder where it has none."""

    id: int
    name: str
    row: int
    column: int
    href: str
    picture: str
    colour: str


class Choice(NamedTuple):
    """A run or a field to look at: `value` is the run's id or the field's number."""

    text: str
    href: str
    value: int | None
    chosen: bool


class ShownRun(NamedTuple):
    """A run of the plate, with what it is annotated with itself."""

    id: int
    name: str
    description: str
    when: str
    images: int
    annotations: Annotations


def screen_pages(content: Content) -> Iterator[Page]:
    """A page a screen: its plates as small maps under one legend."""
    annotations, cards = content.once(AnnotationParts), content.once(ContainerCards)
    for screen in content.export.screens.values():
        name = object_name("screen", screen.name, screen.id)
        own = Origin("screen", screen.id)
        plates = content.plates.of_screen.get(screen.id, [])
        images = content.count("screen", str(screen.id))
        colouring = content.telling(screen.id)
        context = {
            "id": screen.id,
            "name": name,
            "description": screen.description,
            "crumbs": [Link("Browse", links.BROWSE), Link(name, "", "screen")],
            "annotations": annotations.of(dict.fromkeys(screen.annotations, (own,)), own, screen.linked),
            "strip": cards.screen(screen).pictures,
            "plates": [cards.plate(plate, screen.id) for plate in plates],
            "legend": legend(colouring, ("screen", str(screen.id))) if colouring else None,
            "images": images,
            "explore": links.explore_screen(screen.id) if images else "",
            "facts": _screen_facts(content, screen, len(plates), images),
            "omero_web": links.omero_web(content.settings.omero_web, "screen", screen.id),
        }
        yield Page(links.screen(screen.id), name, screen.description, "pages/screen.html", context)


def plate_pages(content: Content) -> Iterator[Page]:
    """The pages of each plate: one for every run and field, all with the same frame."""
    for plate in content.export.plates.values():
        yield from plate_work(content, plate).pages()


def plate_work(content: Content, plate: Plate) -> PageWork:
    """The pages of a plate. Whatever changes in the export, they are made again: counts are on them all."""

    def pages() -> Iterator[Page]:
        grid = content.plates.grid(plate)
        colourings = content.colourings(plate)
        before, after = _beside(content, plate)
        shared = _plate_context(content, content.once(AnnotationParts), grid, colourings)
        shared |= {"before": _step(before), "after": _step(after)}
        for view in grid.views or [View(None, 1)]:
            yield _plate_page(grid, view, best(colourings), shared)

    return PageWork([plate.id, content.export.manifest.streams], pages)


def _beside(content: Content, plate: Plate) -> tuple[Plate | None, Plate | None]:
    """The plates before and after on its first screen: a plate on two screens has one page."""
    screens: list[int | None] = [s for s in plate.screens if s in content.export.screens]
    plates = content.plates.of_screen[(screens or [None])[0]]
    place = plates.index(plate)
    return (plates[place - 1] if place else None, plates[place + 1] if place + 1 < len(plates) else None)


def _step(plate: Plate | None) -> Link | None:
    return Link(object_name("plate", plate.name, plate.id), links.plate(plate.id)) if plate else None


def _plate_page(grid: PlateGrid, view: View, colouring: Colouring | None, shared: dict[str, Any]) -> Page:
    """A plate's page as one look at it has it."""
    plate = grid.plate
    address = view_address(grid, view)
    names = {None: "No run"} | {run.id: run_name(run) for run in grid.runs}
    runs = list(dict.fromkeys(one.run for one in grid.views))
    fields = [one.field for one in grid.views if one.run == view.run]
    title = shared["name"]
    if address != links.plate(plate.id):
        title += f" – {names[view.run]}, field {view.field}" if view.run else f" – field {view.field}"
    context = shared | {
        "view": view,
        "legend": legend(colouring, ("plate", str(plate.id)), view) if colouring else None,
        "lines": _lines(grid, view, colouring),
        "runs": [
            Choice(
                names[run],
                view_address(grid, _nearest(grid, run, view.field)),
                run,
                run == view.run,
            )
            for run in runs
        ],
        "fields": [
            Choice(str(field), view_address(grid, View(view.run, field)), field, field == view.field)
            for field in fields
        ],
    }
    return Page(address, title, plate.description, "pages/plate.html", context)


def _nearest(grid: PlateGrid, run: int | None, field: int) -> View:
    """The same field of another run, or its first."""
    of_run = [view for view in grid.views if view.run == run]
    return View(run, field) if View(run, field) in of_run else of_run[0]


def _lines(grid: PlateGrid, view: View, colouring: Colouring | None) -> list[tuple[str, list[Cell | None]]]:
    """Row by row: its name, and the well in each column, if any."""
    return [
        (grid.row_name(row), [_cell(grid, view, colouring, row, column) for column in grid.columns])
        for row in grid.rows
    ]


def _cell(grid: PlateGrid, view: View, colouring: Colouring | None, row: int, column: int) -> Cell | None:
    one = grid.at.get((row, column))
    if one is None:
        return None
    shown = one.pictures.get(view)
    picture = ""
    if shown is not None:
        picture = links.thumbnail(shown.id) if shown.picture else links.PLACEHOLDER
    colour = colouring.colour(one.well.id, view) if colouring else ""
    return Cell(one.well.id, one.name, row, column, links.well(one.well.id), picture, colour)


def _plate_context(
    content: Content, annotations: AnnotationParts, grid: PlateGrid, colourings: Sequence[Colouring]
) -> dict[str, Any]:
    plate = grid.plate
    name = object_name("plate", plate.name, plate.id)
    screens = [screen_link(content, s) for s in plate.screens if s in content.export.screens]
    chosen = best(colourings)
    return {
        "id": plate.id,
        "name": name,
        "description": plate.description,
        "crumbs": [Link("Browse", links.BROWSE), *screens[:1], Link(name, "", "plate")],
        "screens": screens,
        "annotations": annotations.of(
            content.inheritance.of_plate(plate.id), Origin("plate", plate.id), plate.linked
        ),
        "columns": [grid.column_name(column) for column in grid.columns],
        "breadth": _breadth(len(grid.columns)),
        "wells": len(grid.wells),
        "imaged": sum(bool(one.pictures) for one in grid.wells),
        "images": grid.images,
        "colourings": [(one.name, one.label, one.facet == "tag") for one in colourings],
        "key_href": links.key(chosen.facet[len(KEY_PREFIX) :]) if chosen and chosen.imaged else links.KEYS,
        "told_runs": [_shown_run(annotations, grid, run) for run in grid.runs],
        "explore": links.explore_plate(plate.id) if grid.images else "",
        "data": links.plate_data(plate.id),
        "facts": _plate_facts(content, grid),
        "omero_web": links.omero_web(content.settings.omero_web, "plate", plate.id),
    }


def _breadth(columns: int) -> str:
    """How wide the grid is, for the style sheet: it may not hold a number for each plate."""
    for most, word in ((6, "few"), (12, "some"), (24, "many")):
        if columns <= most:
            return word
    return "most"


def _shown_run(annotations: AnnotationParts, grid: PlateGrid, run: Run) -> ShownRun:
    own = Origin("run", run.id)
    begun, ended = day(run.started), day(run.ended)
    images = {row.id for one in grid.wells for view, row in one.pictures.items() if view.run == run.id}
    return ShownRun(
        run.id,
        run_name(run),
        run.description,
        f"{begun} to {ended}" if begun and ended and begun != ended else begun or ended,
        len(images),
        annotations.of(dict.fromkeys(run.annotations, (own,)), own, run.linked),
    )


def _screen_facts(content: Content, screen: Screen, plates: int, images: int) -> tuple[Fact, ...]:
    facts = [*owner_fact(content, screen.owner), *group_fact(content, screen.group)]
    if screen.created:
        facts.append(Fact("Created", (Link(day(screen.created)),)))
    facts.append(Fact("Plates", (Link(str(plates)),)))
    facts.append(Fact("Images", (Link(str(images)),)))
    facts.append(Fact("Screen ID", (Link(str(screen.id)),)))
    return tuple(facts)


def _plate_facts(content: Content, grid: PlateGrid) -> tuple[Fact, ...]:
    plate = grid.plate
    rows, columns = plural(len(grid.rows), "row"), plural(len(grid.columns), "column")
    imaged = sum(bool(one.pictures) for one in grid.wells)
    bare = len(grid.wells) - imaged
    wells = [Link(str(len(grid.wells))), *([Link(f"{bare} without images")] if bare else [])]
    facts = [
        Fact("Size", (Link(f"{rows} × {columns}".replace(" ", NBSP)),)),
        Fact("Wells", tuple(wells)),
        Fact("Images", (Link(str(grid.images)),)),
    ]
    if grid.runs:
        facts.append(Fact("Runs", (Link(str(len(grid.runs))),)))
    facts += [*owner_fact(content, plate.owner), *group_fact(content, plate.group)]
    if plate.created:
        facts.append(Fact("Created", (Link(day(plate.created)),)))
    facts.append(Fact("Plate ID", (Link(str(plate.id)),)))
    return tuple(facts)
