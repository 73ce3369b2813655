"""What the browser tests share: a watched page, and the demo over http and from disk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import Watch, violations

#: Milliseconds before a wait is given up. Long: the machine may be busy, and nothing here is timed.
PATIENCE = 60_000

OpenPage = Callable[..., Page]


@pytest.fixture(params=["http", "file"])
def transport(request: pytest.FixtureRequest) -> str:
    """How the site comes to the browser."""
    return str(request.param)


@pytest.fixture
def at(transport: str, serve: Callable[[Path], str]) -> Callable[[Path], str]:
    """The address of a site's folder, ending in a slash, over http or from disk."""
    return lambda site: serve(site) if transport == "http" else site.as_uri() + "/"


@pytest.fixture
def demo(at: Callable[[Path], str], demo_site: Path) -> str:
    """The address of the demo, over http and from disk."""
    return at(demo_site)


@pytest.fixture
def demo_http(serve: Callable[[Path], str], demo_site: Path) -> str:
    """The address of the demo over http, for what is the same from disk."""
    return serve(demo_site)


@pytest.fixture(scope="session")
def lab_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small lab's site, exported over Ice and built by the command: hostile names and all. Read only."""
    from tests.conftest import ice_missing

    if ice_missing():
        pytest.skip(ice_missing())
    from tests.omero_server import OmeroServer
    from tests.omero_server.lab import MEMBER, READ_ONLY, small_lab
    from tests.omero_server.labs.things import add_pairs, add_tag

    folder = tmp_path_factory.mktemp("lab")
    small = small_lab()
    image = small.find("Image", name="bare image")
    group = small.find("ExperimenterGroup", name=READ_ONLY)
    with small.acting(small.find("Experimenter", omeName=MEMBER), group):
        for name in ("WAS", "WASHED", "CANCER"):  # the tag CAN is there already
            add_tag(small, name, [image])
        add_pairs(small, [("Many", f"value {number}") for number in range(250)], [image])
    (folder / "site_config").mkdir()
    settings = "facets: [{facet: key:Many, kind: choice}]"  # by itself it would be found by words alone
    (folder / "site_config" / "catalog.yml").write_text(settings)
    with OmeroServer(small) as server:
        login = {
            "OMERO_HOST": server.host,
            "OMERO_PORT": str(server.port),
            "OMERO_USER": "member",
            "OMERO_PASSWORD": server.password("member"),
        }
        for command in ("export", "build"):
            answer = subprocess.run(
                [sys.executable, "-m", "catalog_builder", command],
                cwd=folder,
                env={**os.environ, **login},
                capture_output=True,
                text=True,
            )
            assert answer.returncode == 0, answer.stderr
    return folder / "site"


@pytest.fixture
def lab(serve: Callable[[Path], str], lab_site: Path) -> str:
    """The address of the small lab's site over http."""
    return serve(lab_site)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Gives a new, empty page in a context of its own: `open_page(site, width=390, dark=True)`.

    When the test is over, nothing may have gone wrong in any of them but what `forgive` matches.
    """
    opened: list[tuple[Page, Watch, str]] = []

    def open_one(
        site: str,
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        forgive: str = "",
        **more: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **more
        )
        context.set_default_timeout(PATIENCE)
        watch = Watch(context, site)
        page = context.new_page()
        opened.append((page, watch, forgive))
        return page

    yield open_one
    problems = []
    for page, watch, forgive in opened:
        if page.url != "about:blank" and page.evaluate("'watched' in globalThis"):
            watch.problems += violations(page)
        page.context.close()
        problems += [each for each in watch.problems if not (forgive and re.search(forgive, each))]
    assert not problems, "\n".join(problems)


@pytest.fixture
def explorer(demo: str, open_page: OpenPage) -> ExplorerPage:
    """The demo's explorer, not opened yet, over http and from disk."""
    return ExplorerPage(open_page(demo), demo)
