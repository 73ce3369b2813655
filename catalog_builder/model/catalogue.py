"""A whole catalogue: what fits in memory, and the images that stream through.

`Catalogue` is what a source reads and is private. `PublishedCatalogue` is what the publishing rules let
out; only `publish/redact.py` makes one, and only one of those can be written to an export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from catalog_builder.model.annotations import (
    Attachment,
    Comment,
    KeyValues,
    Rating,
    Tag,
    TagSet,
    Term,
    Value,
    Xml,
)
from catalog_builder.model.plates import Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project


class Thumbnail(NamedTuple):
    """A picture that was fetched and checked: the image it shows, its JPEG bytes, its size in pixels."""

    image: int
    jpeg: bytes
    width: int
    height: int


ImagePages: TypeAlias = Iterator[list[Image]]
"""Images by ascending id, in lists of a size that suits the source; each image comes once."""

FetchThumbnails: TypeAlias = Callable[[Sequence[int]], Iterable[Thumbnail]]
"""Given image ids that were just streamed, yields the pictures there are, in any order."""


def no_thumbnails(_images: Sequence[int]) -> Iterable[Thumbnail]:
    """The fetcher of a source without pictures."""
    return ()


def no_renderings(_image: int) -> str:
    """What a source says that cannot tell whether a picture has changed."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Containers:
    """Everything of a catalogue but its images, by id."""

    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    datasets: dict[int, Dataset] = field(default_factory=dict)
    screens: dict[int, Screen] = field(default_factory=dict)
    plates: dict[int, Plate] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    wells: dict[int, Well] = field(default_factory=dict)
    tag_sets: dict[int, TagSet] = field(default_factory=dict)
    tags: dict[int, Tag] = field(default_factory=dict)
    key_values: dict[int, KeyValues] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    ratings: dict[int, Rating] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    terms: dict[int, Term] = field(default_factory=dict)
    values: dict[int, Value] = field(default_factory=dict)
    xml: dict[int, Xml] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Catalogue(Containers):
    """What a source read: private. `images()` may be called once."""

    images: Callable[[], ImagePages]
    thumbnails: FetchThumbnails = no_thumbnails
    renderings: Callable[[int], str] = no_renderings
    """The revision of an image's picture, for an image that was just streamed; '' if the source cannot tell."""
    previews: FetchThumbnails = no_thumbnails
    """The same for the larger pictures."""
    preview_renderings: Callable[[int], str] = no_renderings
    total_images: int | None = None
    """How many images will come, for the progress bar; None if the source cannot tell."""
    logins: frozenset[str] = frozenset()
    """Login names, for a plan to look for in texts; empty unless the source was asked for them. Never published."""


@dataclass(frozen=True, kw_only=True)
class PublishedCatalogue(Containers):
    """What may go out. Made by `publish/redact.py` alone (a test holds this).

    People, groups, tag sets and all annotations are complete only when `images()` has come to its end: each
    is let out with the first published object it belongs to, and most of those are images.
    """

    images: Callable[[], ImagePages]
    thumbnails: FetchThumbnails = no_thumbnails
    renderings: Callable[[int], str] = no_renderings
    previews: FetchThumbnails = no_thumbnails
    preview_renderings: Callable[[int], str] = no_renderings
    total_images: int | None = None
