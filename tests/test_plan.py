"""`plan`: what it tells of a catalogue, what it hides, and how an approved one holds an export to it."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from catalog_builder.commands.export import export
from catalog_builder.commands.plan import as_json, plan, shortcomings
from catalog_builder.commands.plan_shown import as_html, as_text
from catalog_builder.errors import ExportError
from catalog_builder.exchange.before import Before
from catalog_builder.files import write_private
from catalog_builder.model.annotations import Comment, KeyValues, Tag, TagSet
from catalog_builder.model.catalogue import Catalogue
from catalog_builder.model.records import Dataset, Group, Image, Person, Project
from catalog_builder.progress import Silent
from catalog_builder.publish.approval import read_plan
from catalog_builder.publish.plan import Counted, Line, Plan, masked
from catalog_builder.settings.options import Settings
from catalog_builder.settings.rules import Names, Rules
from catalog_builder.sources.base import Scope
from tests.catalogues import catalogue, tree


def study(**changes: Any) -> Catalogue:
    """Three images of Ada's, one of them under embargo, with what a plan should speak of."""
    records: dict[str, Any] = {
        "people": [Person(id=1, name="Ada Example"), Person(id=2, name="Ben Beispiel")],
        "groups": [Group(id=5, name="Lab", permissions="rwr---")],
        "projects": [Project(id=1, name="Mitosis", owner=1, group=5, annotations=(40,))],
        "datasets": [Dataset(id=11, name="Wounds", owner=1, group=5, projects=(1,))],
        "tag_sets": [TagSet(id=20, name="Cell", owner=1, group=5)],
        "tags": [
            Tag(id=30, text="HeLa", owner=2, group=5, sets=(20,)),
            Tag(id=31, text="embargo", owner=1, group=5),
        ],
        "key_values": [
            KeyValues(id=40, owner=1, group=5, pairs=(("Dose", "1 µM"), ("Patient ID", "PXYZ77"))),
            KeyValues(id=41, owner=2, group=5, pairs=(("Note", "not by the owner"),)),
            KeyValues(id=42, owner=1, group=5, namespace="lab/x", pairs=(("Inner", "zz-inner"),)),
            KeyValues(
                id=43, owner=1, group=5, pairs=(("Where", "on scope01.bio.uni-x.de"), ("By", "jmoore"))
            ),
        ],
        "comments": [Comment(id=50, owner=2, group=5, text="between us")],
        "images": [
            Image(id=101, name="one", owner=1, group=5, datasets=(11,), annotations=(30, 41, 42, 50)),
            Image(id=102, name="two <b>", owner=1, group=5, datasets=(11,), annotations=(30, 43)),
            Image(id=103, name="kept back", owner=1, group=5, datasets=(11,), annotations=(31,)),
        ],
    } | changes
    return replace(catalogue(records.pop("images"), **records), logins=frozenset({"jmoore"}))


