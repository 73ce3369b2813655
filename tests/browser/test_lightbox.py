"""Pictures enlarged: from galleries and on images' own pages, by mouse, keyboard and fingers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from catalog_builder.exchange.read import Export
from catalog_builder.model.records import Image
from tests.browser.conftest import OpenPage
from tests.browser.watch import moved, settle, too_wide, unsound, violations
from tests.catalogues import build, lab, write

pytestmark = pytest.mark.browser

DATASET = "datasets/201.html"
SHOWN = "dialog.lightbox[data-state='shown']"


@pytest.fixture(scope="session")
def images(demo_export: Path) -> dict[int, Image]:
    return {image.id: image for image in Export(demo_export).images()}


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    settle(page)
    return page


def cards(page: Page) -> Locator:
    return page.locator(".gallery .card[data-image]")


def enlarged(page: Page, place: int = 0) -> Locator:
    """The dialog, opened by the space bar on a card."""
    cards(page).nth(place).locator(".card-link").focus()
    page.keyboard.press("Space")
    page.wait_for_selector(SHOWN)
    return page.locator("dialog.lightbox")


def button(page: Page, name: str) -> Locator:
    return page.locator("dialog.lightbox").get_by_role("button", name=name, exact=True)


def shown(page: Page) -> tuple[str, str]:
    """The image that is shown, and the end of its picture's address."""
    page.wait_for_selector(SHOWN)
    image = page.locator("dialog.lightbox").get_attribute("data-image") or ""
    return image, page.locator(".lightbox__picture").evaluate(
        "each => each.src.split('/').slice(-3).join('/')"
    )


def zoom(page: Page) -> float:
    return float(page.locator("dialog.lightbox").get_attribute("data-zoom") or "nan")


def facts(page: Page) -> dict[str, list[str]]:
    return page.locator(".lightbox__panel .facts > div").evaluate_all(
        "rows => Object.fromEntries(rows.map((row) => [row.querySelector('dt').textContent, "
        "[...row.querySelectorAll('.fact')].map((each) => each.textContent)]))"
    )


def box(of: Locator) -> dict[str, float]:
    found = of.bounding_box()
    assert found
    return dict(found)


# -- galleries -----------------------------------------------------------------------------------------------


def test_a_card_leads_to_its_page_as_ever_and_a_button_on_it_enlarges(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + DATASET)
    card = cards(page).nth(3)
    small = card.locator(".card-enlarge")
    assert small.evaluate("each => getComputedStyle(each).opacity") == "0"
    card.hover()
    assert small.evaluate("each => getComputedStyle(each).opacity") == "1"
    small.click()
    image = card.get_attribute("data-image")
    assert shown(page) == (image, f"previews/{int(image or 0) // 1000}/{image}.jpg")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.lightbox")).not_to_be_visible()
    expect(page).to_have_url(re.compile(f"{re.escape(DATASET)}$"))
    card.locator(".stage").click()
    page.wait_for_url(f"**/images/{image}.html")


def test_what_stands_beside_a_picture_is_what_its_page_says(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + DATASET)
    dialog = enlarged(page, 5)
    name = dialog.get_by_role("heading").inner_text()
    told = facts(page)
    assert told["Concentration"] == ["0.1 µM"] and "confocal" in told["Tags"]
    assert told["Datasets"] == ["HeLa, Compound A, dose response"]
    dialog.get_by_role("link", name="Open the image’s page").click()
    settle(page)
    assert page.locator("h1").get_attribute("title") == name
    of_page = page.locator(".pairs tbody tr:not(.from)").evaluate_all(
        "rows => rows.map((row) => "
        "[row.querySelector('th').textContent.trim(), row.querySelector('td bdi').textContent])"
    )
    assert of_page and all(value in told[key] for key, value in of_page)
    assert set(page.locator(".about .chip bdi").all_inner_texts()) == set(told["Tags"])


