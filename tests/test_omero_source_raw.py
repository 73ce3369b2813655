"""Replies read from their bytes: equal to what Ice makes of them, and no harm where they are something else."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

import Ice
import omero
import omero.api
import omero.clients
import omero.ObjectFactoryRegistrar
import omero.rtypes as rtypes
import omero.sys
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_builder.errors import SourceError
from catalog_builder.sources.omero.connect import Connection, connect
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.probe import PROBE_VALUES
from catalog_builder.sources.omero.queries import QUERIES, Query
from catalog_builder.sources.omero.raw_form import Texts
from catalog_builder.sources.omero.raw_reply import Unexpected, rows_of
from catalog_builder.sources.omero.raw_request import request
from catalog_builder.sources.omero.reach import Reach
from catalog_builder.sources.omero.remote import Remote, _parameters, _plain
from tests.omero_server import OmeroServer
from tests.omero_server.lab import MEMBER, READ_ONLY, ROOT, small_lab

pytestmark = pytest.mark.omero


def login_of(server: OmeroServer, user: str) -> Login:
    return Login(host=server.host, port=server.port, user=user, password=server.password(user))


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    lab = small_lab()
    member = lab.find("Experimenter", omeName=MEMBER)
    with lab.acting(member, lab.find("ExperimenterGroup", name=READ_ONLY)):
        image = lab.find("Image", name="pcnt_01.dv")
        pairs = [
            ("", ""),
            ("long " * 80, "wide " * 90),
            ("Δ", "\U0001f52c"),
            ("zero\x00", "\u2028"),
            ("same", "same"),
        ]
        lab.link(image, lab.add("MapAnnotation", ns="ns", mapValue=pairs))
        lab.link(image, lab.add("TagAnnotation", textValue="x" * 254, description="y" * 255))
        lab.link(image, lab.add("LongAnnotation", longValue=-(2**63)))
        lab.link(image, lab.add("DoubleAnnotation", doubleValue=5e-324))
        lab.link(lab.rows("PlateAcquisition")[0], lab.find("TagAnnotation", textValue="x" * 254))
    with OmeroServer(lab) as running:
        yield running


@pytest.fixture(scope="module", params=[MEMBER, ROOT])
def connection(request: pytest.FixtureRequest, server: OmeroServer) -> Iterator[Connection]:
    with connect(login_of(server, request.param)) as opened:
        yield opened


# -- every query of the project ------------------------------------------------------------------------------


def shapes(server: OmeroServer, *, linkers: bool) -> list[Reach]:
    lab = server.lab
    groups = tuple(group.id for group in lab.rows("ExperimenterGroup"))
    held: dict[str, Any] = {
        f"{kind.lower()}s": tuple(row.id for row in lab.rows(kind))
        for kind in ("Project", "Dataset", "Screen", "Plate")
    }
    return [
        Reach(groups=groups, linkers=linkers),
        Reach(**held, linkers=linkers),
        Reach(groups=groups, **held, linkers=linkers),
    ]


def ids_for(server: OmeroServer) -> list[int]:
    """Every id there is: no query can be answered by an empty list for want of the right one."""
    lab = server.lab
    kinds = ("Experimenter", "Annotation", "Pixels", "Image", "Objective", "Fileset", "Dataset", "Well")
    return sorted({row.id for kind in kinds for row in lab.rows(kind)})


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if not query.objects])
@pytest.mark.parametrize("linkers", [False, True])
def test_every_query_reads_as_it_does_the_usual_way(
    server: OmeroServer, connection: Connection, name: str, linkers: bool
) -> None:
    query = QUERIES[name]
    raw, usual = Remote(connection, 100), Remote(connection, 100, raw=False)
    values = PROBE_VALUES | {"ids": ids_for(server)}
    if len({query.text(reach) for reach in shapes(server, linkers=linkers)}) == 1 and linkers:
        return
    for reach in shapes(server, linkers=linkers):
        for limit in (0, 7):
            expected = usual.one_page(query, reach, limit, **values)
            found = raw.one_page(query, reach, limit, **values)
            if "order by" not in query.template:
                found, expected = sorted(found, key=repr), sorted(expected, key=repr)
            assert found == expected
            assert [list(map(type, row)) for row in found] == [list(map(type, row)) for row in expected]
    assert raw._raw and raw._raw.misunderstood == 0


def test_the_queries_above_are_answered(server: OmeroServer) -> None:
    """If they found nothing, they would prove nothing."""
    with connect(login_of(server, ROOT)) as opened:
        remote = Remote(opened, 100)
        values = PROBE_VALUES | {"ids": ids_for(server)}
        empty = [
            name
            for name, query in QUERIES.items()
            if not query.objects
            and not any(remote.one_page(query, reach, 0, **values) for reach in shapes(server, linkers=True))
        ]
    assert set(empty) <= {"RENDERING_SETTINGS", "RENDERINGS", "THUMBNAILS"}, (
        "the lab's images were never drawn"
    )


def test_columns_of_every_type(connection: Connection) -> None:
    raw, usual = Remote(connection, 100), Remote(connection, 100, raw=False)
    for text in (
        "select px.physicalSizeX from Pixels px order by px.id",
        "select i.acquisitionDate from Image i order by i.id",
        "select g.details.permissions, g.id, g.ldap from ExperimenterGroup g order by g.id",
        "select new map(p.id as id, p.name as name, p.description as none) from Project p order by p.id",
        "select ob.lensNA, ob.nominalMagnification from Objective ob order by ob.id",
    ):
        query = Query("what is tried", text)
        assert raw.one_page(query, Reach(), 0) == usual.one_page(query, Reach(), 0)
    assert raw._raw and raw._raw.misunderstood == 0


# -- falling back --------------------------------------------------------------------------------------------


def test_what_is_not_understood_is_asked_the_usual_way_and_soon_only_that(server: OmeroServer) -> None:
    whole = Query("what is tried", "select p, p.id from Project p order by p.id")
    plain = Query("what is tried", "select p.id from Project p order by p.id")
    with connect(login_of(server, MEMBER)) as opened:
        raw, usual = Remote(opened, 100), Remote(opened, 100, raw=False)
        expected = [row[1] for row in usual.one_page(whole, Reach(), 0)]
        for times in (2, 2, 2, 1, 1):
            server.reset_calls()
            assert [row[1] for row in raw.one_page(whole, Reach(), 0)] == expected
            assert server.calls["IQuery.projection"] == times
        assert raw.one_page(plain, Reach(), 0) == usual.one_page(plain, Reach(), 0)


@pytest.mark.parametrize(
    "text", ["select x.id from Nothing x", "select p.id from Project p where p.id = :gone"]
)
def test_a_refusal_reads_the_same_either_way(connection: Connection, text: str) -> None:
    told = []
    for raw in (True, False):
        remote = Remote(connection, 100, raw=raw)
        with pytest.raises(SourceError) as refusal:
            remote.one_page(Query("what is tried", text), Reach(), 0)
        told.append((type(refusal.value), str(refusal.value)))
        assert not remote._raw or remote._raw.misunderstood == 0
    assert told[0] == told[1]


# -- against Ice's own marshalling ---------------------------------------------------------------------------


class _Listening(Ice.Blobject):  # type: ignore[misc]
    """Keeps what it is sent, and answers with no rows."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def ice_invoke(self, sent: bytes, current: Any) -> tuple[bool, bytes]:
        self.heard.append(bytes(sent))
        return True, struct.pack("<iBBB", 7, 1, 1, 0)


