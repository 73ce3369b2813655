"""The pages of screens, plates and wells against the records they are made of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from catalog_builder.commands.check import check
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Image
from catalog_builder.settings.options import Settings
from catalog_builder.site.assets import plate_files
from catalog_builder.site.content import Content
from catalog_builder.site.pages import PAGE_TYPES, renderer_of
from tests.catalogues import LONG_AGO, build, exported, tree
from tests.test_pages import links, page, words

RUNS = (Run(id=81, name="Before", plate=71, started=LONG_AGO, annotations=(42,)), Run(id=82, plate=71))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plate 71 on two screens: wells A1 (two runs, two fields), A2 (the second run alone), C4 without images."""
    folder = tmp_path_factory.mktemp("plates")
    exported(
        folder / "export",
        [
            Image(id=1, name="one", fields=(Field(well=91, run=81, number=0),)),
            Image(id=2, name="two", fields=(Field(well=91, run=81, number=1),)),
            Image(id=3, name="three", fields=(Field(well=91, run=82, number=2),)),
            Image(id=4, name="four", fields=(Field(well=92, run=82, number=0),), annotations=(31,)),
            Image(id=5, name="in a dataset, too", fields=(Field(well=95),), datasets=(11,)),
        ],
        datasets=[Dataset(id=11, name="D")],
        screens=[Screen(id=51, name="First"), Screen(id=52, name="Second", annotations=(30,))],
        plates=[
            Plate(id=71, name="P10", screens=(51, 52), rows=4, columns=5, annotations=(41,)),
            Plate(id=72, name="P9", screens=(51,)),
            Plate(id=73, name="", rows=1, columns=1),
        ],
        runs=RUNS,
        wells=[
            Well(id=91, plate=71, row=0, column=0, annotations=(43,)),
            Well(id=92, plate=71, row=0, column=1, annotations=(44,)),
            Well(id=93, plate=71, row=2, column=3, annotations=(45,)),
            Well(id=95, plate=72, row=7, column=11),
        ],
        tags=[Tag(id=30, text="from the screen"), Tag(id=31, text="odd")],
        key_values=[
            KeyValues(id=41, pairs=(("Line", "HeLa"),)),
            KeyValues(id=42, pairs=(("Time", "0 h"),)),
            KeyValues(id=43, pairs=(("Compound", "A & B"),)),
            KeyValues(id=44, pairs=(("Compound", "C"),)),
            KeyValues(id=45, pairs=(("Compound", "unseen"),)),
        ],
    )
    build(folder / "export", folder / "site")
    return folder / "site"


def cells(site: Path, path: str) -> dict[tuple[str, str], dict[str, str | None]]:
    """(row, column) -> the attributes of its cell, its link's address and its picture's among them."""
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    inside: dict[str, str | None] = {}
    for tag, attributes in page(site, path).elements:
        if tag == "td":
            inside = dict(attributes)
            if "data-well" in inside:
                found[inside["data-row"] or "", inside["data-column"] or ""] = inside
        elif tag == "a" and "href" not in inside:
            inside["href"] = attributes.get("href")
        elif tag == "img" and "src" not in inside:
            inside["src"] = attributes.get("src")
    return found


def test_every_run_and_field_has_a_page_and_the_site_is_whole(site: Path) -> None:
    plates = {path for path in tree(site) if path.startswith("plates/")}
    assert plates == {
        "plates/71.html", "plates/71-run-81-field-2.html", "plates/71-run-82-field-1.html",
        "plates/72.html", "plates/73.html",
    }  # fmt: skip
    assert {f"wells/{number}.html" for number in (91, 92, 93, 95)} <= set(tree(site))
    assert check(site) == []


def test_the_grid_is_a_table_with_headers_and_every_well_a_link(site: Path) -> None:
    elements = page(site, "plates/71.html").elements
    assert ("article", {"class": "page", "data-kind": "plate", "data-id": "71"}) in elements
    scopes = [
        attributes.get("scope") for tag, attributes in elements if tag == "th" and "scope" in attributes
    ]
    assert scopes.count("col") >= 5 and scopes.count("row") >= 4
    found = cells(site, "plates/71.html")
    assert {place: cell["data-well"] for place, cell in found.items()} == {
        ("0", "0"): "91", ("0", "1"): "92", ("2", "3"): "93",
    }  # fmt: skip
    assert [cell["href"] for cell in found.values()] == [f"../wells/{n}.html" for n in (91, 92, 93)]
    html = (site / "plates" / "71.html").read_text("utf-8")
    table = re.search(r"(?s)<table class=\"plate-grid.*?</table>", html)
    assert table and len(re.findall(r"<td", table[0])) == 4 * 5 + 1, "empty places, too, and the corner"
    assert "A1" in words(site, "plates/71.html") and "C4" in words(site, "plates/71.html")