def test_arrows_step_and_the_focus_comes_back_to_where_one_is(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + DATASET)
    ids = cards(page).evaluate_all("all => all.map((each) => each.dataset.image)")
    dialog = enlarged(page, 2)
    place = dialog.locator(".lightbox__place")
    expect(place).to_contain_text(f"3 of {len(ids)}")
    page.keyboard.press("Escape")
    focused = "() => document.activeElement.closest('.card')?.dataset.image"
    assert page.evaluate(focused) == ids[2], "the card that it was opened from"
    enlarged(page, 2)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(place).to_contain_text("5 of")
    assert shown(page)[0] == ids[4]
    page.keyboard.press("ArrowLeft")
    button(page, "Previous image").click()
    expect(place).to_contain_text("3 of")
    button(page, "Previous image").click()
    button(page, "Previous image").click()
    expect(place).to_contain_text("1 of")
    expect(button(page, "Previous image")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("ArrowLeft")
    expect(place).to_contain_text("1 of")
    assert shown(page)[0] == ids[0]
    button(page, "Next image").click()
    expect(place).to_contain_text("2 of")
    page.keyboard.press("Space")  # on the button that has the focus
    expect(place).to_contain_text("3 of")
    button(page, "Next image").click()
    expect(place).to_contain_text("4 of")
    button(page, "Close").click()
    assert page.evaluate(focused) == ids[3], "the card of the picture that was shown last"
    expect(page).to_have_url(re.compile(f"{re.escape(DATASET)}$"))  # the page's own arrow keys rested


def test_every_card_is_among_them_and_the_last_is_the_last(
    demo: str, demo_site: Path, open_page: OpenPage
) -> None:
    """Scenes of one file, too, that lie under a pile."""
    slides = next(
        page for page in sorted(demo_site.glob("datasets/*.html")) if "card-group" in page.read_text("utf-8")
    )
    page = opened(open_page(demo), f"{demo}datasets/{slides.name}")
    page.locator(".card-group summary").first.click()
    ids = cards(page).evaluate_all("all => all.map((each) => each.dataset.image)")
    enlarged(page, 0)
    seen = [shown(page)[0]]
    for place in range(2, len(ids) + 1):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".lightbox__place")).to_contain_text(f"{place} of {len(ids)}")
        page.wait_for_selector(f"{SHOWN}[data-image='{ids[place - 1]}']")
        seen.append(page.locator("dialog.lightbox").get_attribute("data-image") or "")
    assert seen == ids
    expect(button(page, "Next image")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("folder", ["tags", "wells"])
def test_tags_and_wells_have_it_too(
    folder: str, demo_http: str, demo_site: Path, open_page: OpenPage
) -> None:
    found = next(
        page
        for page in sorted(demo_site.glob(f"{folder}/[0-9]*.html"))
        if 'class="card"' in page.read_text("utf-8")
    )
    page = opened(open_page(demo_http), f"{demo_http}{folder}/{found.name}")
    enlarged(page)
    assert shown(page)[0] == cards(page).first.get_attribute("data-image")
    assert facts(page)


def test_an_image_without_a_picture_says_so(demo: str, images: dict[int, Image], open_page: OpenPage) -> None:
    bare = next(image for image in images.values() if not image.thumbnail and image.datasets)
    page = opened(open_page(demo), f"{demo}datasets/{bare.datasets[0]}.html")
    place = cards(page).evaluate_all(
        "(all, id) => all.findIndex((each) => each.dataset.image === id)", str(bare.id)
    )
    enlarged(page, place)
    expect(page.locator(".lightbox__said")).to_have_text("There is no picture of this image.")
    assert page.locator(".lightbox__picture").count() == 0 and facts(page)
    expect(button(page, "Zoom in")).to_have_attribute("aria-disabled", "true")
    for key in ("+", "-", "0", "ArrowUp"):
        page.keyboard.press(key)
    page.locator(".lightbox__stage").dblclick()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(f"{SHOWN}:not([data-image='{bare.id}'])")
    expect(page.locator(".lightbox__said")).to_be_hidden()


def test_the_explorer_enlarges_and_steps_through_its_result(demo: str, open_page: OpenPage) -> None:
    """All of it, further than the cards that are on the page; what stands beside it comes from what it counts."""
    page = opened(open_page(demo), demo + "explore.html?tag=confocal")
    total = page.locator("[data-total]").get_attribute("data-total") or ""
    first = page.locator("[data-grid] .explorer__open").first
    first.focus()
    page.keyboard.press("Space")
    image, picture = shown(page)
    assert picture == f"previews/{int(image) // 1000}/{image}.jpg" and int(total) > 100
    expect(page.locator(".lightbox__place")).to_contain_text(f"1 of {int(total)}")
    assert "confocal" in facts(page)["Tags"]
    seen = [image]
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f"{SHOWN}:not([data-image='{seen[-1]}'])")
        seen.append(shown(page)[0])
    assert len(set(seen)) == 5
    for _ in range(90):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".lightbox__place")).to_contain_text(f"95 of {int(total)}")
    page.wait_for_selector(SHOWN)
    last, _ = shown(page)
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.closest('[data-image]')?.dataset.image === " + repr(last))
    assert page.evaluate("scrollY > 500"), "it is where one stepped to"
    expect(page).to_have_url(re.compile(r"explore\.html\?tag=confocal$"))


