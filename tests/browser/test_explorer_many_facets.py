"""Facets by the hundred and values by the thousand, over tables made for it: the panel stays sane, its counts true."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.test_explorer_facets import checked, facet_of

pytestmark = pytest.mark.browser

Facet = dict[str, Any]


def table_of(rows: int, facets: Iterable[tuple[Facet, Sequence[int]]]) -> bytes:
    """The explorer's table as a site holds it: what facets say of themselves, and the code of each row."""
    columns, described = {}, []
    for place, (facet, codes) in enumerate(facets):
        columns[str(place)] = pa.array(codes, pa.uint16())
        parts = [{"column": str(place), **({"sets": facet["sets"]} if "sets" in facet else {})}]
        told = {name: value for name, value in facet.items() if name != "sets"}
        described.append(
            {"label": told["facet"].removeprefix("key:"), "kind": "choice", **told, "parts": parts}
        )
    about = {"version": 2, "rows": rows, "chunk": 500, "facets": described, "search": []}
    schema = pa.schema([(name, pa.uint16()) for name in columns], metadata={"catalog": json.dumps(about)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as file:
        file.write_batch(pa.record_batch(columns, schema=schema))
    return gzip.compress(sink.getvalue().to_pybytes(), mtime=0)


def open_table(page: Page, site: str, facets: Iterable[tuple[Facet, Sequence[int]]]) -> ExplorerPage:
    """The demo's explorer over another table of as many rows."""
    explorer = ExplorerPage(page, site)
    explorer.open()
    content = table_of(explorer.total, facets)
    page.route("**/data/facets.arrow.gz", lambda route: route.fulfill(body=content))
    explorer.open()
    return explorer


def test_facets_by_the_hundred_stay_sane(demo_http: str, open_page: OpenPage) -> None:
    """171 of them, as in a study of IDR: eight stand open, the last are drawn when opened, a word finds one."""
    page = open_page(demo_http)
    rows = 498
    facets = [
        ({"facet": f"key:column {place}", "values": [f"value {place}-{code}" for code in range(60)]},
         [row % (1 + place % 60) for row in range(rows)])
        for place in range(171)
    ]  # fmt: skip
    explorer = open_table(page, demo_http, facets)
    assert page.locator("[data-facet][open]").count() == 8
    counts = explorer.counts()
    assert len(counts) == 171
    assert len(counts["key:column 79"]) == 60 and counts["key:column 170"] == {}
    facet_of(page, "key:column 170")
    expect(page.locator("[data-facet='key:column 170'] [data-value]")).to_have_count(60)
    explorer.choose("key:column 59", "value 59-3")
    assert explorer.total == counts["key:column 59"]["value 59-3"]
    page.get_by_role("searchbox", name="Find a facet or value").fill("column 133")
    expect(page.locator("[data-facet]:visible")).to_have_count(1)
    page.get_by_role("searchbox", name="Find a facet or value").fill("value 165-7")
    expect(page.locator("[data-facet]:visible [data-value]")).to_have_count(1)


def test_thousands_of_values(demo_http: str, open_page: OpenPage) -> None:
    """200 are in the page at a time, those of most images; the others are found by words, also below headings."""
    page = open_page(demo_http)
    genes = [f"GENE {code}" for code in range(3000)]
    groups = [
        {"label": "Even", "value": "1", "codes": list(range(0, 3000, 2))},
        {"label": "By three", "value": "2", "codes": list(range(0, 3000, 3))},
    ]
    gene = {"facet": "key:Gene", "values": genes}
    explorer = open_table(page, demo_http, [
        (gene, [row * row % 3000 for row in range(498)]),
        ({**gene, "facet": "key:Grouped", "groups": groups}, [row * 7 % 3000 for row in range(498)]),
        ({"facet": "key:Score", "kind": "number", "numbers": list(range(3000)), "values": list(map(str, range(3000)))},
         [row * 5 % 3000 for row in range(498)]),
    ])  # fmt: skip
    flat = facet_of(page, "key:Gene")
    expect(flat.locator("[data-value]")).to_have_count(200)
    flat.get_by_role("button", name="Show 200 of 3 000").click()
    shown = flat.locator("[data-value]:visible")
    expect(shown).to_have_count(200)
    numbers = shown.evaluate_all("(all) => all.map((each) => Number(each.dataset.count))")
    assert numbers == sorted(numbers, reverse=True)
    flat.get_by_role("searchbox").fill("gene 2997")
    expect(flat.locator("[data-value]")).to_have_count(1)

    grouped = facet_of(page, "key:Grouped")
    grouped.get_by_role("button", name="Show all").click()
    headings = grouped.locator(".facet__heading:visible")
    assert [" ".join(text.split()) for text in headings.all_inner_texts()][2].startswith("In none of these")
    expect(grouped.locator("[data-value]:visible")).to_have_count(0)
    headings.nth(0).click()
    headings.nth(1).click()
    expect(grouped.get_by_text("and 1 300 more")).to_be_visible()
    row = grouped.get_by_role("list", name="By three").get_by_role("button", name=re.compile("^GENE 6 "))
    row.click()
    assert explorer.is_chosen("key:Grouped", "GENE 6"), "its second row does the same"
    assert grouped.locator("[data-value='GENE 6']").count() == 1
    assert page.evaluate("document.activeElement.dataset.value") == "GENE 6"

    score = facet_of(page, "key:Score")
    expect(score.locator("[data-value]:visible")).to_have_count(0)
    expect(score.get_by_role("button", name="Show 200 of 3 000")).to_be_visible()
    checked(explorer)


def test_a_single_heading_is_none(demo_http: str, open_page: OpenPage) -> None:
    """Where all values belong to one group it tells nothing apart: they are listed as they are."""
    page = open_page(demo_http)
    grouped = {"facet": "key:Gene", "values": [f"GENE {code}" for code in range(70)]}
    groups = [{"label": "All of them", "value": "1", "codes": list(range(70))}]
    open_table(page, demo_http, [({**grouped, "groups": groups}, [row % 70 for row in range(498)])])
    gene = facet_of(page, "key:Gene")
    gene.get_by_role("button", name="Show all 70").click()
    expect(gene.locator("[data-value]:visible")).to_have_count(70)
    expect(gene.locator(".facet__heading")).to_have_count(0)


def test_yes_stands_before_no(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    yes_no = {"facet": "key:Treated", "values": ["false", "true"]}
    explorer = open_table(page, demo_http, [(yes_no, [int(row % 7 == 0) for row in range(498)])])
    values = facet_of(page, "key:Treated").locator("[data-value]:visible")
    texts = [" ".join(text.split()) for text in values.all_inner_texts()]
    assert texts == ["true 72", "false 426"]
    explorer.choose("key:Treated", "false")
    assert [text.split()[0] for text in values.all_inner_texts()] == ["true", "false"]
