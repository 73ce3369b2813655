"""What the pages say: each kind against the records it is made of."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from catalog_builder.commands.check import check
from catalog_builder.model.acquisition import Dimensions, Length, PixelSize
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.records import Dataset, Image, Project
from catalog_builder.settings.options import Settings
from catalog_builder.site.assets import static_files
from catalog_builder.site.colours import (
    BLACK,
    DARK_PAGE,
    LIGHT_PAGE,
    READABLE,
    WHITE,
    _parse,
    accent_css,
    contrast,
)
from catalog_builder.site.content import Content
from catalog_builder.site.image_facts import dimensions_in_words
from catalog_builder.site.pages import PAGE_TYPES
from catalog_builder.site.render import Renderer, day, length_in_words, middle, number, plural
from tests.catalogues import ROOT, build, exported, lab, tree, write
from tests.test_hostile_text import Page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    write(lab(), folder / "export")
    build(folder / "export", folder / "site")
    return folder / "site"


def page(site: Path, path: str) -> Page:
    read = Page(path, (site / path).read_text("utf-8"))
    assert not read.problems
    return read


def words(site: Path, path: str) -> str:
    """The text of a page's content as one line; hard spaces are spaces."""
    text = (site / path).read_text("utf-8")
    main = Page(path, re.sub(r"(?s).*<main[^>]*>|</main>.*", "", text))
    return " ".join("".join(main.text).replace("\u00a0", " ").replace("\u2009", " ").split())


def links(site: Path, path: str) -> set[str]:
    return {
        attributes["href"] or ""
        for tag, attributes in page(site, path).elements
        if tag == "a" and "href" in attributes
    }


def test_every_page_type_has_its_pages(site: Path) -> None:
    files = set(tree(site))
    assert {f"images/{i}.html" for i in range(101, 107)} <= files
    assert {f"datasets/{i}.html" for i in (11, 12, 13)} | {f"projects/{i}.html" for i in (1, 2)} <= files
    assert {"screens/51.html", "plates/71.html", "wells/91.html"} <= files
    assert {f"tags/{i}.html" for i in (30, 31, 32, 33)} <= files
    assert len([path for path in files if path.startswith("keys/")]) == 5 + 1
    assert {
        "index.html",
        "browse.html",
        "explore.html",
        "tags/index.html",
        "images/index.html",
        "404.html",
    } <= files
    assert len(PAGE_TYPES) == len(set(PAGE_TYPES.values())) == 14


def test_an_image_page_says_everything_that_is_known(site: Path) -> None:
    text = words(site, "images/101.html")
    for known in (
        "slide 2.czi [1]", "Line one", "2048 × 1024", "12 z", "2 channels", "5 time points", "0.13 µm", "1 µm",
        "uint16", "Ada Example", "Centrosome lab", "2024-02-29", "405 nm", "450 nm", "DAPI", "CAN", "Gene",
        "Sample", "img-1000007", "Organism", "mouse", "published", "Project 10", "Shared", "101",
    ):  # fmt: skip
        assert known in text, known
    assert "Nobody's" not in text


def test_an_image_page_tells_own_from_inherited_and_names_every_origin(site: Path) -> None:
    found = links(site, "images/103.html")
    assert {"../projects/1.html", "../datasets/11.html", "../datasets/12.html", "../projects/2.html"} <= found
    html = (site / "images" / "103.html").read_text("utf-8")
    chips = {re.sub(r"<[^>]*>", " ", li) for li in re.findall(r"(?s)<li><a class=\"chip\".*?</li>", html)}
    (dapi,) = [chip for chip in chips if "DAPI" in chip]
    assert "this image" in dapi and "Shared" in dapi and "Second" in dapi, "its own, and from both datasets"
    (published,) = [chip for chip in chips if "published" in chip]
    assert "Project 10" in published and "this image" not in published


def test_an_own_annotation_bears_no_origin(site: Path) -> None:
    html = (site / "images" / "101.html").read_text("utf-8")
    (can,) = [li for li in re.findall(r"(?s)<li><a class=\"chip\".*?</li>", html) if ">CAN<" in li]
    assert "origin" not in can


