"""From what each row holds to the rows that hold it, for millions of both: sorted by Arrow, kept in plain arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import overload

import pyarrow as pa
import pyarrow.compute as pc

#: So many rows are sorted at a time: what that takes beside the result is several times as large.
_BLOCK = 100_000


def renumbered(numbers: array[int]) -> tuple[array[int], list[int]]:
    """The numbers, each replaced by its place among those that occur; and those that occur, ascending."""
    found = _arrow(numbers, 0, len(numbers))
    used = sorted(pc.unique(found).to_pylist())
    places = array("I", bytes(4 * (used[-1] + 1 if used else 0)))
    for place, number in enumerate(used):
        places[number] = place
    made = array("I")
    made.frombytes(_bytes(_arrow(places, 0, len(places)).take(found)))
    return made, used


def taken(values: array[int], places: array[int]) -> array[int]:
    """The value at each place; values have eight bytes."""
    held = pa.Array.from_buffers(pa.uint64(), len(values), [None, pa.py_buffer(values)])
    made = array("Q")
    made.frombytes(_bytes(held.take(_arrow(places, 0, len(places)))))
    return made


class Inverted(Sequence["array[int]"]):
    """For each number the rows that hold it, ascending."""

    def __init__(self, numbers: array[int], ends: array[int], count: int) -> None:
        """`numbers`: what the first row holds, then what the second holds, and so on; `ends`: where each row's end;
        `count`: how many numbers there are."""
        counts = [0] * count
        if numbers:
            for one in pc.value_counts(_arrow(numbers, 0, len(numbers))):
                counts[one["values"].as_py()] = one["counts"].as_py()
        self._starts = array("Q", [0, *accumulate(counts)])
        self._rows = array("I", bytes(4 * len(numbers)))
        filled = self._starts[:]
        rows = memoryview(self._rows)
        for first in range(0, len(ends), _BLOCK):
            for number, held in _inverted(numbers, ends, first, min(first + _BLOCK, len(ends))):
                start = filled[number]
                filled[number] += len(held)
                rows[start : start + len(held)] = held

    def __len__(self) -> int:
        return len(self._starts) - 1

    def how_many(self, number: int) -> int:
        """How many rows hold a number."""
        return self._starts[number + 1] - self._starts[number]

    @overload
    def __getitem__(self, number: int) -> array[int]: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[array[int]]: ...
    def __getitem__(self, number: int | slice) -> array[int] | Sequence[array[int]]:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        return self._rows[self._starts[number] : self._starts[number + 1]]


def repeated(values: array[int]) -> Iterator[tuple[int, list[int]]]:
    """The values that occur more than once, and where."""
    found = pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])
    counts = pc.value_counts(found)
    several = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    places = pc.index_in(found, value_set=several)
    held: dict[int, list[int]] = {}
    for at in pc.indices_nonzero(pc.is_valid(places)).to_pylist():
        held.setdefault(values[at], []).append(at)
    yield from held.items()


def _inverted(
    numbers: array[int], ends: array[int], first: int, last: int
) -> Iterator[tuple[int, memoryview]]:
    """The rows from `first` to before `last` that hold each number that they hold."""
    start = ends[first - 1] if first else 0
    offsets = array("i", [0, *(end - start for end in ends[first:last])])
    held = _arrow(numbers, start, ends[last - 1])
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), held)
    order = pc.array_sort_indices(held)  # stable: the rows of a number ascend
    rows = pc.add(pc.list_parent_indices(lists).take(order), first).cast(pa.uint32())
    content = memoryview(_bytes(rows)).cast("I")
    runs = pc.run_end_encode(held.take(order))
    begin = 0
    for number, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield number, content[begin:end]
        begin = end


def _arrow(numbers: array[int], start: int, end: int) -> pa.Array:
    """A piece of an array, as it lies in memory."""
    piece = memoryview(numbers)[start:end]
    return pa.Array.from_buffers(pa.uint32(), len(piece), [None, pa.py_buffer(piece)])


def _bytes(numbers: pa.Array) -> memoryview:
    """The content of an array that begins where its memory does and misses nothing."""
    size = len(numbers) * numbers.type.bit_width // 8
    return memoryview(numbers.buffers()[1])[:size] if size else memoryview(b"")
