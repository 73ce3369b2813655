"""The explorer as readers use it: with the mouse, the keyboard, on a phone, from a link, over http and from disk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage

pytestmark = pytest.mark.browser

TREATMENT = "key:Treatment"


def left_of(page: Page, total: int) -> None:
    """Wait until the page says that this many images are left."""
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(total))


def values_of(explorer: ExplorerPage, facet: str) -> list[str]:
    """The values of a facet, those of most images first."""
    counts = explorer.counts()[facet]
    return sorted(counts, key=lambda value: -counts[value])


def test_a_choice_keeps_what_its_count_says(explorer: ExplorerPage) -> None:
    """Or inside a facet, and between facets; a facet's own choice does not change its counts."""
    explorer.open()
    before, everything = explorer.counts(), explorer.total
    first, second = values_of(explorer, TREATMENT)[:2]

    explorer.choose(TREATMENT, first)
    assert explorer.is_chosen(TREATMENT, first)
    assert explorer.total == before[TREATMENT][first] < everything
    assert explorer.counts()[TREATMENT] == before[TREATMENT]

    explorer.choose(TREATMENT, second)
    either = explorer.total
    assert max(before[TREATMENT][first], before[TREATMENT][second]) <= either
    assert either <= before[TREATMENT][first] + before[TREATMENT][second]

    tag = max(before["tag"], key=lambda value: before["tag"][value])
    promised = explorer.counts()["tag"][tag]
    explorer.choose("tag", tag)
    assert explorer.total == promised <= either

    explorer.choose(TREATMENT, second)
    beside = explorer.counts()[TREATMENT]
    assert beside[second] > 0, "the test needs an image that the other value would bring"
    explorer.choose(TREATMENT, first)
    assert explorer.counts()[TREATMENT] == beside, "the facet's own choice is left out beside another, too"
    explorer.choose("tag", tag)
    assert not explorer.is_chosen("tag", tag)
    assert (explorer.counts(), explorer.total) == (before, everything)


#: Clicks the first and the last value of every facet and takes it back; returns those whose count was not kept.
CLICK_ALL = """() => {
  const total = () => Number(document.querySelector("[data-total]").dataset.total);
  const wrong = [];
  let clicks = 0;
  for (const facet of document.querySelectorAll("[data-facet]:not([data-facet=tag])")) {
    const values = [...facet.querySelectorAll("[data-value]")];
    for (const value of new Set([values[0], values.at(-1)].filter(Boolean))) {
      const promised = Number(value.dataset.count);
      value.click();
      const what = `${facet.dataset.facet} = ${value.dataset.value}`;
      if (total() !== promised) wrong.push(`${what}: ${promised}, then ${total()}`);
      value.click();
      clicks++;
    }
  }
  return [clicks, wrong];
}"""


def test_every_count_is_kept_by_its_click(demo_http: str, open_page: OpenPage) -> None:
    """No number that a click does not keep, in any facet, beside another choice."""
    explorer = ExplorerPage(open_page(demo_http), demo_http)
    explorer.open()
    explorer.choose("tag", values_of(explorer, "tag")[2])
    before = explorer.counts()
    clicks, wrong = explorer.page.evaluate(CLICK_ALL)
    assert clicks > len(before)
    assert wrong == []
    assert explorer.counts() == before


def test_all_values_are_there_folded_or_not(explorer: ExplorerPage) -> None:
    """Five values stand open; the rest is one click away and in the page already."""
    explorer.open()
    tags = explorer.page.locator("[data-facet=tag]")
    total = len(explorer.counts()["tag"])
    assert total > 6
    expect(tags.locator("[data-value]:visible")).to_have_count(5)
    tags.get_by_role("button", name=re.compile("^Show all")).click()
    expect(tags.locator("[data-value]:visible")).to_have_count(total)
    tags.get_by_role("searchbox").fill("compound")
    expect(tags.locator("[data-value]")).to_have_count(2)
    tags.get_by_role("searchbox").fill("no such tag")
    expect(tags.get_by_text("No value has these words.")).to_be_visible()


