"""What all pages are made from, worked out once a build."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import cached_property
from itertools import chain

from catalog_builder.derive.colourings import Colouring, colourings
from catalog_builder.derive.facets import Facet, facets_of
from catalog_builder.derive.groupings import TagGroup, TagText, tag_groups, tag_texts
from catalog_builder.derive.plates import Plates
from catalog_builder.derive.table import Table, datasets_in_order
from catalog_builder.derive.values import TAG, Term
from catalog_builder.exchange.read import Export
from catalog_builder.model.plates import Plate, Screen
from catalog_builder.model.records import Dataset, Project
from catalog_builder.settings.options import Settings
from catalog_builder.site import links
from catalog_builder.site.render import day
from catalog_builder.text import natural_key

#: The page of an object with an id; no more digits than OMERO's ids have, and none too many.
_OBJECT = re.compile(r"(projects|datasets|screens|plates|wells|tags|images)/(0|[1-9][0-9]{0,18})\.html")


class Content:
    """An export, the settings, and everything derived from the two."""

    def __init__(self, export: Export, settings: Settings) -> None:
        self.export = export
        self.settings = settings
        self.table = Table(export)
        self.inheritance = self.table.vocabulary.inheritance
        self._telling: dict[int | None, Colouring | None] = {}

    @property
    def as_of(self) -> str:
        """The day of the export. Only home, browse and explore show it: on every page, a new day would rewrite all."""
        return day(self.export.manifest.exported)

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets, in the order they are shown."""
        return facets_of(self.export, self.table)

    @cached_property
    def keys(self) -> list[Facet]:
        """The facets that are keys, those that most images have first."""
        return [facet for facet in self.facets if facet.key is not None]

    @cached_property
    def tags(self) -> dict[str, TagText]:
        """Tag text -> its tags, in natural order."""
        return tag_texts(self.export, self.table)

    @cached_property
    def tag_groups(self) -> list[TagGroup]:
        """The tag sets and their tags."""
        return tag_groups(self.export, self.tags.values())

    @cached_property
    def projects(self) -> list[Project]:
        """Projects by name in natural order."""
        return sorted(self.export.projects.values(), key=lambda one: (natural_key(one.name), one.id))

    @cached_property
    def datasets_of(self) -> dict[int | None, list[Dataset]]:
        """Project id -> its datasets in natural order; None -> datasets in no project."""
        found: dict[int | None, list[Dataset]] = {}
        for dataset in datasets_in_order(self.export):
            projects: list[int | None] = [p for p in dataset.projects if p in self.export.projects]
            for project in projects or [None]:
                found.setdefault(project, []).append(dataset)
        return found

    @cached_property
    def screens(self) -> list[Screen]:
        """Screens by name in natural order."""
        return sorted(self.export.screens.values(), key=lambda one: (natural_key(one.name), one.id))

    @cached_property
    def plates(self) -> Plates:
        """The plates as grids."""
        return Plates(self.export, self.table)

    def colourings(self, plate: Plate) -> list[Colouring]:
        """What a plate's wells can be coloured by, the most telling first. Not remembered: it is large."""
        return colourings(self.table, self.plates.grid(plate).wells)

    def telling(self, screen: int | None) -> Colouring | None:
        """The key that maps of a screen's plates are coloured by, if any; None: that of plates on no screen."""
        if screen not in self._telling:
            plates = self.plates.of_screen.get(screen, [])
            wells = [one for plate in plates for one in self.plates.grid(plate).wells]
            found = [one for one in colourings(self.table, wells)[:1] if one.facet != TAG]
            self._telling[screen] = found[0] if found else None
        return self._telling[screen]

    @cached_property
    def namespaces_of_key(self) -> dict[str, list[str]]:
        """Key -> the namespaces that hold it, in order."""
        found: dict[str, set[str]] = {}
        for one in self.export.key_values.values():
            for key, _ in one.pairs:
                found.setdefault(key, set()).add(one.namespace)
        return {key: sorted(namespaces) for key, namespaces in found.items()}

    def has(self, address: str) -> bool:
        """Whether wiki pages may link to `address`: the first page of everything the catalogue shows."""
        found = _OBJECT.fullmatch(address)
        if not found:
            return address in self._fixed
        known: dict[str, Container[int]] = {
            "projects": self.export.projects,
            "datasets": self.export.datasets,
            "screens": self.export.screens,
            "plates": self.export.plates,
            "wells": self.export.wells,
            "tags": self.export.tags,
            "images": self.table.position,
        }
        return int(found[2]) in known[found[1]]

    def addresses(self) -> Iterator[str]:
        """Everything that `has` answers to, images last; made as it is asked for, for there may be a million."""
        yield from sorted(self._fixed)
        for make, ids in (
            (links.project, self.export.projects),
            (links.dataset, self.export.datasets),
            (links.screen, self.export.screens),
            (links.plate, self.export.plates),
            (links.tag, self.export.tags),
            (links.well, self.export.wells),
            (links.image, self.table.position),
        ):
            yield from map(make, sorted(ids))

    @cached_property
    def _fixed(self) -> frozenset[str]:
        """The addresses without an id."""
        whole = (links.BROWSE, links.EXPLORE, links.TAGS, links.KEYS, links.IMAGE_BY_ID)
        return frozenset(chain(whole, (links.key(facet.key or "") for facet in self.keys)))

    def count(self, facet: str, value: str) -> int:
        """How many images hold a value."""
        number = self.table.vocabulary.find(Term(facet, value))
        return self.table.count(number) if number is not None else 0
