"""HQL on the stand-in: order, pages, what is refused, and the objects that a query fetches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from omero.rtypes import rlist, unwrap  # noqa: E402

from tests.omero_server import OmeroServer, security  # noqa: E402
from tests.omero_server.connections import ask, connected, parameters_of  # noqa: E402
from tests.omero_server.hql.run import execute  # noqa: E402
from tests.omero_server.lab import MEMBER, READ_ONLY, big_lab, small_lab  # noqa: E402
from tests.omero_server.store import Lab, Row  # noqa: E402

pytestmark = pytest.mark.omero

SMALL = small_lab()
REFUSED = (omero.ApiUsageException, omero.ValidationException)


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(SMALL) as server:
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


# -- order and pages ---------------------------------------------------------------------------------------------


def test_order_by(member: Any) -> None:
    hql = "select i.name from Image i where i.name like 'pcnt%' order by"
    names = [f"pcnt_{number:02d}.dv" for number in range(1, 7)]
    assert ask(member, f"{hql} i.description desc, i.name") == [*names[0::2], *reversed(names[1::2])]
    assert ask(member, f"{hql} i.description asc, i.name desc") == [*names[1::2], *reversed(names[0::2])]


def test_without_order_by_rows_do_not_come_by_id(member: Any, images: list[Row]) -> None:
    hql = "select i.id from Image i"
    found = ask(member, hql)
    assert sorted(found) == [i.id for i in images] != found
    assert ask(member, hql) == found  # but the same each time: a failing test can be run again


def test_a_lab_of_another_seed_has_another_order(server: OmeroServer, member: Any) -> None:
    with OmeroServer(small_lab(seed=2)) as other, connected(other, MEMBER, "4") as connection:
        hql = "select i.id from Image i"
        assert ask(connection, hql) != ask(member, hql)
        assert sorted(ask(connection, hql)) == sorted(ask(member, hql))


def test_pages_by_key_are_complete(member: Any, images: list[Row]) -> None:
    found: list[int] = []
    while page := ask(
        member,
        "select i.id from Image i where i.id > :last order by i.id",
        limit=7,
        last=found[-1] if found else 0,
    ):
        found += page
    assert found == [i.id for i in images]


def test_pages_by_offset_without_a_complete_order_lose_rows(member: Any, images: list[Row]) -> None:
    pages = [
        ask(member, "select i.id from Image i", limit=10, offset=start) for start in range(0, len(images), 10)
    ]
    assert {id for page in pages for id in page} != {i.id for i in images}
    ordered = [
        ask(member, "select i.id from Image i order by i.series, i.id", limit=10, offset=start)
        for start in range(0, len(images), 10)
    ]
    assert sorted(id for page in ordered for id in page) == [i.id for i in images]


# -- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hql", "words"),
    [
        ("select i.id from Picture i", ["Picture is not mapped"]),
        ("select i.id from ImageI i", ["ImageI is not mapped"]),
        ("select i.colour from Image i", ["colour", "ome.model.core.Image"]),
        ("select i.details.editor.id from Image i", ["details.editor"]),
        ("select p.physicalSizeX.symbol from Pixels p", ["symbol", "Length"]),
        ("select i.pixels.id from Image i", ["illegal attempt to dereference collection", "Image.pixels"]),
        ("select j.id from Image i", ["j"]),
        ("select i.id from Image i join i.name n", ["no association"]),
        ("select i.id from Image i right join i.pixels p", ["right join"]),
        ("select i.id from Image i where i.name = 5", ["RString", "RInt"]),
        ("select i.id from Image i where i.id = '5'", ["RLong", "RString"]),
        ("select i.id from Image i where i.name", ["condition"]),
        ("select i.id from Image i where i.id = null", ["null"]),
        ("select i.id from Image i where i.id in ()", ["empty"]),
        ("select soundex(i.name) from Image i", ["soundex"]),
        ("select distinct i.name from Image i order by i.id", ["SELECT DISTINCT"]),
        ("select i.name, count(*) from Image i", ["i.name", "GROUP BY"]),
        ("select i.id from Image i where count(*) > 1", ["aggregate"]),
        ("select i.id from Image i group by i.name", ["i.id", "GROUP BY"]),
        ("select i.id from Image i, Image i", ["Duplicate definition of alias 'i'"]),
        ("select i.id from Image i join fetch i.pixels", ["owner of the fetched association"]),
        ("select i.id from Image i order by", ["unexpected token"]),
        ("select i.id from Image i order by i.name nulls last", ["nulls"]),
        ("select i.id from Image i where i.id in :ids", [":ids"]),
        ("select i.id from Image i left join i.format f with i.id > 5", ["with-clause"]),
        ("select i.id from Image i;", ["unexpected char"]),
        ("select i.id from Image i where i.id in (select j.id, j.name from Image j)", ["one value"]),
        ("update Image i set i.name = 'x'", ["update"]),
        ("delete from Image i", ["delete"]),
        ("", ["unexpected token"]),
    ],
)
def test_a_query_that_omero_would_refuse_is_refused_by_name(member: Any, hql: str, words: list[str]) -> None:
    refused(member, hql, *words)


@pytest.mark.parametrize("value", [None, rlist([])])
def test_null_parameters_and_empty_lists_are_refused(member: Any, value: Any) -> None:
    given = parameters_of({})
    given.map["x"] = value
    with pytest.raises(omero.ApiUsageException, match=r"x is (null|an empty list)"):
        member.getQueryService().projection(
            "select i.id from Image i where i.name in (:x)", given, member.SERVICE_OPTS
        )


def test_parameters_must_fit(member: Any) -> None:
    refused(member, "select i.id from Image i where i.id = :x", "[x]")
    refused(member, "select i.id from Image i where i.id = :x", "list", x=[1, 2])
    refused(member, "select i.id from Image i where i.id in (:x)", "RString", x=["1"])
    refused(member, "select i.id from Image i where i.name like :x", "RLong", x=1)
    refused(member, "select i.id from Image i where i.id in (:x)", "32767", x=list(range(32_768)))


def test_a_page_of_a_query_that_fetches_a_collection_is_refused(member: Any) -> None:
    service = member.getQueryService()
    hql = "select p from Pixels p left outer join fetch p.channels where p.id > 0 order by p.id"
    with pytest.raises(omero.ApiUsageException, match="in memory"):
        service.findAllByQuery(hql, parameters_of({}, limit=5), member.SERVICE_OPTS)
    single = "select p from Pixels p left outer join fetch p.image order by p.id"
    assert len(service.findAllByQuery(single, parameters_of({}, limit=5), member.SERVICE_OPTS)) == 5


# -- objects -----------------------------------------------------------------------------------------------------


def test_objects_hold_what_was_fetched_and_nothing_else(member: Any) -> None:
    hql = (
        "select p from Pixels p join fetch p.image i join fetch p.details.owner left outer join fetch p.channels c"
        " left outer join fetch c.logicalChannel where i.name = 'pcnt_01.dv'"
    )
    (pixels,) = member.getQueryService().findAllByQuery(hql, None, member.SERVICE_OPTS)
    assert unwrap(pixels.image.name) == "pcnt_01.dv"
    assert unwrap(pixels.details.owner.omeName) == MEMBER
    assert [unwrap(c.logicalChannel.name) for c in pixels.copyChannels()] == ["DAPI", "GFP"]
    assert not pixels.pixelsType.loaded and not pixels.details.creationEvent.loaded
    assert pixels.sizeOfThumbnails() == -1  # not loaded
    assert (str(pixels.physicalSizeX.getUnit()), pixels.physicalSizeX.getValue()) == ("MICROMETER", 0.1083)


def test_a_filter_on_a_fetched_list_leaves_holes(member: Any) -> None:
    hql = (
        "select p from Pixels p join fetch p.channels c join fetch c.logicalChannel lc"
        " where p.image.name = 'pcnt_01.dv' and lc.name = 'GFP'"
    )
    (pixels,) = member.getQueryService().findAllByQuery(hql, None, member.SERVICE_OPTS)
    assert [channel is None for channel in pixels.copyChannels()] == [True, False]


def test_a_fetched_collection_makes_no_duplicates_but_a_join_does(member: Any, lab: Lab) -> None:
    dataset = lab.find("Dataset", name="PCNT").id
    service = member.getQueryService()
    for join, count in (("join fetch", 1), ("join", 6)):
        hql = f"select d from Dataset d {join} d.imageLinks where d.id = :id"
        assert len(service.findAllByQuery(hql, parameters_of({"id": dataset}), member.SERVICE_OPTS)) == count


def test_fetched_pairs_make_no_duplicates_either(member: Any, lab: Lab) -> None:
    annotation = next(row for row in lab.rows("MapAnnotation") if len(row.values["mapValue"]) == 4)
    service = member.getQueryService()
    hql = "select a from MapAnnotation a left outer join fetch a.mapValue where a.id in (:ids)"
    (found,) = service.findAllByQuery(hql, parameters_of({"ids": [annotation.id]}), member.SERVICE_OPTS)
    assert [(pair.name, pair.value) for pair in found.mapValue] == list(annotation.values["mapValue"])
    with pytest.raises(omero.ApiUsageException, match="in memory"):
        service.findAllByQuery(hql, parameters_of({"ids": [annotation.id]}, limit=5), member.SERVICE_OPTS)


def test_find_by_query_wants_a_single_object(member: Any) -> None:
    service, options = member.getQueryService(), member.SERVICE_OPTS
    assert service.findByQuery("select i from Image i where i.id < 0", None, options) is None
    with pytest.raises(omero.ApiUsageException, match="more than one Object"):
        service.findByQuery("select i from Image i", None, options)
    with pytest.raises(omero.ApiUsageException, match="use projection"):
        service.findByQuery("select i.id from Image i where i.name = 'pcnt_01.dv'", None, options)


def test_get_find_and_the_rest_of_iquery(member: Any, lab: Lab) -> None:
    service, options = member.getQueryService(), member.SERVICE_OPTS
    image = lab.find("Image", name="pcnt_01.dv")
    assert unwrap(service.get("Image", image.id, options).name) == "pcnt_01.dv"
    assert unwrap(service.find("omero.model.ImageI", image.id, options).name) == "pcnt_01.dv"
    assert service.find("Image", -1, options) is None
    with pytest.raises(omero.ValidationException, match="not available"):
        service.get("Image", -1, options)
    with pytest.raises(omero.ApiUsageException, match="Picture"):
        service.get("Picture", 1, options)
    assert (
        unwrap(service.findByString("Dataset", "name", "PCNT", options).id)
        == lab.find("Dataset", name="PCNT").id
    )
    assert len(service.findAllByString("Image", "name", "PCNT_", False, None, options)) == 6
    assert len(service.findAll("Format", None, options)) == len(lab.rows("Format"))


def test_the_filter_s_owner_and_group_are_ignored(member: Any, images: list[Row]) -> None:
    parameters = parameters_of({}).exp(0).grp(0)
    rows = member.getQueryService().projection("select i.id from Image i", parameters, member.SERVICE_OPTS)
    assert len(rows) == len(images)


def test_ten_thousand_rows_take_no_minute() -> None:
    """Joins along keys, `in` and keyset pages go through indexes; nested loops over 20,000 links would never end."""
    with OmeroServer(big_lab(images=2_000, datasets=10)) as server, connected(server, MEMBER) as connection:
        ids = ask(
            connection, "select i.id from Image i where i.id > :last order by i.id", limit=1_000, last=0
        )
        assert ids == sorted(ids) and len(ids) == 1_000
        rows = ask(
            connection,
            "select l.parent.id, l.child.id from ImageAnnotationLink l, TagAnnotation t"
            " where l.child = t.id and l.parent.id in (:ids)",
            ids=ids,
        )
        assert len(rows) == 1_000
        unlinked = "select i.id from Image i where not exists (select l from DatasetImageLink l where l.child = i.id)"
        assert ask(connection, unlinked) == []


# -- indexes -----------------------------------------------------------------------------------------------------

TERMS = [
    "i.id > 840",
    "i.id between 838 and 850",
    "i.id in (836, 838, 860)",
    "i.name like '%0_.dv'",
    "i.name = 'pcnt_01.dv'",
    "i.fileset.id is null",
    "l.parent.id = l.parent.id",
    "l.parent.id in (select d.id from Dataset d where d.name = 'PCNT')",
    "l.child = i.id",
    "p.image.id in (837, 839)",
    "not i.id < 841",
    "l.details.owner.id > 2",
]


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=4), st.sampled_from([" and ", " or "]))
@settings(max_examples=60, deadline=None)
def test_an_index_finds_what_reading_everything_finds(terms: list[str], word: str) -> None:
    """The same conditions where no index can be used: under an `or` with something that never holds."""
    lab = SMALL
    who = security.caller(lab, lab.find("Experimenter", omeName=MEMBER))
    visible = security.visibility(lab, who, None)
    source = "select i.id, l.id, p.id from Image i left outer join i.datasetLinks l left outer join i.pixels p where "

    def found(condition: str) -> list[tuple[int, ...]]:
        return sorted(
            (result.values for result in execute(lab, who, visible, source + condition, {}).results), key=repr
        )

    condition = word.join(terms)
    assert found(condition) == found(f"({condition}) or i.id < 0")
