"""Every kind of thing and of annotation in the demo, held against its pages: what the export has, a reader sees."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from catalog_builder.exchange.read import Export
from catalog_builder.exchange.schema import STREAMS
from catalog_builder.model.annotations import (
    Attachment,
    Comment,
    KeyValues,
    Rating,
    Tag,
    Term,
    Value,
    Xml,
)
from catalog_builder.model.base import Carrier
from catalog_builder.model.plates import well_name

#: Streams of what carries annotations and has a page -> the folder of its pages. Runs show on their wells' pages.
PAGES = ("projects", "datasets", "screens", "plates", "wells", "images")


@pytest.fixture(scope="module")
def demo(demo_site: Path) -> tuple[Export, Path]:
    return Export(demo_site.parent / "export"), demo_site


def said(page: Path) -> str:
    """The text of a page's content, with single blanks."""
    main = page.read_text("utf-8").partition("<main")[2].partition(">")[2].rpartition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def words(annotation: Any) -> list[str]:
    """What a reader must find of an annotation."""
    match annotation:
        case Tag():
            return [annotation.text]
        case KeyValues():
            return [text for pair in annotation.pairs for text in pair if text]
        case Comment():
            return [annotation.text]
        case Rating():
            return ["★" * annotation.stars + "☆" * (5 - annotation.stars)]
        case Attachment():
            return [annotation.name, annotation.media_type]
        case Term():
            return [annotation.term, annotation.description]
        case Value(value=bool()):
            return ["yes" if annotation.value else "no", annotation.description]
        case Value():
            return [str(annotation.value), annotation.description]
        case Xml():
            return [annotation.namespace]
    raise AssertionError(annotation)


def carriers(export: Export, stream: str) -> list[Carrier]:
    return list(export.images()) if stream == "images" else list(getattr(export, stream).values())


def test_the_demo_has_something_of_every_kind(demo: tuple[Export, Path]) -> None:
    export, _ = demo
    assert all(export.manifest.counts[stream] for stream in STREAMS), export.manifest.counts
    kinds = {value.kind for value in export.values.values()}
    assert kinds == {"boolean", "integer", "number", "timestamp"}
    images = list(export.images())
    assert {image.role for image in images} == {"", "label", "macro"}
    assert any(image.rois for image in images) and any(image.objective for image in images)
    assert any(image.time_step for image in images) and any(image.files > 1 for image in images)
    scenes = [image.fileset for image in images if image.fileset is not None]
    assert max(map(scenes.count, set(scenes))) == 5, "a slide of five scenes"
    assert sum(len(plate.screens) for plate in export.plates.values()) == 2
    assert any(len(dataset.projects) > 1 for dataset in export.datasets.values())
    linked = [one for stream in PAGES for thing in carriers(export, stream) for one in thing.linked]
    assert linked and all(one.by in export.people and one.at for one in linked)


@pytest.mark.parametrize("stream", PAGES)
def test_whatever_is_annotated_says_so_on_its_page(demo: tuple[Export, Path], stream: str) -> None:
    export, site = demo
    missing = []
    found = 0
    for thing in carriers(export, stream):
        text = said(site / stream / f"{thing.id}.html")
        for id_ in thing.annotations:
            annotation = export.annotation(id_)
            assert annotation is not None
            found += 1
            for word in words(annotation):
                if " ".join(word.split()) not in text:
                    missing.append((thing.id, type(annotation).__name__, word))
        if thing.linked:
            assert "Who annotated this" in text
    assert not missing, missing[:5]
    assert found


def test_an_image_shows_all_that_it_inherits(demo: tuple[Export, Path]) -> None:
    export, site = demo
    from catalog_builder.model.inheritance import Inheritance

    inheritance = Inheritance(
        export.projects, export.datasets, export.screens, export.plates, export.runs, export.wells
    )
    from_runs = 0
    for image in [*export.images()][::7]:
        text = said(site / "images" / f"{image.id}.html")
        for id_, origins in inheritance.of_image(image).items():
            annotation = export.annotation(id_)
            assert all(" ".join(word.split()) in text for word in words(annotation)), (image.id, annotation)
            from_runs += any(origin.kind == "run" for origin in origins)
        for field in image.fields:
            well = export.wells[field.well]
            assert well_name(export.plates[well.plate], well.row, well.column) in text
    assert from_runs, "the demo annotates a run"


def test_what_is_known_of_an_image_stands_on_its_page(demo: tuple[Export, Path]) -> None:
    export, site = demo
    for image in export.images():
        text = said(site / "images" / f"{image.id}.html")
        if image.objective:
            assert image.objective.model in text and f"{image.objective.magnification:g}×" in text
        if image.rois:
            assert f"Regions of interest {image.rois}" in text
        if image.format:
            assert image.format in text
        if image.role:
            assert {"label": "the slide's label", "macro": "the whole slide"}[image.role] in text
        for channel in image.channels:
            assert channel.name in text
