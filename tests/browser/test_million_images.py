"""A million images: the list is longer than a browser can scroll, and still each image is found in its place."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pytest
from playwright.sync_api import Page, Route, expect

from catalog_builder.derive.arrow import ipc_file
from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage

pytestmark = pytest.mark.browser

ROWS, CHUNK, IN_DATASET, FIRST_ID = 1_000_000, 500, 1_000, 7_000_000
KINDS = ["cells", "tissue", "organoid"]


@cache
def facets() -> bytes:
    """Datasets of a thousand images each, and a key whose value changes from image to image."""
    datasets = [str(1 + number) for number in range(ROWS // IN_DATASET)]
    columns = {
        "0": pa.array([row // IN_DATASET for row in range(ROWS)], pa.uint16()),
        "1": pa.array([row % 3 for row in range(ROWS)], pa.uint8()),
    }
    described = [
        {
            "facet": "dataset",
            "label": "Datasets",
            "kind": "choice",
            "values": datasets,
            "parts": [{"column": "0"}],
        },
        {"facet": "key:Kind", "label": "Kind", "kind": "choice", "values": KINDS, "parts": [{"column": "1"}]},
    ]
    about = {"version": 2, "rows": ROWS, "chunk": CHUNK, "facets": described, "search": []}
    return gzip.compress(ipc_file(columns, about), 1)


def cards(number: int) -> bytes:
    rows = range(number * CHUNK, (number + 1) * CHUNK)
    chunk = {
        "id": [FIRST_ID + row for row in rows],
        "name": [f"image {row}" for row in rows],
        "picture": [0] * CHUNK,
        "preview": [0] * CHUNK,
    }
    return gzip.compress(json.dumps(chunk).encode(), 1)


@pytest.fixture
def million(demo_http: str, open_page: OpenPage) -> Callable[..., ExplorerPage]:
    """The demo's explorer over a table of a million images."""

    def open_it(address: str = "", **more: int) -> ExplorerPage:
        page = open_page(demo_http, forgive=r"ids\.arrow|404", **more)

        def answer(route: Route) -> None:
            if found := re.search(r"cards/\d+/(\d+)\.json\.gz$", route.request.url):
                route.fulfill(body=cards(int(found[1])))
            elif "facets.arrow.gz" in route.request.url:
                route.fulfill(body=facets())
            else:
                route.fulfill(status=404)

        page.route("**/data/**", answer)
        explorer = ExplorerPage(page, demo_http)
        explorer.open(address=address)
        explorer.settle()
        return explorer

    return open_it


def first_in_sight(page: Page) -> tuple[int, float]:
    """The place of the first card below the bar, and where it stands, in pixels."""
    found = page.evaluate("""() => {
      const bar = document.querySelector("[data-bar]").getBoundingClientRect().bottom;
      const cards = [...document.querySelectorAll("[data-grid] [data-at]:not([hidden])")];
      const card = cards.find((each) => each.getBoundingClientRect().top >= bar - 1);
      return [Number(card.dataset.at), card.getBoundingClientRect().top];
    }""")
    return found[0], found[1]


def top_of(page: Page, place: int) -> float:
    card = page.locator(f"[data-grid] [data-at='{place}']")
    return float(card.evaluate("(card) => card.getBoundingClientRect().top"))


def is_in_order(explorer: ExplorerPage) -> None:
    """The cards on the page are some images in a row, each what its place says."""
    images = [int(each) for each in explorer.images()]
    assert images == list(range(images[0], images[0] + len(images))) and len(images) <= 300
    cards = explorer.page.locator("[data-grid] [data-image]:visible")
    places = cards.evaluate_all("(cards) => cards.map((each) => Number(each.dataset.at))")
    assert [FIRST_ID + place for place in places] == images


