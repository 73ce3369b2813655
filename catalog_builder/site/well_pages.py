"""The page of a well: its pictures by run, what holds for it, and the wells around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from catalog_builder.derive.facets import object_name
from catalog_builder.derive.plates import PlacedWell, PlateGrid
from catalog_builder.model.inheritance import Found, Origin, united
from catalog_builder.model.plates import Plate
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import AnnotationParts
from catalog_builder.site.content import Content
from catalog_builder.site.gallery_facts import GalleryFacts
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.parts import (
    Card,
    Fact,
    Link,
    card,
    group_fact,
    owner_fact,
    plate_link,
    run_link,
    screen_link,
)
from catalog_builder.site.plate_parts import PlateMap, plate_map
from catalog_builder.site.render import day


class ShownFields(NamedTuple):
    """The fields of one run: `run` None where the well was imaged without one; pairs of field number and card."""

    run: Link | None
    when: str
    fields: list[tuple[int, Card]]


def well_pages(content: Content) -> Iterator[Page]:
    """A page a well, plate by plate."""
    for plate in content.export.plates.values():
        yield from well_work(content, plate).pages()


def well_work(content: Content, plate: Plate) -> PageWork:
    """The pages of a plate's wells. Whatever changes in the export, they are made again: counts are on them all."""

    def pages() -> Iterator[Page]:
        annotations = content.once(AnnotationParts)
        grid = content.plates.grid(plate)
        shown = plate_map(grid, None)
        for one in grid.wells:
            yield _well_page(content, annotations, grid, one, shown)

    return PageWork([plate.id, content.export.manifest.streams], pages)


def _well_page(
    content: Content, annotations: AnnotationParts, grid: PlateGrid, one: PlacedWell, shown: PlateMap
) -> Page:
    plate, well = grid.plate, one.well
    plate_name = object_name("plate", plate.name, plate.id)
    screens = [screen_link(content, s) for s in plate.screens if s in content.export.screens]
    around = grid.neighbours(one)
    context = {
        "id": well.id,
        "name": one.name,
        "row": well.row,
        "column": well.column,
        "crumbs": [
            Link("Browse", links.BROWSE),
            *screens[:1],
            plate_link(content, plate.id),
            Link(one.name, "", "well"),
        ],
        "plate": plate_link(content, plate.id),
        "around": {way: _well_link(around.get(way)) for way in ("left", "right", "up", "down")},
        "map": shown._replace(here=(grid.rows.index(well.row), grid.columns.index(well.column))),
        "runs": _shown_fields(content, one),
        "told": content.once(GalleryFacts).of(one.pictures.values()),
        "annotations": annotations.of(_holding(content, one), Origin("well", well.id), well.linked),
        "facts": _facts(content, grid, one),
        "omero_web": links.omero_web(content.settings.omero_web, "well", well.id),
    }
    description = f"Well {one.name} of {plate_name}"
    return Page(links.well(well.id), f"{one.name} – {plate_name}", description, "pages/well.html", context)


def _well_link(one: PlacedWell | None) -> Link | None:
    return Link(one.name, links.well(one.well.id)) if one else None


def _holding(content: Content, one: PlacedWell) -> Found:
    """What holds for the well: its own, and what its runs, its plate and the plate's screens hand down."""
    found: Found = {}
    for run in one.runs or [None]:
        for annotation, origins in content.inheritance.of_well(one.well.id, run).items():
            known = found.get(annotation)
            found[annotation] = origins if known is None else united(known, origins)
    return found


def _shown_fields(content: Content, one: PlacedWell) -> list[ShownFields]:
    shown = []
    for run in one.runs:
        known = content.export.runs.get(run) if run is not None else None
        fields = [(view.field, card(content, row)) for view, row in one.pictures.items() if view.run == run]
        link = run_link(content, known.id) if known else None
        shown.append(ShownFields(link, day(known.started) if known else "", fields))
    return shown


def _facts(content: Content, grid: PlateGrid, one: PlacedWell) -> tuple[Fact, ...]:
    well = one.well
    facts = [
        Fact("Row", (Link(grid.row_name(well.row)),)),
        Fact("Column", (Link(grid.column_name(well.column)),)),
        Fact("Images", (Link(str(len({row.id for row in one.pictures.values()}))),)),
        *owner_fact(content, well.owner),
        *group_fact(content, well.group),
        Fact("Well ID", (Link(str(well.id)),)),
    ]
    return tuple(facts)
