"""The order in which datasets and plates stand wherever they are listed, and images by them."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_builder.exchange.read import Export
from catalog_builder.model.plates import Plate
from catalog_builder.model.records import Dataset
from catalog_builder.text import natural_key


def datasets_in_order(export: Export) -> Iterator[Dataset]:
    """Datasets by project, then name, in natural order; orphans last."""

    def key(dataset: Dataset) -> tuple[object, ...]:
        projects = [export.projects[p] for p in dataset.projects if p in export.projects]
        first = (0, natural_key(projects[0].name), projects[0].id) if projects else (1, "", 0)
        return (*first, natural_key(dataset.name), dataset.id)

    return iter(sorted(export.datasets.values(), key=key))


def plates_in_order(export: Export) -> Iterator[Plate]:
    """Plates by screen, then name, in natural order; those on no screen last."""

    def key(plate: Plate) -> tuple[object, ...]:
        screens = [export.screens[s] for s in plate.screens if s in export.screens]
        first = (0, natural_key(screens[0].name), screens[0].id) if screens else (1, "", 0)
        return (*first, natural_key(plate.name), plate.id)

    return iter(sorted(export.plates.values(), key=key))
