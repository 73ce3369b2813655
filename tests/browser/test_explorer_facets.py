"""Every way to ask something of a facet: by mouse, finger and keyboard, over http and from disk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage

pytestmark = pytest.mark.browser

TREATMENT, ORGAN = "key:Treatment", "key:Organ"

#: Every count, mark and text of the panel against the engine behind it; what differs, in words.
CHECK = """() => {
  const {engine, state} = catalog.explorer;
  const wrong = [];
  for (const root of document.querySelectorAll("[data-facets] [data-facet]")) {
    const facet = root.dataset.facet;
    const counts = engine.counts(facet);
    const {any, all, none} = catalog.query.choice(state, facet);
    const seen = new Set();
    for (const button of root.querySelectorAll("[data-value]")) {
      const {value, count} = button.dataset;
      const what = `${facet} = ${value}`;
      if (seen.has(value)) wrong.push(`${what} stands there twice`);
      seen.add(value);
      const [, leave] = button.parentElement.children;
      const isKept = any.includes(value) || all.includes(value);
      if (Number(count) !== counts[engine.codeOf(facet, value)]) wrong.push(`${what}: ${count}`);
      if ((button.getAttribute("aria-pressed") === "true") !== isKept) wrong.push(`${what} is marked wrongly`);
      if (!root.open || button.parentElement.hidden) continue;
      const text = button.querySelector(".facet__count").textContent;
      if (text !== catalog.number(Number(count))) wrong.push(`${what}: its text is ${text}`);
      const isOut = leave.getAttribute("aria-pressed") === "true";
      if (isOut !== (none.includes(value) && !isKept)) wrong.push(`${what} is left out wrongly`);
    }
  }
  return wrong;
}"""

#: Presses whatever can be pressed in the panel, at random but the same each time; what CHECK finds on the way.
PRESS = """async ([steps, seed]) => {
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const check = CHECK;
  const wrong = [];
  const facets = [...document.querySelectorAll("[data-facets] [data-facet]")];
  for (let step = 0; step < steps && !wrong.length; step++) {
    const facet = facets[random(Math.min(facets.length, 24))];
    const all = [...facet.querySelectorAll("button, input[type=radio], summary")];
    const controls = all.filter((one) => one.checkVisibility());
    const control = controls[random(controls.length)];
    control.focus();
    control.click();
    const name = control.getAttribute("aria-label") || control.textContent.trim() || control.value;
    const said = `${facet.dataset.facet}: ${name}`;
    if (document.activeElement === document.body && control.checkVisibility()) wrong.push(`${said}: the focus is lost`);
    while (document.querySelector("[data-behind]")) await new Promise((done) => setTimeout(done)); // out of sight
    wrong.push(...check().map((each) => `after ${said}: ${each}`));
    if (random(9) === 0) document.querySelector(".explorer__clear")?.click();
  }
  return wrong.slice(0, 8);
}""".replace("CHECK", CHECK)

#: What is too small for a finger in the drawer, in words.
SMALL = """() => [...document.querySelectorAll("[data-drawer] *")]
  .filter((one) => one.matches("button, summary, input:not([type=radio]), fieldset label, [role=slider]"))
  .filter((one) => one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, {width, height}]) => height < 43.9 || width < 43.9)
  .map(([what, {width, height}]) => `${width} × ${height}: ${what}`)"""


def facet_of(page: Page, name: str) -> Locator:
    """A facet, unfolded."""
    facet = page.locator(f'[data-facets] [data-facet="{name}"]')
    facet.evaluate("(each) => { each.open = true; }")
    return facet


def leave_out(explorer: ExplorerPage, facet: str, value: str) -> Locator:
    """The button that leaves a value out, with its row in sight and pointed at."""
    explorer.value(facet, value).hover()
    return facet_of(explorer.page, facet).get_by_role("button", name=f"Leave out {value}", exact=True)


def checked(explorer: ExplorerPage) -> None:
    explorer.page.wait_for_selector("[data-facets]:not([data-behind])", state="attached")
    assert explorer.page.evaluate(CHECK) == []


def images_in(text: str) -> int:
    """The number in "12 345 images"."""
    return int(re.sub(r"\D", "", text.rpartition(":")[2]))


def test_a_value_is_left_out(explorer: ExplorerPage) -> None:
    explorer.open()
    everything, counts = explorer.total, explorer.counts()
    leave = leave_out(explorer, TREATMENT, "DMSO")
    leave.click()
    assert explorer.total == everything - counts[TREATMENT]["DMSO"]
    assert "not:key:Treatment=DMSO" in explorer.address()
    expect(leave).to_have_attribute("aria-pressed", "true")
    assert not explorer.is_chosen(TREATMENT, "DMSO")
    assert explorer.counts()[TREATMENT]["DMSO"] == counts[TREATMENT]["DMSO"], "what letting it in again gives"
    struck = facet_of(explorer.page, TREATMENT).get_by_text("DMSO", exact=True)
    expect(struck).to_have_css("text-decoration-line", "line-through")
    assert explorer.chips() == ["Remove not Treatment DMSO ×"]
    checked(explorer)

    explorer.choose(TREATMENT, "DMSO")
    assert explorer.is_chosen(TREATMENT, "DMSO"), "a click on what is left out asks for it"
    assert explorer.total == counts[TREATMENT]["DMSO"]
    leave_out(explorer, TREATMENT, "DMSO").click()
    explorer.page.get_by_role("button", name="Remove not Treatment: DMSO").click()
    assert (explorer.total, explorer.address()) == (everything, "")


def test_a_value_is_left_out_by_keyboard(explorer: ExplorerPage) -> None:
    """The arrows lead from a value to what leaves it out and back, and on to the next; Tab passes it by."""
    explorer.open()
    page, everything = explorer.page, explorer.total
    values = facet_of(page, "tag").locator("[data-value]")
    first, second = (str(values.nth(place).get_attribute("data-value")) for place in (0, 1))
    count = explorer.counts()["tag"][first]
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.dataset.value"
    values.first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == f"Leave out {first}"
    expect(page.locator(".facet__leave:focus")).to_have_css("opacity", "1")
    page.keyboard.press("Space")
    assert explorer.total == everything - count
    assert page.evaluate(focused) == f"Leave out {first}"
    page.keyboard.press("Enter")
    assert explorer.total == everything
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == first
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == second
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == second


def test_all_of_several_values(explorer: ExplorerPage) -> None:
    """The switch comes with the first value; under "all" each count is what one value more leaves."""
    explorer.open()
    tags = facet_of(explorer.page, "tag")
    both = tags.get_by_role("radio", name="all of the chosen values")
    expect(both).to_be_hidden()
    explorer.choose("tag", "DNA damage")
    explorer.choose("tag", "widefield")
    either = explorer.total
    both.check()
    assert explorer.total < either
    assert "all:tag=DNA+damage&all:tag=widefield" in explorer.address()
    assert explorer.chips() == ["Remove all of Tags DNA damage ×", "Remove all of Tags widefield ×"]
    checked(explorer)

    counts = explorer.counts()["tag"]
    third = max(set(counts) - {"DNA damage", "widefield"}, key=lambda value: counts[value])
    explorer.choose("tag", third)
    assert explorer.total == counts[third] > 0
    explorer.choose("tag", third)
    tags.get_by_role("radio", name="any of the chosen values").check()
    assert explorer.total == either
    explorer.choose("tag", "DNA damage")
    explorer.choose("tag", "widefield")
    expect(both).to_be_hidden()
    single = facet_of(explorer.page, "dataset")
    single.locator("[data-value]").first.click()
    expect(single.get_by_role("radio")).to_have_count(0)


def test_with_a_value_and_without(explorer: ExplorerPage) -> None:
    explorer.open()
    everything = explorer.total
    organ = facet_of(explorer.page, ORGAN)
    has, lacks = organ.locator("[data-has]"), organ.locator("[data-lacks]")
    held, missing = (int(each.get_attribute("data-count") or "") for each in (has, lacks))
    assert held + missing == everything and held > 0 and missing > 0
    explorer.choose(ORGAN, "colon")
    lacks.click()
    assert explorer.total == missing, "it takes the place of chosen values"
    assert explorer.chips() == ["Remove no Organ ×"]
    expect(lacks).to_have_attribute("aria-pressed", "true")
    assert int(has.get_attribute("data-count") or "") == held
    has.click()
    assert explorer.total == held
    assert explorer.chips() == ["Remove has Organ ×"]
    assert explorer.address() == "?has=key:Organ&v=2" or explorer.address() == "#has=key:Organ&v=2"
    has.click()
    assert (explorer.total, explorer.address()) == (everything, "")
    expect(facet_of(explorer.page, "owner").locator("[data-has]")).to_have_count(0)


def test_tags_stand_below_their_tag_sets(explorer: ExplorerPage) -> None:
    """Headings fold; a search leaves those that hold something; what is asked for stands above them."""
    explorer.open()
    page = explorer.page
    tags = facet_of(page, "tag")
    headings = tags.locator(".facet__heading:visible")
    expect(headings).to_have_count(0)
    tags.get_by_role("button", name="Show all").click()
    names = [text.strip() for text in headings.all_inner_texts()]
    assert names[:6] == ["Controls", "Imaging modality", "Quality", "Stain", "Time point", "Treatment"]
    everything = tags.locator("[data-value]:visible").count()
    assert everything == len(explorer.counts()["tag"])
    time = tags.get_by_role("list", name="Time point", exact=True)
    inside = time.locator("[data-value]:visible").count()
    assert inside == 6
    heading = headings.filter(has_text="Time point")
    heading.click()
    expect(heading).to_have_attribute("aria-expanded", "false")
    expect(tags.locator("[data-value]:visible")).to_have_count(everything - inside)
    checked(explorer)
    heading.click()

    time.get_by_role("button", name=re.compile("^24 h")).click()
    expect(time.locator("[data-value]:visible")).to_have_count(inside - 1)
    first = tags.locator("[data-value]:visible").first
    expect(first).to_have_attribute("data-value", "24 h")
    expect(first).to_be_focused()

    box = tags.get_by_role("searchbox")
    box.fill("compound")
    expect(headings).to_have_count(1)
    expect(tags.locator("[data-value]")).to_have_count(2)
    box.fill("time point")
    expect(tags.locator("[data-value]:visible")).to_have_count(inside)
    box.fill("")
    tags.get_by_role("button", name="Show fewer").click()
    expect(headings).to_have_count(0)
    expect(tags.locator("[data-value]:visible")).to_have_count(5)
    checked(explorer)


def test_datasets_stand_below_their_projects_with_true_counts(explorer: ExplorerPage) -> None:
    """An image is in one dataset: a project's heading says how many it holds."""
    explorer.open()
    datasets = facet_of(explorer.page, "dataset")
    datasets.get_by_role("button", name="Show all").click()
    in_project = dict(explorer.labelled_counts("project"))
    for heading in datasets.locator(".facet__heading:visible").all():
        label, count = heading.locator("bdi"), heading.locator(".facet__count").inner_text()
        name = label.get_attribute("title") or label.inner_text()
        assert int(count) == in_project.get(name, int(count))
    assert datasets.locator(".facet__heading:visible").count() >= len(in_project)