class Made:
    """A source that hands over a catalogue that is there already."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __enter__(self) -> Made:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, scope: Scope, before: Before | None = None) -> Catalogue:
        return self._catalogue


def planned(private: Catalogue, folder: Path, rules: Rules | None = None, **options: Any) -> Plan:
    """The plan against the export that may be in the folder; nothing is written."""
    before = tree(folder) if folder.exists() else None
    found = plan(Made(private), Scope(), Settings(), rules or Rules(), Silent(), since=folder, **options)
    assert (tree(folder) if folder.exists() else None) == before
    return found


def exported(
    private: Catalogue, folder: Path, rules: Rules | None = None, approved: Plan | None = None
) -> None:
    export(Made(private), Scope(), Settings(), rules or Rules(), folder, Silent(), approved=approved)


def line(plan: Plan, section: str, name: str) -> Line:
    (found,) = (one for one in plan.sections[section] if one.name == name)
    return found


def test_it_counts_what_goes_out_and_what_stays_in_and_says_why(tmp_path: Path) -> None:
    found = planned(study(), tmp_path / "export")
    assert found.counts["images"] == Counted(published=2, withheld=1)
    assert found.counts["datasets"] == Counted(published=1, withheld=0)
    assert found.counts["comments"] == Counted(published=0, withheld=1)
    assert found.counts["key_values"] == Counted(published=2, withheld=2)
    why = {(one.kind, one.count): one.why for one in found.reasons}
    assert "says never" in why["images", 1] and "none of their kind" in why["comments", 1]
    assert {one.why for one in found.reasons if one.kind == "key_values"} == {
        "their namespace is not allowed",
        "they belong to somebody else than what they are on, and the rules let only the owner's out",
    }


def test_it_names_every_name_how_often_and_an_example(tmp_path: Path) -> None:
    found = planned(study(), tmp_path / "export")
    assert line(found, "keys", "Dose") == Line(name="Dose", published=1, example="1 µM", new=True)
    assert line(found, "keys", "Patient ID") == Line(name="Patient ID", withheld=1, example="PX…")
    assert line(found, "keys", "Inner").example == "zz…" and not line(found, "keys", "Inner").published
    assert line(found, "tags", "HeLa") == Line(name="HeLa", published=2, example="one", new=True)
    assert line(found, "tags", "embargo").withheld == 1 and line(found, "tag_sets", "Cell").published == 1
    assert line(found, "namespaces", "lab/x").withheld == 1 and line(found, "namespaces", "").published == 2
    assert line(found, "groups", "Lab").example == "rwr---" and line(found, "projects", "Mitosis").published
    assert {one.name for one in found.sections["people"]} == {"A. E.", "B. B."}


def test_withheld_examples_are_whole_only_where_that_is_asked_for(tmp_path: Path) -> None:
    hidden = as_json(planned(study(), tmp_path / "e")) + as_html(planned(study(), tmp_path / "e"))
    shown = planned(study(), tmp_path / "e", show_values=True)
    for secret in (b"PXYZ77", b"zz-inner", b"not by the owner", b"between us", b"kept back"):
        assert secret not in hidden
    assert line(shown, "keys", "Patient ID").example == "PXYZ77"
    assert masked("") == "" and (masked("a"), masked("abc"), masked("abcd")) == ("…", "a…", "ab…")


def test_it_finds_what_is_suspicious_in_what_goes_out(tmp_path: Path) -> None:
    found = planned(study(), tmp_path / "export")
    assert [(one.kind, one.where, one.count) for one in found.suspicious] == [
        ("host name", "values of the key 'Where'", 1),
        ("login name", "values of the key 'By'", 1),
    ]
    assert found.suspicious[0].example == "on scope01.bio.uni-x.de"
    kept_in = planned(study(), tmp_path / "export", Rules(keys=Names(deny=("Where", "By"))))
    assert kept_in.suspicious[0].kind == "key named like something private", "Patient ID goes out now"


def test_it_looks_everywhere_that_people_write(tmp_path: Path) -> None:
    leak = "10.0.0.7"
    changes: dict[str, Any] = {
        "projects": [Project(id=1, name=leak, description=leak, owner=1, group=5)],
        "tags": [Tag(id=30, text=leak, description=leak, owner=1, group=5, sets=(20,))],
        "tag_sets": [TagSet(id=20, name=leak, description=leak, owner=1, group=5)],
        "key_values": [KeyValues(id=43, owner=1, group=5, pairs=((leak, leak),))],
        "comments": [Comment(id=50, owner=2, group=5, text=leak)],
    }
    open_rules = Rules(comments=True, by_others=("tags", "comments"))
    found = planned(study(**changes), tmp_path / "export", open_rules)
    assert {one.where for one in found.suspicious if one.kind == "private IP address"} == {
        *("names of projects", "descriptions of projects", "texts of tags", "descriptions of tags"),
        *("names of tag sets", "descriptions of tag sets", "names of keys", f"values of the key '{leak}'"),
        "texts of comments",
    }


def test_what_is_new_is_marked_and_what_was_there_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    exported(study(), folder)
    again = planned(study(), folder)
    assert again.since and not any(one.new for section in again.sections.values() for one in section)
    more = study(
        key_values=[KeyValues(id=43, owner=1, group=5, pairs=(("Fresh", "1"),))],
        datasets=[Dataset(id=11, name="Wounds 2", owner=1, group=5, projects=(1,))],
    )
    found = planned(more, folder)
    new = {one.name for section in found.sections.values() for one in section if one.new}
    assert new == {"Fresh", "Wounds 2"}
    assert shortcomings(found, ["new", "suspicious"]) == "2 new names" and not shortcomings(again, ["new"])


def test_the_text_is_for_a_terminal_and_the_page_for_a_browser(tmp_path: Path) -> None:
    hostile = study(images=[Image(id=1, name="\x1b[31mred\n<img src=x onerror=alert(1)>", owner=1, group=5)],
                    tags=[Tag(id=30, text="\x1b]0;x\x07<script>", owner=1, group=5)],
                    projects=[Project(id=1, name="</style><script>alert(1)</script>", annotations=(30,), group=5)],
                    datasets=[])  # fmt: skip
    found = planned(hostile, tmp_path / "export")
    text = as_text(found)
    assert text.startswith(found.notice) and "\x1b" not in text and "\x07" not in text
    assert re.search(r"images +1 +0\n", text) and "Suspicious" in text
    page = as_html(found).decode()
    assert "<script" not in page and page.count("</style>") == 1 and "&lt;script&gt;" in page
    assert (
        found.notice in unescape(page)
        and "default-src 'none'" in page
        and "http" not in page.replace("http-equiv", "")
    )


def test_a_plan_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "plan.json"
    path.parent.mkdir()
    path.write_text("somebody else's, for all to read")
    write_private(path, as_json(planned(study(), tmp_path / "export")))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and [one.name for one in path.parent.iterdir()] == [
        "plan.json"
    ]
    assert read_plan(path) == msgspec.json.decode(path.read_bytes(), type=Plan)


# An approved plan.


def test_an_approved_plan_lets_through_what_it_showed_and_more_of_the_same(tmp_path: Path) -> None:
    agreed = planned(study(), tmp_path / "export")
    exported(study(), tmp_path / "export", approved=agreed)
    exported(study(), tmp_path / "afresh")
    assert tree(tmp_path / "export").keys() == tree(tmp_path / "afresh").keys()
    images = [
        Image(id=i, name=f"{i}", owner=1, group=5, datasets=(11,), annotations=(30,)) for i in range(101, 120)
    ]
    exported(study(images=images), tmp_path / "export", approved=agreed)


BEYOND: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "keys": ({"key_values": [KeyValues(id=40, owner=1, group=5, pairs=(("Fresh", "PXYZ77"),))]}, {}),
    "tags": ({"tags": [Tag(id=30, text="Fresh", owner=1, group=5)]}, {}),
    "tag sets": ({"tag_sets": [TagSet(id=20, name="Fresh", owner=1, group=5)]}, {}),
    "projects": ({"projects": [Project(id=1, name="Fresh", owner=1, group=5)]}, {}),
    "datasets": ({"datasets": [Dataset(id=11, name="Fresh", owner=1, group=5)]}, {}),
    "groups": ({"groups": [Group(id=5, name="Fresh", permissions="rwr---")]}, {}),
    "people": ({"people": [Person(id=1, name="Zoe Fresh")]}, {}),
    "people in full": ({}, {"people": "full"}),
    "namespaces": ({}, {"namespaces": Names()}),
    "comments": ({}, {"comments": True, "by_others": ("tags", "comments")}),
    "suspicious, more": (
        {
            "key_values": [
                KeyValues(id=43, owner=1, group=5, pairs=(("Where", "10.0.0.7"), ("Dose", "2"), ("By", "x")))
            ]
        },
        {},
    ),
}


@pytest.mark.parametrize("what", BEYOND)
def test_what_goes_beyond_it_stops_the_export_and_leaves_what_was_there(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    exported(study(), folder)
    agreed, before = planned(study(), folder), tree(folder)
    changes, rules = BEYOND[what]
    with pytest.raises(ExportError) as caught:
        exported(study(**changes), folder, msgspec.structs.replace(Rules(), **rules), agreed)
    told = str(caught.value)
    assert what.removesuffix(" in full") in told and "plan" in told and "\n" not in told
    assert not re.search("Fresh|PXYZ77|10.0.0.7|Ada", told), "a log may be read by many"
    assert tree(folder) == before


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff", b'{"version": 1}', b"[" * 100_000])
def test_a_plan_that_cannot_be_used_is_one_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExportError, match="plan --json") as caught:
        read_plan(path)
    assert "\n" not in str(caught.value)


def test_a_plan_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(as_json(msgspec.structs.replace(planned(study(), tmp_path / "e"), version=2)))
    with pytest.raises(ExportError, match="version 2"):
        read_plan(path)