class _Telling(omero.api.IQuery):  # type: ignore[misc]
    """Answers with the rows it is given, marshalled by Ice."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []

    def projection_async(self, callback: Any, text: str, parameters: Any, current: Any = None) -> None:
        callback.ice_response(self.rows)


class _Ice:
    def __init__(self) -> None:
        self.communicator = Ice.initialize()
        omero.ObjectFactoryRegistrar.registerObjectFactory(self.communicator, None)
        for factory in rtypes.ObjectFactories.values():
            factory.register(self.communicator)
        adapter = self.communicator.createObjectAdapterWithEndpoints("here", "tcp -h 127.0.0.1")
        self.listening, self.telling = _Listening(), _Telling()
        self.to_listener, self.to_teller = (
            omero.api.IQueryPrx.uncheckedCast(adapter.addWithUUID(servant))
            for servant in (self.listening, self.telling)
        )
        adapter.activate()

    def both(self, rows: list[list[Any]]) -> tuple[bytes, list[list[Any]]]:
        """The reply that Ice makes of these rows, and what comes of it the usual way."""
        self.telling.rows = rows
        done, reply = self.to_teller.ice_invoke(
            "projection", Ice.OperationMode.Idempotent, request("", {}, 0), {}
        )
        assert done
        return bytes(reply), [[_plain(value) for value in row] for row in self.to_teller.projection("", None)]


@pytest.fixture(scope="module")
def ice() -> Iterator[_Ice]:
    started = _Ice()
    yield started
    started.communicator.destroy()


LONGS = st.integers(-(2**63), 2**63 - 1)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PARAMETERS = st.dictionaries(NAMES, LONGS | st.lists(LONGS, min_size=1, max_size=300), max_size=6)


@settings(max_examples=60)
@given(text=NAMES | st.just("x" * 300), values=PARAMETERS, limit=st.integers(0, 2**31 - 1))
def test_requests_are_what_ice_would_send(ice: _Ice, text: str, values: dict[str, Any], limit: int) -> None:
    ice.listening.heard.clear()
    ice.to_listener.projection(text, _parameters(values, limit))
    assert ice.listening.heard == [request(text, values, limit)]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
LEAVES = st.one_of(
    st.none(),
    TEXTS.map(rtypes.rstring),
    LONGS.map(rtypes.rlong),
    LONGS.map(rtypes.rtime),
    st.integers(-(2**31), 2**31 - 1).map(rtypes.rint),
    st.floats(allow_nan=False).map(rtypes.rdouble),
    st.floats(allow_nan=False, width=32).map(rtypes.rfloat),
    st.booleans().map(lambda yes: rtypes.RBoolI(yes)),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.dictionaries(TEXTS, inner, max_size=4).map(rtypes.rmap), max_leaves=6
)


@st.composite
def replies(draw: Any) -> list[list[Any]]:
    """Rows of RTypes, some of them the same instance in several places."""
    pool = draw(st.lists(VALUES, min_size=1, max_size=12))
    return draw(st.lists(st.lists(st.sampled_from(pool) | VALUES, max_size=9), max_size=12))


OF_A_KIND = (
    TEXTS.map(rtypes.rstring),
    st.sampled_from([rtypes.rstring(text) for text in ("same", "", "x" * 254, "x" * 255)]),
    LONGS.map(rtypes.rlong),
    st.integers(0, 3).map(rtypes.rint),
    st.floats(allow_nan=False).map(rtypes.rdouble),
    st.floats(allow_nan=False, width=32).map(rtypes.rfloat),
    st.booleans().map(rtypes.rbool),
)


@st.composite
def tables(draw: Any) -> list[list[Any]]:
    """Rows as a query answers them: each column of one type or nothing, numbers and texts repeated as instances."""
    columns = draw(st.lists(st.sampled_from(OF_A_KIND), max_size=6))
    return draw(st.lists(st.tuples(*(column | st.none() for column in columns)).map(list), max_size=25))


@settings(max_examples=150)
@given(rows=replies() | tables())
def test_replies_read_as_ice_reads_them(ice: _Ice, rows: list[list[Any]]) -> None:
    reply, usual = ice.both(rows)
    found = rows_of(reply, Texts())
    assert found == usual
    assert [list(map(type, row)) for row in found] == [list(map(type, row)) for row in usual]


def test_an_instance_that_is_repeated_after_hundreds_of_others(ice: _Ice) -> None:
    first, held = rtypes.rstring("the first"), rtypes.rmap({"a": rtypes.rstring("in a map"), "none": None})
    rows = [[first, held], *[[rtypes.rlong(n), rtypes.rstring(f"text {n}")] for n in range(400)]]
    rows += [[first, held, held.val["a"]], [rows[399][1]]]
    reply, usual = ice.both(rows)
    assert rows_of(reply, Texts()) == usual
    assert usual[-1] == ["text 398"] and usual[-2][2] == "in a map"


def test_more_columns_and_longer_texts_than_one_byte_counts(ice: _Ice) -> None:
    for size in (253, 254, 255, 256, 70_000):
        reply, usual = ice.both([[rtypes.rstring("é" * size), rtypes.rstring("x" * size)]])
        assert rows_of(reply, Texts()) == usual
    reply, usual = ice.both([[rtypes.rlong(n) for n in range(300)]])
    assert rows_of(reply, Texts()) == usual


@pytest.mark.parametrize(
    "value",
    [
        rtypes.rlist([rtypes.rlong(1)]),
        rtypes.rclass("Image"),
        rtypes.robject(omero.model.ProjectI(1, False)),
        rtypes.rmap({"list": rtypes.rlist([])}),
    ],
)
def test_other_types_are_not_understood(ice: _Ice, value: Any) -> None:
    ice.telling.rows = [[rtypes.rlong(1), value]]
    _, reply = ice.to_teller.ice_invoke("projection", Ice.OperationMode.Idempotent, request("", {}, 0), {})
    with pytest.raises(Unexpected):
        rows_of(bytes(reply), Texts())


def test_a_map_within_itself_is_not_understood(ice: _Ice) -> None:
    ring = rtypes.rmap({})
    ring.val["self"] = ring
    ice.telling.rows = [[ring]]
    _, reply = ice.to_teller.ice_invoke("projection", Ice.OperationMode.Idempotent, request("", {}, 0), {})
    ring.val.clear()
    with pytest.raises(Unexpected):
        rows_of(bytes(reply), Texts())


# -- damage --------------------------------------------------------------------------------------------------

SAMPLE = [
    [rtypes.rlong(7), rtypes.rstring("name"), None, rtypes.rint(3), rtypes.rdouble(0.1)],
    [
        rtypes.rlong(8),
        rtypes.rstring("é" * 200),
        rtypes.rmap({"a": rtypes.rbool(True)}),
        None,
        rtypes.rfloat(2.0),
    ],
] * 5


def harmless(reply: bytes) -> None:
    """Rows or Unexpected; anything else fails the test."""
    try:
        rows_of(reply, Texts())
    except Unexpected:
        return


def sized(body: bytes) -> bytes:
    return struct.pack("<iBB", len(body) + 6, 1, 1) + body


def test_a_reply_that_is_cut_is_not_understood(ice: _Ice) -> None:
    whole, _ = ice.both(SAMPLE)
    for length in range(len(whole)):
        with pytest.raises(Unexpected):
            rows_of(whole[:length], Texts())
        if length >= 6:
            with pytest.raises(Unexpected):
                rows_of(sized(whole[6:length]), Texts())
    with pytest.raises(Unexpected):
        rows_of(sized(whole[6:] + b"\0"), Texts())


def test_damaged_bytes_do_no_harm(ice: _Ice) -> None:
    whole, _ = ice.both(SAMPLE)
    chance = random.Random(5)
    for place in range(6, len(whole)):
        for byte in (0, 1, 2, 0x20, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)):
            harmless(whole[:place] + bytes([byte]) + whole[place + 1 :])


@given(st.binary(max_size=200))
def test_any_bytes_do_no_harm(body: bytes) -> None:
    harmless(body)
    harmless(sized(body))


def test_sizes_that_promise_too_much_are_refused_at_once() -> None:
    for size in (2**31 - 1, -1, 10**6):
        with pytest.raises(Unexpected):
            rows_of(sized(b"\xff" + struct.pack("<i", size)), Texts())


def test_texts_are_kept_once_and_not_for_ever() -> None:
    texts = Texts()
    assert texts[b"key"] is texts[b"key"]
    assert texts[b"x" * 65] == "x" * 65 and b"x" * 65 not in texts
    for number in range(Texts.MOST + 10):
        _ = texts[b"%d" % number]
    assert len(texts) <= Texts.MOST