def test_key_values_stand_by_namespace_in_their_order_with_repeats_of_one_annotation_as_one(
    site: Path,
) -> None:
    text = words(site, "images/104.html")
    assert text.index("no key") < text.index("no value") < text.index("mouse")
    assert "(no name)" in text and "(empty)" in text
    other = words(site, "images/101.html")
    assert "openmicroscopy.org/omero/bulk_annotations" in other
    assert other.index("img-1000007") < other.index("openmicroscopy.org/omero/bulk_annotations"), (
        "people's own first"
    )


def test_scenes_of_one_file_lead_to_each_other_and_single_files_have_none(site: Path) -> None:
    assert "../images/102.html" in links(site, "images/101.html") and "../images/101.html" in links(
        site, "images/102.html"
    )
    assert "Scenes" in words(site, "images/101.html") and "Scenes" not in words(site, "images/103.html")


def test_previous_and_next_walk_through_the_dataset_in_natural_order_and_stop_at_its_ends(site: Path) -> None:
    def steps(image: int) -> dict[str, str]:
        elements = page(site, f"images/{image}.html").elements
        return {
            a["rel"] or "": a["href"] or ""
            for tag, a in elements
            if tag == "a" and a.get("rel") in ("prev", "next")
        }

    assert steps(103) == {"next": "../images/101.html"}
    assert steps(101) == {"prev": "../images/103.html", "next": "../images/102.html"}
    assert steps(102) == {"prev": "../images/101.html"} and steps(104) == {} and steps(106) == {}


def test_an_orphan_says_so_and_has_what_it_has(site: Path) -> None:
    assert "no dataset" in words(site, "images/106.html")
    browse = words(site, "browse.html")
    assert "In no project" in browse and "In no dataset" in browse
    assert {"images/106.html", "datasets/13.html", "projects/1.html", "projects/2.html"} <= links(
        site, "browse.html"
    )
    assert browse.index("Project 9") < browse.index("Project 10")


def test_a_dataset_page_shows_its_images_and_what_is_in_both_projects_says_so(site: Path) -> None:
    found = links(site, "datasets/11.html")
    assert {
        "../images/101.html",
        "../images/102.html",
        "../images/103.html",
        "../projects/1.html",
        "../projects/2.html",
    } <= found
    assert "../images/104.html" not in found
    assert "3 images" in words(site, "datasets/11.html") and "Ada Example" in words(site, "datasets/11.html")


def test_a_tag_page_counts_what_it_holds_for_and_names_what_carries_it(site: Path) -> None:
    text = words(site, "tags/31.html")
    assert "4 images" in text and "2 datasets" in text and "A stain" in text and "Stains" in text
    assert {f"../images/{i}.html" for i in (101, 102, 103, 104)} <= links(site, "tags/31.html")
    assert "Ada Example" in text and "Ben Beispiel" in text and "32" in text, (
        "two people's tags have this text"
    )
    assert "../tags/33.html" in links(site, "tags/31.html"), "CAN occurs together with DAPI"
    assert "1 project " in words(site, "tags/30.html") and "3 images" in words(site, "tags/30.html")
    twin = words(site, "tags/32.html")
    assert "4 images" in twin and "A stain" in twin, "the other tag of this text shows the same"


def test_the_tag_index_goes_by_tag_set_with_counts(site: Path) -> None:
    text = words(site, "tags/index.html")
    assert (
        text.index("Stains")
        < text.index("CAN 1")
        < text.index("DAPI 4")
        < text.index("In no tag set")
        < text.index("published 3")
    )
    assert "What was stained" in text


def test_a_key_page_has_its_values_with_counts_each_leading_into_the_explorer(site: Path) -> None:
    (path,) = [path for path in tree(site) if path.startswith("keys/gene-")]
    assert "2 values on 3 images" in words(site, path)
    assert {"../explore.html?key%3AGene=CAN", "../explore.html?key%3AGene=WAS"} <= links(site, path)
    index = words(site, "keys/index.html")
    assert "5 keys" in index and index.index("Organism") < index.index("Sample")