def test_each_page_shows_the_pictures_of_its_run_and_field(site: Path) -> None:
    def pictures(path: str) -> list[str | None]:
        return [cell.get("src") for cell in cells(site, path).values()]

    assert pictures("plates/71.html") == ["../thumbnails/0/1.jpg", None, None]
    assert pictures("plates/71-run-81-field-2.html") == ["../thumbnails/0/2.jpg", None, None]
    assert pictures("plates/71-run-82-field-1.html") == [
        "../thumbnails/0/3.jpg", "../thumbnails/0/4.jpg", None,
    ]  # fmt: skip
    assert {"../plates/71-run-81-field-2.html", "../plates/71-run-82-field-1.html"} <= links(
        site, "plates/71.html"
    )


def test_a_legend_leads_into_the_explorer_with_the_plate_and_the_value(site: Path) -> None:
    found = links(site, "plates/71.html")
    assert "../explore.html?plate=71&key%3ACompound=A%20%26%20B" in found
    assert not any("unseen" in href for href in found), "no image holds it: the explorer would find none"
    colours = [cell.get("data-colour") for cell in cells(site, "plates/71.html").values()]
    assert len(set(colours)) == 3 and None not in colours
    assert not any("Line" in a.get("value", "") or "" for t, a in page(site, "plates/71.html").elements)  # type: ignore[operator]


def test_a_plates_data_has_what_the_page_switches_between(site: Path) -> None:
    data = json.loads((site / "data" / "plates" / "71.json").read_text("utf-8"))
    assert data["wells"] == [91, 92, 93] and data["counts"] == [3, 1, 0]
    assert [(view["run"], view["field"], view["images"]) for view in data["views"]] == [
        (81, 1, [1, 0, 0]), (81, 2, [2, 0, 0]), (82, 1, [3, 4, 0]),
    ]  # fmt: skip
    assert data["views"][0]["href"] == "plates/71.html"
    named = {one["name"]: one for one in data["colourings"]}
    assert set(named) == {"key:Compound", "key:Time", "tag:odd"}, "what is the same all over is no colouring"
    assert named["key:Compound"]["values"] == ["A & B", "C", "unseen"]
    assert named["key:Compound"]["held"] == [[0], [1], [2]] and named["key:Compound"]["bare"] == [2]
    assert named["key:Time"]["held"] == [[0], [], []], "through the run"
    script = (site / "data" / "plates" / "71.js").read_text("utf-8")
    assert script.startswith('catalog.receive("plates/71",')


def test_a_plate_page_names_its_screens_its_runs_and_where_annotations_come_from(site: Path) -> None:
    text = words(site, "plates/71.html")
    for said in ("On 2 screens", "4 rows × 5 columns", "3, 1 without images", "Line HeLa", "from the screen"):
        assert said in text, said
    assert "2 runs" in text and "Before 2024-02-29, 2 images" in text and "Run 82 2 images" in text
    assert {"../screens/51.html", "../screens/52.html", "../explore.html?plate=71"} <= links(
        site, "plates/71.html"
    )
    assert 'id="run-81"' in (site / "plates" / "71.html").read_text("utf-8")
    steps = [a for t, a in page(site, "plates/71.html").elements if t == "a" and a.get("rel")]
    assert [(a["rel"], a["href"]) for a in steps] == [("prev", "../plates/72.html")], "P9 before P10"


def test_a_plate_of_no_wells_is_a_grid_of_nothing_and_one_of_no_name_has_its_id(site: Path) -> None:
    text = words(site, "plates/73.html")
    assert "Plate 73" in text and "1 row × 1 column" in text
    assert cells(site, "plates/73.html") == {}


def test_a_well_page_shows_its_fields_by_run_and_what_it_inherits(site: Path) -> None:
    elements = page(site, "wells/91.html").elements
    assert [a["data-image"] for _, a in elements if "data-image" in a] == ["1", "2", "3"]
    text = words(site, "wells/91.html")
    for said in ("A1", "Before 2024-02-29, 2 fields", "Run 82", "Field 2: two", "Compound A & B", "Time 0 h"):
        assert said in text, said
    found = links(site, "wells/91.html")
    assert {"../plates/71.html#run-81", "../screens/52.html", "../wells/92.html", "../images/3.html"} <= found
    assert "../wells/93.html" not in found, "it lies neither in its row nor in its column"
    assert "No image was taken" in words(site, "wells/93.html")


