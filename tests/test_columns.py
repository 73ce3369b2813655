"""Columns of sets: whatever is split into however many parts, a row's values are the union over them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_builder.derive import columns
from catalog_builder.derive.columns import Coded, Part, coded, split

Rows = list[set[int]]


def places(rows: Rows, values: int) -> list[list[int]]:
    return [[place for place, held in enumerate(rows) if code in held] for code in range(values)]


def read(parts: Sequence[Part], rows: int, values: int) -> list[list[int]]:
    """The values of each row as the page reads them."""
    found: list[list[int]] = []
    for row in range(rows):
        held: list[int] = []
        for part in parts:
            code = part.codes[row]
            held += part.sets[code] if part.sets is not None else [code] if code < values else []
        found.append(held)
    return found


def checked(rows: Rows, homes: Sequence[range], values: int) -> list[Part]:
    parts = split(coded(places(rows, values), len(rows)), homes, values)
    found = read(parts, len(rows), values)
    assert [sorted(held) for held in found] == [sorted(held) for held in rows], "none lost, none twice"
    for part in parts:
        largest = len(part.sets) - 1 if part.sets is not None else values
        assert part.codes.typecode == ("B" if largest < 256 else "H" if largest < 65536 else "I")
        assert part.sets is None or len(set(part.sets)) == len(part.sets)
    return parts


@st.composite
def tables(draw: st.DrawFn) -> tuple[Rows, list[range], int]:
    values = draw(st.integers(1, 14))
    held = st.sets(st.integers(0, values - 1), max_size=draw(st.sampled_from([1, 3, 12])))
    homes, rows = [], []
    for shared, of_rows in draw(
        st.lists(st.tuples(held, st.lists(held, min_size=1, max_size=8)), min_size=1, max_size=6)
    ):
        homes.append(range(len(rows), len(rows) + len(of_rows)))
        rows += [shared | own for own in of_rows]
    return rows, homes, values


@given(tables(), st.sampled_from([(256, 4096, 8), (1, 2, 8), (0, 0, 2), (0, 3, 1), (0, 0, 12)]))
@settings(max_examples=300, deadline=None)
def test_the_parts_of_a_column_hold_each_value_of_each_row_once(
    table: tuple[Rows, list[range], int], limits: tuple[int, int, int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in zip(("FEW_SETS", "MOST_SETS", "MOST_SLOTS"), limits, strict=True):
            patch.setattr(columns, name, limit)
        checked(*table)


def test_one_value_a_row_is_the_value_itself() -> None:
    (part,) = checked([{0}, {2}, set(), {1}], [range(4)], 3)
    assert part == (array("B", [0, 2, 3, 1]), None)


def test_few_sets_are_one_column_numbered_as_rows_have_them() -> None:
    (part,) = checked([{1, 2}, {0}, {1, 2}, set()], [range(4)], 3)
    assert part == (array("B", [0, 1, 0, 2]), [(1, 2), (0,), ()])


def test_a_column_of_300_values_takes_two_bytes_and_of_255_one() -> None:
    assert checked([{n} for n in range(300)], [range(300)], 300)[0].codes.typecode == "H"
    assert checked([{n} for n in range(255)], [range(255)], 255)[0].codes.typecode == "B"


def test_what_a_dataset_shares_is_a_column_of_its_own_where_that_makes_it_smaller() -> None:
    """40 datasets of two shared values, ten others in turn: 400 sets become 40 and 10."""
    rows = [{2 * home % 40, 2 * home % 40 + 1, 40 + n % 10} for home in range(20) for n in range(30)]
    parts = checked(rows, [range(30 * home, 30 * home + 30) for home in range(20)], 50)
    assert len(parts) == 1, "200 sets are few"
    rows = [{home, 40 + (home + 1) % 40, 80 + n % 10} for home in range(40) for n in range(30)]
    shared, rest = checked(rows, [range(30 * home, 30 * home + 30) for home in range(40)], 90)
    assert shared.sets is not None and len(shared.sets) == 40 and shared.codes.typecode == "B"
    assert rest.sets is None and rest.codes.typecode == "B"


def test_values_that_never_meet_share_a_column_and_those_of_two_sets_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As with tags of three tag sets, one of each on an image: three columns, whatever the combinations."""
    monkeypatch.setattr(columns, "MOST_SETS", 100)
    rows = [{a, 10 + b, 20 + c} for a in range(10) for b in range(10) for c in range(10)]
    parts = checked(rows, [range(1000)], 30)
    assert len(parts) == 3 and all(part.codes.typecode == "B" for part in parts)


def test_a_row_with_very_many_values_does_not_cost_a_column_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "FEW_SETS", 10)
    monkeypatch.setattr(columns, "MOST_SETS", 20)
    rows = [{n % 7, 7 + n % 11} for n in range(77)] + [set(range(300))]
    assert len(checked(rows, [range(78)], 300)) <= columns.MOST_SLOTS + 1


def test_values_that_all_meet_are_dealt_out_by_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of twenty at random: no column can hold two of them for good."""
    monkeypatch.setattr(columns, "MOST_SETS", 50)
    rows = [{a, b, c} for a in range(20) for b in range(a) for c in range(b)]
    parts = checked(rows, [range(len(rows))], 20)
    assert len(parts) == 3 and all(part.sets is None for part in parts)


def test_no_rows_have_no_parts_and_no_sets() -> None:
    assert coded([], 0) == Coded(array("B"), [])
