"""How the explorer looks and where it leads: pictures, places kept, filters within reach, steps within a selection."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import settle

#: Pictures that reach beyond their stage, or whose box lets them be cut.
_CUT = """() => [...document.querySelectorAll("[data-image] img")].filter((image) => {
  const [inner, outer] = [image, image.parentElement].map((each) => each.getBoundingClientRect());
  const isWhole = ["left", "top"].every((side) => inner[side] >= outer[side] - 0.5)
    && ["right", "bottom"].every((side) => inner[side] <= outer[side] + 0.5);
  return !isWhole || getComputedStyle(image).objectFit !== "contain";
}).map((image) => image.src)"""


@pytest.mark.parametrize("width", [390, 1440])
def test_pictures_are_whole(width: int, demo_http: str, demo_site: Path, open_page: OpenPage) -> None:
    """Tall and wide ones, too."""
    page = open_page(demo_http, width=width)
    page.route("**/thumbnails/**", lambda route: route.fulfill(content_type="image/svg+xml", body=TALL))
    ExplorerPage(page, demo_http).open()
    settle(page)
    assert page.evaluate("document.querySelector('[data-image] img').naturalHeight") == 256
    assert page.evaluate(_CUT) == []


#: A portrait picture, as OMERO makes thumbnails of tall scans.
TALL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="256"><rect width="192" height="256"/></svg>'
)


def top(page: Page) -> int:
    return int(page.evaluate("Math.round(scrollY)"))


def scroll_to(page: Page, place: int) -> int:
    page.evaluate("(place) => scrollTo(0, place)", place)
    page.wait_for_timeout(300)  # the place is kept after a pause in scrolling
    return top(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_back_shows_the_place_one_left(width: int, demo: str, open_page: OpenPage) -> None:
    """From an image, from a page of results, and after a choice; and reloading stays there."""
    page = open_page(demo, width=width)
    explorer = ExplorerPage(page, demo)
    explorer.open()
    left = scroll_to(page, 700)
    assert left > 300, "the test needs a page that scrolls"
    page.locator("[data-grid] [data-image] > a").nth(20).evaluate("(link) => link.click()")
    page.wait_for_selector("article[data-kind=image]")
    page.go_back()
    explorer.ready()
    assert abs(top(page) - left) <= 1

    page.reload()
    explorer.ready()
    assert abs(top(page) - left) <= 1

    page.locator("[data-next]").click()
    page.wait_for_url("**page=2")
    elsewhere = scroll_to(page, 350)
    page.go_back()
    expect(page.locator("[data-where]")).to_contain_text("Page 1 of")
    bottom = top(page)
    assert bottom > elsewhere, "the first page was left at its pager"
    page.go_forward()
    expect(page.locator("[data-where]")).to_contain_text("Page 2 of")
    assert abs(top(page) - elsewhere) <= 1


def test_filters_stay_at_hand_on_a_phone(demo_http: str, open_page: OpenPage) -> None:
    """Far down the page the button is in sight, big enough for a thumb, and says how many values are chosen."""
    page = open_page(demo_http, width=390, height=844, has_touch=True, is_mobile=True)
    explorer = ExplorerPage(page, demo_http)
    explorer.open([("tag", "Compound A"), ("tag", "confocal")])
    assert scroll_to(page, 1500) > 900
    button = page.locator("[data-open-drawer]")
    box = button.bounding_box()
    assert box is not None and 0 <= box["y"] <= 844 - box["height"] and box["height"] >= 44
    assert button.inner_text().split() == ["Filters", "2"]
    button.tap()
    expect(page.locator("[data-drawer]")).to_be_visible()
    page.keyboard.press("Escape")
    assert top(page) > 900, "looking at the filters keeps the place"


def test_a_short_name_leaves_no_empty_line(demo_http: str, open_page: OpenPage) -> None:
    """The dataset stands right below the longest name of its row, and all datasets of a row on one line."""
    page = open_page(demo_http)
    ExplorerPage(page, demo_http).open()
    gaps, lines = page.evaluate("""() => {
      const cards = [...document.querySelectorAll("[data-grid] [data-image]")];
      const box = (card, part) => card.querySelector(part).getBoundingClientRect();
      const rows = Map.groupBy(cards, (card) => Math.round(card.getBoundingClientRect().top));
      const gaps = [...rows.values()].map((row) => Math.min(
        ...row.map((card) => box(card, "[data-place]").top - box(card, "bdi").bottom)));
      return [gaps, [...rows.values()].map((row) => new Set(row.map((card) => box(card, "[data-place]").top)).size)];
    }""")
    assert all(abs(gap) < 6 for gap in gaps)
    assert set(lines) == {1}


def test_a_wide_screen_shows_more_pictures_not_larger_ones(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http, width=2560)
    ExplorerPage(page, demo_http).open()
    widths = page.evaluate("[...document.querySelectorAll('[data-image]')].map((each) => each.offsetWidth)")
    assert max(widths) < 200
    across = page.evaluate("document.querySelector('[data-grid]').getBoundingClientRect().right")
    assert across > 2400
