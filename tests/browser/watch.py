"""A browser page that is watched: whatever goes wrong in it is written down in words."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, Response

#: Kept in the page: what a policy forbade, and how far things moved by themselves.
_WATCHER = """
globalThis.watched = {violations: [], shift: 0, moved: []};
addEventListener("securitypolicyviolation", (event) => {
  watched.violations.push(`${event.violatedDirective} forbids ${event.blockedURI} (${event.sample})`);
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    watched.shift += entry.value;
    for (const {node, previousRect, currentRect} of entry.sources) {
      const what = node && (node.outerHTML || node.textContent || "").slice(0, 80);
      watched.moved.push(`${what} from ${Math.round(previousRect.y)} to ${Math.round(currentRect.y)} px`);
    }
  }
}).observe({type: "layout-shift", buffered: true});
"""

#: Elements that reach beyond the page's right edge, unless something around them scrolls or clips.
_TOO_WIDE = """() => {
  const root = document.documentElement;
  const width = root.clientWidth;
  const isHeld = (element) => {
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) {
      if (getComputedStyle(each).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility() && box.width > 1 && box.height > 1 && box.right > width + 1 && !isHeld(element);
  });
  const said = wide.slice(0, 5).map((each) => {
    const box = each.getBoundingClientRect();
    return `<${each.localName} class="${each.className}"> ends at ${Math.round(box.right)} of ${width} px`;
  });
  if (root.scrollWidth > width && !said.length) said.push(`the page is ${root.scrollWidth} px wide, not ${width}`);
  return said;
}"""

#: What holds for every page: one heading, texts for pictures and controls, ids that are unique.
_UNSOUND = """() => {
  const said = [];
  const seen = (element) => element.checkVisibility({visibilityProperty: true});
  const name = (element) => (element.getAttribute("aria-label") || element.title || element.textContent
    || [...element.querySelectorAll("img")].map((each) => each.alt).join("")).trim();
  const headings = [...document.querySelectorAll("h1")].filter(seen).length;
  if (headings !== 1) said.push(`${headings} first headings`);
  if (document.querySelectorAll("main").length !== 1) said.push("not one main part");
  if (!document.documentElement.lang) said.push("no language");
  if (!document.title.trim()) said.push("no title");
  for (const each of document.querySelectorAll("img:not([alt])")) said.push(`a picture without a text: ${each.src}`);
  for (const each of document.querySelectorAll("a[href], button")) {
    if (seen(each) && !name(each)) said.push(`a control without a name: ${each.outerHTML.slice(0, 200)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) said.push(`an id stands twice: ${twice.slice(0, 5)}`);
  return said;
}"""


#: Waits for the pictures that are in sight. A policy without eval forbids Playwright's own waiting for a condition.
_PICTURES = """() => Promise.all([...document.images]
  .filter((each) => !each.complete && each.checkVisibility() && each.getBoundingClientRect().top < innerHeight)
  .map((each) => new Promise((done) => {
    each.addEventListener("load", done);
    each.addEventListener("error", done);
  }))
)"""


class Watch:
    """Watches every page of a context. `site` is the only place that requests may go to."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.site = site
        self.problems: list[str] = []
        context.add_init_script(_WATCHER)
        context.on("page", self._attach)

    def _attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.location.get('url')}: console {message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"a script of somebody else ran: {dialog.type} {dialog.message!r}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        allowed, asked = urlsplit(self.site), urlsplit(request.url)
        # The scripts and style sheets of Chromium's own pages, such as that of a PDF, are none of ours.
        if asked.scheme not in ("data", "blob") and (asked.scheme, asked.netloc) != allowed[:2]:
            self.problems.append(f"a request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # left behind by going elsewhere
            self.problems.append(f"a request failed: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"a request was answered with {response.status}: {response.url}")


def settle(page: Page) -> None:
    """Wait until scripts, pictures in sight and the explorer's first counts are there."""
    page.wait_for_load_state("load")
    page.wait_for_selector("[data-menu][data-ready]", state="attached")
    if page.locator("[data-explorer]").count():
        page.wait_for_selector("[data-explorer][data-ready]")
    page.evaluate(_PICTURES)


def violations(page: Page) -> list[str]:
    """What the page's Content-Security-Policy had to forbid."""
    return list(page.evaluate("watched.violations"))


def moved(page: Page) -> tuple[float, str]:
    """How far what was read moved by itself, as a layout shift, and the first parts that did."""
    said = page.evaluate("[watched.shift, watched.moved.slice(0, 8).join('; ')]")
    return float(said[0]), str(said[1])


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways, in words."""
    return list(page.evaluate(_TOO_WIDE))


def unsound(page: Page) -> list[str]:
    """What every page should have and this one has not, in words."""
    return list(page.evaluate(_UNSOUND))
