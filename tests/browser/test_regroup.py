"""The result regrouped as a tree, by any sequence of keys, tag sets, projects and datasets, over http and from disk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.explorer_page import ExplorerPage
from tests.browser.watch import too_wide, unsound

pytestmark = pytest.mark.browser

TREATMENT = "key:Treatment"
NONE = "no value"


def branches(part: Locator) -> dict[str, int]:
    """The branches of one list: name and number of images."""
    read = """(items) => items.map((item) => {
      const name = item.querySelector(".view-branch__link bdi");
      const said = Number(item.querySelector(".view-branch__count").textContent.replace(/\\D/g, ""));
      return [name.title || name.textContent, Number(item.dataset.count) === said ? said : NaN];
    })"""
    found = part.locator("> .view-branches > ul > li").evaluate_all(read)
    names = [name for name, _ in found]
    assert len(set(names)) == len(names)
    return dict(found)


def tree(explorer: ExplorerPage) -> Locator:
    return explorer.page.locator("[data-tree]")


def branch(part: Locator, name: str) -> Locator:
    return part.locator("> .view-branches > ul > li").filter(
        has=part.page.locator(f"> .view-branch__line bdi:text-is('{name}')")
    )


def unfold(item: Locator) -> Locator:
    """What is inside a branch, unfolded."""
    item.locator("> .view-branch__line button").click()
    inside = item.locator("> .view-branch__inside")
    expect(inside).to_be_visible()
    return inside


def add_group(explorer: ExplorerPage, label: str) -> None:
    """Add a level by its label; of a key and a tag set of one name, the key."""
    panel = explorer.page.get_by_role("group", name="Group by")
    if not panel.is_visible():
        explorer.page.get_by_role("button", name=re.compile("^Group by")).click()
    choices = panel.get_by_role("combobox")
    options = choices.locator("option").evaluate_all(
        "(all) => all.map((each) => [each.textContent, each.value])"
    )
    choices.select_option([value for text, value in options if text == label][-1])


def grouped(explorer: ExplorerPage) -> list[str]:
    return explorer.page.locator("[data-groups] bdi").all_inner_texts()


def test_branches_count_what_the_facet_counts(explorer: ExplorerPage) -> None:
    """Two levels; each branch is a link to its images and to what is left of the grouping."""
    explorer.open()
    counts = {value: count for value, count in explorer.counts()[TREATMENT].items() if count}
    add_group(explorer, "Treatment")
    add_group(explorer, "Projects")
    assert re.search(r"group=key:Treatment&group=project", explorer.address())
    top = branches(tree(explorer))
    assert {name: count for name, count in top.items() if name != NONE} == counts
    assert list(top)[-1] == NONE
    item = branch(tree(explorer), "DMSO")
    inside = branches(unfold(item))
    assert sum(inside.values()) == counts["DMSO"]
    assert unsound(explorer.page) == [] and too_wide(explorer.page) == []

    project, count = next((name, count) for name, count in inside.items() if name != NONE)
    link = branch(item.locator("> .view-branch__inside"), project).locator("> .view-branch__line a")
    link.click()
    explorer.settle()
    assert explorer.total == count
    assert "group=" not in explorer.address() and "key:Treatment=DMSO" in explorer.address()
    expect(tree(explorer)).to_be_hidden()
    explorer.page.go_back()
    assert branches(tree(explorer)) == top
    item.locator("> .view-branch__line a").click()
    assert explorer.total == counts["DMSO"]
    assert branches(tree(explorer)) == inside, "one level is left"
    explorer.page.go_back()
    branch(tree(explorer), NONE).locator("> .view-branch__line a").click()
    assert explorer.total == top[NONE]
    assert "lacks=key:Treatment" in explorer.address()


def test_leaves_show_pictures(explorer: ExplorerPage) -> None:
    """Some of them, and the way to all; an opened image steps within its branch; back, it is unfolded as it was."""
    explorer.open(address="?group=key:Treatment&group=project")
    item = branch(tree(explorer), "DMSO")
    inside = unfold(item)
    name, count = next(iter(branches(inside).items()))
    pictures = unfold(branch(inside, name))
    cards = pictures.locator("[data-image]")
    expect(cards).to_have_count(min(16, count))
    expect(pictures.get_by_role("link", name=f"All {count} images")).to_be_visible()
    images = cards.evaluate_all("(cards) => cards.map((card) => card.dataset.image)")
    page = explorer.page
    cards.nth(1).locator("a").first.click()
    page.wait_for_selector(f"article[data-id='{images[1]}']")
    expect(page.locator(".steps-where")).to_have_text(f"2 of {count} in your selection")
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_selector(f"article[data-id='{images[2]}']")
    page.go_back()
    page.go_back()
    explorer.ready()
    expect(cards).to_have_count(min(16, count))
    assert cards.evaluate_all("(cards) => cards.map((card) => card.dataset.image)") == images
    pictures.get_by_role("link", name=f"All {count} images").click()
    explorer.settle()
    assert explorer.total == count
    assert explorer.images()[: len(images)][:5] == images[:5]


def test_choices_narrow_the_tree_and_what_is_open_stays_open(explorer: ExplorerPage) -> None:
    explorer.open(address="?group=key:Treatment&group=dataset")
    unfold(branch(tree(explorer), "DMSO"))
    before = branches(tree(explorer))
    explorer.choose("tag", "widefield")
    after = branches(tree(explorer))
    assert all(count <= before[name] for name, count in after.items()) and after != before
    expect(branch(tree(explorer), "DMSO").locator("> .view-branch__inside")).to_be_visible()
    branch(tree(explorer), "DMSO").locator("> .view-branch__line button").click()
    expect(branch(tree(explorer), "DMSO").locator("> .view-branch__inside")).to_be_hidden()


def test_groups_are_added_moved_and_taken_away_by_keyboard(explorer: ExplorerPage) -> None:
    """The focus stays on the button that was pressed, or goes to the next one; the button says by what is grouped."""
    explorer.open()
    page = explorer.page
    button = page.get_by_role("button", name=re.compile("^Group by"))
    button.focus()
    page.keyboard.press("Enter")
    for label in ("Treatment", "Datasets", "Owners"):
        add_group(explorer, label)
    assert grouped(explorer) == ["Treatment", "Datasets", "Owners"]
    assert "Treatment › Datasets › Owners" in button.inner_text()
    panel = page.get_by_role("group", name="Group by")
    assert panel.get_by_role("combobox").locator("option", has_text="Datasets").count() == 0
    panel.get_by_role("button", name="Move Owners up").focus()
    page.keyboard.press("Enter")
    assert grouped(explorer) == ["Treatment", "Owners", "Datasets"]
    focused = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focused) == "Move Owners up"
    page.keyboard.press("Space")
    assert grouped(explorer) == ["Owners", "Treatment", "Datasets"]
    assert page.evaluate(focused) == "Move Owners down", "it cannot go further up"
    panel.get_by_role("button", name="Do not group by Treatment").focus()
    page.keyboard.press("Enter")
    assert grouped(explorer) == ["Owners", "Datasets"]
    assert page.evaluate(focused) == "Do not group by Datasets"
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('[data-group-menu] button')")
    assert set(branches(tree(explorer))) == set(explorer.counts()["owner"])
    page.locator("[data-views]").get_by_role("button", name="Grid").click()
    assert "group=" not in explorer.address()
    expect(tree(explorer)).to_be_hidden()


def test_the_tree_is_walked_by_keyboard(explorer: ExplorerPage) -> None:
    explorer.open(address="?group=key:Treatment&group=project")
    page = explorer.page
    toggles = tree(explorer).locator(".view-branch__toggle")
    toggles.first.focus()
    page.keyboard.press("ArrowRight")
    assert toggles.first.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('.view-branch .view-branch button')")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert toggles.first.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    explorer.settle()
    assert "group=project" in explorer.address() and "key:Treatment=" in explorer.address()


def test_a_tag_set_is_a_level(explorer: ExplorerPage) -> None:
    """Its tags alone; the images with none of them leave each of them out."""
    explorer.open()
    explorer.page.get_by_role("button", name=re.compile("^Group by")).click()
    adds = explorer.page.get_by_role("group", name="Group by").get_by_role("combobox")
    values = adds.locator("option").evaluate_all("(options) => options.map((each) => each.value)")
    name = next(value for value in values if value.startswith("tag set:"))
    adds.select_option(name)
    found = branches(tree(explorer))
    tags = explorer.counts()["tag"]
    assert all(tags[tag] == count for tag, count in found.items() if tag != NONE)
    branch(tree(explorer), NONE).locator("> .view-branch__line a").click()
    assert explorer.total == found[NONE]
    assert explorer.address().count("not:tag=") == len(found) - 1


def test_numbers_and_days_are_in_their_order(explorer: ExplorerPage) -> None:
    explorer.open(address="?group=key:Concentration")
    given = [float(name.split()[0]) for name in branches(tree(explorer)) if name != NONE]
    assert given == sorted(given) and len(given) > 2
    explorer.open(address="?group=acquired")
    days = [name for name in branches(tree(explorer)) if name != NONE]
    assert days == sorted(days) and len(days) > 2


def test_what_does_not_exist_has_one_branch(explorer: ExplorerPage) -> None:
    explorer.open(address="?group=key:gone")
    assert branches(tree(explorer)) == {NONE: explorer.total}
    assert grouped(explorer) == ["gone"]


@pytest.mark.parametrize("width", [390, 1440])
def test_few_pictures_are_on_the_page(width: int, demo_http: str, open_page: OpenPage) -> None:
    """However many branches are open: pictures come when they come near, and go."""
    page = open_page(demo_http, width=width)
    explorer = ExplorerPage(page, demo_http)
    explorer.open(address="?group=dataset")
    for item in tree(explorer).locator(".view-branch__toggle").all():
        item.evaluate("(button) => button.click()")
    most = 0
    for _ in range(30):
        page.evaluate("scrollBy({top: 500, behavior: 'instant'})")
        page.wait_for_timeout(40)
        most = max(most, page.locator("[data-tree] [data-at]").count())
    assert 0 < most <= 300
    assert too_wide(page) == []
