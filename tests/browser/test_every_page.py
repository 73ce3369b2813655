"""Every page type of the demo, on every screen, light and dark, over http and from disk: whole and quiet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.watch import moved, settle, too_wide, unsound, violations

pytestmark = pytest.mark.browser


def first(pattern: str, holding: str = "") -> Callable[[Path], str]:
    """The first page of a site whose path fits the pattern and whose text holds something."""

    def find(site: Path) -> str:
        pages = sorted(site.glob(pattern))
        found = [page for page in pages if holding in page.read_text(encoding="utf-8")]
        assert found, f"the demo has no page {pattern} that holds {holding!r}"
        return found[0].relative_to(site).as_posix()

    return find


PAGES: dict[str, Callable[[Path], str]] = {
    "home": first("index.html"),
    "wiki": first("methods.html"),
    "wiki with filter results": first("findings.html", 'class="wiki-block"'),
    "browse": first("browse.html"),
    "explorer": first("explore.html"),
    "project": first("projects/[0-9]*.html"),
    "dataset": first("datasets/[0-9]*.html"),
    "dataset with differences": first("datasets/[0-9]*.html", "What differs"),
    "image": first("images/[0-9]*.html"),
    "image without a picture": first("images/[0-9]*.html", "stage-empty"),
    "image with scenes": first("images/[0-9]*.html", 'class="scenes"'),
    "image in a well": first("images/[0-9]*.html", 'href="../wells/'),
    "screen": first("screens/[0-9]*.html"),
    "plate": first("plates/[0-9]*.html"),
    "plate of two runs": first("plates/[0-9]*-run-*.html"),
    "well": first("wells/[0-9]*.html"),
    "well without images": first("wells/[0-9]*.html", "No image was taken"),
    "image by number": first("images/index.html"),
    "tags": first("tags/index.html"),
    "tag": first("tags/[0-9]*.html", "Often together with"),
    "second page of a tag": first("tags/[0-9]*-2.html"),
    "keys": first("keys/index.html"),
    "key": first("keys/[a-hj-z]*-*.html"),
    "key of numbers": first("keys/*-*.html", "chart-edges"),
    "key of few numbers": first("keys/concentration-*.html", 'class="columns columns-'),
    "key of days": first("keys/start-*.html", "<dt>First</dt>"),
}
#: The narrowest phone, a phone, both sides of where the menu folds, a desk, a wall.
WIDTHS = (320, 390, 899, 901, 1440, 2560, 3840)


#: A layout shift up to which a page is called steady.
STEADY = 0.1
COLOURS = "[document.documentElement, document.querySelector('h1')].map((each) => getComputedStyle(each))"


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_whole(kind: str, demo: str, demo_site: Path, open_page: OpenPage) -> None:
    """No error, no failed or foreign request, nothing forbidden, nothing that moves by itself or is wider than
    the screen, and dark where the reader's system is dark."""
    address = demo + PAGES[kind](demo_site)
    page, said = open_page(demo), []
    for width, dark in ((390, False), (1440, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(address)
        settle(page)
        found = [*violations(page), *unsound(page), *too_wide(page)]
        ground, ink = lightness(page)
        if [ground, ink] != sorted((ground, ink), reverse=not dark) or abs(ground - ink) < 150:
            found.append(f"letters of {ink:.0f} on a ground of {ground:.0f}, of 255")
        shift, by = moved(page)
        if shift > STEADY:
            found.append(f"what was read moved: layout shift {shift:.3f}: {by}")
        said += [f"at {width} px: {each}" for each in found]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        said += [f"at {width} px: {each}" for each in too_wide(page)]
    assert not said, "\n".join(said)


def lightness(page: Page) -> list[float]:
    """How light the page and its heading are, of 255."""
    colours = page.evaluate(f"{COLOURS}.map((style, place) => place ? style.color : style.backgroundColor)")
    return [
        sum(map(float, colour.removeprefix("rgb(").removesuffix(")").split(","))) / 3 for colour in colours
    ]


@pytest.mark.parametrize("kind", ["home", "image", "dataset", "explorer", "key", "plate"])
def test_a_page_prints(kind: str, demo_http: str, demo_site: Path, open_page: OpenPage) -> None:
    """On paper the frame's controls are gone, the text stands, and nothing runs over the edge."""
    page = open_page(demo_http, width=794, dark=True)
    page.goto(demo_http + PAGES[kind](demo_site))
    settle(page)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    for control in (".frame-nav", "[data-search]", "[data-theme-toggle]"):
        assert not page.locator(control).first.is_visible(), control
    assert too_wide(page) == []
    assert page.pdf(format="A4", print_background=False).startswith(b"%PDF")


def test_the_home_page_is_light(demo_http: str, open_page: OpenPage) -> None:
    """Under 150 kB before pictures, as the server sends it, nothing compressed."""
    page = open_page(demo_http)
    sizes: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda request: (
            sizes.update({request.url: request.sizes()["responseBodySize"]})
            if request.resource_type != "image"
            else None
        ),
    )
    page.goto(demo_http + "index.html")
    settle(page)
    total = sum(sizes.values())
    print(f"home page before pictures: {total:,} bytes in {len(sizes)} files")
    assert sizes, "nothing was counted"
    assert total < 150_000, sizes