def test_an_inherited_annotation_says_from_where_on_the_image_of_a_well(site: Path) -> None:
    found = links(site, "images/1.html")
    assert {"../wells/91.html", "../plates/71.html", "../screens/51.html", "../screens/52.html"} <= found
    text = words(site, "images/1.html")
    assert text.index("First") < text.index("P10") < text.index("A1"), "the crumbs"
    for said in ("Time 0 h", "Line HeLa", "Compound A & B", "from the screen", "RunBefore"):
        assert said in text, said
    assert "0 h" not in words(site, "images/4.html"), "it was taken in the other run"
    assert "In no dataset" not in text


def test_images_of_a_plate_step_by_place_run_and_field_and_those_in_a_dataset_by_it(site: Path) -> None:
    def after(image: int) -> str | None:
        for tag, attributes in page(site, f"images/{image}.html").elements:
            if tag == "a" and attributes.get("rel") == "next":
                return attributes["href"]
        return None

    assert [after(image) for image in (1, 2, 3, 4, 5)] == [
        "../images/2.html", "../images/3.html", "../images/4.html", None, None,
    ]  # fmt: skip
    assert {"../datasets/11.html", "../plates/72.html", "../wells/95.html"} <= links(site, "images/5.html")


def test_a_screen_page_has_its_plates_as_maps_under_one_legend(site: Path) -> None:
    text = words(site, "screens/51.html")
    assert text.index("P9") < text.index("P10") and "2 plates" in text and "Wells by Compound" in text
    html = (site / "screens" / "51.html").read_text("utf-8")
    assert html.count('<svg class="plate-map"') == 2 and html.count('data-colour="bare"') == 1
    assert "../explore.html?screen=51&key%3ACompound=C" in links(site, "screens/51.html")
    assert "1 plate" in words(site, "screens/52.html")


def test_browse_and_home_show_screens_and_what_is_on_none(site: Path) -> None:
    text = words(site, "browse.html")
    assert "On no screen" in text and "Plate 73" in text and "In no dataset" not in text
    assert {"screens/51.html", "screens/52.html", "plates/71.html", "plates/73.html"} <= links(
        site, "browse.html"
    )
    home = words(site, "index.html")
    assert "2 screens 3 plates 5 images" in home and "1 dataset " in home and "0 projects" not in home


def test_screens_and_plates_are_found_by_name_and_wells_are_not(site: Path) -> None:
    documents = json.loads((site / "data" / "search.json").read_text("utf-8"))["documents"]
    found = {(kind, title): (url, count) for kind, title, url, count, _ in documents}
    assert found["screen", "First"] == ("screens/51.html", 5)
    assert found["plate", "P10"] == ("plates/71.html", 4)
    assert not any(kind == "well" for kind, _ in found)


def test_a_plate_of_1536_wells_stays_light(tmp_path: Path) -> None:
    wells = [
        Well(id=row * 48 + column + 1, plate=7, row=row, column=column, annotations=(row * 48 + column + 1,))
        for row in range(32)
        for column in range(48)
    ]
    notes = [
        KeyValues(id=well.id, pairs=(("siRNA", f"s{well.id}"), ("Row", str(well.row)))) for well in wells
    ]
    images = [
        Image(id=4 * well.id + field, fields=(Field(well=well.id, number=field),))
        for well in wells
        for field in range(4)
    ]
    export = exported(
        tmp_path, images, plates=[Plate(id=7, rows=32, columns=48)], wells=wells, key_values=notes
    )
    content = Content(export, Settings())
    renderer = renderer_of(content)
    pages = [*PAGE_TYPES["plate"](content), next(PAGE_TYPES["well"](content))]
    drawn = [renderer.body(page.template, {"root": page.root, **page.context}) for page in pages]
    data, _ = (file.content for file in plate_files(content, export.plates[7]))
    assert len(drawn) == 4 + 1 and all("AF48" in html for html in drawn[:4])
    assert all(len(html) < 400_000 for html in drawn) and len(drawn[4]) < 6_000 and len(data) < 150_000
    assert not any("<script>" in html or "style=" in html for html in drawn)
