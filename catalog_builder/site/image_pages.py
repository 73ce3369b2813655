"""The page of an image, made as the export's images stream by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalog_builder.derive.facets import object_name
from catalog_builder.derive.table import Row
from catalog_builder.model.acquisition import Dimensions, Objective, PixelSize
from catalog_builder.model.inheritance import Origin
from catalog_builder.model.records import Image
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import AnnotationParts
from catalog_builder.site.content import Content
from catalog_builder.site.page import Page
from catalog_builder.site.parts import (
    Fact,
    Link,
    card,
    dataset_link,
    group_fact,
    owner_fact,
    plate_link,
    project_link,
    run_link,
    screen_link,
    well_link,
)
from catalog_builder.site.render import NBSP, day, length_in_words, plural

_ROLES = {"label": "the slide's label", "macro": "the whole slide"}


def image_pages(content: Content) -> Iterator[Page]:
    """A page an image, in the order of the export."""
    annotations = AnnotationParts(content)
    for image in content.export.images():
        yield _image_page(content, annotations, image)


def image_by_id_page(content: Content) -> Iterator[Page]:
    """The permanent form of an image's address, which forwards: `images/index.html?id=123`."""
    yield Page(links.IMAGE_BY_ID, "Image by number", "", "pages/image_by_id.html", {})


def _image_page(content: Content, annotations: AnnotationParts, image: Image) -> Page:
    row = content.table.rows[content.table.position[image.id]]
    before, after = content.table.neighbours(row)
    name = object_name("image", image.name, image.id)
    found = annotations.of(content.inheritance.of_image(image), Origin("image", image.id), image.linked)
    scenes = content.table.scenes.get(image.fileset, []) if image.fileset is not None else []
    ways = (*_dataset_ways(content, row), *_plate_ways(content, row))
    context = {
        "card": card(row),
        "thumbnail": image.thumbnail,
        "name": name,
        "id": image.id,
        "description": image.description,
        "crumbs": [Link("Browse", links.BROWSE), *(ways[0] if ways else ()), Link(name, "", "image")],
        "among": "dataset" if row.datasets else "plate" if row.fields else "",
        "before": card(before) if before else None,
        "after": card(after) if after else None,
        "where": ways,
        "annotations": found,
        "channels": tuple(enumerate(image.channels, 1)),
        "facts": (*_scene(image, scenes), *_facts(content, image)),
        "scenes": [(number, card(scene), scene.id == image.id) for number, scene in enumerate(scenes, 1)],
        "omero_web": links.omero_web(content.settings.omero_web, "image", image.id),
    }
    return Page(links.image(image.id), name, image.description, "pages/image.html", context)


def _dataset_ways(content: Content, row: Row) -> Iterator[tuple[Link, ...]]:
    """For each dataset the way there, by its first project."""
    for dataset_id in row.datasets:
        dataset = content.export.datasets[dataset_id]
        projects = [project_link(content, p) for p in dataset.projects if p in content.export.projects]
        yield (*projects[:1], dataset_link(content, dataset_id))


def _plate_ways(content: Content, row: Row) -> Iterator[tuple[Link, ...]]:
    """For each well the way there, by its plate and that one's first screen."""
    for well_id in dict.fromkeys(field.well for field in row.fields):
        plate = content.export.plates.get(content.export.wells[well_id].plate)
        if plate is not None:
            screens = [screen_link(content, s) for s in plate.screens if s in content.export.screens]
            yield (*screens[:1], plate_link(content, plate.id), well_link(content, well_id))


def _scene(image: Image, scenes: Sequence[Row]) -> Iterator[Fact]:
    for number, scene in enumerate(scenes, 1):
        if scene.id == image.id:
            yield Fact("Scene of its file", (Link(f"{number} of {len(scenes)}"),))


def _facts(content: Content, image: Image) -> Iterator[Fact]:
    runs = dict.fromkeys(f.run for f in image.fields if f.run is not None and f.run in content.export.runs)
    if runs:
        yield Fact("Run", tuple(run_link(content, run) for run in runs))
    if image.dimensions:
        words = dimensions_in_words(image.dimensions, image.pixel_size)
        yield Fact("Dimensions", tuple(Link(word) for word in words))
    if image.pixel_size and image.pixel_size.z:
        yield Fact("Z step", (Link(length_in_words(image.pixel_size.z)),))
    if image.time_step:
        yield Fact("Time step", (Link(length_in_words(image.time_step)),))
    if image.pixel_type:
        yield Fact("Pixel type", (Link(image.pixel_type),))
    if image.objective:
        yield Fact("Objective", (Link(objective_in_words(image.objective)),))
    if image.rois:
        yield Fact("Regions of interest", (Link(str(image.rois)),))
    if image.format or image.files:
        files = [plural(image.files, "file").replace(" ", NBSP)] if image.files else []
        yield Fact("File format", tuple(Link(word) for word in (image.format, *files) if word))
    if image.role:
        yield Fact("Shows", (Link(_ROLES[image.role]),))
    yield from owner_fact(content, image.owner)
    yield from group_fact(content, image.group)
    if image.acquired:
        yield Fact("Acquired", (Link(day(image.acquired)),))
    if image.imported:
        yield Fact("Imported", (Link(day(image.imported)),))


def objective_in_words(objective: Objective) -> str:
    """`63× Plan-Apo, NA 1.4, Oil`: what there is of it."""
    times = f"{objective.magnification:g}×" if objective.magnification else ""
    first = f"{times}{NBSP}{objective.model}".strip(NBSP)
    aperture = f"NA{NBSP}{objective.numerical_aperture:g}" if objective.numerical_aperture else ""
    return ", ".join(word for word in (first, aperture, objective.immersion) if word)


def dimensions_in_words(size: Dimensions, pixel: PixelSize | None) -> list[str]:
    """`2048 × 2048 px`, `12 z`, `3 channels`, `5 time points`, `0.13 µm/px`: what there is of it."""
    words = [f"{size.x}{NBSP}×{NBSP}{size.y}{NBSP}px"]
    if size.z > 1:
        words.append(f"{size.z}{NBSP}z")
    words.append(plural(size.c, "channel").replace(" ", NBSP))
    if size.t > 1:
        words.append(f"{size.t}{NBSP}time points")
    if pixel and pixel.x:
        words.append(f"{length_in_words(pixel.x)}/px")
        if pixel.y and pixel.y != pixel.x:
            words[-1] = f"{length_in_words(pixel.x)} × {length_in_words(pixel.y)} a pixel"
    return words
