"""A plate in the browser: keyboard, colours, runs and fields, the well beside the grid, phones, no scripts."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.watch import settle, too_wide

pytestmark = pytest.mark.browser

#: The demo's plates: one of two fields in some wells, one of two runs.
FIELDS, RUNS = "plates/411.html", "plates/412.html"


def opened(page: Page, address: str) -> Page:
    """The plate's page, once everything can be chosen."""
    page.goto(address)
    settle(page)
    page.wait_for_selector("[data-plate][data-ready]")
    return page


def well(page: Page, name: str) -> Locator:
    return page.locator("[data-well] > a").filter(has_text=re.compile(f"^{name}$"))


def panel(page: Page) -> Locator:
    return page.locator("[data-panel]")


def test_arrow_keys_walk_over_empty_places_and_enter_opens(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + FIELDS)
    assert page.locator("[data-grid] a[tabindex='0']").count() == 1, "one stop for Tab"
    well(page, "D5").focus()
    for key, name in (("ArrowRight", "D7"), ("ArrowDown", "E7"), ("ArrowLeft", "E6"), ("ArrowUp", "D5")):
        page.keyboard.press(key)
        if name == "D5":
            name = "C6"  # D6 was never filled
        expect(well(page, name)).to_be_focused()
        expect(panel(page).locator("h2")).to_have_text(name)
    for key, name in (("End", "C12"), ("Home", "C1"), ("Control+End", "H12"), ("Control+Home", "A1")):
        page.keyboard.press(key)
        expect(well(page, name)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(well(page, "A1")).to_be_focused()
    assert page.locator("[data-grid] a[tabindex='0']").count() == 1
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/wells/\d+\.html$"))
    expect(page.locator("h1")).to_have_attribute("title", "A2")
    page.go_back()
    page.wait_for_selector("[data-plate][data-ready]")
    expect(panel(page).locator("h2")).to_have_text("A2")


def test_a_well_opens_beside_the_grid_then_its_page(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + FIELDS)
    well(page, "B8").click()
    expect(panel(page).locator("h2")).to_have_text("B8")
    expect(panel(page)).to_contain_text("Compound A")
    expect(panel(page)).to_contain_text("3 µM")
    picture = panel(page).locator("img")
    shown = well(page, "B8").locator("img")
    assert picture.get_attribute("src").endswith(shown.get_attribute("src").removeprefix(".."))  # type: ignore
    grid, beside = page.locator("[data-grid]").bounding_box(), panel(page).bounding_box()
    assert grid and beside and beside["x"] >= grid["x"] + grid["width"]
    well(page, "B8").click()
    page.wait_for_url(re.compile(r"/wells/\d+\.html$"))
    expect(page.locator("h1")).to_have_attribute("title", "B8")


def test_a_value_beside_the_grid_leads_to_the_images_of_the_plate_that_hold_it(
    demo: str, open_page: OpenPage
) -> None:
    page = opened(open_page(demo), demo + FIELDS)
    well(page, "A11").click()
    panel(page).get_by_text("100 µM", exact=True).click()
    settle(page)
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "7")  # G11 has no image


def test_wells_take_the_colours_of_any_key_or_tag(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + FIELDS)
    cell = page.locator("[data-well]")
    page.locator("[data-colouring]").select_option(label="Treatment")
    entries = page.locator("[data-legend] li")
    expect(entries).to_have_count(5)
    counts = {}
    for entry in entries.all():
        colour = entry.get_attribute("data-colour")
        label = entry.locator("bdi").inner_text()
        counts[label] = page.locator(f"[data-well][data-colour='{colour}']").count()
        assert str(counts[label]) == entry.locator(".count").inner_text()
    assert sum(counts.values()) == cell.count() and counts["DMSO"] == 16
    expect(well(page, "A1")).to_have_attribute("title", "A1: DMSO")
    assert unquote(page.url).endswith("colour=key:Treatment")

    page.locator("[data-colouring]").select_option(label="DMSO")
    expect(entries).to_have_count(1)
    assert page.locator("[data-well][data-colour]").count() == 16
    page.reload()
    page.wait_for_selector("[data-plate][data-ready]")
    expect(page.locator("[data-colouring]")).to_have_value("tag:DMSO")
    entries.locator("a").click()
    settle(page)
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(16 + 4))

    page.go_back()
    page.wait_for_selector("[data-plate][data-ready]")
    page.locator("[data-colouring]").select_option("")
    assert page.locator("[data-well][data-colour]").count() == 0 and entries.count() == 0


