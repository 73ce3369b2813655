"""Names that break things, the whole way from OMERO: every page shows them as text, runs nothing, stays in shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import settle, too_wide, unsound

pytestmark = [pytest.mark.browser, pytest.mark.omero]

#: Catches what a script of somebody else would call, and what it would leave behind in the page.
HOOK = """
for (const name of ["alert", "confirm", "prompt", "print"]) {
  globalThis[name] = () => console.error(`${name} was called`);
}
"""
SCRIPT = "<script>alert('x')</script>"


def test_every_page_is_quiet_and_whole(lab: str, lab_site: Path, open_page: OpenPage) -> None:
    page = open_page(lab, width=390, height=844)
    page.add_init_script(HOOK)
    addresses = [file.relative_to(lab_site).as_posix() for file in sorted(lab_site.rglob("*.html"))]
    addresses.remove("404.html")  # a page for addresses that are none
    assert len(addresses) > 80
    said = []
    for address in addresses:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(lab + address)
        settle(page)
        found = [*unsound(page), *too_wide(page)]
        if page.locator("main script:not([src]), main [onerror], main [onload], main style").count():
            found.append("somebody else's HTML stands in the page")
        page.set_viewport_size({"width": 1440, "height": 844})
        said += [f"{address}: {each}" for each in (*found, *too_wide(page))]
    assert not said, "\n".join(said)


def test_names_are_shown_as_they_are(lab: str, lab_site: Path, open_page: OpenPage) -> None:
    """Each hostile name stands on its image's page as text, whole in the title, in its own direction."""
    from tests.omero_server.lab import HOSTILE_NAMES

    page = open_page(lab)
    page.add_init_script(HOOK)
    explorer = ExplorerPage(page, lab)
    for name in HOSTILE_NAMES:
        if not name:
            continue
        explorer.open([("tag", name)])
        assert explorer.total == 1
        assert explorer.is_chosen("tag", name)
        assert explorer.names() == [name]
        page.locator("[data-image] a").first.click()
        page.wait_for_selector("article[data-kind=image]")
        heading = page.locator("h1")
        assert heading.get_attribute("title") == name
        shown = heading.inner_text()
        assert (name in shown) if len(name) <= 160 else "…" in shown
        assert heading.get_attribute("dir") == "auto"
        value = page.locator(".pairs td > bdi", has_text=name[:100]).first
        assert name in value.inner_text()


def test_nothing_at_all_is_shown_as_nothing(lab: str, open_page: OpenPage) -> None:
    """An empty name, key and value are there, can be chosen and are said to be empty."""
    page = open_page(lab)
    explorer = ExplorerPage(page, lab)
    explorer.open()
    counts = explorer.counts()
    assert counts["key:"][""] == 1
    explorer.choose("key:", "")
    assert explorer.total == 1
    assert "(empty)" in explorer.chips()[0]
    assert explorer.names()[0].startswith("Image ")
    page.reload()
    explorer.ready()
    assert explorer.total == 1
    page.locator("[data-image] a").first.click()
    page.wait_for_selector("article[data-kind=image]")
    assert page.locator("h1").inner_text().strip()


def test_the_search_box_shows_them_as_text(lab: str, open_page: OpenPage) -> None:
    page = open_page(lab)
    page.add_init_script(HOOK)
    page.goto(lab + "index.html")
    page.locator("[data-search] input").fill(SCRIPT)
    # Not the last line, which stands there before the index does and shows the same words.
    option = page.locator("[data-search] [role=option]:not(.search__result--more)").first
    option.filter(has_text=SCRIPT).wait_for()
    assert page.locator("[data-search] script").count() == 0
    option.click()
    page.wait_for_selector("article[data-kind]")


def test_a_facet_of_very_many_values_is_searched(lab: str, open_page: OpenPage) -> None:
    """200 stand in the page, the others are found by the facet's own box; a link reaches each of them."""
    page = open_page(lab)
    explorer = ExplorerPage(page, lab)
    explorer.open()
    facet = page.locator("[data-facet='key:Many']")
    if not facet.locator("[data-value]").count():
        facet.locator("summary").click()
    explorer.value("key:Many", "value 0")
    assert len(explorer.counts()["key:Many"]) == 200
    for value in ("value 249", "value 201"):
        facet.get_by_role("searchbox").fill(value)
        facet.locator(f"[data-value='{value}']").wait_for()
        assert explorer.counts()["key:Many"] == {value: 1}
    explorer.choose("key:Many", "value 201")
    assert explorer.total == 1
    explorer.open([("key:Many", "value 249")])
    assert explorer.total == 1
    assert explorer.is_chosen("key:Many", "value 249")


def test_nothing_private_reaches_the_site(lab_site: Path) -> None:
    """The last look at what a reader could open: no file holds what stands in private places only."""
    from tests.omero_server.lab import CANARIES

    for file in lab_site.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert [each for each in CANARIES if each.encode() in content] == [], file
