"""The report of `check --server`, and what holds for every query of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed")

from catalog_builder.errors import SourceError
from catalog_builder.progress import Silent
from catalog_builder.sources import omero as rooms
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.annotations import ON_REQUEST
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.probe import PROBE_VALUES, ProbeLine, probe
from catalog_builder.sources.omero.queries import QUERIES, Query
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.source import OmeroSource
from tests.omero_server import OmeroServer
from tests.omero_server.lab import CANARIES, MEMBER, small_lab

pytestmark = pytest.mark.omero

FULL = Reach(groups=(1,), projects=(2,), datasets=(3,), screens=(4,), plates=(5,))


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as running:
        yield running


def login(server: OmeroServer) -> Login:
    return Login(host=server.host, port=server.port, user=MEMBER, password=server.password(MEMBER))


def test_every_query_is_asked_and_understood(server: OmeroServer) -> None:
    server.reset_calls()
    lines = probe(login(server))
    assert [str(line) for line in lines if line.outcome == "refused"] == []
    asked = set(server.queries)
    for name, query in QUERIES.items():
        assert {query.text(Reach(groups=(1,))), query.text(replace(FULL, linkers=True))} & asked, name
    assert len(lines) > len(QUERIES)


def test_the_report_holds_no_data(server: OmeroServer) -> None:
    report = "\n".join(str(line) for line in probe(login(server)))
    lab = server.lab
    private = {MEMBER, server.password(MEMBER), server.host, str(server.port), *CANARIES}
    for entity in ("Project", "Dataset", "Image", "TagAnnotation", "ExperimenterGroup"):
        private |= {row["name"] or row["textValue"] or "" for row in lab.rows(entity)}
    private |= {
        name for row in lab.rows("Experimenter") for name in (row["firstName"], row["lastName"]) if name
    }
    words = set(re.findall(r"[\w.-]+", report))
    assert not {
        text for text in private if len(text) > 3 and (text in words or (" " in text and text in report))
    }
    shape = re.compile(r"[a-z_ ]+: (ok|empty|refused)(, (\d+ ms|[\w .,()-]+))?")
    assert [line for line in report.splitlines() if not shape.fullmatch(line)] == []


def test_a_refused_query_does_not_end_the_report(
    server: OmeroServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Query("the tags", "select a.id, a.eMail from TagAnnotation a where a.id > :last order by a.id")
    monkeypatch.setitem(QUERIES, "TAGS", broken)
    lines = {line.what: line for line in probe(login(server))}
    assert lines["tags"].outcome == "refused" and lines["tags"].detail
    assert lines["image_annotations by group"].outcome == "ok"


@pytest.mark.parametrize(
    ("mode", "pictures"),
    [
        ("batch", ["pictures batch", "pictures direct", "previews direct"]),
        ("direct", ["pictures direct", "previews direct"]),
        ("none", []),
    ],
)
def test_pictures_are_asked_for_as_an_export_would(mode: str, pictures: list[str]) -> None:
    with OmeroServer(small_lab()) as running:
        lines = probe(login(running), thumbnails=mode)  # type: ignore[arg-type]
        asked = [line for line in lines if line.what.startswith(("pictures", "previews"))]
        assert [line.what for line in asked] == pictures
        assert not [line for line in asked if line.outcome == "refused"]
        assert bool(running.traces) == (mode == "batch")


def test_no_connection_is_one_sentence(server: OmeroServer) -> None:
    with pytest.raises(SourceError, match="OMERO_PASSWORD"):
        probe(Login(host=server.host, port=server.port, user=MEMBER, password="wrong"))


def test_a_line_reads_well() -> None:
    assert str(ProbeLine("tags", "ok", 12)) == "tags: ok, 12 ms"
    assert str(ProbeLine("tags", "refused", 12, "QueryException")) == "tags: refused, QueryException"


# -- what holds for every query ------------------------------------------------------------------------------


def test_the_registry_holds_every_query_of_the_room() -> None:
    text = Path(queries.__file__).read_text(encoding="utf-8")
    made = r"^([A-Z_]+) = (?:Query|_containers|_annotations|_annotations_of)\("
    assert set(QUERIES) == set(re.findall(made, text, re.MULTILINE))
    assert len(QUERIES) > 30


def test_the_probe_has_a_value_for_every_parameter() -> None:
    for name, query in QUERIES.items():
        assert query.parameters(FULL) <= {*PROBE_VALUES, *FULL.parameters()}, name


def test_no_query_is_written_anywhere_else() -> None:
    for room in Path(rooms.__path__[0]).glob("*.py"):
        if room.name != "queries.py":
            assert not re.search(r"\bselect\b.*\bfrom\b", room.read_text(encoding="utf-8")), room.name


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_no_query_writes_or_asks_for_what_is_private(name: str) -> None:
    text = QUERIES[name].text(FULL)
    assert text.startswith("select ")
    assert not re.search(r"\b(update|delete|insert)\b", text, re.IGNORECASE)
    private = r"email|institution|ldap|middleName|clientPath|path|hash|OriginalFile|serialNumber|config"
    private += r"|GroupExperimenterMap"
    if name != "LOGINS":  # asked for a plan alone
        private += r"|omeName"
    if name.lower() not in ON_REQUEST:
        private += r"|CommentAnnotation|FileAnnotation|insight/rating' and"
    assert not re.search(private, text, re.IGNORECASE)
    assert not (name == "XML" and "textValue" in text)
    assert ("FilesetEntry" in text) == ("IMAGE" in name and "select max" in text), "counted only"


def test_what_is_private_is_not_asked_for_unless_a_rule_lets_it_out(server: OmeroServer) -> None:
    for also in ((), ("comments",), ("ratings", "attachments"), ("linked",), ("logins",)):
        server.reset_calls()
        with OmeroSource(login(server), thumbnails="none", also=also, progress=Silent()) as source:
            found = source.read(Scope())
        assert bool(found.logins) == ("logins" in also)
        asked = "\n".join(server.queries)
        assert ("omeName" in asked) == ("logins" in also)
        assert ("CommentAnnotation a" in asked) == ("comments" in also)
        assert ("FileAnnotation a" in asked) == ("attachments" in also)
        assert ("a.ns = 'openmicroscopy.org/omero/insight/rating'" in asked) == ("ratings" in also)
        assert (", l.details.owner.id" in asked) == ("linked" in also)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_query_pages_by_its_first_column_or_asks_for_ids(name: str) -> None:
    query = QUERIES[name]
    text = query.text(FULL)
    if ":last" not in text:
        assert ":ids" in text or name in ("IMAGE_COUNTS", "IMAGE_LINKERS")
        return
    key = re.match(r"select (\w+\.id),", text)
    assert key and f"{key[1]} > :last" in text and f"order by {key[1]}" in text


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_null_never_loses_its_row(name: str) -> None:
    """OMERO sends a null in a single column as an empty row, and drops rows of longer implicit paths."""
    query = QUERIES[name]
    if query.objects:
        return
    text = re.sub(r"\(select [^()]*\([^()]*\)[^()]*\)", "worked_out", query.text(FULL))
    columns = text.removeprefix("select ").split(" from ")[0].split(", ")
    assert len(columns) > 1
    keys = ("parent.id", "child.id", "owner.id", "group.id", "fileset.id", "details.permissions")
    keys += ("plate.id", "plateAcquisition.id", "objective.id", "updateEvent.id")
    for column in columns:
        if column.count(".") > 1:
            assert column.endswith((*keys, ".value", ".unit")), column


def test_only_conditions_with_something_in_their_lists_are_asked() -> None:
    kinds = [
        Reach(groups=(1,)),
        Reach(projects=(1,)),
        Reach(datasets=(1,)),
        Reach(screens=(1,)),
        Reach(plates=(1,)),
    ]
    for reach in (*kinds, FULL, Reach()):
        named = {name for query in QUERIES.values() for name in query.parameters(reach)}
        assert named - set(PROBE_VALUES) == set(reach.parameters())
