"""HQL on the stand-in: each rule that OMERO's database and Hibernate have, over a real connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

from omero.rtypes import rtime  # noqa: E402

from tests.omero_server import OmeroServer  # noqa: E402
from tests.omero_server.connections import ask, connected  # noqa: E402
from tests.omero_server.lab import MEMBER, READ_ONLY, small_lab  # noqa: E402
from tests.omero_server.store import FIRST_IMPORT, Lab, Row  # noqa: E402

pytestmark = pytest.mark.omero

REFUSED = (omero.ApiUsageException, omero.ValidationException)


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as server:
        yield server


@pytest.fixture(scope="module")
def lab(server: OmeroServer) -> Lab:
    return server.lab


@pytest.fixture(scope="module")
def member(server: OmeroServer) -> Iterator[Any]:
    group = str(server.lab.find("ExperimenterGroup", name=READ_ONLY).id)
    with connected(server, MEMBER, group) as connection:
        yield connection


@pytest.fixture(scope="module")
def images(lab: Lab) -> list[Row]:
    """The images that the member's connection sees, by id."""
    found = [row for row in lab.rows("Image") if row.group and row.group.values["name"] == READ_ONLY]
    return sorted(found, key=lambda row: row.id)


def refused(connection: Any, hql: str, *words: str, **parameters: Any) -> None:
    with pytest.raises(REFUSED) as failure:
        ask(connection, hql, **parameters)
    for word in words:
        assert word in failure.value.message


# -- joins -------------------------------------------------------------------------------------------------------


def test_a_foreign_key_needs_no_join_and_is_null_safe(member: Any, images: list[Row]) -> None:
    rows = ask(member, "select i.id, i.fileset.id from Image i order by i.id")
    expected = [(i.id, i.values["fileset"].id if i.values.get("fileset") else None) for i in images]
    assert rows == expected
    assert {fileset for _, fileset in rows} > {None}


def test_a_longer_path_is_an_inner_join_and_drops_rows(member: Any, images: list[Row]) -> None:
    with_fileset = [i.id for i in images if i.values.get("fileset")]
    assert ask(member, "select i.id, i.fileset.templatePrefix from Image i order by i.id") == [
        (id, "CANARY-template/") for id in with_fileset
    ]


@pytest.mark.parametrize(
    "clause",
    ["where i.fileset.templatePrefix is null", "where i.id > 0 or i.fileset.templatePrefix = ''"],
)
def test_a_longer_path_drops_rows_even_from_a_condition(member: Any, images: list[Row], clause: str) -> None:
    found = ask(member, f"select i.id from Image i {clause}")
    assert set(found) <= {i.id for i in images if i.values.get("fileset")}


def test_a_longer_path_drops_rows_even_from_order_by(member: Any, images: list[Row]) -> None:
    found = ask(member, "select i.id from Image i order by i.format.value, i.id")
    assert len(found) == sum(1 for i in images if i.values.get("format")) == len(images) - 1


def test_a_left_outer_join_keeps_rows(member: Any, images: list[Row]) -> None:
    rows = ask(member, "select i.id, f.value from Image i left outer join i.format f order by i.id")
    assert [id for id, _ in rows] == [i.id for i in images]
    assert [value for _, value in rows].count(None) == 1


def test_an_entity_in_the_select_clause_is_joined(member: Any) -> None:
    assert [] not in ask(member, "select i.fileset from Image i")
    assert len(ask(member, "select i.fileset from Image i")) == 3


@pytest.mark.parametrize("path", ["parent.id", "child.id", "details.owner.id", "details.group.id"])
def test_keys_of_links_and_owners_are_read_from_the_row(member: Any, lab: Lab, path: str) -> None:
    links = [link for link in lab.rows("DatasetImageLink") if link.group.values["name"] == READ_ONLY]  # type: ignore[union-attr]
    expected = {
        "parent.id": lambda link: link.values["parent"].id,
        "child.id": lambda link: link.values["child"].id,
        "details.owner.id": lambda link: link.owner.id,
        "details.group.id": lambda link: link.group.id,
    }[path]
    rows = ask(member, f"select l.id, l.{path} from DatasetImageLink l order by l.id")
    assert rows == [(link.id, expected(link)) for link in sorted(links, key=lambda link: link.id)]


