"""The result as pictures: all in one place, few cards on the page; by mouse and keyboard, over http and from disk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import moved, settle

pytestmark = pytest.mark.browser

#: The place of the focused card in the result, from 0.
FOCUSED = "Number(document.activeElement.closest('[data-at]')?.dataset.at ?? -1)"
#: Cards in a row.
COLUMNS = """() => {
  const row = document.querySelector("[data-grid] [data-at]").parentElement;
  return getComputedStyle(row).gridTemplateColumns.split(" ").length;
}"""
#: Whether the card that has the focus is in sight, and not below the bar.
IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const bar = document.querySelector("[data-bar]").getBoundingClientRect();
  return box.top >= bar.bottom - 1 && box.bottom <= innerHeight + 1;
}"""


def seen_by_scrolling(explorer: ExplorerPage) -> list[str]:
    """The ids of all cards that come into sight on the way down, each once; fails where one is out of order."""
    page, found = explorer.page, list(explorer.images())
    bottom = -1
    while (here := page.evaluate("Math.round(scrollY)")) != bottom:
        bottom = here
        explorer.scroll("innerHeight * 0.8")
        some = explorer.images()
        assert len(some) <= 300
        known = [each for each in some if each in found]
        assert known == some[: len(known)], "cards are in the order of the result"
        assert not known or known == found[found.index(known[0]) :][: len(known)]
        found += some[len(known) :]
    return found


def test_all_images_come_by_scrolling(explorer: ExplorerPage) -> None:
    """Each once, a few at a time, and the end of the page is the end of the result."""
    explorer.open()
    height = explorer.page.evaluate("document.querySelector('[data-grid]').offsetHeight")
    found = seen_by_scrolling(explorer)
    assert len(found) == len(set(found)) == explorer.total
    assert explorer.page.evaluate("document.querySelector('[data-grid]').offsetHeight") == height
    last = explorer.page.locator("[data-grid] [data-image]:visible").last.bounding_box()
    assert last is not None and last["y"] + last["height"] <= 900, "the last one is seen whole"


def test_the_scroll_bar_tells_how_many_there_are(explorer: ExplorerPage) -> None:
    """Half as many images are half as high; a choice further down begins at the top again."""
    explorer.open()
    page = explorer.page
    height = "document.querySelector('[data-grid]').offsetHeight"
    whole, everything = page.evaluate(height), explorer.total
    page.evaluate("scrollTo(0, 5000)")
    explorer.settle()
    explorer.choose("tag", "widefield")
    explorer.settle()
    assert abs(page.evaluate(height) / whole - explorer.total / everything) < 0.05
    top = page.locator("[data-grid] [data-image]:visible").first.bounding_box()
    assert top is not None and 0 < top["y"] < 300
    assert page.evaluate("scrollY") < 300


def test_an_address_names_a_page_of_48(explorer: ExplorerPage) -> None:
    """docs/addresses.md: what was the second page of the results stands at the top."""
    explorer.open(address="?page=3")
    explorer.settle()
    page = explorer.page
    first = page.evaluate("""() => {
      const bar = document.querySelector("[data-bar]").getBoundingClientRect().bottom;
      const cards = [...document.querySelectorAll("[data-grid] [data-image]")];
      return Number(cards.find((each) => each.getBoundingClientRect().top >= bar - 1).dataset.at);
    }""")
    assert first == 96
    explorer.choose("owner", next(iter(explorer.counts()["owner"])))
    assert "page=" not in explorer.address(), "a choice begins at the first page"
    explorer.open(address="?page=999")
    explorer.settle()
    last = page.locator("[data-grid] [data-image]:visible").last
    assert last.get_attribute("data-at") == str(explorer.total - 1)


def test_a_card_that_comes_by_itself_moves_nothing(demo_http: str, open_page: OpenPage) -> None:
    """Chunks and pictures that come late fill the places that were kept for them."""
    for width in (390, 1440):
        page = open_page(demo_http, width=width)
        held: list[Route] = []

        def hold(route: Route, held: list[Route] = held) -> None:
            held.append(route)

        page.route("**/data/cards/**", lambda route: hold(route))
        explorer = ExplorerPage(page, demo_http)
        explorer.open()
        waiting = page.locator("[data-grid] .view-waiting:visible")
        expect(waiting.first).to_be_visible()
        before = page.locator("[data-grid] [data-at]").nth(3).bounding_box()
        assert page.locator("[data-image]").count() == 0
        for route in held:
            route.continue_()
        explorer.settle()
        settle(page)
        assert page.locator("[data-grid] [data-at]").nth(3).bounding_box() == before
        page.evaluate("scrollTo({top: 4000, behavior: 'instant'})")
        explorer.settle()
        shift, by = moved(page)
        assert shift < 0.01, f"at {width} px: {by}"


def test_no_card_shows_the_picture_of_another(demo_http: str, open_page: OpenPage) -> None:
    """Elements are used again: name, link and picture change together."""
    page = open_page(demo_http)
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    for place in (3000, 900, 8000, 0):
        page.evaluate("(top) => scrollTo({top, behavior: 'instant'})", place)
        explorer.settle()
        wrong = page.evaluate("""() => [...document.querySelectorAll("[data-grid] [data-image]")].filter((card) => {
          const id = card.dataset.image;
          const picture = card.querySelector("img").src;
          return !card.querySelector("a").href.endsWith(`images/${id}.html`)
            || !(picture.endsWith(`/${id}.jpg`) || picture.endsWith("placeholder.svg"));
        }).length""")
        assert wrong == 0