# -- what arrives late, and what does not --------------------------------------------------------------------


def test_the_small_picture_stands_in_until_the_large_one_is_there(
    demo_http: str, open_page: OpenPage
) -> None:
    page = open_page(demo_http)
    held: list[Route] = []
    page.route("**/previews/**", lambda route: route.continue_() if held else held.append(route))
    opened(page, demo_http + DATASET)
    cards(page).nth(1).locator(".card-link").focus()
    page.keyboard.press("Space")
    picture = page.locator(".lightbox__picture")
    picture.wait_for()
    assert "/thumbnails/" in (picture.get_attribute("src") or "")
    small = box(picture)
    page.keyboard.press("+")
    before = zoom(page)
    held[0].continue_()
    page.wait_for_selector(SHOWN)
    assert "/previews/" in (picture.get_attribute("src") or "")
    assert zoom(page) == before > 1, "what one had brought near stays near"
    page.keyboard.press("0")
    page.wait_for_timeout(200)
    large = box(picture)
    assert all(abs(small[side] - large[side]) < 2 for side in small), (small, large)


def test_a_large_picture_that_does_not_arrive_is_told_and_the_small_one_stays(
    demo_http: str, open_page: OpenPage
) -> None:
    page = open_page(demo_http, forgive="previews/")
    page.route("**/previews/**", lambda route: route.abort())
    opened(page, demo_http + DATASET)
    enlarged(page, 1)
    assert "/thumbnails/" in (page.locator(".lightbox__picture").get_attribute("src") or "")
    expect(page.locator(".lightbox__said")).to_have_text("The larger picture did not arrive.")


def test_what_comes_late_of_another_picture_is_not_shown(demo_http: str, open_page: OpenPage) -> None:
    page = open_page(demo_http)
    held: list[Route] = []
    page.route("**/previews/**", lambda route: held.append(route))
    opened(page, demo_http + DATASET)
    ids = cards(page).evaluate_all("all => all.map((each) => each.dataset.image)")
    cards(page).first.locator(".card-link").focus()
    page.keyboard.press("Space")
    page.locator(".lightbox__picture").wait_for()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"dialog.lightbox[data-image='{ids[1]}']")
    for route in [*held]:
        route.continue_()
        page.wait_for_timeout(100)
    assert shown(page) == (ids[1], f"previews/{int(ids[1]) // 1000}/{ids[1]}.jpg")


# -- nearer and farther --------------------------------------------------------------------------------------