def test_a_join_multiplies_rows_and_distinct_takes_them_back(member: Any, lab: Lab) -> None:
    dataset = lab.find("Dataset", name="Untreated").id
    hql = "d.id from Dataset d join d.projectLinks l where d.id = :id"
    assert ask(member, f"select {hql}", id=dataset) == [dataset, dataset]
    assert ask(member, f"select distinct {hql}", id=dataset) == [dataset]


def test_with_restricts_an_outer_join_without_dropping_rows(member: Any, images: list[Row]) -> None:
    rows = ask(
        member,
        "select i.id, l.id from Image i left outer join i.datasetLinks l with l.parent.id < 0 order by i.id",
    )
    assert rows == [(i.id, None) for i in images]


def test_two_tables_are_joined_by_a_condition(member: Any, lab: Lab) -> None:
    rows = ask(
        member,
        "select d.name, i.name from Dataset d, Image i, DatasetImageLink l"
        " where l.parent = d.id and l.child = i and d.name = 'Bo''s dataset' order by i.name",
    )
    assert rows == [("Bo's dataset", "bo_01.dv"), ("Bo's dataset", "bo_02.dv")]


def test_lists_keep_their_order_and_have_an_index(member: Any, lab: Lab) -> None:
    rows = ask(
        member,
        "select index(c), lc.name, lc.emissionWave.value, lc.emissionWave.unit from Image i join i.pixels p"
        " join p.channels c join c.logicalChannel lc where i.name = 'pcnt_01.dv' order by index(c)",
    )
    assert rows == [(0, "DAPI", 461.0, "NANOMETER"), (1, "GFP", 509.0, "NANOMETER")]


def test_pairs_of_a_map_annotation_come_with_their_index(member: Any) -> None:
    rows = ask(
        member,
        "select index(mv), mv.name, mv.value from ImageAnnotationLink l join l.child a join a.mapValue mv"
        " where l.parent.name = 'cdk_01.dv' and a.ns = :ns order by index(mv)",
        ns="openmicroscopy.org/omero/client/mapAnnotation",
    )
    assert rows == [
        (0, "", "a value without a key"),
        (1, "Marker", "a"),
        (2, "Marker", "b"),
        (3, "Marker", "a"),
    ]


# -- conditions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("i.name = 'pcnt_01.dv'", ["pcnt_01.dv"]),
        ("i.name like 'pcnt%' and i.name not like '%1.dv' and i.name <> 'pcnt_03.dv'", "pcnt 2 4 5 6"),
        ("i.name in ('pcnt_01.dv', 'pcnt_02.dv') and not i.name = 'pcnt_02.dv'", "pcnt 1"),
        ("i.name between 'pcnt_02.dv' and 'pcnt_04.dv'", "pcnt 2 3 4"),
        ("i.name like 'pcnt%' and i.acquisitionDate is null", "pcnt 2 4 6"),
        ("i.name like 'pcnt%' and i.acquisitionDate is not null", "pcnt 1 3 5"),
        ("lower(i.name) = lower('PCNT_01.DV')", "pcnt 1"),
        ("(i.name = 'pcnt_01.dv' or i.name = 'pcnt_02.dv') and length(i.name) >= 10", "pcnt 1 2"),
        ("i.name like 'pcnt%' and coalesce(i.description, 'none') = 'none'", "pcnt 1 3 5"),
        ("i.name like 'pcnt%' and size(i.datasetLinks) = 2", "pcnt 1"),
        ("i.name like 'pcnt%' and i.series + 1 = 1 and i.id * 2 > i.id", "pcnt 1 2 3 4 5 6"),
        ("i.name like 'pcnt%' and case when i.description is null then 0 else 1 end = 1", "pcnt 2 4 6"),
        (
            "i.name like 'pcnt%' and exists (select l from DatasetImageLink l where l.child = i)",
            "pcnt 1 2 3 4 5 6",
        ),
        (
            "not exists (select l.id from DatasetImageLink l where l.child.id = i.id) and i.name like 'orphan%'",
            "orphan",
        ),
        (
            "i.id in (select l.child.id from DatasetImageLink l where l.parent.name = 'PCNT')",
            "pcnt 1 2 3 4 5 6",
        ),
        ("i.annotationLinks is empty and i.name like '%o%n image _'", "orphan"),
        (
            "i.name like 'pcnt%' and 2 = (select count(*) from DatasetImageLink l where l.child.id = i.id)",
            "pcnt 1",
        ),
        ("i.name like 'pcnt%' and exists elements(i.rois)", "pcnt 2"),
        ("i.archived = true", []),
    ],
)
def test_conditions(member: Any, condition: str, names: Any) -> None:
    if isinstance(names, str):
        name, *numbers = names.split()
        names = [f"{name}_{number:>02}.dv" for number in numbers] or [f"{name} image 1", f"{name} image 2"]
    assert ask(member, f"select i.name from Image i where {condition} order by i.name") == names


