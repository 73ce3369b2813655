"""The reply of a projection, from Ice's bytes straight to plain values: a tenth of the work of Ice's own way.

Ice makes an object of every value and calls a factory for it. What is read here has the one shape that OMERO
sends: encoding 1.1, classes in the compact format (see `raw_request`), RTypes of plain values and maps of them.
Everything else, and everything that does not add up, raises `Unexpected`: the caller then asks the usual way.
"""

from __future__ import annotations

import struct
from typing import Any

from catalog_builder.sources.omero.raw_form import (
    BOOL,
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    LONG_SIZE,
    MAP,
    NOTHING,
    TEXT,
    Form,
    Texts,
    form_of,
)
from catalog_builder.sources.omero.raw_request import (
    ENCODING,
    HEADER,
    INSTANCE,
    LAST_SLICE,
    NULL,
    TYPE_NUMBERED,
    TYPE_SPELLED,
)

_UNFINISHED = object()
_DEEPEST = 8
#: So many forms of rows are tried, the latest first.
_FORMS = 6
_KINDS = {
    "::omero::RString": TEXT,
    "::omero::RLong": LONG,
    "::omero::RTime": LONG,
    "::omero::RInt": INT,
    "::omero::RDouble": DOUBLE,
    "::omero::RFloat": FLOAT,
    "::omero::RBool": BOOL,
    "::omero::RMap": MAP,
}
_long = struct.Struct("<q").unpack_from
_int = struct.Struct("<i").unpack_from
_double = struct.Struct("<d").unpack_from
_float = struct.Struct("<f").unpack_from


class Unexpected(Exception):
    """Not a reply of the one shape that is understood here."""


def rows_of(reply: bytes, texts: Texts) -> list[list[Any]]:
    """The rows of a reply, every value as its RType's `val` has it. Raises Unexpected, and nothing else."""
    if len(reply) < HEADER or reply[4:6] != ENCODING or _int(reply)[0] != len(reply):
        raise Unexpected("header")
    try:
        return _Reader(reply, texts).rows()
    except (IndexError, KeyError, struct.error, UnicodeDecodeError) as error:
        raise Unexpected(type(error).__name__) from None


class _Reader:
    """Reads one reply from front to back. Every step goes forward, so it ends however damaged the bytes are."""

    def __init__(self, reply: bytes, texts: Texts) -> None:
        self._reply = reply
        self._texts = texts
        self._kinds = [NOTHING]  # by the number of the type, which counts from 1
        self._met: list[
            Any
        ] = []  # all instances in their order; the first is number 2 to those that repeat it

    def rows(self) -> list[list[Any]]:
        reply, texts, met = self._reply, self._texts, self._met
        count, place = self._size(HEADER)
        found: list[list[Any]] = []
        recent: list[Form] = []
        for _ in range(count):
            for form in recent:
                row = form.read(reply, place, texts, met)
                if row is not None:
                    place = form.end
                    break
            else:
                row, new, place = self._row(place)
                if new is not None:
                    recent.insert(0, new)
                    del recent[_FORMS:]
            found.append(row)
        if place != len(reply):
            raise Unexpected("length")
        return found

    def _row(self, place: int) -> tuple[list[Any], Form | None, int]:
        """The values of one row, and the form that further ones will probably have, too."""
        columns, place = self._size(place)
        row, heads = [], []
        for _ in range(columns):
            start = place
            value, place = self._value(place, 0)
            heads.append(self._reply[start : start + 3 if self._reply[start] == INSTANCE else place])
            row.append(value)
        return row, form_of(heads, row, self._kinds), place

    def _value(self, place: int, depth: int) -> tuple[Any, int]:
        """Any value: nothing, one that was there before, or a new one with its type spelled out or not."""
        number, place = self._size(place, bounded=False)
        if number == NULL:
            return None, place
        if number != INSTANCE:
            before = self._met[number - 2]
            if before is _UNFINISHED:
                raise Unexpected("a map within itself")
            return before, place
        flags = self._reply[place]
        if flags == TYPE_SPELLED:
            name, place = self._text(place + 1)
            kind = _KINDS[name]
            self._kinds.append(kind)
        elif flags == TYPE_NUMBERED:
            index, place = self._size(place + 1)
            kind = self._kinds[index]
        else:
            raise Unexpected("flags")
        mine = len(self._met)
        self._met.append(_UNFINISHED)
        value, place = self._members(kind, place, depth)
        if self._reply[place] != LAST_SLICE:
            raise Unexpected("slices")
        self._met[mine] = value
        return value, place + 1

    def _members(self, kind: int, place: int, depth: int) -> tuple[Any, int]:
        reply = self._reply
        if kind == TEXT:
            return self._text(place)
        if kind == LONG:
            return _long(reply, place)[0], place + 8
        if kind == INT:
            return _int(reply, place)[0], place + 4
        if kind == DOUBLE:
            return _double(reply, place)[0], place + 8
        if kind == FLOAT:
            return _float(reply, place)[0], place + 4
        if kind == BOOL and reply[place] <= 1:
            return reply[place] == 1, place + 1
        if kind == MAP and depth < _DEEPEST:
            return self._map(place, depth + 1)
        raise Unexpected("kind")

    def _map(self, place: int, depth: int) -> tuple[dict[str, Any], int]:
        count, place = self._size(place)
        found = {}
        for _ in range(count):
            name, place = self._text(place)
            found[name], place = self._value(place, depth)
        return found, place

    def _text(self, place: int) -> tuple[str, int]:
        size, place = self._size(place)
        return self._texts[self._reply[place : place + size]], place + size

    def _size(self, place: int, bounded: bool = True) -> tuple[int, int]:
        """A size, or the number of an instance; what is counted takes a byte at least, so no more than are left."""
        size = self._reply[place]
        if size != LONG_SIZE:
            return size, place + 1
        (size,) = _int(self._reply, place + 1)
        if size < 0 or (bounded and size > len(self._reply)):
            raise Unexpected("size")
        return size, place + 5
