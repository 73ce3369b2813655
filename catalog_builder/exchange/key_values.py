"""All map annotations in few bytes each: a million images have a million of them, made of a few thousand pairs.

So every pair that occurs is kept once, and an annotation is the numbers of its pairs. Owners, groups and revisions,
which no page shows, are left out.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import msgspec

from catalog_builder.model.annotations import KeyValues
from catalog_builder.model.base import Id, Record

Pair = tuple[str, str]


class LeanKeyValues(Record, frozen=True):
    """A map annotation as it stands in an export, as far as pages show it; its pairs are not decoded yet."""

    id: Id
    namespace: str = ""
    pairs: tuple[msgspec.Raw, ...] = ()


class PackedKeyValues(NamedTuple):
    """The annotations of a shard, by number, with what the numbers stand for."""

    ids: array[int]
    namespaces: array[int]
    ends: array[int]
    """Where the pairs of each annotation end among `numbers`."""
    numbers: array[int]
    pairs: list[Pair]
    names: list[str]
    """The namespaces."""


def pack(records: Iterable[LeanKeyValues]) -> PackedKeyValues:
    """The annotations of a shard. Raises what msgspec raises for a pair that is none."""
    decode = msgspec.json.Decoder(tuple[str, str]).decode
    ids, namespaces, ends, numbers = array("q"), array("I"), array("I"), array("I")
    known: dict[bytes, int] = {}
    names: dict[str, int] = {}
    pairs: list[Pair] = []
    for record in records:
        ids.append(record.id)
        namespaces.append(names.setdefault(record.namespace, len(names)))
        for raw in map(bytes, record.pairs):
            number = known.get(raw)
            if number is None:
                number = known[raw] = len(pairs)
                pairs.append(decode(raw))
            numbers.append(number)
        ends.append(len(numbers))
    return PackedKeyValues(ids, namespaces, ends, numbers, pairs, list(names))


class KeyValuesById(Mapping[int, KeyValues]):
    """Annotation id -> map annotation, made when it is asked for; `pairs` are numbered in the order they occur."""

    def __init__(self, shards: Iterable[PackedKeyValues]) -> None:
        self.pairs: list[Pair] = []
        """Every pair that occurs, each once."""
        self._ids, self._namespaces = array("q"), array("I")
        self._ends, self._numbers = array("I", [0]), array("I")
        self._names: list[str] = []
        self._shards = array("I")
        pairs: dict[Pair, int] = {}
        names: dict[str, int] = {}
        for shard in shards:
            number = array("I", [pairs.setdefault(pair, len(pairs)) for pair in shard.pairs])
            name = [names.setdefault(one, len(names)) for one in shard.names]
            before = len(self._numbers)
            self._ids.extend(shard.ids)
            self._namespaces.extend([name[one] for one in shard.namespaces])
            self._ends.extend([before + end for end in shard.ends])
            self._numbers.extend([number[one] for one in shard.numbers])
            self._shards.append(len(self._ids))
        self.pairs.extend(pairs)
        self._names.extend(names)
        self._places = _places(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, int) and self._place(id_) is not None

    def __getitem__(self, id_: int) -> KeyValues:
        place = self._place(id_)
        if place is None:
            raise KeyError(id_)
        pairs = self.pairs
        numbers = self._numbers[self._ends[place] : self._ends[place + 1]]
        return KeyValues(
            id=id_,
            namespace=self._names[self._namespaces[place]],
            pairs=tuple([pairs[number] for number in numbers]),
        )

    def numbers_of(self, id_: int) -> array[int] | None:
        """The numbers of an annotation's pairs, in its order; None for an id that is none of a map annotation."""
        place = self._place(id_)
        return None if place is None else self._numbers[self._ends[place] : self._ends[place + 1]]

    def shards_of(self, ids: Iterable[int]) -> tuple[int, ...]:
        """The numbers of the shards that hold annotations, of those ids that are there, ascending."""
        if self._places is None:
            return tuple(self._shards_among(sorted(ids)))
        places = [place for place in map(self._places.get, ids) if place is not None]
        return tuple(sorted({bisect_right(self._shards, place) for place in places}))

    def _shards_among(self, ids: list[int]) -> Iterator[int]:
        """The same where the annotations ascend, of ids that ascend: shard by shard, for ids are many more."""
        for number, (start, end) in enumerate(pairwise([0, *self._shards])):
            if start < end:
                some = ids[bisect_left(ids, self._ids[start]) : bisect_right(ids, self._ids[end - 1])]
                if any(self._place(id_) is not None for id_ in some):
                    yield number

    def pairs_by_namespace(self) -> dict[str, set[int]]:
        """Namespace -> the numbers of the pairs in it."""
        found: dict[int, set[int]] = {}
        ends = self._ends
        for place, namespace in enumerate(self._namespaces):
            found.setdefault(namespace, set()).update(self._numbers[ends[place] : ends[place + 1]])
        return {self._names[namespace]: numbers for namespace, numbers in found.items()}

    def _place(self, id_: int) -> int | None:
        if self._places is not None:
            return self._places.get(id_)
        place = bisect_left(self._ids, id_)
        return place if place < len(self._ids) and self._ids[place] == id_ else None


def _places(ids: array[int]) -> dict[int, int] | None:
    """Where each id stands, if they do not ascend, as an export's do; None where they can be searched."""
    if all(one < other for one, other in pairwise(ids)):
        return None
    return {id_: place for place, id_ in enumerate(ids)}
