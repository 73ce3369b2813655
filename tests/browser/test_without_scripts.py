"""JavaScript switched off: the pages are whole, and every link of the explorer's static list leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.watch import too_wide

pytestmark = pytest.mark.browser


@pytest.fixture(params=[390, 1440])
def plain(request: pytest.FixtureRequest, demo: str, open_page: OpenPage) -> Page:
    """A page without scripts, on a phone and on a desk."""
    return open_page(demo, width=request.param, java_script_enabled=False)


def files_behind(page: Page, demo: str, site: Path) -> set[Path]:
    """The files of the site that a page's links lead to; each must exist."""
    found = set()
    for address in page.locator("main a[href]").evaluate_all("(links) => links.map((each) => each.href)"):
        path = address.partition("#")[0].partition("?")[0]
        if path.startswith(demo):
            found.add(site / unquote(path.removeprefix(demo)))
    missing = [str(each) for each in found if not each.is_file()]
    assert not missing, missing
    return found


def test_the_pages_are_whole(plain: Page, demo: str, demo_site: Path) -> None:
    for address in ("index.html", "tags/index.html", "keys/index.html", "browse.html"):
        plain.goto(demo + address)
        expect(plain.locator("h1").first).to_be_visible()
        expect(plain.locator("[data-search] input")).to_be_visible()
        expect(plain.locator("[data-theme-toggle]")).to_be_hidden()
        expect(plain.locator(".frame-nav a", has_text="Tags")).to_be_visible()
        assert len(files_behind(plain, demo, demo_site)) >= 10
        assert too_wide(plain) == [], address


def test_the_explorer_is_a_list_with_counts(plain: Page, demo: str, demo_site: Path) -> None:
    """Counts are those of the pages behind the links; no control that needs a script is shown."""
    plain.goto(demo + "explore.html")
    expect(plain.locator("[data-facet=tag] [data-value]").first).to_be_visible()
    for hidden in ("[data-text]", "[data-open-drawer]", "[data-grid]", "[data-pager]", "[data-chips]"):
        expect(plain.locator(hidden)).to_be_hidden()
    assert too_wide(plain) == []
    kinds = {file.parent.name for file in files_behind(plain, demo, demo_site)}
    assert {"tags", "projects", "datasets", "keys"} <= kinds
    tag = plain.locator("[data-facet=tag] a[data-value]").first
    value, count = tag.get_attribute("data-value") or "", tag.get_attribute("data-count")
    tag.click()
    expect(plain.locator("h1")).to_have_attribute("title", value)
    expect(plain.locator(".holds")).to_contain_text(re.compile(rf"holds for {count} images?"))


def test_the_search_box_is_a_form_that_leads_to_the_explorer(plain: Page, demo: str) -> None:
    plain.goto(demo + "index.html")
    plain.locator("[data-search] input").fill("HeLa DMSO")
    plain.locator("[data-search] input").press("Enter")
    plain.wait_for_url(re.compile(r"explore\.html\?q=HeLa\+DMSO$"))


def test_an_image_by_number_says_what_to_type(plain: Page, demo: str, demo_site: Path) -> None:
    plain.goto(demo + "images/index.html?id=1")
    expect(plain.get_by_text("Without JavaScript, open")).to_be_visible()
    assert files_behind(plain, demo, demo_site) == {demo_site / "explore.html"}
    assert urlsplit(plain.url).path.endswith("/images/index.html")
