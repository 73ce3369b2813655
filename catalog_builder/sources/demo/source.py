"""The demo: a small study drawn by the program, so that a catalogue can be seen without an OMERO server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from msgspec import structs

from catalog_builder.errors import SourceError
from catalog_builder.exchange.before import Before
from catalog_builder.model.annotations import Annotation
from catalog_builder.model.base import Carrier
from catalog_builder.model.catalogue import Catalogue, ImagePages
from catalog_builder.model.plates import Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.progress import Progress, Silent
from catalog_builder.sources.base import Scope
from catalog_builder.sources.demo.cells import add_cells
from catalog_builder.sources.demo.controls import add_controls
from catalog_builder.sources.demo.live import add_live
from catalog_builder.sources.demo.pictures import Studio
from catalog_builder.sources.demo.plates import add_plates
from catalog_builder.sources.demo.remarks import add_remarks
from catalog_builder.sources.demo.study import Study
from catalog_builder.sources.demo.tissues import add_tissues

_PAGE = 100


def demo_study() -> Study:
    """The whole study: 3 projects, 12 datasets, a screen of 2 plates, 498 images. No picture is drawn yet."""
    study = Study()
    add_cells(study)
    add_controls(study)
    add_tissues(study)
    add_live(study)
    add_plates(study)
    add_remarks(study)
    return study


class DemoSource:
    """The demo as a source. Pictures are drawn when they are asked for. `preview_size` 0: no larger ones."""

    def __init__(
        self, *, thumbnail_size: int = 256, preview_size: int = 0, progress: Progress | None = None
    ) -> None:
        self._studio = Studio(thumbnail_size, preview_size)
        self._progress = progress or Silent()

    def __enter__(self) -> DemoSource:
        self._studio.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._studio.__exit__(*exc)

    def read(self, scope: Scope, before: Before | None = None) -> Catalogue:
        """What the scope names, of the study; a name that the study does not have is a `SourceError`."""
        self._progress.stage("Setting up the demo's study")
        study = demo_study()
        within = _within(study, scope)
        images = within.images
        linked = {note for holder in within.all() for note in holder.annotations}
        notes = {stream: _only(linked, held) for stream, held in study.annotations().items()}
        tag_sets = {number for tag in notes["tags"].values() for number in tag.sets}
        groups = {
            one.group for one in (*within.all(), *chain.from_iterable(n.values() for n in notes.values()))
        }
        containers: dict[str, Any] = notes | {
            kind: {one.id: one for one in getattr(within, kind)} for kind in CONTAINERS
        }
        shapes = {image.id: image.dimensions for image in images}

        def pages() -> ImagePages:
            for start in range(0, len(images), _PAGE):
                yield images[start : start + _PAGE]

        return Catalogue(
            people=study.people,
            groups={key: group for key, group in study.groups.items() if key in groups},
            tag_sets={key: each for key, each in study.tag_sets.items() if key in tag_sets},
            **containers,
            images=pages,
            thumbnails=partial(self._studio.thumbnails, study.scenes, shapes),
            previews=partial(self._studio.previews, study.scenes, shapes),
            total_images=len(images),
        )


class Within(NamedTuple):
    """What of the study a scope names."""

    projects: list[Project]
    datasets: list[Dataset]
    screens: list[Screen]
    plates: list[Plate]
    runs: list[Run]
    wells: list[Well]
    images: list[Image]

    def all(self) -> Iterator[Carrier]:
        """All of it, kind by kind."""
        return chain.from_iterable(self)


CONTAINERS = ("projects", "datasets", "screens", "plates", "runs", "wells")


def _within(study: Study, scope: Scope) -> Within:
    """The union of what is named: a group's or a container's parts, a dataset or plate by itself, their images."""
    if scope.everything:
        kinds: dict[str, Any] = {kind: list(getattr(study, kind).values()) for kind in CONTAINERS}
        return Within(images=study.images, **kinds)
    _all_known(study, scope)
    groups = {group.id for group in study.groups.values() if group.name in scope.groups}
    projects = [p for p in study.projects.values() if p.id in scope.projects or p.group in groups]
    screens = [s for s in study.screens.values() if s.id in scope.screens or s.group in groups]
    of_projects, of_screens = {one.id for one in projects}, {one.id for one in screens}
    datasets = [
        structs.replace(dataset, projects=tuple(p for p in dataset.projects if p in of_projects))
        for dataset in study.datasets.values()
        if dataset.id in scope.datasets
        or dataset.group in groups
        or of_projects.intersection(dataset.projects)
    ]
    plates = [
        structs.replace(plate, screens=tuple(s for s in plate.screens if s in of_screens))
        for plate in study.plates.values()
        if plate.id in scope.plates or plate.group in groups or of_screens.intersection(plate.screens)
    ]
    on_plates = {plate.id for plate in plates}
    wells = {well.id: well for well in study.wells.values() if well.plate in on_plates}
    held = {dataset.id for dataset in datasets}
    images = [
        image
        for image in study.images
        if held.intersection(image.datasets)
        or any(field.well in wells for field in image.fields)
        or (not image.datasets and not image.fields and image.group in groups)
    ]
    runs = [run for run in study.runs.values() if run.plate in on_plates]
    return Within(projects, datasets, screens, plates, runs, list(wells.values()), images)


def _only(linked: set[int], held: dict[int, Annotation]) -> dict[int, Any]:
    return {key: each for key, each in held.items() if key in linked}


def _all_known(study: Study, scope: Scope) -> None:
    names = {group.name for group in study.groups.values()}
    missing = [f'group "{name}"' for name in scope.groups if name not in names]
    missing += [f"project:{number}" for number in scope.projects if number not in study.projects]
    missing += [f"dataset:{number}" for number in scope.datasets if number not in study.datasets]
    missing += [f"screen:{number}" for number in scope.screens if number not in study.screens]
    missing += [f"plate:{number}" for number in scope.plates if number not in study.plates]
    if missing:
        known = ", ".join(sorted(names))
        raise SourceError(
            f"The demo has no {', no '.join(missing)}; name one of its groups ({known}), or nothing for all of it."
        )