def test_chips_take_choices_back(explorer: ExplorerPage) -> None:
    explorer.open()
    everything = explorer.total
    first, second = values_of(explorer, TREATMENT)[:2]
    explorer.choose(TREATMENT, first)
    alone = explorer.total
    explorer.choose(TREATMENT, second)
    explorer.search("tif")
    assert [chip.removeprefix("Remove ") for chip in explorer.chips()] == [
        f"Treatment {first} ×",
        f"Treatment {second} ×",
        "“tif” ×",
    ]
    page = explorer.page
    chips = page.locator("[data-chips]")
    chips.get_by_role("button", name=re.compile("tif")).click()
    assert page.locator("[data-text]").input_value() == ""
    chips.get_by_role("button", name=f"Remove Treatment: {second}").click()
    assert explorer.total == alone
    explorer.choose(TREATMENT, second)
    chips.get_by_role("button", name="Clear all").click()
    assert explorer.total == everything
    assert explorer.address() == ""
    expect(chips).to_be_hidden()


def test_words_are_searched_while_they_are_typed(explorer: ExplorerPage) -> None:
    explorer.open()
    everything = explorer.total
    box = explorer.page.locator("[data-text]")
    box.press_sequentially("hela DMSO")
    explorer.page.wait_for_url(re.compile(r"q=hela\+DMSO"))
    explorer.settle()  # the first words wait for the texts they are looked up in
    found = explorer.total
    assert 0 < found < everything
    explorer.search("  dmso   HELA ")
    assert explorer.total == found, "order, capitals and blanks do not matter"
    box.fill("")
    left_of(explorer.page, everything)
    assert "q=" not in explorer.address()


def test_an_empty_result_names_the_choice_to_clear(explorer: ExplorerPage) -> None:
    explorer.open()
    one, other = explorer.counts()["project"], values_of(explorer, "dataset")
    project = next(iter(one))
    explorer.choose("project", project)
    inside = explorer.counts()["dataset"]
    dataset = next(value for value in other if inside[value] == 0)
    explorer.choose("dataset", dataset)
    assert explorer.total == 0
    assert explorer.images() == []
    empty = explorer.page.locator("[data-empty]")
    expect(empty).to_be_visible()
    ways = empty.get_by_role("button")
    expect(ways).to_have_count(2)
    promised = int(re.sub(r"\D", "", ways.first.locator(".explorer__way-total").inner_text()))
    ways.first.click()
    expect(empty).to_be_hidden()
    assert explorer.total == promised > 0
    assert len(explorer.chips()) == 1


def test_the_address_holds_the_state_and_back_undoes_it(explorer: ExplorerPage) -> None:
    explorer.open()
    page, everything = explorer.page, explorer.total
    first, second = values_of(explorer, TREATMENT)[:2]
    totals = [everything]
    for facet, value in ((TREATMENT, first), (TREATMENT, second), ("tag", values_of(explorer, "tag")[0])):
        explorer.choose(facet, value)
        totals.append(explorer.total)
    for total in reversed(totals[:-1]):
        page.go_back()
        left_of(page, total)
    assert explorer.address() == "" and explorer.chips() == []
    for total in totals[1:]:
        page.go_forward()
        left_of(page, total)
    page.reload()
    explorer.ready()
    assert explorer.total == totals[-1]
    assert explorer.is_chosen(TREATMENT, first) and explorer.is_chosen(TREATMENT, second)


def test_a_link_opens_with_its_choices_and_an_image_leads_back_to_them(explorer: ExplorerPage) -> None:
    """Copied to somebody else, and left and come back to."""
    explorer.open()
    choice = (TREATMENT, values_of(explorer, TREATMENT)[0])
    promised = explorer.counts()[TREATMENT][choice[1]]
    explorer.open([choice, ("utm_source", "a newsletter")], "tif")
    words = explorer.total
    assert 0 < words <= promised
    explorer.page.locator("[data-image] a").first.click()
    explorer.page.wait_for_selector("article[data-kind=image]")
    explorer.page.go_back()
    explorer.ready()
    assert explorer.total == words
    assert explorer.is_chosen(*choice)
    assert explorer.page.locator("[data-text]").input_value() == "tif"


