"""What contains images as cards, each made once a page type however many pages show it."""

from __future__ import annotations

from itertools import chain, islice
from typing import NamedTuple

from catalog_builder.derive.facets import object_name
from catalog_builder.derive.table import Rows
from catalog_builder.model.plates import Plate, Screen
from catalog_builder.model.records import Dataset, Project
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.site.parts import Card, strip
from catalog_builder.site.plate_parts import PlateMap, plate_map


class ContainerCard(NamedTuple):
    """What contains images as a card: its name, a strip of pictures or a map, and counts of what is in it."""

    kind: str
    name: str
    href: str
    description: str
    pictures: list[Card]
    counts: tuple[tuple[int, str], ...]
    """How many of what, most general first: (3, "dataset"), (40, "image")."""
    map: PlateMap | None = None


class ContainerCards:
    """Makes the cards and remembers them."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._known: dict[tuple[str, int], ContainerCard] = {}
        self._plates: dict[tuple[int, int | None], ContainerCard] = {}

    def project(self, project: Project) -> ContainerCard:
        """A project's card, with pictures from across its datasets."""
        if known := self._known.get(("project", project.id)):
            return known
        datasets = self._content.datasets_of.get(project.id, [])
        table = self._content.table
        rows = Rows(table, list(chain.from_iterable(table.of_dataset(one.id).places for one in datasets)))
        made = ContainerCard(
            "project",
            object_name("project", project.name, project.id),
            links.project(project.id),
            project.description,
            strip(self._content, rows),
            (
                (len(datasets), "dataset"),
                (self._content.count("project", str(project.id)), "image"),
            ),
        )
        self._known["project", project.id] = made
        return made

    def dataset(self, dataset: Dataset) -> ContainerCard:
        """A dataset's card."""
        if known := self._known.get(("dataset", dataset.id)):
            return known
        rows = self._content.table.of_dataset(dataset.id)
        name = object_name("dataset", dataset.name, dataset.id)
        made = ContainerCard(
            "dataset",
            name,
            links.dataset(dataset.id),
            dataset.description,
            strip(self._content, rows),
            ((len(rows), "image"),),
        )
        self._known["dataset", dataset.id] = made
        return made

    def screen(self, screen: Screen) -> ContainerCard:
        """A screen's card, with pictures from across its plates."""
        if known := self._known.get(("screen", screen.id)):
            return known
        plates = self._content.plates.of_screen.get(screen.id, [])
        wells = chain.from_iterable(self._content.plates.grid(plate).wells for plate in plates)
        # The first wells are controls, and all alike.
        places = [row.place for one in wells for row in islice(one.pictures.values(), 1)]
        rows = Rows(self._content.table, places[len(places) // 8 :])
        made = ContainerCard(
            "screen",
            object_name("screen", screen.name, screen.id),
            links.screen(screen.id),
            screen.description,
            strip(self._content, rows),
            (
                (len(plates), "plate"),
                (self._content.count("screen", str(screen.id)), "image"),
            ),
        )
        self._known["screen", screen.id] = made
        return made

    def plate(self, plate: Plate, screen: int | None) -> ContainerCard:
        """A plate's card as a screen shows it: a map in the colours that all plates of the screen share."""
        if known := self._plates.get((plate.id, screen)):
            return known
        grid = self._content.plates.grid(plate)
        made = ContainerCard(
            "plate",
            object_name("plate", plate.name, plate.id),
            links.plate(plate.id),
            plate.description,
            [],
            (
                (len(grid.wells), "well"),
                *([(len(grid.runs), "run")] if len(grid.runs) > 1 else []),
                (grid.images, "image"),
            ),
            plate_map(grid, self._content.telling(screen)),
        )
        self._plates[plate.id, screen] = made
        return made