def test_keys_and_buttons_bring_it_nearer_and_take_it_back(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + DATASET)
    enlarged(page)
    for name in ("Zoom out", "Whole picture"):
        expect(button(page, name)).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("+")
    assert zoom(page) == 1.5
    button(page, "Zoom in").click()
    assert zoom(page) == 2.25
    page.keyboard.press("-")
    assert zoom(page) == 1.5
    button(page, "Zoom out").click()
    button(page, "Zoom out").click(force=True)  # it says that it does nothing, and nobody waits for it
    assert zoom(page) == 1
    for _ in range(12):
        page.keyboard.press("=")
    assert zoom(page) >= 4
    expect(button(page, "Zoom in")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("0")
    assert zoom(page) == 1
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{SHOWN}[data-zoom='1.00']")


def test_wheel_double_click_and_drag(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + DATASET)
    enlarged(page)
    stage, picture = page.locator(".lightbox__stage"), page.locator(".lightbox__picture")
    middle = box(stage)
    x, y = middle["x"] + middle["width"] * 0.6, middle["y"] + middle["height"] * 0.4
    page.mouse.move(x, y)
    before = box(picture)
    share = (x - before["x"]) / before["width"], (y - before["y"]) / before["height"]
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(150)
    assert zoom(page) > 2
    near = box(picture)
    assert (
        abs(near["x"] + share[0] * near["width"] - x) < 2
        and abs(near["y"] + share[1] * near["height"] - y) < 2
    ), "what is under the mouse stays there"
    page.mouse.down()
    page.mouse.move(x - 60, y + 45, steps=5)
    page.mouse.up()
    dragged = box(picture)
    assert abs(dragged["x"] - near["x"] + 60) < 2 and abs(dragged["y"] - near["y"] - 45) < 2
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(150)
    assert zoom(page) == 1 and box(picture) == before
    page.mouse.dblclick(x, y)
    assert zoom(page) == 2.5
    page.wait_for_timeout(600)
    page.mouse.dblclick(x, y)
    assert zoom(page) == 1
    assert page.evaluate("scrollY") == page.evaluate("scrollY"), "the page below stays"


def test_the_keyboard_moves_what_is_near(demo_http: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo_http, reduced_motion="reduce"), demo_http + DATASET)
    enlarged(page)
    picture = page.locator(".lightbox__picture")
    page.keyboard.press("+")
    page.keyboard.press("+")
    before = box(picture)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    after = box(picture)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == (80, 80), (
        "and nothing moves smoothly where nobody wants it"
    )
    assert page.locator(".lightbox__place").inner_text().startswith("1 of")


class Fingers:
    """Fingers on the screen, as the browser hears of them."""

    def __init__(self, page: Page) -> None:
        self._client: Any = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touched})


def test_fingers_pinch_drag_and_swipe(demo_http: str, open_page: OpenPage) -> None:
    page = opened(
        open_page(demo_http, width=390, height=844, has_touch=True, is_mobile=True), demo_http + DATASET
    )
    ids = cards(page).evaluate_all("all => all.map((each) => each.dataset.image)")
    cards(page).nth(1).locator(".card-enlarge").tap()
    page.wait_for_selector(SHOWN)
    touch, stage = Fingers(page), box(page.locator(".lightbox__stage"))
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    touch("Start", (x - 20, y), (x + 20, y))
    for far in (40, 60, 80):
        touch("Move", (x - far, y), (x + far, y))
    touch("End")
    assert zoom(page) == pytest.approx(4, abs=0.1)
    before = box(page.locator(".lightbox__picture"))
    touch("Start", (x, y))
    touch("Move", (x - 30, y - 20))
    touch("End")
    after = box(page.locator(".lightbox__picture"))
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((-30, -20), abs=1)
    assert shown(page)[0] == ids[1], "what is near is moved and not swiped away"
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x, y)
    assert zoom(page) == 1, "two taps take it back"
    for start, end, place in ((x + 60, x - 60, 2), (x - 60, x + 60, 1), (x - 10, x + 10, 1)):
        touch("Start", (start, y))
        touch("Move", ((start + end) / 2, y))
        touch("Move", (end, y))
        touch("End")
        page.wait_for_selector(f"{SHOWN}[data-image='{ids[place]}']")


