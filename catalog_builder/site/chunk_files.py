"""The files that one page draws all images from: chunks of images, and how many images hold each value."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from catalog_builder.derive.explorer import packed
from catalog_builder.derive.values import OWNER, TAG
from catalog_builder.exchange.schema import Shard
from catalog_builder.model.inheritance import Origin
from catalog_builder.model.plates import Field
from catalog_builder.model.records import Image
from catalog_builder.site import links
from catalog_builder.site.annotation_parts import NOTES
from catalog_builder.site.assets import File, FileWork, packed_files
from catalog_builder.site.content import Content
from catalog_builder.site.image_chunks import Chunk, ChunkWriter, chains
from catalog_builder.site.parts import CONTAINER_LINKS


class ShardChunks(NamedTuple):
    """The chunks of a shard of the export's images."""

    content: Content
    number: int
    """Of the shard."""
    ranks: range
    """Of its images among all, by id."""
    starts: Sequence[int]
    """The ids that its chunks are called by."""
    following: int | None
    """The id that the first chunk behind them is called by, if there is one."""

    @property
    def shard(self) -> Shard:
        """Where the images are read from."""
        return self.content.export.manifest.streams["images"][self.number]

    def work(self) -> FileWork:
        """The chunks, and what they are made of."""
        return FileWork(self.ingredients(), self.files)

    def files(self) -> Iterator[File]:
        """The last one first: each names the next, which may be new, and must be there by then."""
        writer = self.content.once(ChunkWriter)
        made: list[tuple[int, bytes]] = []
        ends = [*self.starts[1:], self.following]
        chunk = Chunk(writer)
        for image in self.content.export.shard(self.shard, Image):
            if len(made) + 1 < len(self.starts) and image.id == self.starts[len(made) + 1]:
                made.append((chunk.first, chunk.packed(ends[len(made)])))
                chunk = Chunk(writer)
            chunk.add(image)
        if len(chunk):
            made.append((chunk.first, chunk.packed(self.following)))
        for first, finished in reversed(made):
            yield from packed_files(self.content, links.image_chunk(first), "json", finished)

    def ingredients(self) -> Iterator[object]:
        """All that the chunks are made of; of containers and tags no more than these images are in and carry."""
        content, table = self.content, self.content.table
        streams = content.export.manifest.streams
        used = table.used[self.number]
        places = table.position.places[self.ranks.start : self.ranks.stop]
        origins = self._origins(places)
        carried = [self._carried(origin) for origin in origins]
        held = {annotation for annotations in carried for annotation in annotations}
        yield self.shard.sha256, self.starts, self.following, content.count_parts
        shards = {*used.key_values, *content.export.key_values.shards_of(held)}
        yield [streams["key_values"][number].sha256 for number in sorted(shards)]
        tags = sorted({*used.tags, *(one for one in held if one in content.export.tags)})
        texts = [content.export.tags[tag].text for tag in tags]
        yield tags, texts, [content.tags[text].id for text in texts]
        yield [CONTAINER_LINKS[origin.kind](content, origin.id) for origin in origins], carried
        yield [streams[name] for name in (*NOTES, "people", "groups")]
        yield from self._around(places)

    def _origins(self, places: Sequence[int]) -> list[Origin]:
        """All containers that hand down to these images."""
        table = self.content.table
        sets = {table.datasets_of(place) for place in places}
        fields: set[Field] = set()
        if table.has_fields:
            fields.update(field for place in places for field in table.fields(place))
        found = [chain for one in sorted(sets) for chain in chains(self.content, one, ())]
        found += chains(self.content, (), sorted(fields, key=lambda field: (field.well, field.run or -1)))
        return list(dict.fromkeys(origin for chain in found for origin in chain))

    def _carried(self, origin: Origin) -> tuple[int, ...]:
        carrier = self.content.once(ChunkWriter).carriers[origin.kind][origin.id]
        return carrier.annotations

    def _around(self, places: Sequence[int]) -> Iterator[object]:
        """What images stand beside each other, and the scenes of their files."""
        table = self.content.table
        ordered = sorted(places)
        for _, run in groupby(enumerate(ordered), key=lambda one: one[1] - one[0]):
            stretch = [place for _, place in run]
            start, end = max(0, stretch[0] - 1), stretch[-1] + 2
            yield table.ids[start:end]
            yield table.names[start:end]
            yield [home.start for home in table.homes_within(start, end)]
        files = {scene[0] for place in ordered if (scene := table.scene(place))}
        for fileset in sorted(files & table.scenes.keys()):
            yield from table.scenes[fileset].ingredients()


def shard_chunks(content: Content) -> Iterator[ShardChunks]:
    """The chunks of each shard, those of the last one first: a chunk names the next."""
    shards, starts = content.export.manifest.streams["images"], content.chunk_starts
    following: int | None = None
    end = len(content.table)
    for number in reversed(range(len(shards))):
        start = end - shards[number].records
        yield ShardChunks(content, number, range(start, end), starts[number], following)
        following = starts[number][0] if starts[number] else following
        end = start


def count_files(content: Content) -> Iterator[File]:
    """How many images hold each value of the tags, the owners and the keys; what one image holds is left out."""
    for facet in content.facets:
        if facet.facet not in (TAG, OWNER) and facet.key is None:
            continue
        parts = content.count_parts[facet.facet]
        by_part: list[tuple[list[str], list[int]]] = [([], []) for _ in range(parts)]
        for value in facet.values:
            if value.count > 1:
                values, counts = by_part[zlib.crc32(value.value.encode("utf-8", "replace")) % parts]
                values.append(value.value)
                counts.append(value.count)
        for part, (values, counts) in enumerate(by_part):
            name = links.counts(facet.facet, part, parts)
            made = packed(msgspec.json.encode({"values": values, "counts": counts}))
            yield from packed_files(content, name, "json", made)
