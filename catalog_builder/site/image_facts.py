"""What is known of how an image was made, in words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from catalog_builder.derive.table import Row
from catalog_builder.model.acquisition import Channel, Dimensions, Objective, PixelSize
from catalog_builder.model.records import Image
from catalog_builder.site.content import Content
from catalog_builder.site.parts import Fact, Link, group_fact, owner_fact, run_link
from catalog_builder.site.render import NBSP, day, length_in_words, plural

_ROLES = {"label": "the slide's label", "macro": "the whole slide"}


def scene_fact(image: Image, scenes: Sequence[Row]) -> Iterator[Fact]:
    """Which of the scenes of its file it is."""
    for number, scene in enumerate(scenes, 1):
        if scene.id == image.id:
            yield Fact("Scene of its file", (Link(f"{number} of {len(scenes)}"),))


def image_facts(content: Content, image: Image) -> Iterator[Fact]:
    """All but the scene, which comes first, and the id, which comes last."""
    yield from standing_facts(content, image)
    yield from date_facts(image)


def facts_key(image: Image) -> Hashable:
    """What `standing_facts` are made of: where it is the same, so are they."""
    return (
        tuple([field.run for field in image.fields]),
        image.dimensions,
        image.pixel_size,
        image.time_step,
        image.pixel_type,
        image.objective,
        image.rois,
        image.format,
        image.files,
        image.role,
        image.owner,
        image.group,
    )


def standing_facts(content: Content, image: Image) -> Iterator[Fact]:
    """What many images share."""
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


def date_facts(image: Image) -> Iterator[Fact]:
    """When it was acquired and when it was imported."""
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


def channel_in_words(number: int, channel: Channel) -> tuple[str, str, str]:
    """Its colour, its name, and its wavelengths: `405 nm excitation, 450 nm emission`."""
    waves = [
        f"{length_in_words(length)} {what}"
        for length, what in ((channel.excitation, "excitation"), (channel.emission, "emission"))
        if length
    ]
    return (channel.colour or "#808080", channel.name or f"Channel {number}", ", ".join(waves))