@pytest.mark.parametrize("width", [390, 1440])
def test_the_scroll_bar_reaches_every_image(width: int, million: Callable[..., ExplorerPage]) -> None:
    """Half way down is half of the images, the wheel moves pictures as far as it turns, the end is the last image."""
    explorer = million(width=width)
    page = explorer.page
    assert explorer.total == ROWS
    height = int(page.evaluate("document.querySelector('[data-grid]').offsetHeight"))
    assert height == 15_000_000
    page.evaluate("(top) => scrollTo({top, behavior: 'instant'})", height // 2)
    page.wait_for_timeout(300)
    is_in_order(explorer)
    place, before = first_in_sight(page)
    assert abs(place / ROWS - 0.5) < 0.01
    for way in (120, 120, -60):
        page.evaluate("(top) => scrollBy({top, behavior: 'instant'})", way)
        page.wait_for_timeout(40)
        assert abs(top_of(page, place) - (before := before - way)) <= 2
    page.wait_for_timeout(400)
    assert abs(top_of(page, place) - before) <= 2, "when the bar is set right, nothing moves"
    page.evaluate("scrollTo({top: 99999999, behavior: 'instant'})")
    page.wait_for_timeout(300)
    is_in_order(explorer)
    assert explorer.images()[-1] == str(FIRST_ID + ROWS - 1)
    for top in (14_000_000, 3_333_333, 0):
        page.evaluate("(top) => scrollTo({top, behavior: 'instant'})", top)
        page.wait_for_timeout(300)
        is_in_order(explorer)
    assert explorer.images()[0] == str(FIRST_ID)


def test_any_page_of_a_million_is_an_address(million: Callable[..., ExplorerPage]) -> None:
    explorer = million("?page=10001")
    is_in_order(explorer)
    assert first_in_sight(explorer.page)[0] == 480_000
    explorer = million("?key:Kind=tissue&page=5000")
    assert first_in_sight(explorer.page)[0] == 4_999 * 48
    place = int(explorer.images()[0]) - FIRST_ID
    assert place % 3 == 1


def test_back_in_the_middle_of_a_million(million: Callable[..., ExplorerPage]) -> None:
    explorer = million()
    page = explorer.page
    page.evaluate("scrollTo({top: 6000000, behavior: 'instant'})")
    for _ in range(5):
        page.evaluate("scrollBy({top: 333, behavior: 'instant'})")
        page.wait_for_timeout(30)
    page.wait_for_timeout(500)
    images, here = explorer.images(), first_in_sight(page)
    explorer.choose("key:Kind", "cells")
    explorer.settle()
    assert explorer.images()[0] == str(FIRST_ID)
    page.go_back()
    explorer.settle()
    place, top = first_in_sight(page)
    assert place == here[0] and abs(top - here[1]) < 20
    assert set(explorer.images()) & set(images)


def test_keys_reach_the_ends_of_a_million(million: Callable[..., ExplorerPage]) -> None:
    """In the grid and in the table."""
    explorer = million()
    page, at = explorer.page, "Number(document.activeElement.closest('[data-at]')?.dataset.at ?? -1)"
    page.locator("[data-grid] [data-at='0'] a").first.focus()
    page.keyboard.press("Control+End")
    assert page.evaluate(at) == ROWS - 1
    page.keyboard.press("ArrowUp")
    explorer.settle()
    assert ROWS - 30 < page.evaluate(at) < ROWS - 1
    explorer = million("?view=table")
    page = explorer.page
    page.locator("[data-table-body] [data-at='0'] a").first.focus()
    page.keyboard.press("Control+End")
    explorer.settle()
    assert page.evaluate(at) == ROWS - 1
    last = page.locator("[data-table-body] [data-at]").last
    expect(last).to_contain_text(f"image {ROWS - 1}")
    box, row = page.locator("[data-table]").bounding_box(), last.bounding_box()
    assert box is not None and row is not None
    assert row["y"] + row["height"] <= box["y"] + box["height"] + 1


def test_a_million_regrouped(million: Callable[..., ExplorerPage]) -> None:
    explorer = million("?group=key:Kind&group=dataset")
    page = explorer.page
    rows = page.locator("[data-tree] .view-branch__line")
    expect(rows).to_have_count(3)
    assert (
        sum(int(re.sub(r"\D", "", text)) for text in page.locator(".view-branch__count").all_inner_texts())
        == ROWS
    )
    page.locator(".view-branch__toggle").first.click()
    expect(rows).to_have_count(3 + 100)
    page.get_by_role("button", name="Show 100 more of 900").click()
    expect(rows).to_have_count(3 + 200)
    assert page.evaluate("document.activeElement.matches('.view-branch__toggle')")
