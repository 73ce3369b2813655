"""A page that arrives a piece at a time, as over a slow network: what already stands there must not move."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.test_every_page import PAGES
from tests.browser.watch import moved, settle

pytestmark = pytest.mark.browser

#: A layout shift up to which nothing that a reader would see has moved.
STEADY = 0.05
#: In how many pieces a page arrives, and the seconds between two.
PIECES, PAUSE = 12, 0.06


class _Dripping(SimpleHTTPRequestHandler):
    """Sends a page in pieces, so that the browser draws the beginning before it has the end."""

    def log_message(self, *_: object) -> None:
        """Nothing is said of requests."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html" or not path.is_file():
            super().do_GET()
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        size = len(content) // PIECES + 1
        for start in range(0, len(content), size):
            self.wfile.write(content[start : start + size])
            self.wfile.flush()
            time.sleep(PAUSE)


@pytest.fixture(scope="module")
def dripping(demo_site: Path) -> Iterator[str]:
    """The demo's address on a server that sends pages slowly."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Dripping, directory=str(demo_site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", PAGES)
def test_what_stands_does_not_move(kind: str, dripping: str, demo_site: Path, open_page: OpenPage) -> None:
    """On a phone, where parts stand below each other, and on a desk."""
    said = []
    for width in (390, 1440):
        page = open_page(dripping, width=width)
        page.goto(dripping + PAGES[kind](demo_site))
        settle(page)
        shift, by = moved(page)
        if shift > STEADY:
            said.append(f"at {width} px: layout shift {shift:.3f}: {by}")
    assert not said, "\n".join(said)
