"""What the stand-in does when a test wants it to fail: as seen by an unmodified client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

omero = pytest.importorskip("omero", reason="omero-py and Ice are not installed", exc_type=ImportError)
pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed", exc_type=ImportError)

import Ice  # noqa: E402

from tests.omero_server import OmeroServer  # noqa: E402
from tests.omero_server.lab import MEMBER, small_lab  # noqa: E402

pytestmark = pytest.mark.omero

QUERY = "select p.id from Project p"


@pytest.fixture
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as server:
        yield server


@pytest.fixture
def client(server: OmeroServer) -> Iterator[Any]:
    start = Ice.InitializationData()
    client = omero.client(
        args=["--Ice.Default.InvocationTimeout=1000", "--Ice.Warn.Connections=0"],
        id=start,
        host=server.host,
        port=server.port,
    )
    client.createSession(MEMBER, server.password(MEMBER))
    yield client
    client.getCommunicator().destroy()


def ask(client: Any) -> int:
    return len(client.sf.getQueryService().projection(QUERY, None, {"omero.group": "-1"}))


def gone(server: OmeroServer) -> bool:
    """Whether every session has ended, now or within a second."""
    until = time.monotonic() + 1
    while server.sessions.open and time.monotonic() < until:
        time.sleep(0.01)
    return not server.sessions.open


def test_nothing_planned_is_nothing_wrong(server: OmeroServer, client: Any) -> None:
    server.faults.plan()
    # Ice tells the router of a proxy before it is used for the first time.
    assert ask(client) > 0 and server.faults.calls == 3 and server.faults.struck == []


def test_a_dropped_connection_ends_the_session_that_was_bound_to_it(server: OmeroServer, client: Any) -> None:
    server.faults.plan(drop=[3])
    with pytest.raises(Ice.ConnectionLostException):
        ask(client)
    assert server.faults.struck == [("drop", "IQuery.projection")]
    assert gone(server)
    with pytest.raises(Ice.ObjectNotExistException):
        ask(client)


def test_a_detached_session_outlives_its_connection(server: OmeroServer, client: Any) -> None:
    client.sf.detachOnDestroy()
    server.faults.plan(drop=[1])
    with pytest.raises(Ice.ConnectionLostException):
        ask(client)
    time.sleep(0.1)
    assert list(server.sessions.open)


def test_a_client_that_is_killed_leaves_no_session(server: OmeroServer, client: Any) -> None:
    client.sf.ice_getConnection().close(True)
    assert gone(server)


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_call_that_is_never_answered_leaves_the_connection_usable(
    server: OmeroServer, client: Any, call: int
) -> None:
    server.faults.plan(silence=[call])
    with pytest.raises(Ice.InvocationTimeoutException):
        ask(client)
    assert ask(client) > 0


def test_a_session_that_expires_is_gone_for_every_call(server: OmeroServer, client: Any) -> None:
    service = client.sf.getQueryService()
    server.faults.plan(expire=[1])
    for _ in range(2):
        with pytest.raises((omero.RemovedSessionException, Ice.ObjectNotExistException)):
            service.projection(QUERY, None)
    with pytest.raises(Ice.ObjectNotExistException):
        client.sf.getQueryService()
