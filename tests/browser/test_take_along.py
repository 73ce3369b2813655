"""What can be taken along: the link, the table as CSV, the ids; and what is loaded for it, over http and from disk."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> str:
    """Press a button of the tools, and wait for what it says in the end."""
    page.get_by_role("button", name=name).click()
    said = page.locator("[data-taken]")
    expect(said).to_have_text(re.compile("copied|in images.csv|Stopped"))
    return said.inner_text()


#: From disk, browsers let nobody read what was copied.
CLIPBOARD = """Object.defineProperty(navigator, "clipboard", {
  value: {writeText: async (text) => { globalThis.copied = text; }},
});"""


def with_clipboard(page: Page) -> Page:
    """A page that keeps aside what it copied."""
    page.add_init_script(CLIPBOARD)
    return page


def download(page: Page, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as waited:
        press(page, "Download CSV")
    assert waited.value.suggested_filename == "images.csv"
    waited.value.save_as(folder / "images.csv")
    data = (folder / "images.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def test_the_link_is_the_view(demo: str, open_page: OpenPage) -> None:
    page = with_clipboard(open_page(demo))
    explorer = ExplorerPage(page, demo)
    explorer.open([("tag", "widefield")])
    explorer.search("dmso")
    page.locator("[data-views]").get_by_role("button", name="Table").click()
    assert press(page, "Copy link") == "Link copied"
    assert page.evaluate("copied") == page.url
    total = explorer.total
    link = page.evaluate("copied")
    page.goto("about:blank")
    page.goto(link)
    explorer.ready()
    explorer.settle()
    assert explorer.total == total
    expect(page.locator("[data-table]")).to_be_visible()


def test_without_a_clipboard_the_old_way_copies(demo_http: str, open_page: OpenPage) -> None:
    """Over plain http browsers have none."""
    page = open_page(demo_http)
    page.add_init_script("""Object.defineProperty(navigator, 'clipboard', {value: undefined});
      addEventListener("copy", () => { globalThis.copied = document.activeElement.value; });""")
    explorer = ExplorerPage(page, demo_http)
    explorer.open([("tag", "widefield")])
    button = page.get_by_role("button", name="Copy link")
    button.focus()
    assert press(page, "Copy link") == "Link copied"
    assert page.evaluate("copied") == page.url
    assert page.evaluate("document.activeElement.textContent") == "Copy link", "the focus is given back"


def test_ids_are_those_of_the_result(demo: str, open_page: OpenPage) -> None:
    page = with_clipboard(open_page(demo))
    explorer = ExplorerPage(page, demo)
    explorer.open(address="?tag=widefield&sort=-name")
    assert press(page, "Copy image ids") == f"{explorer.total} ids copied"
    ids = page.evaluate("copied").split(",")
    assert len(set(ids)) == explorer.total
    assert ids[: len(explorer.images())] == explorer.images()


def test_the_table_holds_every_value_of_every_image(demo: str, open_page: OpenPage, tmp_path: Path) -> None:
    """What is shown, in the order shown, also keys that are only searched; each key a column."""
    page = open_page(demo)
    explorer = ExplorerPage(page, demo)
    explorer.open(address="?key:Treatment=DMSO&sort=name")
    rows = download(page, tmp_path)
    assert page.locator("[data-taken]").inner_text() == f"{explorer.total} images in images.csv"
    assert len(rows) == explorer.total
    images, names = explorer.images(), explorer.names()
    assert [row["id"] for row in rows[: len(images)]] == images
    assert [row["name"] for row in rows[: len(names)]] == names
    assert list(rows[0])[:6] == ["id", "name", "Projects", "Datasets", "Screens", "Plates"]
    assert {row["Treatment"] for row in rows} == {"DMSO"}
    for facet, heading in (
        ("tag", "Tags"),
        ("owner", "Owners"),
        ("key:Cell line", "Cell line"),
        ("dataset", "Datasets"),
    ):
        counted = {label: count for label, count in explorer.labelled_counts(facet) if count}
        written = [value for row in rows for value in row[heading].split("; ") if value]
        assert {value: written.count(value) for value in set(written)} == counted, heading
    searched = page.evaluate("catalog.explorer.engine.table.search.map(({label}) => label)")
    assert set(searched) <= set(rows[0])


def test_formulas_are_defused(lab: str, open_page: OpenPage, tmp_path: Path) -> None:
    """Hostile names and values of the small lab: no cell begins as a formula does."""
    page = open_page(lab)
    explorer = ExplorerPage(page, lab)
    explorer.open()
    rows = download(page, tmp_path)
    assert len(rows) == explorer.total > 3
    cells = [cell for row in rows for cell in row.values()]
    number = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
    assert [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell and not number.fullmatch(cell)] == []


def test_long_work_tells_of_itself_and_is_stopped(demo_http: str, open_page: OpenPage) -> None:
    page = with_clipboard(open_page(demo_http))
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    page.evaluate("""() => {
      const whole = catalog.csv;
      catalog.csv = (rows) => {
        for (const end = performance.now() + 800; performance.now() < end; );
        return whole(rows);
      };
    }""")
    button = page.get_by_role("button", name="Download CSV")
    said = page.locator("[data-taken]")
    # In the page: on a busy machine all of it is written before a word comes back from here.
    busy = page.evaluate(
        """([button, said]) => new Promise((done) => {
          new MutationObserver((_, observer) => {
            if (!/^Writing the table … \\d+\\s%$/.test(said.textContent)) return;
            observer.disconnect();
            done(button.ariaBusy);
            button.click();
          }).observe(said, { childList: true, characterData: true, subtree: true });
          button.click();
        })""",
        [button.element_handle(), said.element_handle()],
    )
    assert busy == "true"
    expect(said).to_have_text("Stopped")
    assert button.get_attribute("aria-busy") is None
    expect(said).to_have_text("", timeout=10_000)


def test_names_are_loaded_when_words_are_searched(demo_http: str, open_page: OpenPage) -> None:
    """Not before; what is loaded is said, how far, and the result is shown when it is there."""
    page = open_page(demo_http)
    asked: list[str] = []
    held = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.route("**/data/text.arrow.gz", lambda route: held.append(route))
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    explorer.settle()
    assert "text.arrow.gz" not in asked and "order.arrow.gz" not in asked
    everything = explorer.total
    box = page.locator("[data-text]")
    box.fill("dmso")
    box.press("Enter")
    expect(page.locator(".explorer__of")).to_have_text(re.compile("^Loading names …"))
    assert explorer.total == everything, "the last result stands until then"
    expect(page.locator("[data-main]")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    explorer.settle()
    assert 0 < explorer.total < everything
    expect(page.locator(".explorer__of")).to_have_text(f"of {everything}")
    assert asked.count("text.arrow.gz") == 1
    box.fill("hela")
    box.press("Enter")
    assert asked.count("text.arrow.gz") == 1


def test_names_that_do_not_come_are_said(demo_http: str, open_page: OpenPage) -> None:
    """The result stays as it was, and a second try is one."""
    page = open_page(demo_http, forgive="text.arrow|503")
    page.route("**/data/text.arrow.gz", lambda route: route.fulfill(status=503))
    explorer = ExplorerPage(page, demo_http)
    explorer.open()
    everything = explorer.total
    explorer.search("dmso")
    expect(page.get_by_role("alert")).to_contain_text("answered 503")
    assert explorer.total == everything
    page.unroute("**/data/text.arrow.gz")
    explorer.search("hela dmso")
    assert 0 < explorer.total < everything
    expect(page.get_by_role("alert")).to_have_count(0)