def test_the_explorer_without_scripts_lists_every_facet_with_true_counts_and_links(site: Path) -> None:
    found: dict[tuple[str, str], int] = {}
    facet = ""
    hrefs = []
    for tag, attributes in page(site, "explore.html").elements:
        facet = attributes.get("data-facet") or facet
        if "data-value" in attributes:
            found[facet, attributes["data-value"] or ""] = int(attributes["data-count"] or 0)
            hrefs.append(attributes.get("href") if tag == "a" else None)
    assert found["tag", "DAPI"] == 4 and found["project", "1"] == 3 and found["dataset", "11"] == 3
    assert (
        found["owner", "Ada Example"] == 3
        and found["key:Gene", "WAS"] == 3
        and found["key:no value", ""] == 1
    )
    assert found["screen", "51"] == 1 and found["plate", "71"] == 1
    assert found["acquired", "2024-02-29"] == found["imported", "2024-02-29"] == 1
    assert len(found) == 3 + 2 + 3 + 1 + 1 + 2 + 2 + 1 + 1 + 1 + 1 + 2
    totals = [a["data-total"] for _, a in page(site, "explore.html").elements if "data-total" in a]
    assert totals == ["6"]
    assert all(hrefs)


def test_the_home_page_shows_the_catalogue_at_a_glance(site: Path) -> None:
    text = words(site, "index.html")
    for said in ("2 projects", "3 datasets", "6 images", "3 tags", "Project 10", "Stains", "DAPI 4", "Gene"):
        assert said in text, said


def test_the_date_of_the_export_stands_on_three_pages_and_no_page_shows_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "951782400")
    exported(tmp_path / "export", [Image(id=1)])
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    build(tmp_path / "export", tmp_path / "site")
    dated = {"index.html", "browse.html", "explore.html"}
    for path in (tmp_path / "site").rglob("*.html"):
        html = path.read_text("utf-8")
        found = set(re.findall(r"\b\d{4}-\d\d-\d\d\b", html))
        assert found == (
            {"2000-02-29"} if path.name in dated and path.parent == tmp_path / "site" else set()
        ), path
        assert re.search(r'href="(\.\./|/)?browse\.html#as-of"', html), "every other page leads there"
    assert 'id="as-of"' in (tmp_path / "site" / "browse.html").read_text("utf-8")


def test_long_galleries_have_pages_that_lead_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "catalog.yml").write_text("page_size: 12")
    images = [Image(id=i, name=f"i{i}", datasets=(1,), annotations=(30,)) for i in range(1, 31)]
    exported(tmp_path / "export", images, datasets=[Dataset(id=1, name="d")], tags=[Tag(id=30, text="t")])
    site = tmp_path / "site"
    build(tmp_path / "export", site, tmp_path / "catalog.yml")
    for kind, name in (("datasets", "1"), ("tags", "30")):
        files = [f"{kind}/{name}.html", f"{kind}/{name}-2.html", f"{kind}/{name}-3.html"]
        assert [path for path in sorted(tree(site)) if path.startswith(f"{kind}/{name}")] == sorted(files)
        shown = []
        for path in files:
            shown += [a["data-image"] for _, a in page(site, path).elements if "data-image" in a]
        assert shown == [str(i) for i in range(1, 31)], "all of them, each once, in natural order"
        assert f"../{files[1]}" in links(site, files[0]) and f"../{files[2]}" in links(site, files[1])
    # One image fewer than a page: the last page goes and nothing else moves.
    exported(
        tmp_path / "export", images[:24], datasets=[Dataset(id=1, name="d")], tags=[Tag(id=30, text="t")]
    )
    build(tmp_path / "export", site, tmp_path / "catalog.yml")
    assert not (site / "datasets" / "1-3.html").exists()


def test_a_catalogue_of_nothing_says_so_on_every_page(tmp_path: Path) -> None:
    projects = [Project(id=1, annotations=(3,))]
    exported(tmp_path / "export", projects=projects, datasets=[Dataset(id=2)], tags=[Tag(id=3)])
    build(tmp_path / "export", tmp_path / "site")
    site = tmp_path / "site"
    assert "No dataset" in words(site, "projects/1.html") and "No image" in words(site, "datasets/2.html")
    assert "0 images" in words(site, "tags/3.html")
    exported(tmp_path / "none")
    build(tmp_path / "none", tmp_path / "empty")
    assert "no projects and no images" in words(tmp_path / "empty", "browse.html")
    assert words(tmp_path / "empty", "keys/index.html") and words(tmp_path / "empty", "explore.html")


