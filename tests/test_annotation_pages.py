"""Every kind of annotation stands on the page of what carries it, and on the pages of what inherits it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

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
from catalog_builder.model.base import Linked
from catalog_builder.model.plates import Field, Plate, Run, Screen, Well
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.publish.policy import Policy
from tests.catalogues import LONG_AGO, NOTED, QUIET, build, catalogue, write

GROUP = Group(id=5, name="Lab", permissions="rwra--")
OTHERS = {
    "comments": [Comment(id=60, text="Looks <b>odd</b>\nhttp://example.org/x", created=LONG_AGO, **NOTED)],
    "ratings": [Rating(id=61, stars=4, owner=2, group=5)],
    "attachments": [
        Attachment(id=62, name="plan.pdf", size=1_234_567, media_type="application/pdf", **NOTED)
    ],
    "terms": [Term(id=63, term="GO:0005813", **NOTED)],
    "values": [
        Value(id=64, kind="boolean", value=True, **NOTED),
        Value(id=65, kind="timestamp", value="2024-02-29T22:30:00Z", **NOTED),
        Value(id=67, kind="number", value=0.25, **NOTED),
        Value(id=68, kind="integer", value=17, **NOTED),
    ],
    "xml": [Xml(id=66, namespace="example.org/xml", owner=2, group=5)],
}
WORDS = (
    *("Looks <b>odd</b>", "Ben Beispiel", "2024-02-29", "★★★★☆", "GO:0005813"),
    *("plan.pdf (application/pdf, 1.23\u00a0MB)", "yes", "2024-02-29T22:30:00Z", "0.25", "17"),
    *("example.org/xml", "example.org/note"),
)


def site(folder: Path, policy: Policy | None = None) -> Path:
    private = catalogue(
        [
            Image(
                id=101,
                owner=1,
                group=5,
                datasets=(11,),
                annotations=(30, 40, 41),
                linked=(Linked(annotation=30, by=2, at=LONG_AGO), Linked(annotation=40)),
            )
        ],
        people=[Person(id=1, name="Ada Example"), Person(id=2, name="Ben Beispiel")],
        groups=[GROUP],
        projects=[Project(id=1, name="P", owner=1, group=5, annotations=tuple(range(60, 69)))],
        datasets=[Dataset(id=11, name="D", owner=1, group=5, projects=(1,), annotations=(42,))],
        tags=[Tag(id=30, text="HeLa", owner=1, group=5)],
        key_values=[
            KeyValues(id=40, pairs=(("Gene", "A"), ("Gene", "A"), ("", "no key")), owner=1, group=5),
            KeyValues(id=41, pairs=(("Gene", "A"), ("Empty", "")), owner=2, group=5),
            KeyValues(id=42, pairs=(("Gene", "A"),), owner=2, group=5),
        ],
        **OTHERS,  # type: ignore[arg-type]
    )
    write(private, folder / "export", policy=policy)
    build(folder / "export", folder / "site")
    return folder / "site"


def text(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site(tmp_path_factory.mktemp("annotated"))


@pytest.mark.parametrize("page", ["projects/1.html", "datasets/11.html", "images/101.html"])
def test_every_kind_is_shown_where_it_is_and_where_it_is_inherited(whole: Path, page: str) -> None:
    html = text(whole / page)
    shown = unescape(html)
    assert [word for word in WORDS if word not in shown] == []
    assert "<b>odd" not in html and 'href="http://example.org/x"' not in html, "only key-values become links"
    notes = re.findall(r'<ul class="notes notes-(\w+)">(.*?)</ul>', html, re.DOTALL)
    assert [kind for kind, _ in notes] == ["ratings", "terms", "values", "comments", "attachments", "xml"]
    inherited = [('href="../projects/1.html"' in body) for _, body in notes]
    assert all(inherited) if page != "projects/1.html" else not any(inherited)


def test_several_annotations_on_one_object_are_kept_apart(whole: Path) -> None:
    html = text(whole / "images" / "101.html")
    table = re.search(r'<section class="pairs">.*?</section>', html, re.DOTALL)
    assert table
    bodies = re.findall(r"<tbody>(.*?)</tbody>", table[0], re.DOTALL)
    pairs = [re.findall(r"<td><bdi[^>]*>(?:<a[^>]*>)?(.*?)(?:</a>)?</bdi>", body) for body in bodies]
    assert pairs == [["A", "A", "no key"], ["A", "(empty)"], ["A"]]
    assert ["From" in body for body in bodies] == [False, False, True]


def test_scenes_of_one_file_are_one_card_that_unfolds(tmp_path: Path) -> None:
    scenes = [
        Image(id=10 + n, name=f"slide {n}", datasets=(11,), fileset=7, series=5 - n) for n in range(1, 4)
    ]
    others = [Image(id=1, name="alone", datasets=(11,), fileset=8), Image(id=2, name="zoom", datasets=(11,))]
    write(catalogue([*scenes, *others], datasets=[Dataset(id=11)]), tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    html = text(tmp_path / "site" / "datasets" / "11.html")
    assert re.findall(r'data-image="(\d+)"', html) == ["1", "13", "12", "11", "2"], (
        "by series within the file"
    )
    (group,) = re.findall(r'<li class="card-group">.*?</details>', html, re.DOTALL)
    assert re.findall(r'data-image="(\d+)"', group) == ["13", "12", "11"] and "3 scenes of one file" in group


def test_who_put_what_there_is_told_where_a_rule_lets_it_out(whole: Path, tmp_path: Path) -> None:
    html = text(whole / "images" / "101.html")
    told = re.search(r'<details class="told">.*?</details>', html, re.DOTALL)
    assert told and re.sub(r"<[^>]*>|\s+", " ", told[0]).split() == (
        "Who annotated this HeLa by Ben Beispiel , 2024-02-29 3 key-value pairs".replace(
            "\u00a0", " "
        ).split()
    )
    closed = site(tmp_path, Policy(rules=QUIET))
    for page in ("projects/1.html", "datasets/11.html", "images/101.html"):
        html = unescape(text(closed / page))
        assert (
            "Who annotated" not in html and "★" not in html and "odd" not in html and "plan.pdf" not in html
        )
        assert "GO:0005813" in html
    everything = "".join(text(path) for path in (tmp_path / "export").rglob("*.jsonl"))
    assert not re.search("odd|plan.pdf|stars|linked", everything)


def test_a_tags_page_names_whatever_carries_it(tmp_path: Path) -> None:
    tag = Tag(id=30, text="checked")
    private = catalogue(
        [Image(id=1, name="i", fields=(Field(well=91, run=81),))],
        tags=[tag],
        projects=[Project(id=1, name="P", annotations=(30,))],
        screens=[Screen(id=51, name="S", annotations=(30,))],
        plates=[Plate(id=71, name="Q", screens=(51,), annotations=(30,))],
        runs=[Run(id=81, name="R", plate=71, annotations=(30,))],
        wells=[Well(id=91, plate=71, row=1, column=11, annotations=(30,))],
    )
    write(private, tmp_path / "export")
    build(tmp_path / "export", tmp_path / "site")
    html = text(tmp_path / "site" / "tags" / "30.html")
    said = " ".join(re.sub(r"<[^>]*>", "", html).split())
    assert "holds for 1 image; 1 project, 1 screen, 1 plate, 1 run and 1 well carry it." in said
    for address in ("projects/1.html", "screens/51.html", "plates/71.html", "wells/91.html"):
        assert f'href="../{address}"' in html, address
    assert "Q B12" in said
