"""The result as a table and as maps of plates, over http and from disk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import moved, too_wide, unsound

pytestmark = pytest.mark.browser

_TABLE = """() => {
  const texts = (row) => [...row.children].map((cell) => (cell.querySelector("bdi") ?? cell).textContent.trim());
  const rows = [...document.querySelectorAll("[data-table-body] [data-at]")];
  return [texts(document.querySelector("[data-table-head] [role=row]")), ...rows.map(texts)];
}"""


#: More columns than a screen is wide.
MANY = ("tag", "dataset", "project", "owner", "plate", "acquired", "imported", "key:Treatment", "key:Study")
#: The places of the rows that are on the page.
PLACES = "[...document.querySelectorAll('[data-table-body] [data-at]')].map((row) => Number(row.dataset.at))"


def table_of(explorer: ExplorerPage) -> list[dict[str, str]]:
    """The rows that are on the page, by their headings."""
    explorer.settle()
    headings, *rows = explorer.page.evaluate(_TABLE)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def show(explorer: ExplorerPage, view: str) -> None:
    explorer.page.locator("[data-views]").get_by_role("button", name=view).click()
    explorer.settle()


def natural(text: str) -> list[Any]:
    return [int(run) if run.isdigit() else run.lower() for run in re.split(r"(\d+)", text)]


def test_the_table_shows_what_the_facets_count(explorer: ExplorerPage) -> None:
    """Values as texts, several of one key in one cell; the view is in the address, and back is the grid."""
    explorer.open([("key:Treatment", "DMSO")])
    names = explorer.names()
    show(explorer, "Table")
    assert "view=table" in explorer.address()
    rows = table_of(explorer)
    assert [row["Image"] for row in rows][: len(names)] == names[: len(rows)]
    assert {row["Treatment"] for row in rows} == {"DMSO"}
    assert any("; " in row["Tags"] for row in rows)
    grid, whole = explorer.page.locator("[data-grid]"), explorer.page.get_by_role("table", name="Images")
    expect(grid).to_be_hidden()
    assert whole.get_attribute("aria-rowcount") == str(explorer.total + 1)
    assert whole.get_attribute("aria-colcount") == str(len(rows[0]))
    explorer.page.go_back()
    expect(grid).to_be_visible()
    expect(whole).to_be_hidden()


def test_a_heading_sorts(explorer: ExplorerPage) -> None:
    """One way, the other, and as it was; A2 stands before A10; what has no value comes last; undone by back."""
    explorer.open(address="?view=table&group=&tag=widefield")
    page = explorer.page
    before = [row["Image"] for row in table_of(explorer)]
    name = page.get_by_role("columnheader", name="Image")
    name.get_by_role("button").click()
    explorer.settle()
    assert explorer.address().find("sort=name") > 0
    assert name.get_attribute("aria-sort") == "ascending"
    rows = [row["Image"] for row in table_of(explorer)]
    assert rows == sorted(rows, key=natural) != before
    name.get_by_role("button").click()
    assert name.get_attribute("aria-sort") == "descending"
    rows = [row["Image"] for row in table_of(explorer)]
    assert rows == sorted(rows, key=natural, reverse=True)
    name.get_by_role("button").click()
    assert (name.get_attribute("aria-sort"), [row["Image"] for row in table_of(explorer)]) == ("none", before)

    dose = page.get_by_role("columnheader", name=re.compile("^Concentration"))
    dose.get_by_role("button").click()
    numbers = [row["Concentration (µM)"] for row in table_of(explorer)]
    given = [float(number.split()[0]) for number in numbers if number]
    assert given and given == sorted(given)
    assert not any(numbers[len(given) :])
    page.go_back()
    explorer.settle()
    assert dose.get_attribute("aria-sort") == "none"
    assert [row["Image"] for row in table_of(explorer)] == before


def test_the_sort_control_sorts_every_view(explorer: ExplorerPage) -> None:
    explorer.open()
    page, before = explorer.page, explorer.names()
    sorts, way = page.get_by_label("Sort", exact=True), page.locator("[data-sort-way]")
    expect(way).to_be_hidden()
    sorts.select_option(label="Name")
    rows = explorer.names()
    assert rows == sorted(rows, key=natural) != before
    way.click()
    assert explorer.names()[0] > rows[-1]
    assert "sort=-name" in explorer.address()
    sorts.select_option(label="Dataset, then name")
    assert explorer.names() == before
    explorer.open(address="?sort=key:gone")
    assert explorer.names() == before, "an order that the catalogue does not have changes nothing"
    assert sorts.input_value() == "key:gone"


def test_columns_are_chosen(explorer: ExplorerPage) -> None:
    """Ticked and no longer, found by words, kept in the address; the usual ones come back."""
    explorer.open(address="?view=table")
    page = explorer.page
    usual = list(table_of(explorer)[0])
    button = page.get_by_role("button", name="Columns")
    button.click()
    panel = page.get_by_role("group", name="Columns")
    expect(panel).to_be_visible()
    assert panel.get_by_role("checkbox", checked=True).count() == len(usual) - 1
    panel.get_by_role("searchbox").fill("owner")
    expect(panel.get_by_role("checkbox")).to_have_count(1)
    panel.get_by_role("checkbox").check()
    assert list(table_of(explorer)[0]) == [*usual, "Owners"]
    panel.get_by_role("searchbox").fill("tags")
    panel.get_by_role("checkbox").uncheck()
    columns = [each for each in [*usual, "Owners"] if each != "Tags"]
    assert list(table_of(explorer)[0]) == columns
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Columns"
    page.reload()
    explorer.ready()
    assert list(table_of(explorer)[0]) == columns
    button.click()
    panel.get_by_role("button", name="The usual columns").click()
    assert list(table_of(explorer)[0]) == usual
    assert "col=" not in explorer.address()


def test_a_table_of_one_column_keeps_it(explorer: ExplorerPage) -> None:
    explorer.open(address="?view=table&col=owner&col=key:gone")
    assert list(table_of(explorer)[0]) == ["Image", "Owners"]
    explorer.page.get_by_role("button", name="Columns").click()
    assert explorer.page.get_by_role("checkbox", checked=True).is_disabled()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_table_scrolls_in_its_own_box(width: int, demo: str, open_page: OpenPage) -> None:
    """Headings stay above, names stay at the side, the page itself is no wider; few rows are on the page, in order."""
    page = open_page(demo, width=width)
    explorer = ExplorerPage(page, demo)
    explorer.open(address="?view=table&" + "&".join(f"col={each}" for each in MANY))
    explorer.settle()
    assert too_wide(page) == [] and unsound(page) == []
    heads = page.get_by_role("columnheader")
    top, name = heads.nth(1).bounding_box(), heads.first.bounding_box()
    seen: list[int] = []
    for _ in range(60):
        explorer.scroll("box.clientHeight * 0.8, left: 60", "[data-table]")
        places = page.evaluate(PLACES)
        assert places == list(range(places[0], places[-1] + 1)) and len(places) < 100
        seen += places
    assert set(seen) | set(range(20)) >= set(range(20, explorer.total))
    moved_head = heads.nth(1).bounding_box()
    assert top is not None and moved_head is not None and name is not None
    assert moved_head["y"] == top["y"] and moved_head["x"] < top["x"]
    assert heads.first.bounding_box() == name
    row = page.locator("[data-table-body] [data-at]").last
    expect(row).to_have_attribute("aria-rowindex", str(explorer.total + 1))
    shift, by = moved(page)
    assert shift < 0.01, by


def test_rows_are_walked_by_keyboard(explorer: ExplorerPage) -> None:
    explorer.open(address="?view=table")
    explorer.settle()
    page, total = explorer.page, explorer.total
    at = "Number(document.activeElement.closest('[data-at]')?.dataset.at ?? -1)"
    page.locator("[data-table-body] [data-at='0'] a").first.focus()
    for key, place in {
        "ArrowDown": 1,
        "Control+End": total - 1,
        "ArrowUp": total - 2,
        "Control+Home": 0,
    }.items():
        page.keyboard.press(key)
        assert page.evaluate(at) == place, key
    page.keyboard.press("PageDown")
    explorer.settle()
    here = page.evaluate(at)
    assert here > 4
    image = page.evaluate("document.activeElement.closest('[data-image]').dataset.image")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"article[data-id='{image}']")
    expect(page.locator(".steps-where")).to_have_text(f"{here + 1} of {total} images")
    page.go_back()
    explorer.ready()
    explorer.settle()
    assert explorer.page.locator(f"[data-table-body] [data-at='{here}']").count() == 1


def test_back_shows_the_place_in_the_table(explorer: ExplorerPage) -> None:
    explorer.open(address="?view=table")
    explorer.settle()
    page, box = explorer.page, explorer.page.locator("[data-table]")
    box.evaluate("(box) => box.scrollTo({top: 5000, behavior: 'instant'})")
    page.wait_for_timeout(300)
    explorer.settle()
    page.locator("[data-table-body] .explorer__open[href]").nth(9).evaluate("(link) => link.click()")
    page.wait_for_selector("article[data-kind=image]")
    page.go_back()
    explorer.ready()
    explorer.settle()
    assert abs(box.evaluate("(box) => box.scrollTop") - 5000) <= 1


def plates(page: Page) -> dict[str, tuple[str, int, int]]:
    """By name: what is said of its images, and its wells that are lit and dark."""
    read = """(cards) => cards.map((card) => {
      const dots = (light) => card.querySelector(`[data-light=${light}]`).getAttribute("d").split("M").length - 1;
      const said = card.querySelector("p").textContent.trim().replaceAll(/\\s+/g, " ");
      return [card.querySelector("bdi").textContent, said, dots("lit"), dots("dark")];
    })"""
    found = page.locator("[data-plates] [data-plate-id]:visible").evaluate_all(read)
    return {name: (said, lit, dark) for name, said, lit, dark in found}


def test_plates_of_the_result_are_lit_where_its_images_lie(explorer: ExplorerPage) -> None:
    explorer.open()
    show(explorer, "Plates")
    page = explorer.page
    whole = plates(page)
    assert len(whole) == len(explorer.counts()["plate"]) > 1
    assert all(lit > 0 and dark == 0 for _, lit, dark in whole.values())
    explorer.choose("key:Treatment", "DMSO")
    explorer.settle()
    some = plates(page)
    for name, (said, lit, dark) in some.items():
        assert 0 < lit < whole[name][1] and lit + dark == whole[name][1]
        images, wells = re.fullmatch(r"(\d+) of \d+ images in (\d+) wells", said).groups()  # type: ignore[union-attr]
        assert int(wells) == lit
        assert int(images) == explorer.counts()["plate"][explorer.value_of("plate", name)]
    first = page.locator("[data-plates] [data-plate-id]").first
    plate, said = first.get_attribute("data-plate-id"), next(iter(some.values()))[0]
    first.get_by_role("link", name=re.compile("images on")).click()
    explorer.settle()
    assert explorer.total == int(said.split()[0])
    assert ("plate", plate) in [("plate", value) for value in re.findall(r"plate=(\d+)", explorer.address())]
    expect(page.locator("[data-grid]")).to_be_visible()
    page.go_back()
    explorer.settle()
    assert plates(page) == some
    first.get_by_role("link").first.click()
    page.wait_for_selector(f"[data-kind=plate][data-id='{plate}']")


def test_images_on_no_plate_say_so(explorer: ExplorerPage) -> None:
    explorer.open()
    inside = explorer.counts()["project"]
    project = next(value for value, count in inside.items() if count)
    explorer.open([("project", project), ("view", "plates")])
    explorer.settle()
    assert plates(explorer.page) == {}
    expect(explorer.page.get_by_text("None of these images lies on a plate.")).to_be_visible()
    explorer.open(address="?view=plates&tag=no+such+tag")
    explorer.settle()
    expect(explorer.page.get_by_text("None of these images lies on a plate.")).to_be_hidden()


def test_images_beside_the_plates_are_counted_and_led_to(explorer: ExplorerPage) -> None:
    explorer.open([("view", "plates")])
    explorer.settle()
    beside = explorer.page.locator("[data-off-plates]")
    count = explorer.total - sum(explorer.counts()["plate"].values())
    assert count > 0
    expect(beside).to_have_text(f"{count} images on no plate, not shown here.")
    beside.get_by_role("link").click()
    explorer.settle()
    assert "plate" in explorer.address()
    expect(beside).to_be_hidden()
    assert explorer.total == count
    explorer.open([("view", "plates"), ("plate", "412")])
    explorer.settle()
    expect(beside).to_be_hidden()
