"""How the explorer looks and where it leads: pictures, places kept, filters within reach, steps within a selection."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import settle, too_wide

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
    """From an image, and after a choice; and reloading stays there."""
    page = open_page(demo, width=width)
    explorer = ExplorerPage(page, demo)
    explorer.open()
    left = scroll_to(page, 2700)
    seen = explorer.images()
    assert left == 2700
    page.locator("[data-grid] [data-image] > a").nth(len(seen) // 2).evaluate("(link) => link.click()")
    page.wait_for_selector("article[data-kind=image]")
    page.go_back()
    explorer.ready()
    assert abs(top(page) - left) <= 1
    assert explorer.images() == seen

    page.reload()
    explorer.ready()
    assert abs(top(page) - left) <= 1

    explorer.value("tag", "widefield").evaluate("(button) => button.click()")
    explorer.settle()
    assert top(page) < 400, "a choice begins at its first images"
    elsewhere = scroll_to(page, 900)
    page.go_back()
    explorer.settle()
    assert abs(top(page) - left) <= 1
    assert explorer.images() == seen
    page.go_forward()
    explorer.settle()
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


@pytest.mark.parametrize(("width", "height"), [(320, 640), (2560, 1440), (3840, 2160)])
def test_a_wide_screen_shows_more_pictures_not_larger_ones(
    width: int, height: int, demo_http: str, open_page: OpenPage
) -> None:
    page = open_page(demo_http, width=width, height=height)
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    assert 4 < len(explorer.images()) <= 300
    widths = page.evaluate("[...document.querySelectorAll('[data-image]')].map((each) => each.offsetWidth)")
    assert 120 < max(widths) < 240
    across = page.evaluate("document.querySelector('[data-grid]').getBoundingClientRect().right")
    assert across > width - 160
    assert too_wide(page) == []


def test_a_box_finds_facets_and_values(demo: str, open_page: OpenPage) -> None:
    """By a heading, by values, by both; what is chosen and how many images there are stays as it is."""
    page = open_page(demo)
    explorer = ExplorerPage(page, demo)
    explorer.open([("tag", "confocal")])
    before, everything = explorer.counts(), explorer.total
    shown = page.locator("[data-facet]:visible")
    facets = shown.count()
    box = page.get_by_role("searchbox", name="Find a facet or value")

    box.fill("TREATMÉNT")
    expect(page.locator("[data-facet='key:Treatment'] [data-value='DMSO']")).to_be_visible()
    by_heading = page.locator("[data-facet='key:Treatment'] [data-value]").count()
    box.fill("treatment dmso")
    expect(page.locator("[data-facet='key:Treatment'] [data-value]")).to_have_count(1)
    assert by_heading > 1 and shown.count() < facets
    box.fill("no such thing anywhere")
    expect(shown).to_have_count(0)
    expect(page.get_by_text("No facet and no value has these words.")).to_be_visible()
    assert (explorer.total, explorer.address()) == (everything, "?tag=confocal")

    box.fill("compound a")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.dataset.value")
    assert focused == "Compound A"
    page.keyboard.press("Space")
    assert explorer.is_chosen("tag", "Compound A")
    page.keyboard.press("Space")
    box.fill("")
    expect(shown).to_have_count(facets)
    assert (explorer.counts(), explorer.total) == (before, everything)
    folded = page.locator("[data-facet]:not([open])")
    assert folded.count() == facets - 8, "facets that were folded are folded again"


def test_five_values_a_facet_at_first(demo_http: str, open_page: OpenPage) -> None:
    """The heading of the first key is in sight or one turn of the wheel away, and the list fades where it goes on."""
    page = open_page(demo_http)
    ExplorerPage(page, demo_http).open()
    tags = page.locator("[data-facet=tag]")
    expect(tags.locator("[data-value]:visible")).to_have_count(5)
    tags.get_by_role("button", name="Show all").click()
    assert tags.locator("[data-value]:visible").count() > 5
    fade = page.evaluate(
        "getComputedStyle(document.querySelector('[data-panel]'), '::after').backgroundImage"
    )
    assert "gradient" in fade


def places_of(page: Page) -> list[object]:
    """Where the two buttons and the picture stand."""
    found = [
        page.get_by_text("Previous", exact=True),
        page.get_by_text("Next", exact=True),
        page.locator(".preview"),
    ]
    return [each.bounding_box() for each in found]


@pytest.mark.parametrize("width", [390, 1440])
def test_an_image_steps_through_the_selection_one_came_from(
    width: int, demo: str, open_page: OpenPage
) -> None:
    """Across datasets, by buttons and arrow keys, there and back; come to otherwise, it steps through its dataset."""
    page = open_page(demo, width=width)
    explorer = ExplorerPage(page, demo)
    explorer.open([("tag", "Compound B"), ("tag", "knock-down")])
    images, total, address = explorer.images(), explorer.total, page.url
    assert 5 < total < 300
    page.locator(f"[data-image='{images[1]}'] > a").click()
    page.wait_for_selector("article[data-kind=image]")
    where = page.locator(".steps-where")
    expect(where).to_have_text(f"2 of {total} in your selection")
    boxes = places_of(page)

    def is_at(place: int) -> None:
        page.wait_for_selector(f"article[data-id='{images[place]}']")
        expect(where).to_have_text(f"{place + 1} of {total} in your selection")

    page.get_by_role("link", name="Next", exact=True).click()
    is_at(2)
    page.keyboard.press("ArrowRight")
    is_at(3)
    page.go_back()
    is_at(2)
    page.reload()
    is_at(2)
    page.keyboard.press("ArrowLeft")
    is_at(1)
    page.get_by_role("link", name="Previous", exact=True).click()
    is_at(0)
    assert page.locator(".steps a[rel=prev]").count() == 0
    where.click()
    explorer.ready()
    assert (page.url, explorer.images()) == (address, images)

    page.goto(f"{demo}images/{images[1]}.html")
    page.wait_for_selector("[data-menu][data-ready]", state="attached")
    expect(where).to_have_count(0)
    assert places_of(page) == boxes, "saying so moves nothing"


def test_a_server_that_takes_its_time_costs_no_step(demo_http: str, open_page: OpenPage) -> None:
    """The explorer's page lives on until the image's comes, and forgets what led to itself a moment after it came."""
    page = open_page(demo_http)
    explorer = ExplorerPage(page, demo_http)

    def late(route: Route) -> None:
        time.sleep(1.5)
        route.continue_()

    page.route("**/images/*.html", late)
    explorer.open([("tag", "Compound B")])
    total = explorer.total
    page.locator("[data-image] > a").first.click()
    expect(page.locator(".steps-where")).to_have_text(f"1 of {total} in your selection")


def test_steps_lead_through_the_whole_result(demo_http: str, open_page: OpenPage) -> None:
    """Beyond the cards that are on the page; all images are no selection of one's own."""
    page = open_page(demo_http)
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    explorer.settle()
    page.wait_for_timeout(500)  # the ids of all images come when the page is at rest
    last = page.locator("[data-grid] [data-image]:visible").last
    place = int(last.get_attribute("data-at") or "") + 1
    last.locator("a").first.click()
    expect(page.locator(".steps-where")).to_have_text(f"{place} of {explorer_total(page)} images")
    for step in range(1, 4):
        page.get_by_role("link", name="Next", exact=True).click()
        expect(page.locator(".steps-where")).to_have_text(f"{place + step} of {explorer_total(page)} images")


