"""The page of an image, made as the export's images stream by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from catalog_builder.derive.chunks import in_steps
from catalog_builder.derive.facets import object_name
from catalog_builder.derive.table import Row
from catalog_builder.exchange.schema import Shard
from catalog_builder.model.inheritance import Origin
from catalog_builder.model.records import Image
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import AnnotationParts
from catalog_builder.site.content import Content
from catalog_builder.site.image_facts import channel_in_words, image_facts, scene_fact
from catalog_builder.site.page import Page, PageWork
from catalog_builder.site.parts import (
    Link,
    card,
    dataset_link,
    plate_link,
    project_link,
    screen_link,
    well_link,
)

#: A picture whose longer side has so many pixels is shown larger than others.
LARGE = 1000


class ShownPicture(NamedTuple):
    """The picture on an image's page: where it is, its size in pixels, and whether it bears being shown large."""

    href: str
    width: int
    height: int
    large: bool


def shown_picture(image: Image) -> ShownPicture | None:
    """The larger picture where there is one, else the thumbnail, if there is one."""
    picture = image.preview or image.thumbnail
    if picture is None:
        return None
    href = links.preview(image.id) if image.preview else links.thumbnail(image.id)
    return ShownPicture(href, picture.width, picture.height, max(picture.width, picture.height) >= LARGE)


def image_pages(content: Content) -> Iterator[Page]:
    """A page an image, in the order of the export; none where one page draws them all."""
    for shard in content.export.manifest.streams["images"] if content.has_image_pages else ():
        yield from image_work(content, shard).pages()


def image_work(content: Content, shard: Shard) -> PageWork:
    """The pages of a shard's images. Whatever changes in the export, they are made again: counts are on them all."""

    def pages() -> Iterator[Page]:
        annotations = content.once(AnnotationParts)
        for image in content.export.shard(shard, Image):
            yield _image_page(content, annotations, image)

    return PageWork([shard.path, content.export.manifest.streams], pages)


def image_by_id_page(content: Content) -> Iterator[Page]:
    """The permanent form of an image's address, `images/index.html?id=123`: it forwards, or draws the page itself."""
    if content.has_image_pages:
        yield Page(links.IMAGE_BY_ID, "Image by number", "", "pages/image_by_id.html", {})
        return
    context = {
        "chunks": in_steps(chain.from_iterable(content.chunk_starts)),
        "omero_web": links.omero_web(content.settings.omero_web, "image", ""),
    }
    yield Page(links.IMAGE_BY_ID, "Image by number", "", "pages/image_drawn.html", context)


def _image_page(content: Content, annotations: AnnotationParts, image: Image) -> Page:
    row = content.table.rows[content.table.position[image.id]]
    before, after = content.table.neighbours(row)
    name = object_name("image", image.name, image.id)
    found = annotations.of(content.inheritance.of_image(image), Origin("image", image.id), image.linked)
    scenes: Sequence[Row] = content.table.scenes.get(image.fileset, ()) if image.fileset is not None else ()
    ways = (*_dataset_ways(content, row), *_plate_ways(content, row))
    context = {
        "picture": shown_picture(image),
        "placeholder": links.PLACEHOLDER,
        "name": name,
        "id": image.id,
        "description": image.description,
        "crumbs": [Link("Browse", links.BROWSE), *(ways[0] if ways else ()), Link(name, "", "image")],
        "among": "dataset" if row.datasets else "plate" if row.fields else "",
        "before": card(content, before) if before else None,
        "after": card(content, after) if after else None,
        "where": ways,
        "annotations": found,
        "channels": tuple([channel_in_words(*numbered) for numbered in enumerate(image.channels, 1)]),
        "facts": (*scene_fact(image, scenes), *image_facts(content, image)),
        "scenes": [
            (number, card(content, scene), scene.id == image.id) for number, scene in enumerate(scenes, 1)
        ],
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