# -- an image's own page -------------------------------------------------------------------------------------


def test_an_images_page_shows_the_large_picture_and_enlarges_it(
    demo: str, images: dict[int, Image], open_page: OpenPage
) -> None:
    page = opened(open_page(demo), demo + "images/2005.html")
    picture, preview = page.locator(".preview img"), images[2005].preview
    assert preview and (picture.get_attribute("src") or "").endswith("previews/2/2005.jpg")
    assert picture.evaluate("each => [each.width / each.height, each.naturalWidth]") == [
        preview.width / preview.height, preview.width,
    ]  # fmt: skip
    assert picture.evaluate("each => [each.getAttribute('width'), each.getAttribute('height')]") == [
        str(preview.width), str(preview.height),
    ]  # fmt: skip
    page.locator(".preview").click()
    assert shown(page) == ("2005", "previews/2/2005.jpg")
    told = facts(page)
    assert told["Concentration"] and told["Tags"] and told["Channels"] and told["Image ID"] == ["2005"]
    assert len(told["Primary antibody"]) == 2, "a key's values stand together"
    assert page.locator(".lightbox__page").is_hidden(), "one is on the page already"
    assert page.url.endswith("images/2005.html#enlarged")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "preview-enlarge"
    page.wait_for_url("**/images/2005.html")  # told by the dialog's event, which comes a moment later


def test_it_steps_from_page_to_page_and_back_leads_back(demo: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo), demo + "images/2005.html")
    following = page.locator(".steps a[rel='next']").get_attribute("href") or ""
    page.locator(".preview-enlarge").click()
    page.wait_for_selector(SHOWN)
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/images/{following.rsplit('/', 1)[-1]}#enlarged")
    identity = following.rsplit("/", 1)[-1].removesuffix(".html")
    assert shown(page) == (identity, f"previews/2/{identity}.jpg")
    page.reload()
    assert shown(page)[0] == identity, "the address says that it is enlarged"
    button(page, "Previous image").click()
    page.wait_for_url("**/images/2005.html#enlarged")
    assert shown(page)[0] == "2005"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/images/{identity}.html")
    settle(page)
    assert page.locator("dialog[open]").count() == 0, "the page's own arrow keys lead to pages"


def test_it_steps_within_the_selection_one_came_with(demo_http: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo_http), demo_http + "explore.html?tag=mitosis")
    page.locator(".explorer__open").first.click()
    page.wait_for_selector(".steps-where")
    where = page.locator(".steps-where").inner_text()
    assert "in your selection" in where
    page.locator(".preview-enlarge").click()
    page.wait_for_selector(SHOWN)
    expect(page.locator(".lightbox__place")).to_contain_text(where)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"{SHOWN}")
    expect(page.locator(".lightbox__place")).to_contain_text(where.replace("1 of", "2 of"))


def test_an_image_without_a_picture_is_stepped_over_not_stuck_at(
    demo_http: str, images: dict[int, Image], open_page: OpenPage
) -> None:
    bare = next(image for image in images.values() if not image.thumbnail and image.datasets)
    page = opened(open_page(demo_http), f"{demo_http}images/{bare.id}.html")
    assert page.locator(".preview-enlarge").count() == 0
    page.goto("about:blank")
    opened(page, f"{demo_http}images/{bare.id}.html#enlarged")
    expect(page.locator(".lightbox__said")).to_have_text("There is no picture of this image.")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(lambda url: f"/{bare.id}." not in url and url.endswith("#enlarged"))


