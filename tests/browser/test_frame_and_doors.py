"""The frame around every page, and the ways from page to page: every word is a door, and back leads back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import settle, too_wide, unsound

pytestmark = pytest.mark.browser


def images_in(text: str | None) -> int:
    """The number of images that a title tells: `1 234 images`."""
    found = re.search(r"([\d\s]+) images?$", text or "")
    assert found, f"{text!r} tells no number of images"
    return int(re.sub(r"\s", "", found[1]))


def image_with_tags(site: Path) -> Path:
    """An image page with tags, key-values, scenes aside, and a neighbour on both sides."""
    pages = sorted((site / "images").glob("[0-9]*.html"))
    texts = ((page, page.read_text(encoding="utf-8")) for page in pages)
    return next(
        page for page, text in texts if all(each in text for each in ("<h2>Tags", 'rel="prev"', 'rel="next"'))
    )


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_theme_is_remembered(demo: str, open_page: OpenPage) -> None:
    """System, light, dark, in turn; kept on the next page and after a reload."""
    page = open_page(demo)
    page.goto(demo + "index.html")
    toggle = page.locator("[data-theme-toggle]")
    light = ground(page)
    toggle.click()
    assert (ground(page), toggle.get_attribute("aria-label")) == (light, "Colours: light")
    toggle.click()
    dark = ground(page)
    assert (dark != light, toggle.get_attribute("aria-label")) == (True, "Colours: dark")
    page.goto(demo + "tags/index.html")
    assert ground(page) == dark
    page.reload()
    assert ground(page) == dark
    toggle.click()
    assert (ground(page), toggle.get_attribute("aria-label")) == (light, "Colours: as the system")
    page.emulate_media(color_scheme="dark")
    assert ground(page) == dark


def test_the_menu_on_a_phone(demo: str, open_page: OpenPage) -> None:
    page = open_page(demo, width=390, height=844)
    page.goto(demo + "index.html")
    settle(page)
    summary, links = page.locator("[data-menu] summary"), page.locator(".frame-nav a")
    expect(links.first).to_be_hidden()
    summary.click()
    expect(links.first).to_be_visible()
    for link in links.all():
        box = link.bounding_box()
        assert box is not None and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert too_wide(page) == []
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    links.filter(has_text="Tags").click()
    page.wait_for_url(re.compile(r"/tags/index\.html$"))
    expect(page.locator("h1")).to_have_text("Tags")


def test_the_frame_says_where_one_is(demo_http: str, open_page: OpenPage) -> None:
    """The links of the frame lead to their pages; the first Tab offers to skip to the content."""
    page = open_page(demo_http)
    page.goto(demo_http + "index.html")
    addresses = page.locator(".frame-nav a").evaluate_all("(links) => links.map((each) => each.href)")
    assert len(addresses) >= 5
    for address in addresses:
        page.goto(address)
        expect(page.locator("h1").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || document.querySelector(':target')?.id") == "content"


def test_previous_and_next(demo: str, demo_site: Path, open_page: OpenPage) -> None:
    """By click and by arrow key; back leads back."""
    page = open_page(demo)
    start = f"{demo}images/{image_with_tags(demo_site).name}"
    page.goto(start)
    following = page.locator(".steps a[rel=next]").get_attribute("title")
    page.locator(".steps a[rel=next]").click()
    expect(page.locator("h1")).to_have_attribute("title", following or "")
    page.wait_for_selector("[data-menu][data-ready]", state="attached")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(start)
    page.wait_for_selector("[data-menu][data-ready]", state="attached")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: url != start)
    page.go_back()
    page.wait_for_url(start)


def test_the_permanent_address_of_an_image_forwards(demo: str, demo_site: Path, open_page: OpenPage) -> None:
    """Without leaving itself behind in the history; what is no number is said to be none."""
    page = open_page(demo)
    image = image_with_tags(demo_site).stem
    page.goto(demo + "index.html")
    page.goto(f"{demo}images/index.html?id={image}")
    page.wait_for_url(re.compile(rf"/images/{image}\.html$"))
    page.go_back()
    page.wait_for_url(demo + "index.html")
    page.goto(f"{demo}images/index.html?id=../../<b>x</b>")
    expect(page.locator("[data-forward-said]")).to_contain_text("“../../<b>x</b>” is not the number")


def test_an_address_that_is_gone(demo_http: str, open_page: OpenPage) -> None:
    """The site's own page at any depth, with its looks and a search that works."""
    page = open_page(demo_http, forgive="404")
    for address in ("images/999999999.html", "nowhere.html", "a/b/c/d.html"):
        answer = page.goto(demo_http + address)
        assert answer is not None and answer.status == 404
        settle(page)
        assert unsound(page) + too_wide(page) == []
        assert page.evaluate("getComputedStyle(document.querySelector('.frame-head')).display") != "block"
    page.locator("[data-search] input").fill("Compound A")
    page.locator("[data-search] [role=option]:not(.search__result--more)").first.click()
    page.wait_for_selector("article[data-kind=tag]")


