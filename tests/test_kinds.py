"""What a key's values are: numbers of one unit, days, or words; and that nothing odd is taken for a number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_builder.derive.kinds import NOTHING, are_numbers, days_of, numbers_of


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("7", 7, ""),
        ("-1.5", -1.5, ""),
        ("+2", 2, ""),
        ("−4", -4, ""),
        (".5", 0.5, ""),
        ("1.", 1, ""),
        ("1e-3", 0.001, ""),
        ("2E6 cells", 2e6, "cells"),
        ("0.003 µM", 0.003, "µM"),
        ("24h", 24, "h"),
        (" 24 h ", 24, "h"),
        ("50 %", 50, "%"),
        ("37 °C", 37, "°C"),
        ("10 mg/ml", 10, "mg/ml"),
        ("3 mm^2", 3, "mm^2"),
        ("20000 cells/well", 20000, "cells/well"),
        ("5 days post infection", 5, "days post infection"),
        ("9.81 m/s2", 9.81, "m/s2"),
        ("2 h-1", 2, "h-1"),
        ("3 m⁻²", 3, "m⁻²"),
        ("5 % CO2", 5, "% CO2"),
        ("40x", 40, "x"),
        ("0", 0, ""),
        ("0.0", 0, ""),
    ],
)
def test_a_number_and_its_unit(value: str, number: float, unit: str) -> None:
    assert numbers_of([value]) == ([number], unit)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "µM", "1,5", "1.000,5", "1 000", "> 3", "<0.1", "~5", "1-2", "1/2", "4 of 7", "1 2", "007", "00", "01",
        "1e999", "-", "+", ".", "e5", "nan", "inf", "0x1f", "1_000", "٣", "５", "1234567890123456", "1 µM, then 2",
        "A1", "CMPO_0000425", "2026-11-20", "10:30", "1.2.3", "3 (low)", "1:500", "5 x 10", "20x/0.75",
        "63x 1.4", "3 5-FU", "1A2B", "1 " + "m" * 20,
    ],
)  # fmt: skip
def test_what_is_no_number(value: str) -> None:
    assert numbers_of([value]) == ([None], "")


def test_the_unit_is_that_of_the_first_number_and_other_units_are_none_of_it() -> None:
    assert numbers_of(["1 h", "2 h", "30 min", "4"]) == ([1, 2, None, None], "h")
    assert numbers_of(["4", "1 h"]) == ([4, None], "")
    assert numbers_of(["n/a", "4 h"]) == ([None, 4], "h")


def test_the_micro_sign_is_the_greek_letter() -> None:
    assert numbers_of(["1 \u00b5M", "2 \u03bcM"]) == ([1, 2], "\u00b5M")


def kind(*values: str) -> bool:
    return are_numbers(values, numbers_of(values))


def test_three_numbers_that_differ_make_a_key_of_numbers() -> None:
    assert kind("0 µM", "1 µM", "3 µM")
    assert not kind("0", "1")
    assert not kind("1", "1.0", "1e0", "2"), "two numbers, written in four ways"
    assert not kind()


def test_words_that_say_that_there_is_none_do_not_count_against_it() -> None:
    assert kind("0 µM", "1 µM", "3 µM", "n/a", "", "unknown", "-", "NaN")
    assert not kind("0 µM", "1 µM", "3 µM", "control")
    assert not kind(*sorted(NOTHING))


@pytest.mark.parametrize(
    ("numbers", "others", "expected"), [(19, 1, True), (18, 1, False), (38, 2, True), (37, 2, False)]
)
def test_one_in_twenty_may_be_something_else(numbers: int, others: int, expected: bool) -> None:
    values = [*(f"{n} h" for n in range(numbers)), *(f"later {n}" for n in range(others))]
    assert kind(*values) is expected


@given(
    st.lists(st.one_of(st.text(max_size=8), st.from_regex(r"[-+]?[0-9.e]{1,6} ?(µM|h|%)?", fullmatch=True)))
)
def test_whatever_is_read_is_a_finite_number_for_each_value(values: list[str]) -> None:
    read = numbers_of(values)
    assert len(read.numbers) == len(values)
    assert all(number is None or math.isfinite(number) for number in read.numbers)
    are_numbers(values, read)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_what_python_writes_is_read_as_the_same_number(number: float) -> None:
    (read,) = numbers_of([repr(number)]).numbers
    assert read == number or (read is None and len(repr(number)) > 17)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2024-02-29", "2024-02-29"),
        ("2026-11-20T10:15", "2026-11-20"),
        ("2026-11-20 10:15:30", "2026-11-20"),
        ("2026-11-20T23:59:59.123456Z", "2026-11-20"),
        ("2026-11-20T10:15:30+01:00", "2026-11-20"),
    ],
)
def test_a_day(value: str, day: str) -> None:
    assert days_of([value]) == [day]


@pytest.mark.parametrize(
    "value",
    [
        "", "2026", "2026-11", "20.11.2026", "11/20/2026", "2026-02-30", "2026-13-01", "2026-11-20T25:00",
        "2026-11-20x", " 2026-11-20", "2026-11-20T", "2026-11-20T10", "0000-01-01", "２０２６-11-20", "20261120",
    ],
)  # fmt: skip
def test_what_is_no_day(value: str) -> None:
    assert days_of([value]) is None
    assert days_of(["2026-11-20", value]) is None, "all of them, for a range knows no others"


def test_no_values_are_no_days() -> None:
    assert days_of([]) is None
