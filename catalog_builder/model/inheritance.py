"""What an image inherits: the union over everything it is in, every origin kept.

Projects hand down to datasets and these to images; screens to plates, plates to runs, runs to wells, wells
to the images of their fields. Nothing overrides: an image in two datasets carries the annotations of both.
An annotation that reaches an image on several ways is one annotation with several origins, so it counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from catalog_builder.model.kinds import ObjectKind
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Image, Project


class Origin(NamedTuple):
    """The object that an annotation is linked to."""

    kind: ObjectKind
    id: int


#: Where an annotation comes from: one origin or several, none twice.
Origins: TypeAlias = tuple[Origin, ...]

#: Annotation id -> origins, in the order they were met.
Found: TypeAlias = dict[int, Origins]


class Inheritance:
    """Answers, for any image, which annotations hold for it and where each comes from.

    What a dataset or a well hands down is worked out once, so an image costs only its own links. An export may
    name what it does not hold: `check` reports it, reading passes it over.
    """

    def __init__(
        self,
        projects: Mapping[int, Project],
        datasets: Mapping[int, Dataset],
        screens: Mapping[int, Screen] | None = None,
        plates: Mapping[int, Plate] | None = None,
        runs: Mapping[int, Run] | None = None,
        wells: Mapping[int, Well] | None = None,
    ) -> None:
        self._projects, self._datasets = projects, datasets
        self._screens, self._plates = screens or {}, plates or {}
        self._runs, self._wells = runs or {}, wells or {}
        self._of_dataset: dict[int, Found] = {}
        self._of_plate: dict[int, Found] = {}
        self._of_run: dict[int, Found] = {}
        self._of_well: dict[tuple[int, int | None], Found] = {}

    def of_dataset(self, dataset_id: int) -> Found:
        """Annotation id -> origins, the dataset itself first, then its projects; shared: do not change it."""
        known = self._of_dataset.get(dataset_id)
        if known is None:
            known = self._of_dataset[dataset_id] = {}
            if dataset := self._datasets.get(dataset_id):
                _add(known, dataset.annotations, Origin("dataset", dataset.id))
                for project_id in dataset.projects:
                    if project := self._projects.get(project_id):
                        _add(known, project.annotations, Origin("project", project.id))
        return known

    def of_plate(self, plate_id: int) -> Found:
        """The plate itself first, then its screens; shared: do not change it."""
        known = self._of_plate.get(plate_id)
        if known is None:
            known = self._of_plate[plate_id] = {}
            if plate := self._plates.get(plate_id):
                _add(known, plate.annotations, Origin("plate", plate.id))
                for screen_id in plate.screens:
                    if screen := self._screens.get(screen_id):
                        _add(known, screen.annotations, Origin("screen", screen.id))
        return known

    def of_run(self, run_id: int) -> Found:
        """The run itself first, then its plate and the plate's screens; shared: do not change it."""
        known = self._of_run.get(run_id)
        if known is None:
            known = self._of_run[run_id] = {}
            if run := self._runs.get(run_id):
                _add(known, run.annotations, Origin("run", run.id))
                _unite(known, self.of_plate(run.plate))
        return known

    def of_well(self, well_id: int, run_id: int | None = None) -> Found:
        """The well itself first, then the run if one is given, its plate, its screens; shared: do not change it."""
        known = self._of_well.get((well_id, run_id))
        if known is None:
            known = {}
            if well := self._wells.get(well_id):
                _add(known, well.annotations, Origin("well", well.id))
                if run_id is not None:
                    _unite(known, self.of_run(run_id))
                _unite(known, self.of_plate(well.plate))
            self._of_well[well_id, run_id] = known
        return known

    def of_image(self, image: Image) -> Found:
        """The image first, then each dataset followed by its projects, then each well and what that is in."""
        found: Found = {}
        _add(found, image.annotations, Origin("image", image.id))
        for dataset_id in image.datasets:
            _unite(found, self.of_dataset(dataset_id))
        for field in image.fields:
            _unite(found, self.of_well(field.well, field.run))
        return found

    def plates_of(self, fields: Iterable[Field]) -> list[int]:
        """Ids of the plates that fields lie on, ascending."""
        wells = (self._wells.get(field.well) for field in fields)
        return sorted({well.plate for well in wells if well and well.plate in self._plates})

    def screens_of(self, plates: Iterable[int]) -> list[int]:
        """Ids of the screens that plates are on, ascending."""
        return sorted(
            {s for p in plates if p in self._plates for s in self._plates[p].screens if s in self._screens}
        )


def united(some: Origins, more: Origins) -> Origins:
    """Both, each origin once, in the order they came."""
    return some + tuple(origin for origin in more if origin not in some)


def _unite(found: Found, more: Found) -> None:
    for annotation, origins in more.items():
        known = found.get(annotation)
        found[annotation] = origins if known is None else united(known, origins)


def _add(found: Found, annotations: Iterable[int], origin: Origin) -> None:
    alone = (origin,)
    for annotation in annotations:
        known = found.get(annotation)
        found[annotation] = alone if known is None else united(known, alone)