def test_the_same_after_a_hash(explorer: ExplorerPage) -> None:
    """docs/addresses.md: the same text after `#` means the same."""
    explorer.open()
    choice = (TREATMENT, values_of(explorer, TREATMENT)[0])
    promised = explorer.counts()[TREATMENT][choice[1]]
    explorer.page.goto("about:blank")
    explorer.open(address=f"#{choice[0]}={choice[1]}".replace(" ", "+"))
    assert explorer.total == promised
    assert explorer.is_chosen(*choice)


def test_what_the_catalogue_does_not_have_is_a_chip_with_zero(explorer: ExplorerPage) -> None:
    explorer.open([("tag", "no such tag"), ("nonsense", "<b>x</b>")])
    assert explorer.total == 0
    chips = " ".join(explorer.chips())
    assert "no such tag 0" in chips and "<b>x</b> 0" in chips
    for _ in range(2):
        explorer.page.locator("[data-chips] .explorer__chip").first.click()
    assert explorer.total > 0
    assert explorer.address() == ""


def test_by_keyboard_alone(explorer: ExplorerPage) -> None:
    """Tab to a value, Space, Tab to the next, Enter; the focus stays where it was; a chip is taken away."""
    explorer.open()
    page, everything = explorer.page, explorer.total
    focused = "document.activeElement.dataset.value"
    page.locator("[data-facet=tag] summary").focus()
    page.keyboard.press("Tab")
    first = page.evaluate(focused)
    page.keyboard.press("Space")
    assert explorer.is_chosen("tag", first)
    assert page.evaluate(focused) == first
    page.keyboard.press("Tab")
    second = page.evaluate(focused)
    assert second not in (None, first)
    page.keyboard.press("Enter")
    assert explorer.is_chosen("tag", second)
    page.locator("[data-chips] button").first.focus()
    page.keyboard.press("Enter")
    assert not explorer.is_chosen("tag", first)
    page.keyboard.press("Enter")
    assert explorer.total == everything
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"


def test_filters_on_a_phone(demo: str, open_page: OpenPage) -> None:
    """The drawer says how many images it leads to, keeps the focus, closes by Escape and by its button."""
    page = open_page(demo, width=390, height=844, has_touch=True, is_mobile=True)
    explorer = ExplorerPage(page, demo)
    explorer.open()
    assert not page.locator("[data-facet]").first.is_visible()
    opener, drawer = page.locator("[data-open-drawer]"), page.locator("[data-drawer]")
    opener.tap()
    expect(drawer).to_be_visible()
    tag = explorer.page.locator("[data-facet=tag] [data-value]").first
    promised = int(tag.get_attribute("data-count") or "")
    tag.tap()
    assert explorer.total == promised
    show = drawer.locator("[data-drawer-total]")
    assert show.inner_text() == f"Show {promised} images"
    box = show.bounding_box()
    assert box is not None and box["height"] >= 44 and box["y"] + box["height"] <= 844
    show.tap()
    expect(drawer).to_be_hidden()
    assert "1" in opener.inner_text()
    assert len(explorer.images()) >= min(promised, 6)
    opener.tap()
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('[data-open-drawer]')")


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 200, "body": "no table"}])
def test_without_its_table_the_explorer_says_so_and_its_links_work(
    answer: dict[str, Any], demo_http: str, open_page: OpenPage
) -> None:
    page = open_page(demo_http, forgive="facets.arrow|404|explorer.js")
    page.route("**/data/facets.arrow.gz", lambda route: route.fulfill(**answer))
    page.goto(demo_http + "explore.html")
    page.wait_for_selector("[data-explorer][data-failed]")
    expect(page.get_by_role("alert")).to_contain_text("The images cannot be filtered here.")
    page.locator("[data-facet=tag] a[data-value]").first.click()
    page.wait_for_selector("article[data-kind=tag]")