@pytest.mark.parametrize("seed", [7, 1234])
def test_whatever_is_pressed_every_number_is_true(seed: int, demo_http: str, open_page: OpenPage) -> None:
    """Folded or not, in sight or not, after each of many presses of everything that can be pressed."""
    page = open_page(demo_http)
    ExplorerPage(page, demo_http).open()
    assert page.evaluate(PRESS, [150, seed]) == []


def test_the_ways_out_of_an_empty_result_name_any_kind_of_choice(explorer: ExplorerPage) -> None:
    explorer.open(address="?not:tag=widefield&min:key:Concentration=5000&has=key:Organ&all:tag=24+h&v=2")
    page = explorer.page
    assert explorer.total == 0
    ways = page.locator("[data-ways] button")
    said = " ".join(" ".join(ways.all_inner_texts()).split())
    assert "Only Tags: 24 h, not widefield" in said and "Only Organ: has a value" in said
    assert "Concentration" not in said, "it gives no image by itself"
    promised = images_in(ways.first.inner_text())
    ways.first.click()
    assert explorer.total == promised > 0
    explorer.open(address="?min:key:Concentration=5000&max:key:Time=3&v=2")
    way = page.locator("[data-ways] button")
    expect(way).to_have_count(1)
    assert way.inner_text().replace("\u00a0", " ").startswith("Clear Concentration: from 5000 µM")
    way.click()
    assert explorer.chips() == ["Remove Time up to 3 h ×"]


