"""How numbers and days are spread: every part counted by hand, and its link asked of the page's own engine."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_builder.derive.summary import PARTS, Spread, Timeline, short, spread, timeline
from catalog_builder.exchange.read import Export
from catalog_builder.model.acquisition import Dimensions, Objective
from catalog_builder.model.annotations import KeyValues, Tag, TagSet
from catalog_builder.model.records import Image
from catalog_builder.settings.read import load_settings
from catalog_builder.site import links
from catalog_builder.site.charts import bars, quantity, spread_columns, time_columns
from catalog_builder.site.content import Content
from catalog_builder.site.overview import overview
from tests.catalogues import build, exported
from tests.test_selection import answers

NUMBERS = st.one_of(
    st.integers(-50, 500).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: f"{number:.4f}"),
    st.sampled_from(["0", "1e-7", "3.5e12", "999999999999999", "0.001", "-0", "1e300", "-1e300", "5e-320"]),
)


def content_of(folder: Path, values: list[list[str]], days: list[date | None] | None = None) -> Content:
    """A catalogue of images that have these values of the key `n`, taken on these days."""
    moments = [day and datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc) for day in days or []]
    images = [
        Image(id=i + 1, name=f"{i}", annotations=(1000 + i,), acquired=moments[i] if days else None)
        for i in range(len(values))
    ]
    pairs = [KeyValues(id=1000 + i, pairs=tuple(("n", one) for one in held)) for i, held in enumerate(values)]
    return Content(
        exported(folder, images, key_values=pairs, pictures=lambda _: ()), load_settings(None).settings
    )


def facet_of(content: Content, name: str):  # type: ignore[no-untyped-def]
    return next(facet for facet in content.facets if facet.facet == name)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=3), min_size=4, max_size=40))
def test_numbers_are_in_the_parts_they_belong_to(
    tmp_path_factory: pytest.TempPathFactory, values: list[list[str]]
) -> None:
    content = content_of(tmp_path_factory.mktemp("numbers"), values)
    found = spread(facet_of(content, "key:n"), content.table)
    if found is None:
        assert len({float(one) for held in values for one in held}) < 3
        return
    check_spread(found, [{float(one) for one in held} for held in values])


def check_spread(found: Spread, images: list[set[float]]) -> None:
    held = sorted(number for image in images for number in image)
    assert (found.least, found.most) == (held[0], held[-1]) and found.images == len(images)
    assert 0 < len(found.parts) <= PARTS
    for before, after in zip(found.parts, found.parts[1:], strict=False):
        assert before.start <= before.end <= after.start and before.start < after.start
        if found.scale != "values" and before.start != before.end:
            assert before.end == after.start, "no gap in an axis"
    for part in found.parts:
        low, high = float(part.least), float(part.most)
        within = sum(any(low <= number <= high for number in image) for image in images)
        assert part.images == (within if part.images else 0), part
        assert part.start <= low <= high <= part.end or not part.images
    for number in held:
        (of_it,) = [
            one for one in found.parts if one.images and float(one.least) <= number <= float(one.most)
        ]
        assert of_it.images


def test_numbers_that_no_scale_can_hold_are_values_among_numbers(tmp_path: Path) -> None:
    images = [[str(n % 50)] for n in range(60)] + [["-1.7e308"], ["1.7e308"]]
    content = content_of(tmp_path, images)
    found = spread(facet_of(content, "key:n"), content.table)
    assert found and (found.least, found.most, found.images) == (0, 49, 60)


@pytest.mark.parametrize(
    ("numbers", "scale", "edges"),
    [
        (range(3), "values", [0, 1, 2]),
        (range(12), "values", list(range(12))),
        (range(13), "even", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        (range(-7, 90, 3), "even", [-10, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90]),
        ([n / 100 for n in range(31, 52)], "even", [n / 100 for n in range(30, 54, 2)]),
        ([0, *(10 ** (n / 4) for n in range(-8, 13))], "magnitudes", None),
        ([0, *([0.01] * 30), *(10 ** (n / 4) for n in range(-8, 13))], "magnitudes", [0, 0.01, 0.1, 1, 10, 100, 1000]),
        ([*(0.001 * 1.1**n for n in range(60)), *([0.001] * 80), 5], "magnitudes", None),
        ([1e15 - 20 + n for n in range(14)], "even", None),
    ],
)  # fmt: skip
def test_axes_have_round_limits(
    tmp_path: Path, numbers: list[float], scale: str, edges: list[float] | None
) -> None:
    texts = [f"{number:.10g}" if number < 1e9 else f"{number:.0f}" for number in numbers]
    content = content_of(tmp_path, [[text] for text in texts])
    found = spread(facet_of(content, "key:n"), content.table)
    assert found and found.scale == scale
    check_spread(found, [{float(text)} for text in texts])
    if edges is not None:
        starts = [part.start for part in found.parts]
        assert starts == (edges if scale == "values" else edges[:-1]) and found.parts[-1].end == edges[-1]


def test_the_median_is_a_number_that_there_is_of_all_images(tmp_path: Path) -> None:
    for name, values, median in (
        ("odd", [["1"], ["2"], ["9"], ["9"], ["9"]], 9),
        ("even", [["1"], ["2"], ["3"], ["4"]], 2),
        ("several", [["1", "1", "2"], ["3", "4", "5"]], 3),
        ("unit", [["1 µM"], ["20 µM"], ["300 µM"]], 20),
    ):
        content = content_of(tmp_path / name, values)
        found = spread(facet_of(content, "key:n"), content.table)
        assert found and found.median == median, name


@given(
    st.lists(
        st.one_of(st.none(), st.dates(), st.dates(date(2025, 1, 1), date(2026, 12, 31))),
        min_size=1,
        max_size=12,
    )
)
def test_days_are_in_the_parts_they_belong_to(
    tmp_path_factory: pytest.TempPathFactory, days: list[date | None]
) -> None:
    days = [day and max(day, date(1, 1, 2)) for day in days]
    content = content_of(tmp_path_factory.mktemp("days"), [["x"]] * len(days), days)
    facets = {facet.facet: facet for facet in content.facets}
    held = [day for day in days if day]
    if not held:
        assert "acquired" not in facets
        return
    found = timeline(facets["acquired"], content.table)
    assert found and (found.first, found.last, found.images) == (min(held), max(held), len(held))
    assert sum(span.images for span in found.spans) == len(held) and 0 < len(found.spans) <= PARTS
    for span in found.spans:
        assert span.images == sum(span.start <= day <= span.end for day in held)
        iso = [day.isoformat() for day in held]
        by_limits = sum(span.least <= day and day[: len(span.most)] <= span.most for day in iso)
        assert span.images == by_limits, "what the explorer finds"
    for before, after in zip(found.spans, found.spans[1:], strict=False):
        assert before.end + timedelta(days=1) == after.start
    assert time_columns(facets["acquired"], found).columns[0].label


@pytest.mark.parametrize(
    ("first", "last", "unit", "labels", "above"),
    [
        (date(2026, 2, 3), date(2026, 2, 5), "day", ["3", "4", "5"], ["Feb 2026", "", ""]),
        (date(2026, 1, 26), date(2026, 2, 20), "week", ["26", "2", "9", "16"], ["Jan 2026", "Feb 2026", "", ""]),
        (date(2025, 11, 5), date(2026, 2, 27), "month", ["Nov", "Dec", "Jan", "Feb"], ["2025", "", "2026", ""]),
        (date(2024, 11, 5), date(2025, 11, 9), "quarter", ["Q4", "Q1", "Q2", "Q3", "Q4"], ["2024", "2025", "", "", ""]),
        (date(2017, 3, 5), date(2021, 1, 1), "year", ["2017", "2018", "2019", "2020", "2021"], [""] * 5),
        (date(1999, 3, 5), date(2020, 1, 1), "years", [f"{year}" for year in range(1998, 2022, 2)], [""] * 12),
    ],
)  # fmt: skip
def test_the_calendar_has_parts_that_people_know(
    tmp_path: Path, first: date, last: date, unit: str, labels: list[str], above: list[str]
) -> None:
    # Not every day: a dozen of days would be days.
    content = content_of(tmp_path, [["x"], ["y"]], [first, last])
    facet = facet_of(content, "acquired")
    found = timeline(facet, content.table)
    assert isinstance(found, Timeline)
    if unit == "day":
        assert found.unit == "day"
    columns = time_columns(facet, found).columns
    assert (found.unit, [one.label for one in columns], [one.above for one in columns]) == (
        unit,
        labels,
        above,
    )


class Charts(HTMLParser):
    """The links of a page's columns: what they say, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[tuple[str, str]] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "ol" and "columns" in (held.get("class") or "").split():
            self._inside = 1
        elif tag == "a" and self._inside:
            self.columns.append((held.get("title") or "", held.get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "ol":
            self._inside = 0


def test_every_column_of_the_demo_says_what_its_link_gives(node: str, demo_site: Path) -> None:
    said: list[tuple[str, str]] = []
    for path in [demo_site / "index.html", *sorted((demo_site / "keys").glob("*.html"))]:
        page = Charts()
        page.feed(path.read_text("utf-8"))
        said += page.columns
    assert len(said) > 60
    asked = [urlsplit(href).query for _, href in said]
    for (label, _), answer in zip(said, answers(node, demo_site, asked), strict=True):
        images = int(label.rsplit(": ", 1)[1].split(" ")[0].replace("\u2009", ""))
        assert images == len(answer["rows"]) > 0, label


# On the page.


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"), (-0.0, "0"), (12345, "12\u2009345"), (-5, "−5"), (0.1, "0.1"), (-1234.5, "−1\u2009234.5"),
        (1e-7, "10⁻⁷"), (2.5e-7, "2.5\u2009×\u200910⁻⁷"), (1e300, "10³⁰⁰"), (-3e20, "−3\u2009×\u200910²⁰"),
        (1 / 3, "0.333333"), (1e12, "10¹²"),
    ],
)  # fmt: skip
def test_numbers_are_written_for_people(value: float, words: str) -> None:
    assert quantity(value) == words


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_in_addresses_lose_nothing(value: float) -> None:
    assert float(short(value)) == value
    assert quantity(value)


