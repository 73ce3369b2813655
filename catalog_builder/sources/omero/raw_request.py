"""A query as bytes, the way Ice sends it: encoding 1.1, classes in the compact format.

An instance is 1, then its slices from the most derived class to the base: flags, the type in the first
slice, the members. A type is spelled out once and then goes by number, from 1. (Ice manual, "Data Encoding for
Classes".)
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

#: A slice's flags: its type is spelled out, or given by number; it is the last one.
TYPE_SPELLED, TYPE_NUMBERED, LAST_SLICE = 0x01, 0x02, 0x20
NULL, INSTANCE = 0, 1
ENCODING = b"\x01\x01"
HEADER = 6

_LONGEST_SHORT = 254
_LAST = bytes([LAST_SLICE])
_long = struct.Struct("<q").pack
_int = struct.Struct("<i").pack


def request(text: str, values: Mapping[str, int | list[int]], limit: int) -> bytes:
    """The parameters of `IQuery.projection`: the HQL, what stands for its parameters, and a limit above 0."""
    writer = _Writer()
    body = _text(text) + writer.parameters(values, limit)
    return struct.pack("<i", len(body) + HEADER) + ENCODING + body


class _Writer:
    """Writes instances, and knows which types were spelled out already."""

    def __init__(self) -> None:
        self._types: dict[str, int] = {}

    def parameters(self, values: Mapping[str, int | list[int]], limit: int) -> bytes:
        """An `omero::sys::Parameters`."""
        written = self._begin("::omero::sys::Parameters", LAST_SLICE) + _size(len(values))
        for name, value in values.items():
            written += _text(name) + (self._longs(value) if isinstance(value, list) else self._of_long(value))
        return written + (self._page(limit) if limit else bytes([NULL])) + bytes([NULL])

    def _page(self, limit: int) -> bytes:
        """An `omero::sys::Filter` of which offset and limit are set: the fourth and the fifth of seven members."""
        nothing = bytes([NULL])
        begin = self._begin("::omero::sys::Filter", LAST_SLICE)
        return begin + 3 * nothing + self._of_int(0) + self._of_int(limit) + 2 * nothing

    def _longs(self, values: list[int]) -> bytes:
        begin = self._begin("::omero::RList", 0) + bytes([0]) + _size(len(values))
        if not values:
            return begin + _LAST
        first, head = self._of_long(values[0]), self._begin("::omero::RLong", 0)
        return begin + first + b"".join([head + _long(value) + _LAST for value in values[1:]]) + _LAST

    def _of_long(self, value: int) -> bytes:
        return self._begin("::omero::RLong", 0) + _long(value) + _LAST

    def _of_int(self, value: int) -> bytes:
        return self._begin("::omero::RInt", 0) + _int(value) + _LAST

    def _begin(self, type_name: str, flags: int) -> bytes:
        """An instance up to the members of its first slice."""
        number = self._types.get(type_name)
        if number is not None:
            return bytes([INSTANCE, TYPE_NUMBERED | flags, number])
        self._types[type_name] = len(self._types) + 1
        return bytes([INSTANCE, TYPE_SPELLED | flags]) + _text(type_name)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _size(len(encoded)) + encoded


def _size(size: int) -> bytes:
    return bytes([size]) if size <= _LONGEST_SHORT else b"\xff" + _int(size)