def test_null_is_neither_equal_nor_unequal(member: Any, images: list[Row]) -> None:
    """SQL's logic of three values, where a client's own would have two."""
    without = sum(1 for i in images if "acquisitionDate" not in i.values)
    known = ask(
        member, "select i.id from Image i where i.acquisitionDate = :t or i.acquisitionDate <> :t", t=rtime(1)
    )
    assert without and len(known) == len(images) - without
    nothing = "select i.id from Image i where i.id not in (select j.fileset.id from Image j)"
    assert ask(member, nothing) == []  # a null among the values: `not in` is never true


def test_dates_are_compared_as_dates(member: Any) -> None:
    hql = "select i.name from Image i where i.acquisitionDate >= :when and i.name like 'pcnt%'"
    assert ask(member, hql, when=rtime(FIRST_IMPORT)) == ["pcnt_01.dv"]
    refused(member, hql, "RTime", when=FIRST_IMPORT)


def test_subclasses_are_read_through_their_superclass(member: Any, lab: Lab) -> None:
    image = lab.find("Image", name="pcnt_01.dv").id
    kinds = ask(
        member,
        "select type(a.class), count(a.id) from ImageAnnotationLink l join l.child a where l.parent.id = :id"
        " group by type(a.class) order by type(a.class)",
        id=image,
    )
    assert dict(kinds) == {
        "ome.model.annotations.BooleanAnnotation": 1,
        "ome.model.annotations.CommentAnnotation": 1,
        "ome.model.annotations.DoubleAnnotation": 1,
        "ome.model.annotations.LongAnnotation": 2,
        "ome.model.annotations.MapAnnotation": 2,
        "ome.model.annotations.TagAnnotation": 2,
        "ome.model.annotations.TermAnnotation": 1,
        "ome.model.annotations.TimestampAnnotation": 1,
        "ome.model.annotations.XmlAnnotation": 1,
    }
    texts = ask(
        member,
        "select a.textValue from Annotation a where a.class = TagAnnotation and a.ns is null and a.textValue = 'HeLa'",
    )
    assert texts == ["HeLa", "HeLa"]
    assert ask(member, "select count(t) from TextAnnotation t") > ask(
        member, "select count(t) from TagAnnotation t"
    )
    assert ask(member, "select a.id from Annotation a where a.class in (TermAnnotation)") == [
        lab.find("TermAnnotation").id
    ]


# -- the select clause -------------------------------------------------------------------------------------------