def explorer_total(page: Page) -> int:
    """The number of the images that an image's page steps through."""
    return int(page.locator(".steps-where").inner_text().split(" of ")[1].split()[0])


def test_an_image_opened_at_once_steps_through_what_was_there(demo_http: str, open_page: OpenPage) -> None:
    """Before the ids of all images have come, those of the cards are known."""
    page = open_page(demo_http, forgive="ids.arrow|503")
    page.route("**/data/ids.arrow.gz", lambda route: route.fulfill(status=503))
    explorer = ExplorerPage(page, demo_http)
    explorer.open([("tag", "widefield")])
    images, total = explorer.images(), explorer.total
    page.locator("[data-grid] [data-image] > a").first.click()
    expect(page.locator(".steps-where")).to_have_text(f"1 of {total} in your selection")
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_selector(f"article[data-id='{images[1]}']")


def test_without_storage_an_image_steps_through_its_dataset(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('refused'); }});"
    )
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    page.locator("[data-image] > a").first.click()
    page.wait_for_selector("article[data-kind=image]")
    expect(page.get_by_role("link", name="Next", exact=True)).to_be_visible()
    expect(page.locator(".steps-where")).to_have_count(0)


def test_a_number_names_an_image_once(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    number = explorer.images()[0]
    box = page.get_by_role("combobox", name="Search")
    box.fill(number)
    option = page.get_by_role("option").filter(has_text=f"Image {number}")
    expect(option).to_have_count(1)
    assert option.inner_text().lower().count("image") == 1


def test_without_scripts_the_explorer_says_what_is_missing(demo_http: str, open_page: OpenPage) -> None:
    """The search box leads here with words that only a script can search."""
    page = open_page(demo_http, java_script_enabled=False)
    page.goto(demo_http + "explore.html?q=mitosis")
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Find a facet or value")).to_have_count(0)