def test_columns_stand_under_a_round_top(tmp_path: Path) -> None:
    for images, top, half in ((1, 1, 0), (7, 8, 4), (13, 20, 10), (301, 400, 200)):
        values = [["1"]] * images + [["2"], ["3"]]
        content = content_of(tmp_path / str(images), values)
        facet = facet_of(content, "key:n")
        found = spread(facet, content.table)
        assert found
        columns = spread_columns(facet, found)
        assert (columns.top, columns.half) == (top, half)
        assert math.isclose(columns.columns[0].height, 100 * images / top, abs_tol=0.01)
    assert [one.share for one in bars([("a", "", 5), ("b", "", 10)])] == [50, 100]
    assert [one.share for one in bars([("a", "", 5)], most=20)] == [25] and bars([]) == []


def whole(folder: Path, images: list[Image], **records: object) -> dict[str, object]:
    export: Export = exported(folder, images, pictures=lambda _: (), **records)
    return overview(Content(export, load_settings(None).settings))


def test_how_images_were_taken_is_told_by_the_first_that_knows(tmp_path: Path) -> None:
    """A tag set, else a key, else objectives, else channels, else formats."""
    oil = Objective(magnification=63, numerical_aperture=1.4, immersion="Oil")
    images = [
        Image(
            id=1,
            name="a",
            annotations=(11, 21),
            objective=oil,
            dimensions=Dimensions(x=1, y=1, c=2),
            format="TIFF",
        ),
        Image(
            id=2,
            name="b",
            annotations=(12,),
            objective=oil,
            dimensions=Dimensions(x=3000, y=1, z=2, t=3),
            format="TIFF",
        ),
    ]
    sets = [TagSet(id=9, name="Imaging modality"), TagSet(id=8, name="Quality")]
    tags = [Tag(id=11, text="confocal", sets=(9,)), Tag(id=12, text="good", sets=(8,))]
    pairs = [KeyValues(id=21, pairs=(("Imaging Method", "SPIM"),))]

    def told(name: str, images: list[Image], **records: object) -> tuple[str, list[str]]:
        panel = whole(tmp_path / name, images, **records)["modality"]
        return (panel.heading, [one.text for one in panel.bars]) if panel else ("", [])  # type: ignore[attr-defined]

    assert told("tags", images, tags=tags, tag_sets=sets, key_values=pairs) == (
        "Imaging modality",
        ["confocal"],
    )
    shown = whole(tmp_path / "once", images, tags=tags, tag_sets=sets)["tag_sets"]
    assert [panel.heading for panel in shown] == ["Quality"], "not twice"  # type: ignore[attr-defined]
    assert told("key", images, tags=tags[1:], tag_sets=sets, key_values=pairs) == ("Imaging Method", ["SPIM"])
    bare = [
        Image(id=i.id, name=i.name, objective=i.objective, dimensions=i.dimensions, format=i.format)
        for i in images
    ]
    assert told("lens", bare) == ("Objectives", ["63×/1.4 Oil"])
    bare = [Image(id=i.id, name=i.name, dimensions=i.dimensions, format=i.format) for i in images]
    assert told("channels", bare) == ("Channels", ["1 channel", "2 channels"])
    assert told("format", [Image(id=i.id, name=i.name, format=i.format) for i in images]) == (
        "File formats",
        ["TIFF"],
    )
    assert told("nothing", [Image(id=1, name="")]) == ("", [])
    sizes = whole(tmp_path / "sizes", bare)["sizes"]
    assert [one.images for one in sizes.columns.columns] == [1] + [0] * 10 + [1]  # type: ignore[attr-defined]
    assert sizes.forms == [("single plane", 1), ("stack over time", 1)]  # type: ignore[attr-defined]
    assert sizes.channels == [("1 channel", 1), ("2 channels", 1)]  # type: ignore[attr-defined]


