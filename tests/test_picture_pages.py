"""Pictures in the site: the larger one on an image's page, and what galleries tell a script that enlarges theirs."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from catalog_builder.commands.check import check
from catalog_builder.model.annotations import KeyValues, Tag
from catalog_builder.model.catalogue import Thumbnail, no_renderings, no_thumbnails
from catalog_builder.model.records import Dataset, Image
from catalog_builder.settings.options import Settings
from catalog_builder.site.content import Content
from catalog_builder.site.gallery_facts import LONGEST, MOST, GalleryFacts
from tests.catalogues import build, catalogue, exported, jpeg, lab, previews, stamps, write


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab's: every image has a thumbnail, all but 105 a larger picture."""
    folder = tmp_path_factory.mktemp("pictures")
    write(lab(), folder / "export")
    build(folder / "export", folder / "site")
    return folder / "site"


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))


def main_picture(page: Path) -> dict[str, str | None]:
    reader = _Images()
    reader.feed(page.read_text("utf-8").partition("<figure")[2].partition("</figure>")[0])
    (picture,) = reader.found
    return picture


def test_previews_stand_in_the_site_as_they_were_exported(site: Path) -> None:
    found = {path.relative_to(site).as_posix() for path in site.glob("previews/**/*.jpg")}
    assert found == {f"previews/0/{image}.jpg" for image in (101, 102, 103, 104, 106)}
    assert (site / "previews/0/101.jpg").read_bytes() == jpeg(101, (96, 64))
    assert check(site) == []


def test_an_images_page_shows_the_larger_picture_and_tells_its_size_before_it_is_there(site: Path) -> None:
    large = main_picture(site / "images" / "101.html")
    assert (large["src"], large["width"], large["height"]) == ("../previews/0/101.jpg", "96", "64")
    small = main_picture(site / "images" / "105.html")
    assert (small["src"], small["width"], small["height"]) == ("../thumbnails/0/105.jpg", "48", "32")
    assert "loading" not in large, "what one came for is not put off"


def test_pictures_below_are_put_off_until_they_come_into_sight(site: Path) -> None:
    reader = _Images()
    for page in site.glob("*/*.html"):
        reader.feed(re.sub(r"<figure.*?</figure>", "", page.read_text("utf-8"), flags=re.DOTALL))
    assert reader.found and {image.get("loading") for image in reader.found} == {"lazy"}


