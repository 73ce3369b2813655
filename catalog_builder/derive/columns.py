"""A facet's values row by row, as small numbers that compress well and are counted in one pass.

A row's values are a set, and few sets occur: so each row holds the number of its set, and the sets stand beside.
Where too many sets occur, what all rows of a dataset share is a column of its own, and what is left is dealt out to a
few columns of which each row has one value or none. All of it is exact: a row has the values of all its columns.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from catalog_builder.derive.facets import Facet
from catalog_builder.derive.table import Table
from catalog_builder.parallel import in_order

#: Values: codes of a facet, ascending, each once.
Set = tuple[int, ...]

#: Up to so many distinct sets a column is as small as it can be.
FEW_SETS = 256
#: More than this are split whatever it costs: they stand in the table's description, which a page parses first of all.
MOST_SETS = 4_096
#: Into at most so many columns of single values.
MOST_SLOTS = 8


class Part(NamedTuple):
    """A column. Where `sets` is None, a code is the value's own, and the number of all values means none."""

    codes: array[int]
    sets: list[Set] | None


class Coded(NamedTuple):
    """What a facet's values are row by row: the number of the row's set, and the sets."""

    rows: array[int]
    sets: list[Set]


class Columns:
    """The facets of a table, each coded once: the explorer's data and the table for download are made of the same."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._coded: dict[str, Coded] = {}
        self._parts: dict[str, list[Part]] = {}

    def prepare(self, facets: Iterable[Facet], processes: int) -> None:
        """Code the facets that can be counted now, shared by so many processes, for all that will ask for them."""
        counted = [facet for facet in facets if facet.kind != "search"]
        tasks = [partial(self._prepared, facet) for facet in counted]
        for number, (column, parts) in in_order(tasks, processes):
            self._coded[counted[number].facet] = column
            self._parts[counted[number].facet] = parts

    def _prepared(self, facet: Facet) -> Iterator[tuple[Coded, list[Part]]]:
        yield self.of(facet), self.parts_of(facet)

    def of(self, facet: Facet) -> Coded:
        """The facet's column; codes are places in its values as `in_order` has them."""
        known = self._coded.get(facet.facet)
        if known is None:
            places = [self._table.places[value.term] for value in facet.in_order()[0]]
            known = self._coded[facet.facet] = coded(places, len(self._table))
        return known

    def parts_of(self, facet: Facet) -> list[Part]:
        """The facet's column, split where that is better."""
        known = self._parts.get(facet.facet)
        if known is None:
            known = split(self.of(facet), self._table.homes, len(facet.values))
        return known


def coded(places: Sequence[Iterable[int]], rows: int) -> Coded:
    """A column of so many rows from the places of each value's rows; sets are numbered as the rows have them first."""
    held = array("I", bytes(4 * rows))
    before, added = array("I", [0]), array("I", [0])  # a set is an earlier one and a value more
    for code, of_value in enumerate(places):
        with_it: dict[int, int] = {}
        for place in of_value:
            without = held[place]
            made = with_it.get(without)
            if made is None:
                made = with_it[without] = len(before)
                before.append(without)
                added.append(code)
            held[place] = made
    return _renumbered(held, before, added)


def split(column: Coded, homes: Sequence[range], values: int) -> list[Part]:
    """A column of a facet of so many `values` as parts. `homes`: the rows of each dataset, in order, together all."""
    if len(column.sets) <= FEW_SETS or not _several(column.sets):
        return [_part(column, values)]
    pieces = [piece for piece in _split_by_home(column, homes) if any(piece.sets)]
    if len(column.sets) <= MOST_SETS and 2 * max(len(piece.sets) for piece in pieces) > len(column.sets):
        return [_part(column, values)]
    parts = []
    for piece in pieces:
        many = len(piece.sets) > MOST_SETS and _several(piece.sets)
        parts += _dealt_out(piece, values) if many else [_part(piece, values)]
    return parts


def _renumbered(held: array[int], before: array[int], added: array[int]) -> Coded:
    """Only the sets that rows have, in the order in which rows have them first."""
    number = {one: place for place, one in enumerate(dict.fromkeys(held))}
    sets = [_spelled(one, before, added) for one in number]
    return Coded(_array([number[one] for one in held], len(sets) - 1), sets)


