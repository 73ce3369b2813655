"""The data that one page draws all images from, where they are too many for a file each: in chunks, by id.

A chunk says everything once, however many of its images share it: containers, annotations, pairs, facts. The script in
the page (`image-record.js`) puts them together as `image_pages.py` does for a page of an image's own. How many images
hold a value stands apart, in a file for each facet, so that one more image does not change every chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from catalog_builder.derive.explorer import packed
from catalog_builder.derive.facets import object_name
from catalog_builder.derive.values import KEY_PREFIX, OWNER, TAG
from catalog_builder.model.acquisition import Channel
from catalog_builder.model.base import Carrier
from catalog_builder.model.inheritance import Origin
from catalog_builder.model.kinds import NAMESPACE_CLIENT
from catalog_builder.model.plates import Field
from catalog_builder.model.records import Image
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import NOTES, AnnotationParts, client_first, web_address
from catalog_builder.site.content import Content
from catalog_builder.site.image_facts import channel_in_words, date_facts, facts_key, standing_facts
from catalog_builder.site.parts import CONTAINER_LINKS, Fact, Link

#: The version of a chunk's layout.
CHUNK_VERSION = 1

Key = TypeVar("Key", bound=Hashable)


class _Numbered(Generic[Key]):
    """Things that images share, each written out once and meant by its number."""

    def __init__(self, write: Callable[[Key], Any]) -> None:
        self._write = write
        self._numbers: dict[Key, int] = {}
        self.written: list[Any] = []

    def of(self, key: Key) -> int:
        """The number of a thing, given out when it is met first."""
        known = self._numbers.get(key)
        if known is None:
            written = self._write(key)
            known = self._numbers[key] = len(self.written)
            self.written.append(written)
        return known


class ChunkWriter:
    """What chunks are written with, for all chunks of a process."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.annotations = AnnotationParts(content)
        self.owners = {links.explore_owner(one.name): one.name for one in content.export.people.values()}
        self.carriers: dict[str, Mapping[int, Carrier]] = {
            "project": content.export.projects,
            "dataset": content.export.datasets,
            "screen": content.export.screens,
            "plate": content.export.plates,
            "run": content.export.runs,
            "well": content.export.wells,
        }
        self._keys: dict[str, list[Any]] = {}

    def word(self, link: Link) -> str | list[Any]:
        """A text, where it leads, and for somebody's name that name as it is counted."""
        if link.images is not None and link.href:
            return [link.text, link.href, link.kind, self.owners[link.href]]
        if link.kind:
            return [link.text, link.href, link.kind]
        return [link.text, link.href] if link.href else link.text

    def key(self, name: str) -> list[Any]:
        """A key, its page, and in how many parts its values are counted."""
        known = self._keys.get(name)
        if known is None:
            parts = self.content.count_parts.get(KEY_PREFIX + name, 0)
            known = self._keys[name] = [name, links.key(name), *([parts] if parts != 1 else [])]
        return known


