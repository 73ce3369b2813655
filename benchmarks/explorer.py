"""The explorer in Chromium, used as a reader would: how long until counts, a click, cards, a search, a regrouping."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.rivals import State

#: Runs in the page. What is clicked is drawn from a seed among the values that stand there.
CLICKS = Path(__file__).with_name("clicks.js").read_text(encoding="utf-8")


_TEXT = (".html", ".js", ".css", ".svg", ".json")


class Explored(NamedTuple):
    """Milliseconds, bytes as sent, and MB of JavaScript's memory, typed arrays included.

    `painted`: the counts that the build drew; `ready`: those of the scripts, from when on clicks are answered.
    `needed`: scripts and data until then; `sent`: with the page and its style sheets.
    """

    painted: float
    ready: float
    needed: int
    sent: int
    heap: float
    click: float
    late_click: float
    whole: float
    late_whole: float
    cards: float
    search_cold: float
    search: float
    regroup: float
    states: list[State]
    sums: list[dict[str, int]]


class _Host(SimpleHTTPRequestHandler):
    """A web host as most are: text is sent zipped, everything else as it lies there."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as web servers do; else each answer waits 40 ms for a receipt

    def handle(self) -> None:
        """A browser that has left is not told of."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Nothing is said of requests."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in _TEXT or not path.is_file():
            super().do_GET()
            return
        content = _zipped(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@lru_cache
def _zipped(path: Path) -> bytes:
    """Zipped once, as hosts keep it: what is measured is the page, not the host."""
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder over http on loopback, sent as it lies there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    found = shutil.which("chromium")
    if found is None:
        raise SystemExit("Chromium is missing; `make test` installs it.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--enable-precise-memory-info"]
        )


def measure(chromium: Browser, address: str, clicks: int, openings: int = 5) -> Explored:
    """Every figure of the explorer at `address`, each opening in a fresh, empty browser context."""
    painted, ready, needed, sent = zip(*(_opening(chromium, address) for _ in range(openings)), strict=True)
    with _opened(chromium, address) as page:
        heap = _heap(page)
        made: dict[str, Any] = page.evaluate(f"(clicks) => ({CLICKS}).clicks(clicks)", clicks)
    times, wholes = (sorted(each) for each in zip(*made["times"], strict=True))
    with _opened(chromium, address) as page:
        cards = page.evaluate(f"() => ({CLICKS}).cards()")
    with _opened(chromium, address) as page:
        cold = page.evaluate(f"() => ({CLICKS}).search('1')")
        warm = [
            page.evaluate(f"(words) => ({CLICKS}).search(words)", words)
            for words in ("12 a", "34", "field 7")
        ]
    with _opened(chromium, address) as page:
        regroup = page.evaluate(f"() => ({CLICKS}).regroup()")
    return Explored(
        painted=median(painted),
        ready=median(ready),
        needed=max(needed),
        sent=max(sent),
        heap=heap,
        click=median(times),
        late_click=times[int(len(times) * 0.95)],
        whole=median(wholes),
        late_whole=wholes[int(len(wholes) * 0.95)],
        cards=cards,
        search_cold=cold,
        search=median(warm),
        regroup=regroup,
        states=made["states"],
        sums=made["sums"],
    )


def agree(ours: Sequence[dict[str, int]], theirs: Sequence[dict[str, int]]) -> bool:
    """Whether two engines counted the same after every click."""
    return [json.dumps(one, sort_keys=True) for one in ours] == [
        json.dumps({facet: one[facet] for facet in ours[place]}, sort_keys=True)
        for place, one in enumerate(theirs)
    ]


@contextmanager
def _opened(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(f"{address}explore.html")
    page.wait_for_selector("[data-explorer][data-ready]")
    page.wait_for_timeout(1_500)  # what is loaded when idle is there, too
    yield page
    context.close()


#: Notes when a count of a facet has been painted, and when scripts have all in sight.
_WATCH = """
addEventListener("catalog:ready", () => console.debug("ready"), true);
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => performance.mark("painted");
new MutationObserver((_, observer) => {
  if (!document.querySelector(".facet__count")) return;
  observer.disconnect();
  requestAnimationFrame(() => port2.postMessage(0)); // comes when the frame is done
}).observe(document, { childList: true, subtree: true });
"""

_FOUND = """() => {
  const at = (name) => performance.getEntriesByName(name)[0].startTime;
  const until = at("catalog:counts");
  const came = [...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")]
    .filter((each) => each.startTime < until && each.initiatorType !== "img");
  const bytes = (some) => some.reduce((sum, each) => sum + each.transferSize, 0);
  const needed = came.filter((each) => ["script", "fetch"].includes(each.initiatorType));
  return [at("painted"), until, bytes(needed), bytes(came)];
}"""


def _opening(chromium: Browser, address: str) -> tuple[float, float, int, int]:
    """Milliseconds from the navigation until the first counts are painted, and until scripts have them; the bytes of
    scripts and data until then, and with page and style sheets."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    with page.expect_console_message():  # nothing looks into the page meanwhile
        page.goto(f"{address}explore.html", wait_until="commit")
    painted, ready, needed, sent = page.evaluate(_FOUND)
    context.close()
    return painted, ready, needed, sent


def _heap(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return float(usage["usedSize"] + usage.get("backingStorageSize", 0)) / 1e6
