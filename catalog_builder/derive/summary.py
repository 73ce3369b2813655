"""How what images hold is spread: over a key's numbers, over time. Each part with limits that the explorer takes.

A part's limits are of values that there are, or of whole months and years, both included: so the explorer finds the
very images that are counted here, though parts touch each other.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

from catalog_builder.derive.facets import Facet, FacetValue
from catalog_builder.derive.kinds import days_of
from catalog_builder.derive.table import Table

#: A picture has no more parts than this: on the narrowest phone, each is wide enough for a finger.
PARTS = 12

#: Numbers are spread by their magnitude where the largest is so many times the smallest, and so many times the median.
_WIDE, _SKEWED = 100, 20

#: The number of the day after the last that there is.
_END = date.max.toordinal() + 1

Scale = Literal["values", "even", "magnitudes"]
Unit = Literal["day", "week", "month", "quarter", "year", "years"]


class Part(NamedTuple):
    """A part of a scale: from where to where, the limits of a query for it, and how many images are in it."""

    start: float
    end: float
    """The same as `start` for a single value."""
    least: str
    most: str
    images: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The numbers of a key."""

    least: float
    median: float
    """Of all images' values, an image with several counted once for each."""
    most: float
    parts: tuple[Part, ...]
    scale: Scale
    """Whether each part is one value, or parts are equally wide, or each is some times as wide as the one before."""
    images: int
    """How many images have a number."""


class Span(NamedTuple):
    """A part of the calendar, both days included, and how many images are in it."""

    start: date
    end: date
    least: str
    most: str
    images: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days of a facet, by parts of the calendar of one length."""

    unit: Unit
    spans: tuple[Span, ...]
    first: date
    last: date
    images: int


def spread(facet: Facet, table: Table) -> Spread | None:
    """How the numbers of a facet are spread; None where it has none."""
    if facet.kind != "number":
        return None
    ordered, numbers = facet.in_order()
    values = [(number, value) for value, number in zip(ordered, numbers, strict=True) if number is not None]
    if not values:
        return None
    by_number: dict[float, list[FacetValue]] = {}
    for number, value in values:
        by_number.setdefault(number, []).append(value)
    distinct = list(by_number)
    median = _median(by_number)
    edges, scale = _edges(distinct, median)
    parts = []
    for start, end in edges:
        closed = start == end or end == edges[-1][1]
        upto = bisect_right(distinct, end) if closed else bisect_left(distinct, end)
        inside = distinct[bisect_left(distinct, start) : upto]
        held = [value for number in inside for value in by_number[number]]
        limits = (short(inside[0]), short(inside[-1])) if inside else (short(start), short(end))
        parts.append(Part(start, end, *limits, _images(held, facet, table)))
    images = _images([value for _, value in values], facet, table)
    return Spread(distinct[0], median, distinct[-1], tuple(parts), scale, images)


def timeline(facet: Facet, table: Table) -> Timeline | None:
    """How the days of a facet are spread; None where it has none."""
    if facet.kind != "date" or not facet.values:
        return None
    by_day: dict[date, list[FacetValue]] = {}
    for value in facet.values:
        for day in days_of([value.value]) or ():
            by_day.setdefault(date.fromisoformat(day), []).append(value)
    days = sorted(by_day)
    unit, starts = _calendar(days[0], days[-1])
    spans = []
    for first, following in pairwise(starts):
        start, end = date.fromordinal(first), date.fromordinal(following - 1)
        held = [
            value for day in days[bisect_left(days, start) : bisect_right(days, end)] for value in by_day[day]
        ]
        spans.append(Span(start, end, *_limits(unit, start, end), _images(held, facet, table)))
    return Timeline(unit, tuple(spans), days[0], days[-1], facet.images)


def short(number: float) -> str:
    """A number as it stands in addresses: whole ones without a point, and nothing lost."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _images(values: Sequence[FacetValue], facet: Facet, table: Table) -> int:
    """How many images hold any of a facet's values: the sum of theirs where no image has two."""
    several = len(values) > 1 and sum(value.count for value in facet.values) > facet.images
    if not several:
        return sum(value.count for value in values)
    return len(set().union(*(table.places[value.term] for value in values)))


def _median(by_number: dict[float, list[FacetValue]]) -> float:
    """The lower one of two in the middle: a value that there is."""
    counts = [(number, sum(value.count for value in values)) for number, values in by_number.items()]
    middle = (sum(count for _, count in counts) + 1) // 2
    for number, count in counts:
        middle -= count
        if middle <= 0:
            return number
    raise AssertionError("every value has an image")