@pytest.mark.parametrize(
    ("size", "large"), [((96, 64), False), ((999, 600), False), ((1000, 600), True), ((700, 1024), True)]
)
def test_only_a_picture_that_bears_it_is_given_more_room(
    tmp_path: Path, size: tuple[int, int], large: bool
) -> None:
    private = replace(
        catalogue([Image(id=1)]), previews=lambda ids: [Thumbnail(i, jpeg(i, size), *size) for i in ids]
    )
    write(private, tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    assert ("preview-large" in (tmp_path / "site" / "images" / "1.html").read_text("utf-8")) == large


def test_without_thumbnails_an_images_page_still_shows_its_preview(tmp_path: Path) -> None:
    private = replace(catalogue([Image(id=1)], pictures=no_thumbnails), previews=previews)
    write(private, tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    assert main_picture(tmp_path / "site" / "images" / "1.html")["src"] == "../previews/0/1.jpg"
    assert check(tmp_path / "site") == []


def test_previews_that_are_withdrawn_go_from_the_site(tmp_path: Path) -> None:
    write(lab(), tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    before = stamps(tmp_path / "site")
    write(replace(lab(), previews=no_thumbnails, preview_renderings=no_renderings), tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    assert not list((tmp_path / "site" / "previews").rglob("*.jpg")) and check(tmp_path / "site") == []
    assert main_picture(tmp_path / "site" / "images" / "101.html")["src"] == "../thumbnails/0/101.jpg"
    after = stamps(tmp_path / "site")
    assert all(before[path] == after[path] for path in before if path.startswith("thumbnails/"))
    assert "data-preview" not in (tmp_path / "site" / "datasets" / "11.html").read_text("utf-8")


def test_the_explorers_cards_say_which_images_have_one(site: Path) -> None:
    cards = json.loads(gzip.decompress((site / "data/cards/0/0.json.gz").read_bytes()))
    assert dict(zip(cards["id"], cards["preview"], strict=True)) == {
        101: 1, 102: 1, 103: 1, 104: 1, 105: 0, 106: 1,
    }  # fmt: skip


def test_cards_say_which_images_have_one(site: Path) -> None:
    def marked(page: str) -> dict[str, bool]:
        cards = re.findall(
            r'<li class="card" data-image="(\d+)"( data-preview)?>', (site / page).read_text("utf-8")
        )
        return {image: bool(mark) for image, mark in cards}

    assert marked("datasets/11.html") == {"101": True, "102": True, "103": True}
    assert marked("datasets/13.html") == {"105": False}
    assert marked("wells/91.html") == {"104": True}


# -- what galleries tell -------------------------------------------------------------------------------------


def told(page: Path) -> dict[str, Any]:
    (text,) = re.findall(r"<template data-told>(.*?)</template>", page.read_text("utf-8"), re.DOTALL)
    return dict(json.loads(text))


def facts(of: dict[str, Any], image: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number in of["images"][str(image)]:
        label, value = of["values"][number]
        found.setdefault(of["labels"][label], []).append(value)
    return found


def test_a_gallery_tells_what_holds_for_its_images_inherited_or_not(site: Path) -> None:
    dataset = told(site / "datasets" / "11.html")
    assert set(dataset["images"]) == {"101", "102", "103"}
    first = facts(dataset, 101)
    assert first["Tags"] == ["CAN", "DAPI", "published"] and first["Gene"] == ["CAN", "WAS"]
    assert first["Sample"] == ["img-1000007"] and first["Acquired"] == ["2024-02-29"]
    assert first["Datasets"] == ["Shared"] and first["Projects"] == ["Project 10", "Project 9"]
    assert "Sample" not in facts(dataset, 102)
    assert len(dataset["values"]) == len({tuple(value) for value in dataset["values"]}), "each is said once"
    well = facts(told(site / "wells" / "91.html"), 104)
    assert well["no value"] == ["(empty)"] and well["Plates"] == ["Plate"]
    assert facts(told(site / "tags" / "33.html"), 101) == first


def test_what_the_settings_hide_is_not_told_and_labels_are_theirs(tmp_path: Path) -> None:
    config = tmp_path / "catalog.yml"
    config.write_text(
        'facets:\n  - {facet: "key:Gene", label: "Gene symbol"}\n  - {facet: owner, kind: off}\n'
    )
    write(lab(), tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site", config)
    first = facts(told(tmp_path / "site" / "datasets" / "11.html"), 101)
    assert first["Gene symbol"] == ["CAN", "WAS"] and "Owners" not in first


def test_a_gallery_of_many_columns_tells_the_first_and_long_values_shortly(tmp_path: Path) -> None:
    pairs = tuple((f"column {number}", f"value {number} " + "x" * 500) for number in range(171))
    export = exported(
        tmp_path,
        [Image(id=1, datasets=(11,), annotations=(40, 30)), Image(id=2, datasets=(11,))],
        datasets=[Dataset(id=11, name="Wide")],
        key_values=[KeyValues(id=40, pairs=pairs)],
        tags=[Tag(id=30, text="a tag")],
    )
    content = Content(export, Settings())
    text = GalleryFacts(content).of(content.table.of_dataset(11))
    found = json.loads(text)
    assert len(found["labels"]) == MOST and len(text) < 10_000
    assert found["labels"][0] == "Tags" and facts(found, 2) == {"Datasets": ["Wide"]}
    assert all(len(value) <= LONGEST for _, value in found["values"])


@pytest.mark.parametrize(
    "hostile", ["</template><script>alert(1)</script>", "&lt;b&gt;", '"]}', "\u2028\\", "<!--"]
)
def test_what_it_tells_is_never_markup(tmp_path: Path, hostile: str) -> None:
    export = exported(
        tmp_path / "export",
        [Image(id=1, name=hostile, datasets=(11,), annotations=(40, 30))],
        datasets=[Dataset(id=11, name=hostile)],
        key_values=[KeyValues(id=40, pairs=((hostile, hostile),))],
        tags=[Tag(id=30, text=hostile)],
    )
    build(tmp_path / "export", tmp_path / "site")
    page = tmp_path / "site" / "datasets" / "11.html"
    found = facts(told(page), 1)
    assert found["Tags"] == [hostile] and found[hostile] == [hostile] and found["Datasets"] == [hostile]
    text = GalleryFacts(content := Content(export, Settings())).of(content.table.of_dataset(11))
    assert not set(text) & set("<>&")


def test_a_page_without_images_loads_nothing_to_enlarge_them(tmp_path: Path) -> None:
    exported(tmp_path / "export", [Image(id=1)], datasets=[Dataset(id=11, name="Empty")])
    build(tmp_path / "export", tmp_path / "site")
    assert "lightbox" not in (tmp_path / "site" / "datasets" / "11.html").read_text("utf-8")
    assert "lightbox" not in (tmp_path / "site" / "browse.html").read_text("utf-8")