def test_time_is_that_of_acquisition_where_half_of_the_images_have_one(tmp_path: Path) -> None:
    then, now = datetime(2020, 5, 1, tzinfo=timezone.utc), datetime(2026, 5, 1, tzinfo=timezone.utc)
    both = Image(id=1, name="a", acquired=then, imported=now)
    late = [Image(id=i, name="b", imported=now) for i in (2, 3)]
    half = whole(tmp_path / "half", [both, late[0]])["when"]
    assert (half.heading, half.without, half.first) == ("Images taken", 1, "2020-05-01")  # type: ignore[attr-defined]
    few = whole(tmp_path / "few", [both, *late])["when"]
    assert (few.heading, few.without, few.last) == ("Images imported", 0, "2026-05-01")  # type: ignore[attr-defined]
    assert whole(tmp_path / "none", [Image(id=1, name="a")])["when"] is None
    assert whole(tmp_path / "empty", [])["sizes"] is None


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        (["2026-05-01"] * 2, False),
        (["2026-05-01", "2026-05-02"], True),
        (["7"] * 2, False),
        ([f"{n // 2}" for n in range(60)], True),
    ],
)
def test_one_column_is_not_drawn(tmp_path: Path, values: list[str], drawn: bool) -> None:
    """It would say what a sentence says; so does the home page."""
    moments = [datetime(2026, 5, 1 + (value != values[0]), tzinfo=timezone.utc) for value in values]
    images = [Image(id=i, name="x", imported=day, annotations=(9 + i,)) for i, day in enumerate(moments, 1)]
    pairs = [KeyValues(id=9 + i, pairs=(("n", value),)) for i, value in enumerate(values, 1)]
    exported(tmp_path / "export", images, key_values=pairs)
    build(tmp_path / "export", tmp_path / "site")
    key = (tmp_path / "site" / links.key("n")).read_text("utf-8")
    home = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert ('<ol class="columns' in key, "columns-1 " in key, values[0] in key) == (drawn, False, True)
    assert ("Images imported, by day" in home, "All on <time" in home) == (drawn, not drawn)


def test_tags_that_count_something_keep_their_order(tmp_path: Path) -> None:
    texts = ["10 h", "2 h", "0 h"]
    tags = [Tag(id=10 + i, text=text, sets=(9,)) for i, text in enumerate(texts)]
    images = [Image(id=i, name="x", annotations=tuple(range(10, 10 + i))) for i in (1, 2, 3)]
    (panel,) = whole(tmp_path, images, tags=tags, tag_sets=[TagSet(id=9, name="Time")])["tag_sets"]  # type: ignore[misc]
    assert [(one.text, one.images) for one in panel.bars] == [("0 h", 1), ("2 h", 2), ("10 h", 3)]
