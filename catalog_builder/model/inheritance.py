"""What an image inherits: the union over all its datasets and their projects, every origin kept.

Nothing overrides: an image in two datasets carries the annotations of both. An annotation that reaches an
image on several ways is one annotation with several origins, so it counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from catalog_builder.model.kinds import ObjectKind
from catalog_builder.model.records import Dataset, Image, Project


class Origin(NamedTuple):
    """The object that an annotation is linked to."""

    kind: ObjectKind
    id: int


#: Where an annotation comes from: one origin or several, none twice.
Origins: TypeAlias = tuple[Origin, ...]


class Inheritance:
    """Answers, for any image, which annotations hold for it and where each comes from.

    What a dataset hands down is worked out once a dataset, so an image costs only its own links.
    """

    def __init__(self, projects: Mapping[int, Project], datasets: Mapping[int, Dataset]) -> None:
        self._projects = projects
        self._datasets = datasets
        self._handed_down: dict[int, dict[int, Origins]] = {}

    def of_dataset(self, dataset_id: int) -> dict[int, Origins]:
        """Annotation id -> origins, the dataset itself first, then its projects; shared: do not change it."""
        known = self._handed_down.get(dataset_id)
        if known is None:
            known = {}
            # An export may name what it does not hold: `check` reports it, reading passes it over.
            if dataset := self._datasets.get(dataset_id):
                _add(known, dataset.annotations, Origin("dataset", dataset.id))
                for project_id in dataset.projects:
                    if project := self._projects.get(project_id):
                        _add(known, project.annotations, Origin("project", project.id))
            self._handed_down[dataset_id] = known
        return known

    def of_image(self, image: Image) -> dict[int, Origins]:
        """Annotation id -> origins: the image first, then each dataset followed by its projects."""
        found: dict[int, Origins] = {}
        _add(found, image.annotations, Origin("image", image.id))
        for dataset_id in image.datasets:
            handed_down = self.of_dataset(dataset_id)
            for annotation, origins in handed_down.items():
                known = found.get(annotation)
                found[annotation] = origins if known is None else united(known, origins)
        return found

    def projects_of(self, image: Image) -> list[int]:
        """Ids of the projects the image is in, through any of its datasets, ascending."""
        datasets = (self._datasets.get(d) for d in image.datasets)
        return sorted({p for d in datasets if d for p in d.projects if p in self._projects})


def united(some: Origins, more: Origins) -> Origins:
    """Both, each origin once, in the order they came."""
    return some + tuple(origin for origin in more if origin not in some)


def _add(found: dict[int, Origins], annotations: Iterable[int], origin: Origin) -> None:
    alone = (origin,)
    for annotation in annotations:
        known = found.get(annotation)
        found[annotation] = alone if known is None else united(known, alone)