def test_chips_of_what_the_catalogue_does_not_have(explorer: ExplorerPage) -> None:
    explorer.open(address="?min:nonsense=3&has=key:gone&not:tag=no+such+tag&v=2")
    assert explorer.total == 0
    assert sorted(explorer.chips()) == [
        "Remove has gone 0 ×",
        "Remove nonsense from 3 0 ×",
        "Remove not Tags no such tag 0 ×",
    ]


def test_every_control_has_room_for_a_finger(demo_http: str, open_page: OpenPage) -> None:
    """On a phone: rows, what leaves them out, headings, bars, limits, the switch, the last row."""
    page = open_page(demo_http, width=390, height=844, has_touch=True, is_mobile=True)
    explorer = ExplorerPage(page, demo_http)
    explorer.open([("tag", "confocal")])
    page.locator("[data-open-drawer]").tap()
    page.evaluate(
        "for (const facet of document.querySelectorAll('[data-drawer] [data-facet]')) facet.open = true"
    )
    assert page.evaluate(SMALL) == []
    count = int(explorer.value(TREATMENT, "DMSO").get_attribute("data-count") or "")
    before = explorer.total
    leave = facet_of(page, TREATMENT).get_by_role("button", name="Leave out DMSO")
    expect(leave).to_have_css("opacity", "1")
    leave.tap()
    assert explorer.total == before - count
    expect(page.locator("[data-drawer-total]")).to_have_text(f"Show {before - count} images")
