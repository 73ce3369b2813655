"""Images beyond the limit of static pages: one page draws each from the chunks, as its static page would be."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.catalogues import ROOT, build
from tests.test_hostile_text import HOSTILE, hostile_catalogue

pytestmark = pytest.mark.browser

#: What is compared: the text as it reads, and every element that leads or shows something, with all its attributes.
CONTENT = """
article => ({
  text: article.innerText.replace(/\\s+/g, ' ').trim(),
  elements: [...article.querySelectorAll('*')].map(one => {
    const attributes = [...one.attributes].map(({name, value}) => [name, value]).sort();
    return `${one.localName} ${JSON.stringify(attributes)}`;
  }),
})
"""


@pytest.fixture(scope="session")
def drawn_site(demo_export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as it is built where it has too many images for a page each. Read only."""
    folder = tmp_path_factory.mktemp("drawn")
    shutil.copytree(ROOT / "site_config" / "demo", folder / "site_config")
    config = folder / "site_config" / "catalog.yml"
    config.write_text(config.read_text("utf-8") + "image_pages: 0\n", "utf-8")
    build(demo_export, folder / "site", config)
    return folder / "site"


@pytest.fixture
def drawn(at: Callable[[Path], str], drawn_site: Path) -> str:
    """The address of that site, over http and from disk."""
    return at(drawn_site)


def ids(site: Path) -> list[int]:
    return sorted(int(page.stem) for page in (site / "images").glob("[0-9]*.html"))


def draw(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-kind='image'][data-ready]")).to_be_attached()


def normal(element: str) -> str:
    """An element as both pages have it: addresses of images in their permanent form, without the mark of readiness."""
    element = re.sub(r"\.\./images/(\d+)\.html", r"../images/index.html?id=\1", element)
    return element.replace('["data-ready",""],', "").replace(',["data-ready",""]', "")


def assert_same(static: Page, was_at: str, dynamic: Page, now_at: str, blanks: str = " ") -> None:
    """A static page and a drawn one of the same image: text, links, titles and every other attribute.

    `blanks`: what stands for blanks when texts are compared.
    """
    static.goto(was_at)
    draw(dynamic, now_at)
    was = static.locator("[data-kind='image']").evaluate(CONTENT)
    now = dynamic.locator("[data-kind='image']").evaluate(CONTENT)
    assert now["text"].replace(" ", blanks) == was["text"].replace(" ", blanks), now_at
    assert [normal(one) for one in now["elements"]] == [normal(one) for one in was["elements"]], now_at
    assert dynamic.title() == static.title()


def test_the_drawn_page_of_an_image_is_its_static_page(
    demo_site: Path, demo: str, drawn: str, open_page: OpenPage
) -> None:
    """Of every sixth image; of fewer from disk, where only the loading differs."""
    static, dynamic = open_page(demo), open_page(drawn)
    assert len(ids(demo_site)) > 400
    for id_ in ids(demo_site)[:: 6 if drawn.startswith("http") else 24]:
        assert_same(static, f"{demo}images/{id_}.html", dynamic, f"{drawn}images/index.html?id={id_}")


def test_hostile_names_are_drawn_as_they_stand_on_static_pages(
    serve: Callable[[Path], str], tmp_path: Path, open_page: OpenPage
) -> None:
    """Markup, scripts, templates, addresses and controls in every field that is anybody's: text, and nothing runs."""
    hostile_catalogue(tmp_path / "export")
    config = tmp_path / "catalog.yml"
    config.write_text("image_pages: 0\n")
    build(tmp_path / "export", tmp_path / "static")
    build(tmp_path / "export", tmp_path / "drawn", config)
    was_at, now_at = serve(tmp_path / "static"), serve(tmp_path / "drawn")
    static, dynamic = open_page(was_at), open_page(now_at)
    # HTML cannot hold the character 0, nor does PostgreSQL; neighbours show each other's names.
    bare = next(id_ for id_, text in enumerate(HOSTILE, 1) if "\x00" in text)
    for id_ in (9999, *(id_ for id_ in range(1, len(HOSTILE) + 1) if abs(id_ - bare) > 1)):
        # Without blanks: a badge behind which a table follows is read with one on one page, without on the other.
        drawn_at = f"{now_at}images/index.html?id={id_}"
        assert_same(static, f"{was_at}images/{id_}.html", dynamic, drawn_at, blanks="")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "The address names no image"),
        ("?id=", "The address names no image"),
        ("?id=0", "There is no image 0 in this catalogue"),
        ("?id=99999", "There is no image 99999 in this catalogue"),
        ("?id=999999999999999", "There is no image 999999999999999 in this catalogue"),
        ("?id=99999999999999999999", "is not the number of an image"),
        ("?id=-1", "“-1” is not the number of an image"),
        ("?id=2001x", "“2001x” is not the number of an image"),
        ("?id=<img src=x onerror=alert(1)>", "“<img src=x onerror=alert(1)>” is not the number of an image"),
    ],
)
def test_a_number_that_no_image_has_is_a_sentence_and_ways_on(
    query: str, said: str, drawn: str, open_page: OpenPage
) -> None:
    page = open_page(drawn)
    page.goto(f"{drawn}images/index.html{query}")
    expect(page.locator("[data-image-said]")).to_contain_text(said)
    ways = page.locator("[data-image-ways]")
    expect(ways).to_be_visible()
    assert ways.get_by_role("link").count() == 3


def test_arrows_step_through_the_dataset_and_back_leads_back(drawn: str, open_page: OpenPage) -> None:
    page = open_page(drawn)
    draw(page, f"{drawn}images/index.html?id=2001")
    name = page.locator("h1").inner_text()
    onward = page.locator(".steps a[rel='next']").get_attribute("href") or ""
    assert "?id=" in onward
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/images/index.html?id={onward.split('=')[-1]}")
    expect(page.locator("[data-kind='image'][data-ready]")).to_be_attached()
    assert page.locator("h1").inner_text() != name
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/images/index.html?id=2001")
    expect(page.locator("h1")).to_have_text(name)
    page.go_back()
    page.wait_for_url(f"**/images/index.html?id={onward.split('=')[-1]}")


def test_it_steps_within_the_result_one_came_from(drawn: str, open_page: OpenPage) -> None:
    explorer = ExplorerPage(open_page(drawn), drawn)
    explorer.open([("tag", "confocal")])
    explorer.settle()
    page, total = explorer.page, explorer.total
    page.locator("[data-image][data-at='1'] a").first.click()
    expect(page.locator(".steps-where")).to_have_text(re.compile(rf"2 of {total} in your selection"))
    page.locator(".steps a[rel='next']").click()
    expect(page.locator(".steps-where")).to_have_text(re.compile(rf"3 of {total} in your selection"))
    page.locator(".steps-where").click()
    explorer.ready()
    assert explorer.total == total