def test_pages_that_are_drawn_by_script_have_it_too(
    tmp_path: Path, at: Callable[[Path], str], open_page: OpenPage
) -> None:
    config = tmp_path / "catalog.yml"
    config.write_text("image_pages: 0\n")
    write(lab(), tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site", config)
    site = at(tmp_path / "site")
    page = opened(open_page(site), site + "images/index.html?id=101")
    page.wait_for_selector("[data-kind='image'][data-ready]")
    assert (page.locator(".preview img").get_attribute("src") or "").endswith("previews/0/101.jpg")
    page.locator(".preview-enlarge").click()
    assert shown(page) == ("101", "previews/0/101.jpg")
    assert "DAPI" in facts(page)["Tags"] and page.url.endswith("?id=101#enlarged")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/images/index.html?id=102#enlarged")
    assert shown(page)[0] == "102"
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: url.endswith("?id=102"))


# -- a good guest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390), (1440, 900), (320, 568)])
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_every_screen(
    width: int, height: int, dark: bool, demo_http: str, open_page: OpenPage
) -> None:
    page = opened(open_page(demo_http, width=width, height=height, dark=dark), demo_http + DATASET)
    enlarged(page, 1)
    assert too_wide(page) == [] and unsound(page) == [] and violations(page) == []
    main, side = box(page.locator(".lightbox__main")), box(page.locator(".lightbox__side"))
    if width < 700:
        assert side["y"] >= main["y"] + main["height"] - 1 and side["width"] == width, "below it on a phone"
    else:
        assert side["x"] >= main["x"] + main["width"] - 1 and side["height"] == height, "beside it elsewhere"
    assert main["height"] > height * 0.4 and main["width"] > width * 0.5
    for each in page.locator(".lightbox__button").all():
        size = box(each)
        assert size["width"] >= 44 and size["height"] >= 44
        assert size["x"] >= 0 and size["x"] + size["width"] <= width
    picture = box(page.locator(".lightbox__picture"))
    assert picture["x"] >= main["x"] - 1 and picture["y"] >= main["y"] - 1
    assert picture["width"] <= main["width"] + 1 and picture["height"] <= main["height"] + 1
    page.keyboard.press("i")
    assert page.locator(".lightbox__side").is_hidden()
    name = page.locator(".lightbox__title")
    assert box(name)["width"] > 20, "the name stands in the bar then"
    assert box(page.locator(".lightbox__main"))["width"] == width
    assert too_wide(page) == []
    expect(button(page, "Details")).to_have_attribute("aria-expanded", "false")


def test_the_focus_stays_within_and_every_control_has_a_name(demo_http: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo_http), demo_http + DATASET)
    dialog = enlarged(page, 1)
    assert dialog.evaluate("each => each.matches(':modal') && document.activeElement === each")
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                "() => document.activeElement.closest('dialog') && "
                "(document.activeElement.ariaLabel || document.activeElement.textContent)"
            )
        )
    there = [name for name in names if name]
    for name in ("Zoom out", "Whole picture", "Zoom in", "Details", "Close", "Previous image", "Next image"):
        assert name in there
    assert {"Open the image’s page"} <= set(there)
    page.locator(".lightbox__panel").focus()
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    (
        expect(page.locator(".lightbox__place")).to_contain_text("3 of"),
        "whoever hides what has the focus still has keys",
    )
    page.keyboard.press("Space")
    expect(dialog).not_to_be_visible()


def test_pages_do_not_move_by_it_and_other_pages_know_nothing_of_it(
    demo_http: str, open_page: OpenPage
) -> None:
    page = open_page(demo_http)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, demo_http + "index.html")
    assert not [url for url in asked if "lightbox" in url or "previews/" in url]
    opened(page, demo_http + DATASET)
    assert not [url for url in asked if "previews/" in url], (
        "large pictures are fetched where somebody looks at them"
    )
    enlarged(page)
    page.keyboard.press("Escape")
    assert moved(page) == (0, "")


def test_nothing_of_it_is_printed(demo_http: str, open_page: OpenPage) -> None:
    page = opened(open_page(demo_http), demo_http + DATASET)
    enlarged(page)
    page.emulate_media(media="print")
    assert page.locator("dialog.lightbox").is_hidden() and page.locator(".card-enlarge").first.is_hidden()
