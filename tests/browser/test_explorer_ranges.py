"""Ranges of numbers and days: by bars, by typing, by keyboard; and their values in their own order."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explorer_page import ExplorerPage
from tests.browser.test_explorer_facets import checked, facet_of, images_in

pytestmark = pytest.mark.browser

DOSE, FOCI = "key:Concentration", "key:Foci per nucleus"


def number_in(value: str) -> float:
    """The number of "0.3 µM"."""
    return float(value.split()[0])


def bar(page: Page, facet: str, place: int) -> tuple[float, float]:
    """A point on a bar of a facet, in sight."""
    plot = facet_of(page, facet).get_by_role("slider")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    bars = int(plot.get_attribute("aria-valuemax") or "") + 1
    return box["x"] + (place + 0.5) * box["width"] / bars, box["y"] + box["height"] / 2


def test_bars_set_a_range(explorer: ExplorerPage) -> None:
    """A click asks for one bar, a pull for several, the same click again for none; each says what it gives."""
    explorer.open()
    page, everything = explorer.page, explorer.total
    counts = explorer.counts()[DOSE]
    dose = facet_of(page, DOSE)
    reading = dose.locator(".facet__reading")
    least, greatest = dose.get_by_role("textbox").all()
    doses = sorted(counts, key=number_in)
    numbers = [number_in(dose) for dose in doses]

    page.mouse.move(*bar(page, DOSE, 3))
    promised = images_in(reading.inner_text())
    page.mouse.click(*bar(page, DOSE, 3))
    assert explorer.total == promised == counts[doses[3]]
    expect(least).to_have_value(f"{numbers[3]:g}")
    assert explorer.counts()[DOSE] == counts, "a range leaves the counts of its own facet"
    page.mouse.click(*bar(page, DOSE, 3))
    assert (explorer.total, explorer.address()) == (everything, "")

    page.mouse.move(*bar(page, DOSE, 6))
    page.mouse.down()
    page.mouse.move(*bar(page, DOSE, 4))
    promised = images_in(reading.inner_text())
    page.mouse.up()
    assert explorer.total == promised == sum(counts[each] for each in doses[4:7])
    expect(greatest).to_have_value(f"{numbers[6]:g}")
    assert explorer.chips() == [f"Remove Concentration {numbers[4]:g}–{numbers[6]:g} µM ×"]
    checked(explorer)
    page.reload()
    explorer.ready()
    assert explorer.total == promised
    expect(least).to_have_value(f"{numbers[4]:g}")
    dose.get_by_role("button", name="Clear the range of Concentration").click()
    assert explorer.total == everything
    page.go_back()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(promised))
    expect(least).to_have_value(f"{numbers[4]:g}")


def test_limits_are_typed(explorer: ExplorerPage) -> None:
    """With a comma or the unit; what is no number is said to be none; a limit beyond the other takes it away."""
    explorer.open()
    page, everything = explorer.page, explorer.total
    counts = {number_in(value): count for value, count in explorer.counts()[DOSE].items()}
    dose = facet_of(page, DOSE)
    least = dose.get_by_role("textbox", name="Concentration in µM, at least")
    greatest = dose.get_by_role("textbox", name="Concentration in µM, at most")

    def between(low: float, high: float) -> int:
        return sum(count for number, count in counts.items() if low <= number <= high)

    least.fill("0,03")
    least.press("Enter")
    assert explorer.total == between(0.03, 1e9)
    assert explorer.chips() == ["Remove Concentration from 0.03 µM ×"]
    greatest.fill("1 µM")
    greatest.press("Tab")
    assert explorer.total == between(0.03, 1)
    expect(greatest).to_have_value("1")
    least.fill("much")
    least.press("Enter")
    expect(dose.get_by_text("“much” is no number.")).to_be_visible()
    expect(least).to_have_attribute("aria-invalid", "true")
    assert explorer.total == between(0.03, 1)
    least.fill("3")
    least.press("Enter")
    expect(dose.get_by_text("“much” is no number.")).to_be_hidden()
    assert explorer.total == between(3, 1e9)
    expect(greatest).to_have_value("")
    least.fill("")
    least.press("Enter")
    assert (explorer.total, explorer.address()) == (everything, "")


def test_bars_by_keyboard(explorer: ExplorerPage) -> None:
    """Arrows go from bar to bar and say what stands there, Shift takes in more, Enter asks for it and takes it back."""
    explorer.open()
    page, everything = explorer.page, explorer.total
    numbers = sorted(map(number_in, explorer.counts()[DOSE]))
    plot = facet_of(page, DOSE).get_by_role("slider")
    plot.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    said = plot.get_attribute("aria-valuetext") or ""
    assert said.startswith(f"{numbers[1]:g}\u00a0µM: ")
    page.keyboard.press("Enter")
    assert explorer.total == images_in(said)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    said = plot.get_attribute("aria-valuetext") or ""
    assert said.startswith(f"{numbers[1]:g}–{numbers[3]:g}\u00a0µM: ")
    page.keyboard.press("Space")
    assert explorer.total == images_in(said)
    page.keyboard.press("Space")
    assert explorer.total == everything
    page.keyboard.press("End")
    assert (plot.get_attribute("aria-valuetext") or "").startswith(f"{numbers[-1]:g}")


def test_many_numbers_stand_in_their_order(explorer: ExplorerPage) -> None:
    """Five of them at first, in numeric order; all of them when asked for; the bars hold each once."""
    explorer.open()
    foci = facet_of(explorer.page, FOCI)
    visible = foci.locator("[data-value]:visible")
    expect(visible).to_have_count(5)
    foci.get_by_role("button", name="Show all").click()
    shown = [float(each) for each in visible.evaluate_all("(all) => all.map((each) => each.dataset.value)")]
    assert shown == sorted(shown) and len(shown) == len(explorer.counts()[FOCI]) > 24
    plot = foci.get_by_role("slider")
    plot.focus()
    page, total = explorer.page, 0
    page.keyboard.press("Home")
    for _ in range(int(plot.get_attribute("aria-valuemax") or "") + 1):
        said = plot.get_attribute("aria-valuetext") or ""
        total += 0 if said == "no value here" else images_in(said)
        page.keyboard.press("ArrowRight")
    assert total == sum(explorer.counts()[FOCI].values())


def test_days(explorer: ExplorerPage) -> None:
    """A timeline by month, and days from and until; the days themselves wait to be asked for."""
    explorer.open()
    page, everything = explorer.page, explorer.total
    counts = explorer.counts()["acquired"]
    days = facet_of(page, "acquired")
    expect(days.locator("[data-value]:visible")).to_have_count(0)
    first, last = min(counts), max(counts)
    least, greatest = days.get_by_label("Acquired, from"), days.get_by_label("Acquired, until")
    day = sorted(counts)[len(counts) // 2]
    least.fill(day)
    assert explorer.total == sum(count for each, count in counts.items() if each >= day) < everything
    assert explorer.chips() == [f"Remove Acquired from {day} ×"]
    greatest.fill(day)
    assert explorer.total == counts[day]
    assert explorer.chips() == [f"Remove Acquired {day} ×"]
    days.get_by_role("button", name="Clear the range of Acquired").click()

    page.mouse.click(*bar(page, "acquired", 0))
    month = first[:7]
    assert explorer.total == sum(count for each, count in counts.items() if each.startswith(month))
    assert explorer.chips() == [f"Remove Acquired {month} ×"]
    expect(days.locator(".facet__axis")).to_have_text(re.compile(f"{month}.*{last[:7]}"))
    days.get_by_role("button", name="Show all").click()
    shown = days.locator("[data-value]:visible")
    listed = shown.evaluate_all("(all) => all.map((each) => each.dataset.value)")
    assert listed == sorted(counts)