def test_pictures_are_the_exports_bytes_and_what_has_none_shows_the_placeholder(tmp_path: Path) -> None:
    from tests.catalogues import catalogue, jpeg, thumbnails

    some = catalogue([Image(id=1), Image(id=2)], pictures=lambda ids: thumbnails(i for i in ids if i == 1))
    write(some, tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    assert (tmp_path / "site" / "thumbnails" / "0" / "1.jpg").read_bytes() == jpeg(1)
    html = (tmp_path / "site" / "images" / "2.html").read_text("utf-8")
    assert "../static/placeholder.svg" in html and "thumbnails/0/2.jpg" not in html


# Words and colours.


def test_a_value_that_only_begins_like_an_address_is_text(tmp_path: Path) -> None:
    good, *bad = "https://example.org/a?b#c", "http://[draft", "https://"
    pairs = tuple(("Link", value) for value in (good, *bad))
    images = [Image(id=1, annotations=(40,))]
    exported(tmp_path / "export", images, key_values=[KeyValues(id=40, namespace="", pairs=pairs)])
    build(tmp_path / "export", tmp_path / "site")
    page = (tmp_path / "site" / "images" / "1.html").read_text("utf-8")
    assert f'href="{good}"' in page and all(value in page for value in bad)
    assert not any(f'href="{value}' in page for value in bad[:1]) and 'href="https://"' not in page
    assert check(tmp_path / "site") == []


def test_a_key_with_very_many_values_lists_those_of_most_images_and_leads_to_the_explorer(
    tmp_path: Path,
) -> None:
    values = [KeyValues(id=i, namespace="", pairs=(("Well", f"w{i}"),)) for i in range(1, 1_203)]
    images = [Image(id=i, annotations=(i,)) for i in range(1, 1_203)]
    images.append(Image(id=5_000, annotations=(1_202,)))
    content = Content(exported(tmp_path / "export", images, key_values=values), Settings())
    (page,) = PAGE_TYPES["key"](content)
    html = Renderer().body(page.template, {"root": "../", **page.context})
    assert html.count("explore.html?") == 1_000 and "w1202" in html and "w1201" not in html
    assert "1\u2009202 values" in html and "202 more in the" in html and 'href="../explore.html"' in html


def test_numbers_and_nouns() -> None:
    assert (
        number(1234567) == "1\u2009234\u2009567"
        and plural(1, "image") == "1 image"
        and plural(0, "image") == "0 images"
    )
    assert length_in_words(Length(value=0.1300000001, unit="µm")) == "0.13\u00a0µm"
    assert middle("x" * 60) == "x" * 60
    short = middle("start-" + "x" * 100 + "-end.tif", 30)
    assert len(short) <= 30 and short.startswith("start-") and short.endswith("-end.tif")


def test_a_moment_is_shown_by_its_day_in_utc() -> None:
    assert day(datetime(2024, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))) == "2024-02-29"
    assert day(None) == ""


def test_dimensions_say_what_there_is() -> None:
    assert [w.replace("\u00a0", " ") for w in dimensions_in_words(Dimensions(x=1, y=2), None)] == [
        "1 × 2 px",
        "1 channel",
    ]
    pixel = PixelSize(x=Length(value=0.5, unit="nm"), y=Length(value=2, unit="µm"))
    said = " ".join(dimensions_in_words(Dimensions(x=1, y=2), pixel)).replace("\u00a0", " ")
    assert "0.5 nm × 2 µm" in said


@pytest.mark.parametrize(
    "accent", ["#2458b8", "#ffffff", "#000000", "#ffff00", "#0000ff", "#808080", "#FF00aa", "#00ff00"]
)
def test_any_accent_can_be_read_in_light_and_dark(accent: str) -> None:
    css = accent_css(accent).decode()
    found = re.findall(r"--accent: (#[0-9a-f]{6}); --accent-text: (#[0-9a-f]{6})", css)
    assert len(found) == 3
    for (colour, on_it), ground in zip(found, (LIGHT_PAGE, DARK_PAGE, DARK_PAGE), strict=True):
        assert contrast(_parse(colour), ground) >= READABLE
        assert contrast(_parse(on_it), _parse(colour)) >= READABLE
    assert contrast(WHITE, BLACK) == pytest.approx(21)


def test_everything_that_templates_name_of_static_is_shipped(site: Path) -> None:
    shipped = {file.path for file in static_files(Content(exported(site.parent / "none"), Settings()))}
    for path in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r"static/[\w./-]+\.\w+", path.read_text("utf-8")):
            assert name in shipped, f"{path.name}: {name}"
