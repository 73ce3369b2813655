"""Plates in pictures: small maps, legends, and what a plate's page switches between without being loaded again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from catalog_builder.derive.colourings import Colouring
from catalog_builder.derive.facets import object_name
from catalog_builder.derive.plates import PlacedWell, PlateGrid, View
from catalog_builder.derive.values import KEY_PREFIX, TAG
from catalog_builder.model.plates import Run
from catalog_builder.site import links

#: The version of a plate's data file.
PLATE_VERSION = 1

#: A legend's entry that stands for more values than this leads nowhere: no browser bears such an address.
LISTED = 40

#: The colours of wells that hold no value: those with images, and those without.
PLAIN, BARE = "plain", "bare"


class Dots(NamedTuple):
    """The wells of one colour on a map, as an SVG path of points."""

    colour: str
    path: str


class PlateMap(NamedTuple):
    """A plate in miniature, one unit a well; `here` is the place to mark: row and column on the map."""

    columns: int
    rows: int
    dots: tuple[Dots, ...]
    here: tuple[int, int] | None = None


class LegendEntry(NamedTuple):
    """A colour, what it stands for, and the way to its images ("": none)."""

    colour: str
    label: str
    href: str
    wells: int


class Legend(NamedTuple):
    """What the colours mean: the key or tag by which wells are coloured, and its entries."""

    name: str
    label: str
    entries: tuple[LegendEntry, ...]


def plate_map(grid: PlateGrid, colouring: Colouring | None) -> PlateMap:
    """The wells as points; those without images are `bare` whatever they hold.

    Wells of one colour side by side are one line of the path, which the style sheet draws as points a unit apart:
    a plate of 1,536 wells takes a few hundred characters.
    """
    rows = {row: place for place, row in enumerate(grid.rows)}
    columns = {column: place for place, column in enumerate(grid.columns)}
    paths: dict[str, list[str]] = {}
    colour, start, end = "", (0, 0), (0, 0)  # of the line being drawn: row and column
    for (row, column), one in grid.at.items():
        place = (rows[row], columns[column])
        own = ((colouring.colour(one.well.id) if colouring else "") or PLAIN) if one.pictures else BARE
        if own != colour or place != (end[0], end[1] + 1):
            _draw(paths, colour, start, end)
            colour, start = own, place
        end = place
    _draw(paths, colour, start, end)
    dots = tuple(Dots(colour, "".join(paths[colour])) for colour in sorted(paths))
    return PlateMap(max(1, len(columns)), max(1, len(rows)), dots)


def _draw(paths: dict[str, list[str]], colour: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    if colour:
        # A little too long: the last point would else be lost to rounding.
        paths.setdefault(colour, []).append(f"M{start[1]} {start[0]}h{end[1] - start[1]}.01")


def legend(colouring: Colouring, within: tuple[str, str], view: View | None = None) -> Legend:
    """The colours of a key or tag; `within` is the facet and value of the plate or screen. Wells are counted as a run
    and field has them, else over all."""
    entries = tuple(
        LegendEntry(shade.colour, shade.label, _href(colouring, shade.values, within), shade.wells)
        for shade in colouring.counted(view)
    )
    return Legend(colouring.name, colouring.label, entries)


def _href(colouring: Colouring, values: Sequence[str], within: tuple[str, str]) -> str:
    held = [value for value in values if value in colouring.imaged]
    if not held or len(held) > LISTED:
        return ""
    return links.explore(within, *((colouring.facet, value) for value in held))


def best(colourings: Sequence[Colouring]) -> Colouring | None:
    """The key that maps are coloured by: tags tell too little of the wells that lack them."""
    return colourings[0] if colourings and colourings[0].facet != TAG else None


def view_address(grid: PlateGrid, view: View) -> str:
    """The page of a look at a plate; the first look is the plate's own page."""
    if not grid.views or view == grid.views[0]:
        return links.plate(grid.plate.id)
    return links.plate_view(grid.plate.id, *view)


def run_name(run: Run) -> str:
    """What to call a run."""
    return object_name("run", run.name, run.id)


def plate_data(grid: PlateGrid, colourings: Sequence[Colouring]) -> dict[str, Any]:
    """What the plate's page loads: all lists follow `wells`.

    An image without a picture is its id as a negative number, a well without an image in a view is 0. `held`
    has for each well the places of its values in `values`, `heldIn` the same for each of `views`, where these differ;
    `bare` those values that no image holds.
    """
    wells = list(grid.at.values())
    return {
        "version": PLATE_VERSION,
        "wells": [one.well.id for one in wells],
        "views": [
            {
                "run": view.run,
                "field": view.field,
                "href": view_address(grid, view),
                "images": [_image(one, view) for one in wells],
            }
            for view in grid.views
        ],
        "counts": [len(one.pictures) for one in wells],
        "colourings": [
            {
                "name": one.name,
                "facet": one.facet,
                "label": one.label,
                "isTag": not one.facet.startswith(KEY_PREFIX),
                "values": one.values,
                "shadeOf": one.shade_of,
                "held": _held(wells, one.wells),
                **({"heldIn": [_held(wells, one.held(v)) for v in grid.views]} if one.views else {}),
                "bare": [place for place, value in enumerate(one.values) if value not in one.imaged],
                "legend": [entry._asdict() for entry in legend(one, ("plate", str(grid.plate.id))).entries],
            }
            for one in colourings
        ],
    }


def _held(wells: Sequence[PlacedWell], of_well: dict[int, tuple[int, ...]]) -> list[tuple[int, ...]]:
    return [of_well.get(one.well.id, ()) for one in wells]


def _image(one: PlacedWell, view: View) -> int:
    row = one.pictures.get(view)
    if row is None:
        return 0
    return row.id if row.picture else -row.id
