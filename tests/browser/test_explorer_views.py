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
