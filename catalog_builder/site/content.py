"""What all pages are made from, worked out once a build."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

import msgspec

from catalog_builder.derive.chunks import chunk_starts
from catalog_builder.derive.colourings import Colouring, colourings
from catalog_builder.derive.columns import Columns
from catalog_builder.derive.facet_settings import Arranged, arranged
from catalog_builder.derive.facets import Facet, facets_of
from catalog_builder.derive.groupings import TagGroup, TagText, tag_groups, tag_texts
from catalog_builder.derive.order import datasets_in_order
from catalog_builder.derive.plates import Plates
from catalog_builder.derive.table import Table
from catalog_builder.derive.values import OWNER, TAG, Term
from catalog_builder.exchange.read import Export
from catalog_builder.model.inheritance import Inheritance
from catalog_builder.model.plates import Plate, Screen
from catalog_builder.model.records import Dataset, Project
from catalog_builder.settings.options import Settings
from catalog_builder.site import links
from catalog_builder.site.earlier import EarlierSite
from catalog_builder.site.memory import digest, program
from catalog_builder.site.render import day
from catalog_builder.text import natural_key

#: The pages that are not of an object with an id.
_FIXED = re.compile(r"browse\.html|explore\.html|tags/index\.html|images/index\.html|keys/[^/]+\.html")

#: The order in which addresses are listed, by folder.
_FOLDERS = ("projects", "datasets", "screens", "plates", "tags", "wells", "images")

Made = TypeVar("Made")

#: The page of an object with an id; no more digits than OMERO's ids have, and none too many.
_OBJECT = re.compile(r"(projects|datasets|screens|plates|wells|tags|images)/(0|[1-9][0-9]{0,18})\.html")


#: A facet of more values than this that several images hold is counted in parts of about as many.
COUNTED = 2_000

#: From so many images on, the data has no scripts beside it unless they are asked for: they double it.
IMAGES_WITH_SCRIPTS = 20_000


class Content:
    """An export, the settings, and everything derived from the two."""

    def __init__(
        self, export: Export, settings: Settings, earlier: EarlierSite | None = None, *, offline: bool = False
    ) -> None:
        self.export = export
        self.earlier = earlier or EarlierSite()
        """The site that stands already where this one will."""
        self.settings = settings
        self.offline = offline
        """Whether the site shall open from disk, however many images it has."""
        self._telling: dict[int | None, Colouring | None] = {}
        self._made: dict[Any, Any] = {}

    def prepare(self) -> None:
        """Work out what several processes will all ask for, before they part."""
        self.columns.prepare(self.facets, self.export.processes)
        table = self.table
        needed: list[object] = [
            self.tag_groups, table.digested, table.in_dataset, table.in_well, table.scenes,
        ]  # fmt: skip
        if not self.has_image_pages:
            needed += [self.chunk_starts, self.count_parts]

    @cached_property
    def columns(self) -> Columns:
        """The facets, each coded once: the explorer's data and the table for download are made of the same."""
        return Columns(self.table)

    def once(self, make: Callable[[Content], Made]) -> Made:
        """What is made of the content once for all page types, such as its `AnnotationParts`: they remember much."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @cached_property
    def has_image_pages(self) -> bool:
        """Whether each image has a file of its own; else one page draws them all, from data in chunks."""
        return self.export.manifest.counts["images"] <= self.settings.image_pages

    @cached_property
    def chunk_starts(self) -> list[list[int]]:
        """For each shard of the export's images the ids that the chunks of their data begin with."""
        shards = self.export.manifest.streams["images"]
        return chunk_starts(self.table.position, (shard.records for shard in shards))

    @cached_property
    def count_parts(self) -> dict[str, int]:
        """Tags, owners, keys -> into how many parts the counts of what several images hold are split; 0: none.

        It stands in every chunk, so it changes only when such values become twice as many.
        """
        return {
            facet.facet: _parts(sum(value.count > 1 for value in facet.values))
            for facet in self.facets
            if facet.key is not None or facet.facet in (TAG, OWNER)
        }

    def image_page(self, image_id: int) -> str:
        """The address of an image's page."""
        return links.image(image_id) if self.has_image_pages else links.image_by_id(image_id)

    @property
    def scripts(self) -> bool:
        """Whether the data stands there as scripts, too: browsers load nothing else for pages opened from disk."""
        return self.offline or self.export.manifest.counts["images"] < IMAGES_WITH_SCRIPTS

    @cached_property
    def table(self) -> Table:
        """All images; read when it is needed first."""
        return Table(self.export)

    @property
    def inheritance(self) -> Inheritance:
        """What images inherit."""
        return self.table.vocabulary.inheritance

    @cached_property
    def made_of(self) -> str:
        """The digest of all that the catalogue is made of, the wiki aside: by the manifest's digests alone."""
        manifest = self.export.manifest
        settings = msgspec.json.encode(self.settings)
        return digest([program(), settings, self.scripts, manifest.streams, manifest.counts, self.as_of])

    @property
    def as_of(self) -> str:
        """The day of the export. Only home, browse and explore show it: on every page, a new day would rewrite all."""
        return day(self.export.manifest.exported)

    @cached_property
    def facets(self) -> list[Facet]:
        """The facets, in the order they are shown, those that are only searched and those switched off among them."""
        return self._arranged.facets

    @property
    def remarks(self) -> list[str]:
        """What the settings ask for and this export cannot give, for the run's report."""
        return self._arranged.remarks

    @cached_property
    def _arranged(self) -> Arranged:
        return arranged(facets_of(self.export, self.table), self.settings.facets)

    @cached_property
    def keys(self) -> list[Facet]:
        """The facets that are keys, those that most images have first."""
        keys = [facet for facet in self.facets if facet.key is not None]
        return sorted(keys, key=lambda key: (-key.images, natural_key(key.label), key.facet))

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
        pairs = self.export.key_values.pairs
        for namespace, numbers in self.export.key_values.pairs_by_namespace().items():
            for key in {pairs[number][0] for number in numbers}:
                found.setdefault(key, set()).add(namespace)
        return {key: sorted(namespaces) for key, namespaces in found.items()}

    def has(self, address: str) -> bool:
        """Whether wiki pages may link to `address`: the first page of everything the catalogue shows."""
        if self._same is not None:
            is_page = _OBJECT.fullmatch(address) or _FIXED.fullmatch(address)
            return is_page is not None and address in self._same
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
            "images": self.table.position if self.has_image_pages else (),
        }
        return int(found[2]) in known[found[1]]

    def addresses(self) -> Iterator[str]:
        """Everything that `has` answers to, images last; made as it is asked for, for there may be a million."""
        if self._same is not None:
            yield from sorted(filter(self.has, self._same), key=_in_turn)
            return
        yield from sorted(self._fixed)
        for make, ids in (
            (links.project, self.export.projects),
            (links.dataset, self.export.datasets),
            (links.screen, self.export.screens),
            (links.plate, self.export.plates),
            (links.tag, self.export.tags),
            (links.well, self.export.wells),
            (links.image, self.table.position if self.has_image_pages else ()),
        ):
            yield from map(make, sorted(ids))

    @cached_property
    def _fixed(self) -> frozenset[str]:
        """The addresses without an id."""
        whole = (links.BROWSE, links.EXPLORE, links.TAGS, links.KEYS, links.IMAGE_BY_ID)
        return frozenset(chain(whole, (links.key(facet.key or "") for facet in self.keys)))

    @cached_property
    def _same(self) -> Collection[str] | None:
        """The files of the site that stands there, where it was made of the very same."""
        return self.earlier.files if self.earlier.memory.made_of == self.made_of else None

    def count(self, facet: str, value: str) -> int:
        """How many images hold a value."""
        number = self.table.vocabulary.find(Term(facet, value))
        return self.table.count(number) if number is not None else 0


def _parts(values: int) -> int:
    """A power of two, for so many values; 0 for none."""
    return 1 << (max(0, values - 1) // COUNTED).bit_length() if values else 0


def _in_turn(address: str) -> tuple[int, int, str]:
    """A sort key: the addresses without an id first, then the objects of each kind by id."""
    found = _OBJECT.fullmatch(address)
    return (_FOLDERS.index(found[1]) + 1, int(found[2]), "") if found else (0, 0, address)
