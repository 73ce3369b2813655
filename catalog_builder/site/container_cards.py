"""Projects and datasets as cards, each made once a page type however many pages show it."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from catalog_builder.derive.facets import object_name
from catalog_builder.model.records import Dataset, Project
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.site.parts import Card, strip


class ContainerCard(NamedTuple):
    """A project or dataset as a card: its name, a strip of pictures, and counts in words."""

    kind: str
    name: str
    href: str
    description: str
    pictures: list[Card]
    datasets: int | None
    images: int


class ContainerCards:
    """Makes the cards and remembers them."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._known: dict[tuple[str, int], ContainerCard] = {}

    def project(self, project: Project) -> ContainerCard:
        """A project's card, with pictures from across its datasets."""
        if known := self._known.get(("project", project.id)):
            return known
        datasets = self._content.datasets_of.get(project.id, [])
        in_dataset = self._content.table.in_dataset
        rows = list(chain.from_iterable(in_dataset.get(dataset.id, ()) for dataset in datasets))
        made = ContainerCard(
            "project",
            object_name("project", project.name, project.id),
            links.project(project.id),
            project.description,
            strip(rows),
            len(datasets),
            self._content.count("project", str(project.id)),
        )
        self._known["project", project.id] = made
        return made

    def dataset(self, dataset: Dataset) -> ContainerCard:
        """A dataset's card."""
        if known := self._known.get(("dataset", dataset.id)):
            return known
        rows = self._content.table.in_dataset.get(dataset.id, [])
        name = object_name("dataset", dataset.name, dataset.id)
        made = ContainerCard(
            "dataset", name, links.dataset(dataset.id), dataset.description, strip(rows), None, len(rows)
        )
        self._known["dataset", dataset.id] = made
        return made
