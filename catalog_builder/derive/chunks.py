"""Where the data of all images is cut into chunks: by ids alone, so that one image more changes one chunk."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from itertools import islice

#: A chunk begins at an id whose checksum is divisible by this: about so many images a chunk. It divides the number that
#: cuts the export's shards, so that no chunk is in two of them.
CUT = 500
#: No chunk is longer than this.
LONGEST = 2_000

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def chunk_starts(ids: Iterable[int], shards: Iterable[int]) -> list[list[int]]:
    """For each shard, of so many images, the ids that its chunks begin with. `ids`: of all images, ascending."""
    rest = iter(ids)
    return [_starts([*islice(rest, records)]) for records in shards]


def _starts(ids: Sequence[int]) -> list[int]:
    starts: list[int] = []
    length = 0
    for one in ids:
        if not length or length == LONGEST or zlib.crc32(str(one).encode()) % CUT == 0:
            starts.append(one)
            length = 0
        length += 1
    return starts


def in_steps(numbers: Iterable[int]) -> str:
    """Ascending numbers as the steps from each to the next, in base 36: short, for they stand in a page."""
    steps, before = [], 0
    for number in numbers:
        steps.append(_base36(number - before))
        before = number
    return " ".join(steps)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
