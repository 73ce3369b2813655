"""What stands in a catalogue, counted: every group, container, namespace, key, tag and person, how often, on what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from catalog_builder.model.annotations import ANNOTATIONS, KeyValues
from catalog_builder.model.base import Carrier, Described
from catalog_builder.model.catalogue import Containers
from catalog_builder.model.records import Image

#: The containers, in the order in which they are told.
CONTAINERS = ("projects", "datasets", "screens", "plates", "runs", "wells")

#: What is told by name, in this order.
SECTIONS = (
    *("groups", "projects", "datasets", "screens", "plates"),
    *("namespaces", "keys", "tag_sets", "tags", "people"),
)


class Entry(NamedTuple):
    """How often something stands there, and an example of where or with what."""

    times: int = 0
    example: str = ""


class Tally:
    """Counts containers at once and images as they are handed on; annotations by what carries them."""

    def __init__(self, containers: Containers) -> None:
        self._containers = containers
        self.objects: Counter[str] = Counter()
        self._uses: Counter[int] = Counter()
        self._groups: Counter[int] = Counter()
        self._people: Counter[int] = Counter()
        self._first: dict[int, str] = {}
        """Annotation id -> the name of the first object that carries it."""
        self._first_owned: dict[int, str] = {}
        for stream in CONTAINERS:
            things = getattr(containers, stream).values()
            self._add(stream, things)

    def passing(self, pages: Iterable[list[Image]]) -> Iterator[list[Image]]:
        """The same pages of images, counted as they pass."""
        for page in pages:
            self._add("images", page)
            yield page

    def counts(self) -> dict[str, int]:
        """Stream -> how many; of annotations how many different ones are carried by anything."""
        found = {stream: self.objects[stream] for stream in (*CONTAINERS, "images")}
        for stream in ANNOTATIONS:
            found[stream] = sum(id_ in self._uses for id_ in getattr(self._containers, stream))
        return found

    def named(self, section: str) -> dict[int | str, Entry]:
        """What a section holds: by id, namespaces and keys by themselves."""
        return dict(getattr(self, f"_of_{section}", lambda: self._of_records(section))())

    def _add(self, stream: str, things: Iterable[Carrier]) -> None:
        uses, first = self._uses, self._first
        for thing in things:
            self.objects[stream] += 1
            name = thing.name if isinstance(thing, Described) else f"{stream.removesuffix('s')} {thing.id}"
            for id_ in thing.annotations:
                uses[id_] += 1
                if id_ not in first:
                    first[id_] = name
            if thing.group is not None:
                self._groups[thing.group] += 1
            if thing.owner is not None:
                self._people[thing.owner] += 1
                self._first_owned.setdefault(thing.owner, name)

    def _of_records(self, section: str) -> Iterator[tuple[int, Entry]]:
        for id_ in getattr(self._containers, section):
            yield id_, Entry(1, "")

    def _of_groups(self) -> Iterator[tuple[int, Entry]]:
        for id_, group in self._containers.groups.items():
            yield id_, Entry(self._groups[id_], group.permissions)

    def _of_tags(self) -> Iterator[tuple[int, Entry]]:
        for id_ in self._containers.tags:
            if count := self._uses[id_]:
                yield id_, Entry(count, self._first[id_])

    def _of_tag_sets(self) -> Iterator[tuple[int, Entry]]:
        members: Counter[int] = Counter()
        example: dict[int, str] = {}
        for tag in self._containers.tags.values():
            for id_ in tag.sets:
                members[id_] += 1
                example.setdefault(id_, tag.text)
        for id_ in self._containers.tag_sets:
            yield id_, Entry(members[id_], example.get(id_, ""))

    def _of_people(self) -> Iterator[tuple[int, Entry]]:
        owners = Counter(self._people)
        for stream in ANNOTATIONS:
            for one in self._annotations(stream).values():
                if one.owner is not None and one.id in self._uses:
                    owners[one.owner] += 1
        for id_ in self._containers.people:
            yield id_, Entry(owners[id_], self._first_owned.get(id_, ""))

    def _of_namespaces(self) -> Iterator[tuple[str, Entry]]:
        counts: Counter[str] = Counter()
        example: dict[str, str] = {}
        for stream in ANNOTATIONS:
            for one in self._annotations(stream).values():
                namespace = getattr(one, "namespace", None)
                if namespace is not None and (count := self._uses[one.id]):
                    counts[namespace] += count
                    example.setdefault(namespace, self._first[one.id])
        return ((name, Entry(count, example[name])) for name, count in counts.items())

    def _of_keys(self) -> Iterator[tuple[str, Entry]]:
        counts: Counter[str] = Counter()
        example: dict[str, str] = {}
        for one in self.key_values():
            for key, value in one.pairs:
                counts[key] += self._uses[one.id]
                if value and key not in example:
                    example[key] = value
        return ((key, Entry(count, example.get(key, ""))) for key, count in counts.items())

    def key_values(self) -> Iterator[KeyValues]:
        """The map annotations that something carries, pairs in the open."""
        for one in self._containers.key_values.values():
            if self._uses[one.id]:
                if isinstance(one.pairs, msgspec.Raw):
                    raise TypeError("what is counted is read anew, not taken over")
                yield one

    def _annotations(self, stream: str) -> Mapping[int, Any]:
        found: Mapping[int, Any] = getattr(self._containers, stream)
        return found