class Chunk:
    """A chunk in the making."""

    def __init__(self, writer: ChunkWriter) -> None:
        self._writer, self._content = writer, writer.content
        self._images: list[dict[str, Any]] = []
        self._containers: _Numbered[Origin] = _Numbered(self._container)
        self._annotations: _Numbered[int] = _Numbered(self._annotation)
        self._namespaces: _Numbered[str] = _Numbered(str)
        self._keys: _Numbered[str] = _Numbered(writer.key)
        self._pairs: _Numbered[tuple[str, str]] = _Numbered(self._pair)
        self._chains: _Numbered[tuple[Origin, ...]] = _Numbered(
            lambda chain: [self._containers.of(one) for one in chain]
        )
        self._channels: _Numbered[tuple[Channel, ...]] = _Numbered(
            lambda channels: [channel_in_words(*numbered) for numbered in enumerate(channels, 1)]
        )
        self._facts: _Numbered[Fact] = _Numbered(
            lambda fact: [fact.label, [writer.word(value) for value in fact.values]]
        )
        self._standing: dict[Hashable, list[int]] = {}
        self._scenes: _Numbered[int] = _Numbered(self._scene)

    def __len__(self) -> int:
        return len(self._images)

    @property
    def first(self) -> int:
        """The id that the chunk is called by."""
        first: int = self._images[0]["id"]
        return first

    def add(self, image: Image) -> None:
        """One more image; ids ascend."""
        content, annotations = self._content, self._writer.annotations
        row = content.table.rows[content.table.position[image.id]]
        before, after = content.table.neighbours(row)
        made: dict[str, Any] = {
            "id": image.id,
            "name": object_name("image", image.name, image.id),
            "chains": [self._chains.of(chain) for chain in chains(content, image.datasets, image.fields)],
            "facts": self._known_of(image),
        }
        if image.annotations:
            made["annotations"] = self._held(image.annotations)
        if image.thumbnail:
            made["picture"] = [image.thumbnail.width, image.thumbnail.height]
        if image.preview:
            made["preview"] = [image.preview.width, image.preview.height]
        if image.description:
            made["description"] = image.description
        if image.channels:
            made["channels"] = self._channels.of(image.channels)
        if before:
            made["before"] = [before.id, object_name("image", before.name, before.id)]
        if after:
            made["after"] = [after.id, object_name("image", after.name, after.id)]
        if image.fileset in content.table.scenes:
            made["scenes"] = self._scenes.of(image.fileset)
        if image.linked:
            word = self._writer.word
            made["told"] = [
                [word(told.what), word(told.by) if told.by else None, told.on]
                for told in map(annotations.told, image.linked)
            ]
        self._images.append(made)

    def packed(self, following: int | None) -> bytes:
        """The finished chunk; `following`: the id that the next one is called by, if there is one."""
        order = sorted(self._namespaces.written, key=client_first)
        return packed(
            msgspec.json.encode(
                {
                    "version": CHUNK_VERSION,
                    "next": following,
                    "tagParts": self._content.count_parts.get(TAG, 0),
                    "ownerParts": self._content.count_parts.get(OWNER, 0),
                    "namespaces": [
                        [order.index(name), "" if name in ("", NAMESPACE_CLIENT) else name]
                        for name in self._namespaces.written
                    ],
                    "notes": [[stream, heading] for stream, (heading, _) in NOTES.items()],
                    "containers": self._containers.written,
                    "annotations": self._annotations.written,
                    "keys": self._keys.written,
                    "pairs": self._pairs.written,
                    "chains": self._chains.written,
                    "channels": self._channels.written,
                    "facts": self._facts.written,
                    "scenes": self._scenes.written,
                    "images": self._images,
                }
            )
        )

    def _known_of(self, image: Image) -> list[int]:
        key = facts_key(image)
        standing = self._standing.get(key)
        if standing is None:
            facts = standing_facts(self._content, image)
            standing = self._standing[key] = [self._facts.of(fact) for fact in facts]
        return [*standing, *[self._facts.of(fact) for fact in date_facts(image)]]

    def _held(self, annotations: Sequence[int]) -> list[int]:
        """The numbers of annotations, of those that the export holds."""
        numbers, written = map(self._annotations.of, annotations), self._annotations.written
        return [number for number in numbers if written[number] is not None]

    def _container(self, origin: Origin) -> list[Any]:
        link = CONTAINER_LINKS[origin.kind](self._content, origin.id)
        held = self._writer.carriers[origin.kind][origin.id].annotations
        return [link.kind, link.text, link.href, self._held(held)]

    def _annotation(self, id_: int) -> list[Any] | None:
        export = self._content.export
        if key_values := export.key_values.get(id_):
            pairs = [self._pairs.of(pair) for pair in key_values.pairs]
            return ["pairs", self._namespaces.of(key_values.namespace), pairs]
        if tag := export.tags.get(id_):
            return ["tag", tag.text, self._content.tags[tag.text].id]
        for stream in NOTES:
            if one := getattr(export, stream).get(id_):
                note = self._writer.annotations.note(stream, one)
                by = [self._writer.word(link) for link in note.by]
                return [stream, note.text, note.label, note.description, by]
        return None

    def _pair(self, pair: tuple[str, str]) -> list[Any]:
        key, value = pair
        web = web_address(value)
        return [self._keys.of(key), value, *([web] if web else [])]

    def _scene(self, fileset: int) -> list[list[Any]]:
        scenes = self._content.table.scenes[fileset]
        return [[one.id, object_name("image", one.name, one.id), int(one.picture)] for one in scenes]


def chains(
    content: Content, datasets: Iterable[int], fields: Iterable[Field]
) -> Iterator[tuple[Origin, ...]]:
    """For each dataset and each field what hands down to an image there, the nearest first."""
    export = content.export
    for dataset_id in datasets:
        if dataset := export.datasets.get(dataset_id):
            projects = [Origin("project", p) for p in dataset.projects if p in export.projects]
            yield (Origin("dataset", dataset_id), *projects)
    for field in fields:
        if well := export.wells.get(field.well):
            run = export.runs.get(field.run) if field.run is not None else None
            chain = [Origin("well", well.id)]
            if run:
                chain += [Origin("run", run.id), *_plate_and_screens(content, run.plate)]
            yield tuple(dict.fromkeys([*chain, *_plate_and_screens(content, well.plate)]))


def _plate_and_screens(content: Content, plate_id: int) -> Iterator[Origin]:
    if plate := content.export.plates.get(plate_id):
        yield Origin("plate", plate_id)
        yield from (Origin("screen", s) for s in plate.screens if s in content.export.screens)
