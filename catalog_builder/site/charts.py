"""Pictures of numbers, as far as they are numbers and words: columns over an axis, bars beside names.

A template draws them; how high a column is, is a percentage of the axis. Every part says what it is in words, too, and
leads to its images where the explorer can find them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from catalog_builder.derive.facets import Facet
from catalog_builder.derive.summary import Span, Spread, Timeline, short
from catalog_builder.site import links
from catalog_builder.site.render import NBSP, THIN_SPACE, number, plural

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

#: How wide a chart is at least on a phone and beside others on a desk, and a character of its labels, in pixels.
_NARROW, _WIDE, _CHARACTER = 300, 560, 7


class Column(NamedTuple):
    """A part of a scale."""

    label: str
    """What stands under it, or under its beginning; '' for nothing."""
    above: str
    """What stands under that, such as the year of a month; '' where it is that of the column before."""
    tick: str
    """`all` where the label shows at any width, `wide` where it needs room, '' where it does not show."""
    title: str
    images: int
    height: float
    """Per cent of the axis."""
    href: str


class Columns(NamedTuple):
    """Columns over one axis that begins at 0."""

    columns: tuple[Column, ...]
    top: int
    """The number of images at the top of the axis."""
    half: int
    """That at half its height; 0 where it is no whole number."""
    edges: bool
    """Whether labels stand under the limits between columns rather than under columns."""
    end: str
    """The last limit."""
    two_lines: bool
    """Whether there are years under the months."""
    crowded: bool
    """Whether the numbers of images are too long to stand over columns on a phone."""


class Bar(NamedTuple):
    """A name and how many images it stands for; `share`: per cent of the longest bar there could be."""

    text: str
    href: str
    images: int
    share: float


def spread_columns(facet: Facet, spread: Spread) -> Columns:
    """The numbers of a key as columns, each leading to its images."""
    edges = spread.scale != "values"
    heads = []
    for part in spread.parts:
        if part.start == part.end:
            title = with_unit(part.start, facet.unit)
        else:
            title = f"{quantity(part.start)} to {with_unit(part.end, facet.unit)}"
        href = links.explore_within(facet.facet, part.least, part.most) if part.images else ""
        heads.append((quantity(part.start), "", title, part.images, href))
    return _columns(heads, edges=edges, end=quantity(spread.parts[-1].end) if edges else "")


def time_columns(facet: Facet, timeline: Timeline) -> Columns:
    """The days of a facet as columns, each leading to its images."""
    heads, before = [], ""
    for span in timeline.spans:
        label, above = _calendar_label(timeline, span)
        title = span.least if span.least == span.most else f"{span.least} to {span.most}"
        href = links.explore_within(facet.facet, span.least, span.most) if span.images else ""
        heads.append((label, above if above != before else "", title, span.images, href))
        before = above
    return _columns(heads)


def plain_columns(parts: Iterable[tuple[str, str, int]]) -> Columns:
    """Columns that lead nowhere, of labels, titles and numbers of images."""
    return _columns([(label, "", title, images, "") for label, title, images in parts])


def bars(items: Iterable[tuple[str, str, int]], most: int | None = None) -> list[Bar]:
    """Bars of texts, addresses and numbers of images; `most` is how many the longest would stand for."""
    found = list(items)
    longest = most or max((images for _, _, images in found), default=1) or 1
    return [Bar(text, href, images, round(100 * images / longest, 2)) for text, href, images in found]


def quantity(value: float) -> str:
    """A number for people: up to six digits, thousands apart, powers of ten where it is very small or large."""
    if value == int(value) and abs(value) < 1e12:
        return number(int(value)).replace("-", "−")
    digits, _, power = f"{value:.6g}".partition("e")
    if not power:
        whole, point, rest = digits.partition(".")
        sign = "−" if whole.startswith("-") else ""
        return f"{sign}{number(abs(int(whole)))}{point}{rest}"
    raised = f"10{str(int(power)).translate(_SUPERSCRIPT)}"
    return raised if digits == "1" else f"{digits.replace('-', '−')}{THIN_SPACE}×{THIN_SPACE}{raised}"


def with_unit(value: float, unit: str) -> str:
    """A number and its unit."""
    return f"{quantity(value)}{NBSP}{unit}" if unit else quantity(value)


def figures(facet: Facet, spread: Spread) -> list[tuple[str, str, str]]:
    """What sums up the numbers of a key: a word, the number, and where the images with it are."""
    return [
        (word, with_unit(value, facet.unit), links.explore_within(facet.facet, short(value), short(value)))
        for word, value in (("Smallest", spread.least), ("Median", spread.median), ("Largest", spread.most))
    ]


def _columns(
    heads: Sequence[tuple[str, str, str, int, str]], *, edges: bool = False, end: str = ""
) -> Columns:
    most = max((images for *_, images, _ in heads), default=0)
    top, half = _axis(most)
    longest = max([len(label) for label, *_ in heads] + [len(end)])
    narrow, wide = (max(1, math.ceil(longest * _CHARACTER * len(heads) / room)) for room in (_NARROW, _WIDE))
    made = []
    for at, (label, above, title, images, href) in enumerate(heads):
        tick = "all" if at % narrow == 0 else "wide" if at % wide == 0 else ""
        words = f"{title}: {plural(images, 'image')}"
        made.append(Column(label, above, tick, words, images, round(100 * images / top, 2), href))
    crowded = len(number(most)) * _CHARACTER * len(heads) > _NARROW
    two_lines = any(one.above for one in made)
    return Columns(tuple(made), top, half, edges, end, two_lines, crowded)


def _axis(most: int) -> tuple[int, int]:
    """A round number that is not below `most`, and its half where that is a number of images."""
    top = next(
        times * 10**power
        for power in range(len(str(most)) + 1)
        for times in (1, 2, 3, 4, 5, 6, 8)
        if times * 10**power >= most
    )
    return top, top // 2 if top % 2 == 0 else 0


def _calendar_label(timeline: Timeline, span: Span) -> tuple[str, str]:
    """What stands under a part of the calendar, and under that."""
    year = f"{span.start.year:04}"
    match timeline.unit:
        case "day" | "week":
            return str(span.start.day), f"{_MONTHS[span.start.month - 1]} {year}"
        case "month":
            return _MONTHS[span.start.month - 1], year
        case "quarter":
            return f"Q{span.start.month // 3 + 1}", year
    return year, ""
