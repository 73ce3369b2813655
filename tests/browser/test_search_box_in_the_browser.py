"""The search box of every page, over http and from disk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage

pytestmark = pytest.mark.browser

LAST = re.compile("^Search the images for")


def suggestions(page: Page, typed: str) -> Locator:
    """Type into the box, wait for the index, and give the suggestions, the last line left out."""
    page.locator("[data-search] input").fill(typed)
    expect(page.locator("[data-search] [role=status]")).to_have_text(re.compile(r"\d+ suggestion"))
    return page.locator("[data-search] [role=option]:not(.search__result--more)")


def titles(page: Page, typed: str) -> list[str]:
    return suggestions(page, typed).locator(".search__title").all_inner_texts()


@pytest.fixture
def home(demo: str, open_page: OpenPage) -> Page:
    page = open_page(demo)
    page.goto(demo + "index.html")
    page.wait_for_selector("[data-menu][data-ready]", state="attached")
    return page


def test_exact_first_then_beginnings(home: Page) -> None:
    found = titles(home, "compound")
    assert {"Compound A", "Compound B"} <= set(found[:6])
    assert titles(home, "Compound B")[0] == "Compound B"
    assert titles(home, "compound b")[0] == "Compound B"


@pytest.mark.parametrize("typed", ["Methods", "curated ontology", "colons were op"])
def test_a_wiki_page_is_found_by_its_title_and_by_its_words(typed: str, home: Page) -> None:
    pages = suggestions(home, typed).filter(has=home.locator("[data-kind=page]"))
    assert pages.count() >= 1
    pages.first.click()
    home.wait_for_url(re.compile(r"/methods\.html"))


def test_a_number_finds_the_object_with_that_id(home: Page, demo_site: Path) -> None:
    for kind in ("image", "dataset", "project"):
        page = next((demo_site / f"{kind}s").glob("[0-9]*.html"))
        found = suggestions(home, page.stem)
        addresses = [str(each.get_attribute("href")) for each in found.all()]
        assert any(address.endswith(f"/{kind}s/{page.name}") for address in addresses), (kind, addresses)
    found.filter(has=home.locator("[data-kind=project]")).first.click()
    home.wait_for_selector("article[data-kind=project]")


def test_the_last_line_leads_to_the_explorer_with_the_same_words(home: Page, demo: str) -> None:
    typed = 'HeLa & "DMSO"+x'
    suggestions(home, typed)
    last = home.get_by_role("option").last
    expect(last).to_have_text(LAST)
    last.click()
    explorer = ExplorerPage(home, demo)
    explorer.ready()
    assert home.locator("[data-text]").input_value() == typed
    assert explorer.chips() == [f"Remove “{typed}” ×"]


def test_by_keyboard_alone(home: Page) -> None:
    """`/` goes to the box, arrows choose, Escape closes, Enter opens what is chosen."""
    home.keyboard.press("/")
    box = home.get_by_role("combobox")
    expect(box).to_be_focused()
    home.keyboard.type("Compound B")
    options = home.get_by_role("option")
    expect(options.first).to_contain_text("Compound B")
    expect(box).to_have_attribute("aria-expanded", "true")
    home.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    home.keyboard.press("ArrowUp")
    home.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    home.keyboard.press("Escape")
    expect(home.get_by_role("listbox")).to_be_hidden()
    expect(box).to_be_focused()
    home.keyboard.press("ArrowDown")
    home.keyboard.press("ArrowDown")
    target = options.first.get_attribute("href") or ""
    home.keyboard.press("Enter")
    home.wait_for_url(target)


def test_enter_alone_searches_the_images(home: Page, demo: str) -> None:
    box = home.get_by_role("combobox")
    box.fill("HeLa DMSO")
    box.press("Enter")
    explorer = ExplorerPage(home, demo)
    explorer.ready()
    assert home.locator("[data-text]").input_value() == "HeLa DMSO"
    assert 0 < explorer.total < 300


def test_leaving_closes_and_nothing_found_still_offers_the_images(home: Page) -> None:
    assert suggestions(home, "zzzz qqqq").count() == 0
    expect(home.get_by_role("option")).to_have_text(LAST)
    home.keyboard.press("Tab")
    home.locator("h1").click()
    expect(home.get_by_role("listbox")).to_be_hidden()


def test_it_works_from_a_folder_below_and_on_a_phone(demo: str, demo_site: Path, open_page: OpenPage) -> None:
    page = open_page(demo, width=390, height=844)
    image = next((demo_site / "images").glob("[0-9]*.html"))
    page.goto(f"{demo}images/{image.name}")
    found = suggestions(page, "Compound A")
    expect(found.first).to_contain_text("Compound A")
    box = page.get_by_role("listbox").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    found.first.click()
    page.wait_for_selector("article[data-kind=tag]")


@pytest.mark.omero
@pytest.mark.parametrize("gene", ["CAN", "WAS"])
def test_genes_that_are_english_words(gene: str, lab: str, open_page: OpenPage) -> None:
    """No stop words and no stemming: the very name comes first, before what begins with it."""
    page = open_page(lab)
    page.goto(lab + "index.html")
    assert titles(page, gene)[0] == gene
    assert titles(page, gene.lower())[0] == gene


@pytest.mark.omero
@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "+",
        "-x",
        "a:b",
        "title:x~3^",
        "<script>alert('x')</script>",
        "עינה",
        "\\",
        "細胞",
        "x" * 5000,
        "  ",
    ],
)
def test_whatever_is_typed_is_text(typed: str, lab: str, open_page: OpenPage) -> None:
    page = open_page(lab)
    page.goto(lab + "index.html")
    box = page.locator("[data-search] input")
    box.fill("x")
    expect(page.locator("[data-search] [role=status]")).to_have_text(re.compile(r"\d+ suggestion"))
    box.fill(typed)
    if typed.strip():
        expect(page.get_by_role("option").last).to_have_text(LAST)
    else:
        expect(page.get_by_role("listbox")).to_be_hidden()
