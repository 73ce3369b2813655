"""The explorer as a reader meets it: read and used by the hooks that docs/addresses.md promises, by nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import ElementHandle, Page, expect

#: The title holds the whole of a name that was too long for its place.
_READ = """() => [...document.querySelectorAll("[data-explorer] [data-facet]")].map((facet) => [
  facet.dataset.facet,
  [...facet.querySelectorAll("[data-value]")].map((value) => {
    const label = value.querySelector("bdi");
    return [value.dataset.value, Number(value.dataset.count), label.title || label.textContent];
  }),
])"""
_FIND = """([facet, value]) => {
  const section = [...document.querySelectorAll("[data-facet]")].find((each) => each.dataset.facet === facet);
  section.open = true;
  const find = () => [...section.querySelectorAll("[data-value]")].find((each) => each.dataset.value === value);
  if (find()?.closest("li").hidden) section.querySelector("button[aria-expanded=false]").click();
  return find();
}"""

Choice = tuple[str, str]


def query(choices: Iterable[Choice] = (), words: str = "") -> str:
    """The part of an address that asks for these choices, as any program would write it."""
    pairs = [*choices, *([("q", words)] if words else [])]
    return f"?{urlencode(pairs)}" if pairs else ""


class ExplorerPage:
    """A page that shows the explorer. `site` ends in a slash."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def open(self, choices: Iterable[Choice] = (), words: str = "", *, address: str | None = None) -> None:
        """Go to the explorer and wait until its first counts stand."""
        self.page.goto(f"{self.site}explore.html{query(choices, words) if address is None else address}")
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("[data-explorer][data-ready]")

    def settle(self) -> None:
        """Wait until what is in sight of the result stands there, names and pictures too."""
        busy = self.page.locator("[data-main][aria-busy=true], [data-main] [aria-busy=true]:not(button)")
        expect(busy).to_have_count(0, timeout=60_000)  # as long as any wait: machines may be busy

    @property
    def total(self) -> int:
        return int(self.page.get_attribute("[data-total]", "data-total") or "")

    def counts(self) -> dict[str, dict[str, int]]:
        """Facet -> value -> images, of every value on the page, folded ones too."""
        return {
            facet: {value: count for value, (count, _) in values.items()}
            for facet, values in self._facets().items()
        }

    def labelled_counts(self, facet: str) -> list[tuple[str, int]]:
        """What a facet says to a reader: name and images, sorted."""
        return sorted((label, count) for count, label in self._facets()[facet].values())

    def value_of(self, facet: str, label: str) -> str:
        """The raw value behind a label."""
        (found,) = (value for value, (_, text) in self._facets()[facet].items() if text == label)
        return found

    def _facets(self) -> dict[str, dict[str, tuple[int, str]]]:
        facets: dict[str, dict[str, tuple[int, str]]] = {}
        self.page.wait_for_selector("[data-facets]:not([data-behind])", state="attached")
        for facet, values in self.page.evaluate(_READ):
            assert facet not in facets, f"the facet {facet} stands on the page twice"
            facets[facet] = {value: (count, label) for value, count, label in values}
            assert len(facets[facet]) == len(values), f"a value of {facet} stands on the page twice"
        return facets

    def value(self, facet: str, value: str) -> ElementHandle:
        """The control of a value, unfolded."""
        self.page.wait_for_selector("[data-facets]:not([data-behind])", state="attached")
        found = self.page.evaluate_handle(_FIND, [facet, value]).as_element()
        assert found is not None, f"{facet} has no value {value!r} on the page"
        return found

    def choose(self, facet: str, value: str) -> None:
        """Click a value: chosen, or no longer."""
        self.value(facet, value).click()

    def is_chosen(self, facet: str, value: str) -> bool:
        return self.value(facet, value).get_attribute("aria-pressed") == "true"

    def search(self, words: str) -> None:
        """Words into the explorer's own box, ended with Enter."""
        box = self.page.locator("[data-text]")
        box.fill(words)
        box.press("Enter")
        self.settle()

    def scroll(self, way: str, box: str = "html") -> None:
        """Scroll the page, or a box in it, by so many pixels or as JavaScript says, and wait until that is drawn."""
        scrolled = f"""(box) => {{
          box.scrollBy({{top: {way}, behavior: "instant"}});
          return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }}"""
        self.page.locator(box).evaluate(scrolled)
        self.settle()

    def images(self) -> list[str]:
        """The ids on the cards that are on the page, in order: those in sight and some around."""
        self.settle()
        cards = self.page.locator("[data-grid] [data-image]:visible")
        return [
            str(each) for each in cards.evaluate_all("(cards) => cards.map((each) => each.dataset.image)")
        ]

    def names(self) -> list[str]:
        """The whole names on these cards."""
        self.settle()
        read = "(names) => names.map((each) => each.title || each.textContent)"
        return [
            str(each)
            for each in self.page.locator("[data-grid] [data-image]:visible > a > bdi").evaluate_all(read)
        ]

    def chips(self) -> list[str]:
        chips = self.page.locator("[data-chips] .explorer__chip")
        return [" ".join(text.split()) for text in chips.all_inner_texts()]

    def address(self) -> str:
        """The part of the address that holds the state."""
        found: Any = self.page.evaluate("location.search || location.hash")
        return str(found)