def _edges(numbers: Sequence[float], median: float) -> tuple[list[tuple[float, float]], Scale]:
    """Parts with round limits that hold all of `numbers`, which ascend; or each of them, where they are few."""
    if len(numbers) <= PARTS:
        return [(one, one) for one in numbers], "values"
    least, most = numbers[0], numbers[-1]
    above = next((number for number in numbers if number > 0), 0.0)
    if least >= 0 and above and most / above >= _WIDE and most > median * _SKEWED:
        return [(0.0, 0.0)] * (least == 0) + _magnitudes(above, most, PARTS - (least == 0)), "magnitudes"

    def places(step: float) -> tuple[int, int]:
        return math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)

    steps = _steps(most / PARTS - least / PARTS)
    step, digits, (first, last) = next(
        (step, digits, held) for step, digits in steps if (held := places(step))[1] - held[0] <= PARTS
    )
    edges = sorted({round(place * step, digits) for place in range(first, max(last, first + 1) + 1)})
    return _between(edges, least, most), "even"


def _steps(least: float) -> Iterator[tuple[float, int]]:
    """One to five times powers of ten, from about `least` on; and how many digits their multiples have."""
    power = math.floor(math.log10(least)) if least > 0 else 0
    while True:
        for times in (1, 2, 3, 4, 5):
            step = float(f"{times}e{power}")
            if step and step >= least * 0.999:
                yield step, max(0, -power)
        power += 1


def _magnitudes(least: float, most: float, parts: int) -> list[tuple[float, float]]:
    """Parts of which each is about as many times as wide as the one before: by one, two, five; or by powers of ten."""
    first, last = math.floor(math.log10(least) + 1e-9), math.ceil(math.log10(most) - 1e-9)
    marks = [float(f"{times}e{power}") for power in range(first, last + 1) for times in (1, 2, 5)]
    choices = [marks]
    choices += [
        [float(f"1e{power}") for power in range(first, last + step, step)]
        for step in range(1, last - first + 2)
    ]
    for chosen in choices:
        low = max(0, bisect_right(chosen, least) - 1)
        high = min(len(chosen) - 1, bisect_left(chosen, most))
        edges = chosen[low : high + 1]
        if len(edges) - 1 <= parts and len(edges) > 1:
            return _between(edges, least, most)
    return [(least, most)]


def _between(edges: list[float], least: float, most: float) -> list[tuple[float, float]]:
    """The parts between edges; rounding may leave an outer edge a hair inside of the numbers, or beyond all of them."""
    ends = [min(edges[0], least), *edges[1:-1], max(edges[-1], most)]
    return list(pairwise(ends))


def _calendar(first: date, last: date) -> tuple[Unit, list[int]]:
    """The shortest parts of the calendar of which so few hold all days; where each begins, as the number of a day, and
    where one after the last would."""
    monday = date.fromordinal(max(1, first.toordinal() - first.weekday()))
    units: list[tuple[Unit, date, Callable[[date], int]]] = [
        ("day", first, lambda day: day.toordinal() + 1),
        ("week", monday, lambda day: day.toordinal() + 7),
        ("month", first.replace(day=1), lambda day: _months_on(day, 1)),
        (
            "quarter",
            first.replace(month=(first.month - 1) // 3 * 3 + 1, day=1),
            lambda day: _months_on(day, 3),
        ),
        ("year", first.replace(month=1, day=1), lambda day: _months_on(day, 12)),
    ]
    for unit, start, following in units:
        if starts := _starts(start, last, following):
            return unit, starts
    for years in (2, 5, 10, 20, 50, 100, 200, 500, 1000):
        start = date(max(1, first.year // years * years), 1, 1)
        if starts := _starts(start, last, lambda day: _months_on(day, 12 * years)):  # noqa: B023
            return "years", starts
    raise AssertionError("the calendar has ten thousand years")


def _starts(start: date, last: date, following: Callable[[date], int]) -> list[int]:
    """Where parts begin, and where one after the last would; nothing where they were too many."""
    starts = [start.toordinal()]
    while starts[-1] <= last.toordinal():
        if len(starts) > PARTS:
            return []
        starts.append(min(following(date.fromordinal(starts[-1])), _END))
    return starts


def _months_on(day: date, months: int) -> int:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1).toordinal() if day.year + years <= date.max.year else _END


def _limits(unit: Unit, start: date, end: date) -> tuple[str, str]:
    """As short as the grammar has them: a month or a year stands for all of its days."""
    length = {"month": 7, "quarter": 7, "year": 4, "years": 4}.get(unit, 10)
    return start.isoformat()[:length], end.isoformat()[:length]