def test_arrow_keys_walk_the_whole_result(explorer: ExplorerPage) -> None:
    """Tab comes to one card; arrows, Home, End, Page lead on, also to cards that were not on the page; Enter opens."""
    explorer.open()
    page, total = explorer.page, explorer.total
    page.locator("[data-copy-ids]").focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == 0
    columns = page.evaluate(COLUMNS)
    steps = {
        "ArrowRight": 1, "ArrowDown": columns + 1, "End": 2 * columns - 1, "Home": columns, "ArrowLeft": columns - 1,
        "Control+End": total - 1, "ArrowUp": total - 1 - columns, "Control+Home": 0,
    }  # fmt: skip
    for key, place in steps.items():
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == place, key
        explorer.settle()
        assert page.evaluate(IN_SIGHT), key
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("PageDown")
    here = int(page.evaluate(FOCUSED))
    assert here > 12 * columns and here % columns == 0
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == here, "the place of the image comes next"
    page.keyboard.press("Shift+Tab")
    explorer.settle()
    image = page.evaluate("document.activeElement.closest('[data-image]').dataset.image")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"article[data-id='{image}']")


def test_keys_go_on_from_a_card_that_was_scrolled_away(explorer: ExplorerPage) -> None:
    explorer.open()
    page = explorer.page
    page.locator("[data-grid] [data-at='2'] > a").focus()
    page.evaluate("scrollTo({top: 6000, behavior: 'instant'})")
    explorer.settle()
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.matches('[data-grid]')"), "the list has the focus"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == 3
    assert page.evaluate(IN_SIGHT)


def test_the_window_may_be_made_narrower(demo_http: str, open_page: OpenPage) -> None:
    """What was first in sight stays in sight; cards fill the width."""
    page = open_page(demo_http)
    explorer = ExplorerPage(page, demo_http)
    explorer.open(address="?page=4")
    explorer.settle()
    page.set_viewport_size({"width": 760, "height": 900})
    page.wait_for_timeout(300)
    explorer.settle()
    places = page.evaluate("""() => [...document.querySelectorAll("[data-grid] [data-image]")]
      .filter((each) => each.getBoundingClientRect().bottom > 60 && each.getBoundingClientRect().top < innerHeight)
      .map((each) => Number(each.dataset.at))""")
    assert min(places) <= 144 <= max(places)
    row = page.locator(".view-cards:visible").first.bounding_box()
    assert row is not None and row["width"] > 700


#: Stands in for the lightbox: keeps what it was given.
LIGHTBOX = """
addEventListener("DOMContentLoaded", () => {
  globalThis.catalog.lightbox = {open: async (source, place) => {
    globalThis.opened = {source, place};
    return place;
  }};
}, {capture: true});
"""


def opened(page: Page) -> tuple[int, int, dict[str, object]]:
    """Place, total, and what the source says of the image there."""
    found = page.evaluate(
        "(async () => [opened.place, opened.source.total, await opened.source.at(opened.place)])()"
    )
    return found[0], found[1], found[2]


def test_a_picture_can_be_enlarged(demo: str, open_page: OpenPage) -> None:
    """By its button and by Space, where the page has a lightbox; the source knows every image of the result."""
    page = open_page(demo)
    page.add_init_script(LIGHTBOX)
    explorer = ExplorerPage(page, demo)
    explorer.open([("tag", "widefield")])
    explorer.settle()
    card = page.locator("[data-grid] [data-at='4']")
    name = card.locator("bdi").first.get_attribute("title") or card.locator("bdi").first.inner_text()
    card.hover()
    card.get_by_role("button", name=f"Enlarge {name}").click()
    place, total, image = opened(page)
    assert (place, total, image["name"]) == (4, explorer.total, name)
    assert str(image["href"]).endswith(f"images/{card.get_attribute('data-image')}.html")
    facts = {fact["label"]: fact["values"] for fact in image["facts"]}  # type: ignore[attr-defined]
    assert "widefield" in facts["Tags"]
    assert page.evaluate("opened.source.at(opened.source.total - 1).then((last) => last.id)") > 0
    page.locator("[data-grid] [data-at='1'] > a").focus()
    page.keyboard.press("Space")
    assert opened(page)[0] == 1
    assert page.evaluate("scrollY") == 0, "Space does not scroll as well"


def test_without_a_lightbox_nothing_offers_one(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { delete catalog.lightbox; }, {capture: true});"
    )
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    explorer.settle()
    expect(page.locator("[data-enlarge]:visible")).to_have_count(0)


def test_cards_that_cannot_be_loaded_are_said_and_asked_for_again(
    demo_http: str, open_page: OpenPage
) -> None:
    page = open_page(demo_http, forgive="cards/|503")
    page.route("**/data/cards/**", lambda route: route.fulfill(status=503))
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    expect(page.get_by_role("alert")).to_contain_text("Some images cannot be shown.")
    page.unroute("**/data/cards/**")
    page.evaluate("scrollTo({top: 600, behavior: 'instant'})")
    explorer.settle()
    assert len(explorer.images()) > 10
    expect(page.get_by_role("alert")).to_have_count(0)