def test_the_colours_of_the_script_are_those_of_the_page(demo: str, open_page: OpenPage) -> None:
    """What stands in the HTML and what the script makes of the data are the same, well by well."""
    read = """() => [[...document.querySelectorAll("[data-well]")].map((each) => each.dataset.colour),
      [...document.querySelectorAll("[data-legend] li")].map((each) => each.dataset.colour + each.innerText)]"""
    plain = open_page(demo)
    plain.route(
        re.compile(r"plate\.js$"), lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    plain.goto(demo + FIELDS)
    scripted = opened(open_page(demo), demo + FIELDS)
    assert plain.evaluate(read) == scripted.evaluate(read)


def test_fields_switch_in_place(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + FIELDS)
    before = well(page, "A1").locator("img").get_attribute("src")
    page.locator("[data-fields] a", has_text="2").click()
    expect(page.locator("[data-grid] img")).to_have_count(10)
    assert well(page, "A1").locator("img").get_attribute("src") != before
    expect(well(page, "A2").locator("img")).to_have_count(0)
    expect(page.locator("[data-fields] [aria-current]")).to_have_text("2")
    assert page.url.split("#")[0] == demo + FIELDS and "field=2" in page.url
    page.reload()
    page.wait_for_selector("[data-plate][data-ready]")
    expect(page.locator("[data-grid] img")).to_have_count(10)
    page.locator("[data-fields] a", has_text="1").click()
    expect(page.locator("[data-grid] img")).to_have_count(92)


def test_runs_switch_in_place_and_the_well_beside_with_them(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + RUNS)
    well(page, "C11").click()
    before = panel(page).locator("img").get_attribute("src")
    page.locator("[data-runs] a", has_text="24 h").click()
    expect(page.locator("[data-runs] [aria-current]")).to_have_text("24 h after treatment")
    expect(panel(page).locator("h2")).to_have_text("C11")
    after = panel(page).locator("img").get_attribute("src")
    assert after != before
    expect(page.locator("[data-grid] img")).to_have_count(48)
    # The page of its own shows the same to those who come by its address.
    address = page.locator("[data-runs] [aria-current]").get_attribute("href")
    assert address and address.endswith("plates/412-run-422-field-1.html")
    opened(page, address)
    well(page, "C11").click()
    assert panel(page).locator("img").get_attribute("src") == after


def test_pictures_can_step_back_behind_their_colours(demo_http: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo_http), demo_http + FIELDS)
    page.locator("[data-pictures]").uncheck()
    expect(well(page, "A1").locator("img")).to_be_hidden()
    page.locator("[data-pictures]").check()
    expect(well(page, "A1").locator("img")).to_be_visible()


def test_on_a_phone_the_grid_scrolls_in_its_box_and_a_tap_opens_the_well(
    demo: str, open_page: OpenPage
) -> None:
    page = opened(open_page(demo, width=390, height=844, has_touch=True), demo + FIELDS)
    assert too_wide(page) == []
    box = page.locator(".plate-box")
    assert box.evaluate("(each) => each.scrollWidth > each.clientWidth + 100")
    place = "(each) => each.getBoundingClientRect().left"
    row, column = page.locator("th[scope=row]").first, page.locator("th[scope=col]").first
    left = row.evaluate(place), column.evaluate(place)
    box.evaluate("(each) => each.scrollBy(200, 0)")
    assert row.evaluate(place) == left[0] and column.evaluate(place) == left[1] - 200
    assert page.evaluate("scrollX") == 0
    size = well(page, "A6").bounding_box()
    assert size and size["width"] >= 44 and size["height"] >= 44, "room for a finger"
    expect(panel(page)).to_be_hidden()
    well(page, "A6").tap()
    page.wait_for_url(re.compile(r"/wells/\d+\.html$"))


@pytest.mark.parametrize("width", [390, 1440])
def test_without_scripts_the_plate_is_a_table_of_links(
    width: int, demo: str, demo_site: Path, open_page: OpenPage
) -> None:
    page = open_page(demo, width=width, java_script_enabled=False)
    page.goto(demo + RUNS)
    grid = page.get_by_role("table", name="Wells of the plate")
    expect(grid.get_by_role("columnheader")).to_have_count(12)
    expect(grid.get_by_role("rowheader")).to_have_count(8)
    expect(grid.get_by_role("link")).to_have_count(48)
    for scripted in ("[data-colouring]", "[data-pictures]", "[data-panel]"):
        expect(page.locator(scripted)).to_be_hidden()
    assert page.locator("[data-legend] li a").count() == 11, "the colours that stand in the page are told"
    assert too_wide(page) == []
    first = page.locator("[data-grid] img").first.get_attribute("src")
    page.locator("[data-runs] a", has_text="24 h").click()
    assert page.url == demo + "plates/412-run-422-field-1.html"
    assert page.locator("[data-grid] img").first.get_attribute("src") != first
    grid.get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_attribute("title", "C1")
    expect(page.locator(".gallery .card")).to_have_count(2)


def test_a_plate_without_its_data_says_so_and_stays_a_table(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http, forgive="data/plates")
    page.route("**/data/plates/*", lambda route: route.abort())
    page.goto(demo_http + FIELDS)
    expect(page.locator("[data-problem]")).to_contain_text("data/plates/411.json")
    well(page, "A1").click()
    page.wait_for_url(re.compile(r"/wells/\d+\.html$"))


def test_a_well_leads_to_the_wells_around_it(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    opened(page, demo_http + FIELDS)
    well(page, "D5").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/wells/\d+\.html$"))
    around = page.get_by_role("navigation", name="Wells around")
    expect(around.get_by_role("link")).to_have_text(
        ["↑ Above: C5", "← Left: D4", "→ Right: D7", "↓ Below: E5"]
    )
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_have_attribute("title", "D7")


def test_images_found_in_the_explorer_name_their_plate(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    page.goto(demo_http + "explore.html?plate=412")
    settle(page)
    place = page.locator("[data-image] [data-place] a").first
    expect(place).to_have_text("FR-P2 U2OS")
    place.click()
    expect(page.locator("h1")).to_have_attribute("title", "FR-P2 U2OS")
