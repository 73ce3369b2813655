"""The demo: a small study drawn by the program, so that a catalogue can be seen without an OMERO server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from catalog_builder.errors import SourceError
from catalog_builder.exchange.before import Before
from catalog_builder.model.acquisition import Dimensions
from catalog_builder.model.catalogue import Catalogue, ImagePages, Thumbnail
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.progress import Progress, Silent
from catalog_builder.sources.base import Scope
from catalog_builder.sources.demo.canvas import Scene
from catalog_builder.sources.demo.cells import add_cells
from catalog_builder.sources.demo.controls import add_controls
from catalog_builder.sources.demo.live import add_live
from catalog_builder.sources.demo.pictures import fitted, thumbnail
from catalog_builder.sources.demo.study import Study
from catalog_builder.sources.demo.tissues import add_tissues

_PAGE = 100


def demo_study() -> Study:
    """The whole study: 3 projects, 12 datasets, 300 images. A few milliseconds, no picture is drawn."""
    study = Study()
    add_cells(study)
    add_controls(study)
    add_tissues(study)
    add_live(study)
    return study


class DemoSource:
    """The demo as a source. Pictures are drawn when they are asked for, about 20 ms each at 256 pixels."""

    def __init__(self, *, thumbnail_size: int = 256, progress: Progress | None = None) -> None:
        self._longest = thumbnail_size
        self._progress = progress or Silent()

    def __enter__(self) -> DemoSource:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is open."""

    def read(self, scope: Scope, before: Before | None = None) -> Catalogue:
        """What the scope names, of the study; a name that the study does not have is a `SourceError`."""
        self._progress.stage("Setting up the demo's study")
        study = demo_study()
        projects, datasets, images = _within(study, scope)
        linked = {note for holder in (*projects, *datasets, *images) for note in holder.annotations}
        tags = {key: tag for key, tag in study.tags.items() if key in linked}
        tag_sets = {number for tag in tags.values() for number in tag.sets}
        key_values = {key: each for key, each in study.key_values.items() if key in linked}
        groups = {holder.group for holder in (*projects, *datasets, *images)}
        groups |= {note.group for note in tags.values()} | {note.group for note in key_values.values()}
        shapes = {image.id: image.dimensions for image in images}

        def pages() -> ImagePages:
            for start in range(0, len(images), _PAGE):
                yield images[start : start + _PAGE]

        def draw(ids: Sequence[int]) -> Iterable[Thumbnail]:
            return self._draw(study.scenes, shapes, ids)

        return Catalogue(
            people=study.people,
            groups={key: group for key, group in study.groups.items() if key in groups},
            projects={project.id: project for project in projects},
            datasets={dataset.id: dataset for dataset in datasets},
            tag_sets={key: each for key, each in study.tag_sets.items() if key in tag_sets},
            tags=tags,
            key_values=key_values,
            images=pages,
            thumbnails=draw,
            total_images=len(images),
        )

    def _draw(
        self, scenes: dict[int, Scene], shapes: dict[int, Dimensions | None], ids: Sequence[int]
    ) -> Iterator[Thumbnail]:
        for number in ids:
            scene, shape = scenes.get(number), shapes[number]
            if scene is not None and shape is not None:
                yield thumbnail(number, scene, fitted(shape.x, shape.y, self._longest))


def _within(study: Study, scope: Scope) -> tuple[list[Project], list[Dataset], list[Image]]:
    """The union of what is named: a group's or a project's datasets, a dataset by itself, their images."""
    if scope.everything:
        return list(study.projects.values()), list(study.datasets.values()), study.images
    _all_known(study, scope)
    groups = {group.id for group in study.groups.values() if group.name in scope.groups}
    projects = [p for p in study.projects.values() if p.id in scope.projects or p.group in groups]
    kept = {project.id for project in projects}
    datasets = [
        _narrowed(dataset, kept)
        for dataset in study.datasets.values()
        if dataset.id in scope.datasets or dataset.group in groups or kept.intersection(dataset.projects)
    ]
    held = {dataset.id for dataset in datasets}
    images = [
        i for i in study.images if held.intersection(i.datasets) or (not i.datasets and i.group in groups)
    ]
    return projects, datasets, images


def _narrowed(dataset: Dataset, projects: set[int]) -> Dataset:
    """The dataset without links to projects that are not read."""
    return structs.replace(dataset, projects=tuple(p for p in dataset.projects if p in projects))


def _all_known(study: Study, scope: Scope) -> None:
    names = {group.name for group in study.groups.values()}
    missing = [f'group "{name}"' for name in scope.groups if name not in names]
    missing += [f"project:{number}" for number in scope.projects if number not in study.projects]
    missing += [f"dataset:{number}" for number in scope.datasets if number not in study.datasets]
    if missing:
        known = ", ".join(sorted(names))
        raise SourceError(
            f"The demo has no {', no '.join(missing)}; name one of its groups ({known}), or nothing for all of it."
        )