def test_a_projection_maps_types(member: Any, lab: Lab) -> None:
    pixels = lab.pointing("Pixels", "image", lab.find("Image", name="pcnt_02.dv").id)[0]
    ((size, size_x, value, unit, symbol, time, text, number, permissions),) = [
        (*unwrapped[:2], *unwrapped[2:])
        for unwrapped in ask(
            member,
            "select p.physicalSizeX, p.sizeX, p.physicalSizeX.value, p.physicalSizeX.unit, p.timeIncrement,"
            " p.details.creationEvent.time, p.image.name, p.sizeX * 1.5, p.details.permissions"
            " from Pixels p where p.id = :id",
            id=pixels.id,
        )
    ]
    assert size == {"value": 108.3, "unit": "NANOMETER", "symbol": "nm"}
    assert (size_x, value, unit) == (512, 108.3, "NANOMETER")
    assert symbol == {"value": 30.0, "unit": "SECOND", "symbol": "s"}
    assert (time, text, number) == (FIRST_IMPORT, "pcnt_02.dv", 768.0)
    assert permissions["perm"] == "rwr---" and permissions["canEdit"] is True


def test_a_projection_keeps_rtypes_apart(member: Any) -> None:
    hql = "select p.id, p.sizeX, p.image.name, p.details.creationEvent.time, p.physicalSizeX.value, p from Pixels p"
    row = member.getQueryService().projection(hql, None, member.SERVICE_OPTS)[0]
    kinds = [type(value).__mro__[1].__name__ for value in row]
    assert kinds[:4] == ["RLong", "RInt", "RString", "RTime"]
    assert kinds[5] == "RObject" and row[5].val.isLoaded()


def test_a_null_that_is_the_only_column_is_an_empty_row(member: Any) -> None:
    hql = "select i.acquisitionDate from Image i where i.name like 'pcnt%' order by i.name"
    rows = member.getQueryService().projection(hql, None, member.SERVICE_OPTS)
    assert [len(row) for row in rows] == [1, 0, 1, 0, 1, 0]
    pair = "select i.acquisitionDate, i.description from Image i where i.name = 'pcnt_01.dv'"
    assert member.getQueryService().projection(pair, None, member.SERVICE_OPTS)[0][1] is None


def test_a_map_names_its_columns(member: Any, lab: Lab) -> None:
    image = lab.find("Image", name="pcnt_02.dv")
    found = ask(
        member,
        "select new map(i.id as id, i.acquisitionDate as taken, i as image_details_permissions) from Image i"
        " where i.name = 'pcnt_02.dv'",
    )
    assert found[0]["id"] == image.id and found[0]["taken"] is None
    assert found[0]["image_details_permissions"]["perm"] == "rwr---"


@pytest.mark.parametrize(
    ("hql", "expected"),
    [
        (
            "select count(*), min(i.name), max(i.name) from Image i where i.name like 'pcnt%'",
            (6, "pcnt_01.dv", "pcnt_06.dv"),
        ),
        (
            "select count(i.acquisitionDate), count(distinct i.series) from Image i where i.name like 'pcnt%'",
            (3, 1),
        ),
        ("select sum(p.sizeZ), avg(p.sizeZ) from Pixels p where p.image.name like 'pcnt%'", (21, 3.5)),
        ("select count(i), sum(i.series) from Image i where i.id < 0", (0, None)),
        ("select max(row), max(column) from Well where plate.name = 'Plate 1'", (1, 2)),
        (
            "select minindex(ws), maxindex(ws) from Well w join w.wellSamples ws where w.plate.name = 'Plate 1'",
            (0, 1),
        ),
    ],
)
def test_aggregates(member: Any, hql: str, expected: tuple[Any, ...]) -> None:
    assert ask(member, hql) == [expected]


def test_groups(member: Any) -> None:
    rows = ask(
        member,
        "select l.parent.name, count(l.id) as n from DatasetImageLink l where l.parent.name in ('PCNT', 'CDK5RAP2')"
        " group by l.parent.name having count(l.id) > 4 order by n desc",
    )
    assert rows == [("PCNT", 6), ("CDK5RAP2", 5)]