def _spelled(held: int, before: array[int], added: array[int]) -> Set:
    codes = []
    while held:
        codes.append(added[held])
        held = before[held]
    return tuple(reversed(codes))


def _several(sets: list[Set]) -> bool:
    return any(len(one) > 1 for one in sets)


def _part(column: Coded, values: int) -> Part:
    """The sets as they are; as plain values where no row has two and that costs no wider a number."""
    if _several(column.sets) or _typecode(len(column.sets) - 1) != _typecode(values):
        return Part(*column)
    codes = [one[0] if one else values for one in column.sets]
    return Part(_array([codes[one] for one in column.rows], values), None)


def _array(codes: list[int], largest: int) -> array[int]:
    return array(_typecode(largest), codes)


def _typecode(largest: int) -> str:
    """Unsigned numbers of one, two or four bytes, whichever is enough; in the order of their letters, too."""
    return "B" if largest < 1 << 8 else "H" if largest < 1 << 16 else "I"


def _split_by_home(column: Coded, homes: Sequence[range]) -> tuple[Coded, Coded]:
    """What all rows of a home share, and what is left."""
    sets = column.sets
    shared, rest = _Sets(), _Sets()
    of_rows: tuple[list[int], list[int]] = ([], [])
    for home in homes:
        here = column.rows[home.start : home.stop]
        common = set.intersection(*(set(sets[one]) for one in set(here)))
        left = {
            one: rest.number(tuple(code for code in sets[one] if code not in common))
            for one in dict.fromkeys(here)
        }
        of_rows[0].extend([shared.number(tuple(sorted(common)))] * len(home))
        of_rows[1].extend([left[one] for one in here])
    return shared.coded(of_rows[0]), rest.coded(of_rows[1])


def _dealt_out(column: Coded, values: int) -> list[Part]:
    """Values of which no row has two share a column, as the tags of one tag set do; what does not fit stays in sets."""
    slots = _exclusive(column)
    dealt = [_Sets() for _ in range(MOST_SLOTS + 1)]
    numbers: list[list[int]] = [[] for _ in dealt]
    for one in column.sets:
        by_slot: list[list[int]] = [[] for _ in dealt]
        for code in one:
            by_slot[slots[code]].append(code)
        for slot, held in enumerate(by_slot):
            numbers[slot].append(dealt[slot].number(tuple(held)))
    if len(dealt[-1].sets) > MOST_SETS and max(map(len, column.sets)) <= MOST_SLOTS:
        return list(_by_place(column, values))
    return [
        _part(slot.coded([of_set[one] for one in column.rows]), values)
        for slot, of_set in zip(dealt, numbers, strict=True)
        if any(slot.sets)
    ]


def _exclusive(column: Coded) -> dict[int, int]:
    """Code -> a slot that no code beside it in a set has; the frequent first. The last is shared by the rest."""
    rows = Counter(column.rows)
    within: dict[int, list[int]] = {}
    frequency: Counter[int] = Counter()
    for number, one in enumerate(column.sets):
        for code in one:
            within.setdefault(code, []).append(number)
            frequency[code] += rows[number]
    taken = [0] * len(column.sets)
    slots = {}
    for code in sorted(within, key=lambda code: (-frequency[code], code)):
        used = 0
        for number in within[code]:
            used |= taken[number]
        slots[code] = next((slot for slot in range(MOST_SLOTS) if not used >> slot & 1), MOST_SLOTS)
        for number in within[code]:
            taken[number] |= 1 << slots[code]
    return slots


def _by_place(column: Coded, values: int) -> Iterator[Part]:
    """The first value of each row, the second of each, and so on."""
    for place in range(max(map(len, column.sets))):
        codes = [one[place] if place < len(one) else values for one in column.sets]
        yield Part(_array([codes[one] for one in column.rows], values), None)


class _Sets:
    """Sets, numbered as they are met."""

    def __init__(self) -> None:
        self.sets: list[Set] = []
        self._numbers: dict[Set, int] = {}

    def number(self, one: Set) -> int:
        known = self._numbers.get(one)
        if known is None:
            known = self._numbers[one] = len(self.sets)
            self.sets.append(one)
        return known

    def coded(self, rows: list[int]) -> Coded:
        return Coded(_array(rows, len(self.sets) - 1), self.sets)