def go(page: Page, door: Locator) -> int:
    """Through a door that says how many are behind it."""
    promised = images_in(door.get_attribute("title"))
    door.click()
    return promised


def test_every_word_of_an_image_is_a_door(demo: str, demo_site: Path, open_page: OpenPage) -> None:
    """A tag, a value, an owner: each leads to as many images as its title says, and back leads to the image."""
    page = open_page(demo)
    address = f"{demo}images/{image_with_tags(demo_site).name}"
    page.goto(address)
    explorer = ExplorerPage(page, demo)
    values, facts = page.locator(".pairs td > bdi > a"), page.locator(".facts a[title]")
    assert values.count() >= 3 and facts.count() >= 1
    for doors in (values, facts):
        for number in range(min(doors.count(), 4)):
            promised = go(page, doors.nth(number))
            explorer.ready()
            assert explorer.total == promised > 0
            assert len(explorer.chips()) == 1
            page.go_back()
            page.wait_for_url(address)

    tag = page.locator("ul.chips a.chip").first
    promised = go(page, tag)
    page.wait_for_selector("article[data-kind=tag]")
    expect(page.locator(".holds")).to_contain_text(
        re.compile(rf"it holds for {promised} images", re.IGNORECASE)
    )
    page.locator(".holds a.button").click()
    explorer.ready()
    assert explorer.total == promised


def test_the_counts_of_a_key_are_kept(demo: str, demo_site: Path, open_page: OpenPage) -> None:
    """Each bar of a key leads to as many images as it says."""
    page = open_page(demo)
    key = next((demo_site / "keys").glob("treatment-*.html")).name
    explorer = ExplorerPage(page, demo)
    page.goto(f"{demo}keys/{key}")
    bars = page.locator(".bars li")
    assert bars.count() >= 3
    for number in range(3):
        bar = bars.nth(number)
        promised = int(re.sub(r"\s", "", bar.locator(".count").inner_text()))
        bar.locator("a").click()
        explorer.ready()
        assert explorer.total == promised
        page.go_back()
        page.wait_for_url(re.compile(re.escape(key)))


def test_numbers_and_chips_of_the_home_page_are_kept(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    page.goto(demo_http + "index.html")
    numbers = page.locator(".numbers a")
    said = [re.sub(r"\s", "", text) for text in numbers.all_inner_texts()]
    promised = {
        word.rstrip("s"): int(count) for count, word in re.findall(r"^(\d+)([a-z]+)$", "\n".join(said), re.M)
    }
    explorer = ExplorerPage(page, demo_http)
    page.goto(demo_http + "explore.html")
    explorer.ready()
    counts = explorer.counts()
    assert explorer.total == promised.pop("image")
    assert {each: len(counts[each]) for each in promised} == promised
    assert set(promised) == {"project", "dataset", "screen", "plate", "tag"}


def test_a_dataset_leads_to_its_images(demo_http: str, demo_site: Path, open_page: OpenPage) -> None:
    """The heading, the gallery and the explorer's filter tell one number."""
    page = open_page(demo_http)
    dataset = next(page for page in sorted((demo_site / "datasets").glob("[0-9]*.html")))
    page.goto(f"{demo_http}datasets/{dataset.name}")
    headings = page.get_by_role("heading", name=re.compile(r"^\d+ images$")).all_inner_texts()
    promised = images_in(headings[0])
    assert page.locator(".gallery [data-image]").count() == min(promised, 60)
    page.get_by_role("link", name=f"Filter these {promised} images").click()
    explorer = ExplorerPage(page, demo_http)
    explorer.ready()
    assert explorer.total == promised
