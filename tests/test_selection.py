"""What a query means, worked out in Python and in the page: the same images in the same order, whatever is asked."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from catalog_builder.derive.facets import DATES, Facet
from catalog_builder.derive.selection import Choice, Selection, narrowed, selected
from catalog_builder.derive.words import holds, words_of
from catalog_builder.exchange.read import Export
from catalog_builder.settings.read import load_settings
from catalog_builder.site import links
from catalog_builder.site.content import Content
from catalog_builder.text import fold

ANSWERS = Path(__file__).parent / "js" / "answers.mjs"
SEED = 20_261_126
WORDS = (
    "a",
    "co",
    "h",
    "U2OS",
    "1",
    '"compound a"',
    "+",
    "µm",
    "foci 3",
    "ärzte",
    "satō",
    "佐藤",
    "7.czi",
    "  ",
    '"',
)


def answers(node: str, site: Path, asked: list[Any]) -> list[Any]:
    """What the page's own scripts say."""
    made = subprocess.run(
        [node, str(ANSWERS), str(site)], input=json.dumps(asked), capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    found: list[Any] = json.loads(made.stdout)
    return found


@pytest.fixture(scope="module")
def demo(demo_export: Path) -> Content:
    return Content(Export(demo_export), load_settings(None).settings)


def some_choice(facet: Facet, pick: random.Random) -> Choice:
    values, numbers = facet.in_order()
    texts = [value.value for value in values]

    def of_them(most: int) -> tuple[str, ...]:
        return tuple(pick.sample(texts, min(len(texts), pick.randint(0, most))))

    least = most = ""
    if facet.kind in ("number", "date") and pick.random() < 0.5:
        held = [f"{one:g}" for one in numbers if one is not None] or texts
        least, most = sorted(pick.choices(held, k=2), key=held.index)
        if facet.kind == "date":
            most = most[: pick.choice((4, 7, 10))]
        least, most = pick.choice(((least, most), (least, ""), ("", most)))
    kind = pick.random()
    if kind < 0.1:
        return Choice(facet.facet, has=True, none=of_them(2))
    if kind < 0.2:
        return Choice(facet.facet, lacks=True)
    return Choice(facet.facet, of_them(3), of_them(1), of_them(2) if kind < 0.4 else (), min=least, max=most)


def some_selection(content: Content, pick: random.Random) -> Selection:
    facets = pick.sample(content.facets, pick.choice((0, 1, 1, 2, 3)))
    by = pick.choice(
        ("", "", "name", pick.choice([one.facet for one in content.facets if one.kind != "search"]))
    )
    sort = by and pick.choice(("", "-")) + by
    words = " ".join(pick.choices(WORDS, k=pick.choice((0, 0, 1, 2))))
    return Selection(tuple(some_choice(facet, pick) for facet in facets), words, sort)


def test_python_and_the_page_find_the_same_images_in_the_same_order(
    node: str, demo: Content, demo_site: Path
) -> None:
    pick = random.Random(SEED)
    selections = [some_selection(demo, pick) for _ in range(600)]
    facets = {facet.facet: facet for facet in demo.facets}
    asked = [urlsplit(links.explore(*one.pairs())).query for one in selections]
    found = 0
    for one, query, answer in zip(selections, asked, answers(node, demo_site, asked), strict=True):
        here = selected(one, demo.table, facets)
        assert here == answer["rows"], query
        found += bool(here) and len(here) < len(demo.table)
        written = parse_qsl(answer["address"], keep_blank_values=True)
        assert dict(written).get("v") == dict(one.pairs()).get("v"), (
            "the version is written where it is needed"
        )
    assert found > 150, "the random queries ask for something"


def test_days_and_words_are_read_alike(node: str, demo_site: Path) -> None:
    texts = (
        "Compound A", "anti-actin", "CD4+", "14 h", "a_1.tif", "Ärzte", "細胞分裂 a", "étude à deux", "𐐀b c", "ﬁbre",
        "ก ข", "x\u00a0y", "İstanbul", "ß", "々x", "〇", "ｶﾅ", "a\u0301b", "हिन्दी", "x\x85y", "\ufeffx", "",
    )  # fmt: skip
    words = (
        *texts,
        "b",
        "fi",
        "x",
        "हि",
        "ก",
        "カ",
        "々",
        "〇",
        "ss",
        "i",
        "“a b” „c",
        '"a',
        '5" nail',
        "a a",
    )
    asked = [{"text": text, "word": word} for text in texts for word in words]
    for one, answer in zip(asked, answers(node, demo_site, asked), strict=True):
        here = [[word, holds(fold(one["text"]), word)] for word in words_of(one["word"])]
        assert here == answer, one


def test_one_more_value_narrows_whatever_was_asked_before(demo: Content) -> None:
    """The count at a heading is what its link gives, also where the block asks for other values of the same facet."""
    facets = {facet.facet: facet for facet in demo.facets}
    tags = facets["tag"].values[:6]
    for before in (Choice("tag", any=("Compound A", "DMSO")), Choice("tag", none=("24 h",)), Choice("owner")):
        whole = Selection((before,))
        held = set(selected(whole, demo.table, facets))
        for value in tags:
            within = set(selected(narrowed(whole, "tag", value.value), demo.table, facets))
            assert within == held & set(demo.table.places[value.term])


def test_limits_of_what_has_none_find_nothing(demo: Content) -> None:
    facets = {facet.facet: facet for facet in demo.facets}
    for facet in ("tag", "key:Treatment", "key:no such key"):
        assert selected(Selection((Choice(facet, min="1"),)), demo.table, facets) == []
    assert set(DATES) <= set(facets)
