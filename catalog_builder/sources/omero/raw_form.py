"""The form of a row: most rows of a reply have the types of the row before, and then few steps read them.

Between two values of a fixed size stand always the same bytes, so a run of such values up to the next text is
one `struct` call and one comparison.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from catalog_builder.sources.omero.raw_request import INSTANCE, LAST_SLICE, TYPE_NUMBERED

NOTHING, TEXT, LONG, INT, DOUBLE, FLOAT, BOOL, MAP = range(8)
#: A size that does not fit a byte: four more follow.
LONG_SIZE = 255

_CODES = {LONG: "q", INT: "i", DOUBLE: "d", FLOAT: "f", TEXT: "B"}
_END = bytes([LAST_SLICE])

Step = tuple[Callable[[bytes, int], tuple[Any, ...]], int, tuple[bytes, ...], bool]
"""Unpacks constant bytes and values by turns; how many bytes; those constants; whether the last value is the
length of a text that follows."""


class Texts(dict[bytes, str]):
    """Short texts by their bytes, each kept once: keys and units repeat a million times in a big export."""

    LONGEST, MOST = 64, 200_000

    def __missing__(self, encoded: bytes) -> str:
        text = encoded.decode()
        if len(encoded) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()
            self[encoded] = text
        return text


class Form:
    """Reads rows of these types; `end` is where the last row that it read ends.

    `fixed` are the values that need no reading, by column: nothing, and instances that are repeated.
    """

    def __init__(self, steps: Sequence[Step], fixed: Sequence[tuple[int, Any]]) -> None:
        self._steps = tuple(steps)
        self._fixed = tuple(fixed)
        self.end = 0

    def read(self, reply: bytes, place: int, texts: Texts, met: list[Any]) -> list[Any] | None:
        """The row at `place`, its instances added to those `met`; None where it has another form."""
        values: list[Any] = []
        try:
            for unpack, size, constants, is_text in self._steps:
                items = unpack(reply, place)
                if items[::2] != constants:
                    return None
                place += size
                values += items[1::2]
                if is_text:
                    length = values[-1]
                    if length == LONG_SIZE:
                        return None
                    values[-1] = texts[reply[place : place + length]]
                    place += length
        except struct.error:  # the form is longer than what is left
            return None
        self.end = place
        met += values
        for column, value in self._fixed:
            values.insert(column, value)
        return values


def form_of(heads: Sequence[bytes], row: Sequence[Any], kinds: Sequence[int]) -> Form | None:
    """The form of a row with these values; None for one with maps, or with types that were new.

    `heads` are the first three bytes of each value that was read, and all bytes of those that were not:
    nothing, and what repeats an instance.
    """
    if len(heads) >= LONG_SIZE:
        return None
    steps: list[Step] = []
    fixed = []
    layout, constants, constant = "<", [], bytes([len(heads)])
    for column, head in enumerate(heads):
        if head[0] != INSTANCE:
            fixed.append((column, row[column]))
            constant += head
            continue
        kind = kinds[head[2]] if head[1] == TYPE_NUMBERED and head[2] < len(kinds) else NOTHING
        if kind not in _CODES:
            return None
        constants.append(constant + head)
        layout += f"{len(constants[-1])}s{_CODES[kind]}"
        constant = _END
        if kind == TEXT:
            steps.append(_step(layout, constants, True))
            layout, constants = "<", []
    constants.append(constant)
    steps.append(_step(f"{layout}{len(constant)}s", constants, False))
    return Form(steps, fixed)


def _step(layout: str, constants: list[bytes], is_text: bool) -> Step:
    whole = struct.Struct(layout)
    return whole.unpack_from, whole.size, tuple(constants), is_text
