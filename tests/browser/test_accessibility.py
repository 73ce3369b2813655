"""axe-core finds nothing to mend on any page type. The tests fetch it from npm: it is no part of the project."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.test_every_page import PAGES
from tests.browser.watch import settle

pytestmark = pytest.mark.browser

AXE = "axe-core@4.14.1"
#: What axe finds: which rule, how grave, where.
RUN = """async () => {
  const {violations} = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]});
  return violations.map(({id, impact, help, nodes}) => `${impact} ${id}: ${help}: ` + nodes.slice(0, 4)
    .map((node) => `${node.target} ${node.html.slice(0, 160)} ${(node.any[0] || {}).message || ""}`).join(" | "));
}"""


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest) -> str:
    """axe-core's source, fetched once and kept in pytest's cache."""
    assert request.config.cache is not None
    folder = Path(request.config.cache.mkdir("axe-core"))
    packed = folder / "axe-core-{}.tgz".format(AXE.partition("@")[2])
    if not packed.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core comes through npm, and npm is not installed; type: apt-get install npm")
        command = [npm, "pack", "--silent", AXE, "--pack-destination", str(folder)]
        try:
            fetched = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm does not answer: npm pack {AXE}")
        if fetched.returncode != 0 or not packed.is_file():
            pytest.skip(f"axe-core cannot be fetched: npm pack {AXE}: {fetched.stderr.strip()[-200:]}")
    with tarfile.open(packed) as archive:
        source = archive.extractfile("package/axe.min.js")
        assert source is not None
        return source.read().decode("utf-8")


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_to_mend(kind: str, axe: str, demo_http: str, demo_site: Path, open_page: OpenPage) -> None:
    """Light on a phone, dark on a desk."""
    page = open_page(demo_http, width=390)
    page.goto(demo_http + PAGES[kind](demo_site))
    settle(page)
    page.evaluate(axe)
    found = page.evaluate(RUN)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(RUN)
    assert not found, "\n".join(found)


def test_nothing_to_mend_in_use(axe: str, demo_http: str, open_page: OpenPage) -> None:
    """The explorer with choices, an empty result, the open drawer, all facets open; the search box with suggestions."""
    page = open_page(demo_http, width=390)
    explorer = ExplorerPage(page, demo_http)
    explorer.open([("tag", "Compound A"), ("tag", "no such tag")])
    page.evaluate(axe)
    found = page.evaluate(RUN)
    page.locator("[data-open-drawer]").click()
    found += page.evaluate(RUN)
    page.evaluate(
        "for (const facet of document.querySelectorAll('[data-drawer] [data-facet]')) facet.open = true"
    )
    page.locator("[data-facet=tag]").get_by_role("button", name="Show all").click()
    page.locator("[data-facet=tag] [data-leave-out]").nth(3).click()
    page.locator("[data-facet='key:Concentration'] [data-min]").fill("much")
    page.locator("[data-drawer-body]").evaluate("(body) => body.scrollTo(0, 0)")
    found += page.evaluate(RUN)
    page.keyboard.press("Escape")
    explorer.search("nothing has these words")
    found += page.evaluate(RUN)
    page.locator("[data-search] input").fill("Compound")
    page.get_by_role("option").first.wait_for()
    found += page.evaluate(RUN)
    assert not found, "\n".join(found)


#: Views of the explorer's result, and what is opened in each.
VIEWS = {
    "table": ("?view=table", "[data-column-menu] button"),
    "tree": ("?group=key:Treatment&group=project", "[data-tree] .view-branch__toggle"),
    "groups": ("?group=key:Treatment&group=project", "[data-group-menu] button"),
    "plates": ("?view=plates&key:Treatment=DMSO", "[data-group-menu] button"),
}


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_to_mend_in_any_view(view: str, axe: str, demo_http: str, open_page: OpenPage) -> None:
    """Dark on a desk, light on a phone with the tools open."""
    address, opened = VIEWS[view]
    page = open_page(demo_http, dark=True)
    explorer = ExplorerPage(page, demo_http)
    explorer.open(address=address)
    page.locator(opened).first.click()
    explorer.settle()
    page.evaluate(axe)
    found = page.evaluate(RUN)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="light")
    page.locator("[data-more] button").click()
    found += page.evaluate(RUN)
    assert not found, "\n".join(found)
