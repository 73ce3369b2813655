"""The connection lost at every call of an export, sessions that end, calls that are never answered: over real Ice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("omero", reason="omero-py and Ice are not installed")

from catalog_builder.commands.export import export
from catalog_builder.errors import SourceError
from catalog_builder.progress import Silent
from catalog_builder.settings.options import Settings
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero.connect import connect
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.source import OmeroSource
from tests.catalogues import QUIET
from tests.omero_server import OmeroServer
from tests.omero_server.lab import MEMBER, READ_ONLY, small_lab

pytestmark = pytest.mark.omero

#: Calls whose answer nobody needs, and one that Ice itself may repeat: when one of them fails the run goes on.
FAREWELLS = {"ThumbnailStore.close", "Router.destroySession", "Router.addProxies"}
#: No pause before another try: one would hide races with the server, which has yet to see the connection go.
AT_ONCE = (0.0, 0.0)


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as running:
        yield running


def login_of(server: OmeroServer, **fields: Any) -> Login:
    given = {"host": server.host, "port": server.port, "user": MEMBER, "password": server.password(MEMBER)}
    return Login(**given | fields)


def run(
    server: OmeroServer, folder: Path, login: Login | None = None, calls_at_once: int = 4
) -> dict[str, bytes]:
    """An export of a group with small pictures: its files."""
    source = OmeroSource(
        login or login_of(server),
        thumbnail_size=48,
        page=20,
        calls=calls_at_once,
        progress=Silent(),
        backoff=AT_ONCE,
    )
    export(source, Scope(groups=(READ_ONLY,)), Settings(), QUIET, folder, Silent())
    return files(folder)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def undisturbed(server: OmeroServer, folder: Path) -> tuple[dict[str, bytes], int]:
    """The files of an export in peace, and how many calls it took, give or take a thumbnail store."""
    server.faults.plan()
    whole = run(server, folder)
    return whole, server.faults.calls


def all_sessions_gone(server: OmeroServer) -> bool:
    """The server ends a lost login a moment after the client has gone."""
    until = time.monotonic() + 2
    while server.sessions.open and time.monotonic() < until:
        time.sleep(0.005)
    return not server.sessions.open


@pytest.mark.slow
@pytest.mark.parametrize("drops", [1, 2])
def test_up_to_two_lost_connections_in_a_row_change_nothing(
    server: OmeroServer, tmp_path: Path, drops: int
) -> None:
    whole, calls = undisturbed(server, tmp_path / "whole")
    assert calls > 50
    for n in range(1, calls + 1):
        server.faults.plan(drop=range(n, n + drops))
        assert run(server, tmp_path / f"{n}") == whole, (n, server.faults.struck)
        assert server.faults.struck or n > calls - 4, n
        assert all_sessions_gone(server), (n, server.faults.struck)


@pytest.mark.slow
def test_the_third_in_a_row_fails_in_a_sentence_and_the_next_run_is_whole(
    server: OmeroServer, tmp_path: Path
) -> None:
    """One call at a time: of several, each would see fewer than three of the failures."""
    whole, calls = undisturbed(server, tmp_path / "whole")
    failed = 0
    for n in range(1, calls + 1):
        server.faults.plan(drop=range(n, n + 3))
        try:
            assert run(server, tmp_path / f"{n}", calls_at_once=1) == whole
            operations = {operation for _, operation in server.faults.struck}
            assert len(server.faults.struck) < 3 or operations & FAREWELLS, (n, server.faults.struck)
        except SourceError as failure:
            failed += 1
            message = str(failure)
            assert "\n" not in message and message.endswith("."), (n, message)
            for secret in (server.password(MEMBER), server.host):
                assert secret not in message
        server.faults.plan()
        assert run(server, tmp_path / f"{n}") == whole, n
        assert all_sessions_gone(server), n
    assert failed > 0.7 * calls


def test_the_old_export_stays_whole_while_a_run_fails(server: OmeroServer, tmp_path: Path) -> None:
    whole, calls = undisturbed(server, tmp_path)
    server.faults.plan(drop=range(calls // 2, calls // 2 + 3))
    with pytest.raises(SourceError, match="connection to OMERO was lost while"):
        run(server, tmp_path)
    assert files(tmp_path) == whole


def test_a_session_that_ends_midway_is_opened_again(server: OmeroServer, tmp_path: Path) -> None:
    whole, calls = undisturbed(server, tmp_path / "whole")
    for n in range(8, calls, 6):
        server.faults.plan(expire=[n])
        assert run(server, tmp_path / f"{n}") == whole, (n, server.faults.struck)
        assert all_sessions_gone(server), n


def test_a_session_given_by_its_key_is_joined_again_and_left_open(
    server: OmeroServer, tmp_path: Path
) -> None:
    whole, calls = undisturbed(server, tmp_path / "whole")
    key = server.session_uuid(MEMBER)
    login = Login(host=server.host, port=server.port, session=key)
    for n in (1, 9, 30, calls // 2, calls - 3):
        server.faults.plan(drop=[n, n + 1])
        assert run(server, tmp_path / f"{n}", login) == whole, (n, server.faults.struck)
        assert key in server.sessions.open
    server.sessions.release(server.sessions.open[key], close=True)


def test_a_session_given_by_its_key_that_ends_is_the_end(server: OmeroServer, tmp_path: Path) -> None:
    _, calls = undisturbed(server, tmp_path / "whole")
    key = server.session_uuid(MEMBER)
    server.faults.plan(expire=[calls // 2])
    server.reset_calls()
    with pytest.raises(SourceError, match=r"session ended while .*: log in again") as failure:
        run(server, tmp_path / "cut", Login(host=server.host, port=server.port, session=key))
    assert key not in str(failure.value)
    assert server.calls["Router.createSession"] == 2, "joined again once, and no more"


@pytest.mark.parametrize("silent", [1, 2])
def test_a_call_that_is_never_answered_is_made_again(
    server: OmeroServer, tmp_path: Path, silent: int
) -> None:
    whole, calls = undisturbed(server, tmp_path / "whole")
    login = login_of(server, timeout=1)
    for n in (30, calls - 4):
        server.faults.plan(silence=range(n, n + silent))
        assert run(server, tmp_path / f"{n}", login) == whole, (n, server.faults.struck)
        assert server.faults.struck
    assert all_sessions_gone(server)


def test_three_silences_in_a_row_end_the_run(server: OmeroServer, tmp_path: Path) -> None:
    undisturbed(server, tmp_path / "whole")
    server.faults.plan(silence=range(30, 33))
    with pytest.raises(SourceError, match=r"(took too long|was lost) while"):
        run(server, tmp_path / "cut", login_of(server, timeout=1))
    server.faults.plan()


def test_a_password_that_no_longer_works_is_tried_once(server: OmeroServer) -> None:
    with connect(login_of(server), backoff=AT_ONCE) as connection:
        right = server.lab.passwords[MEMBER]
        server.lab.passwords[MEMBER] = "another"
        try:
            for session in list(server.sessions.open.values()):
                server.sessions.release(session, close=True)
            server.reset_calls()
            with pytest.raises(SourceError, match="OMERO refused the login"):
                connection.call("trying", lambda session: session.services.getQueryService())
            assert server.calls["Router.createSession"] == 2, "the old session's key, then the password once"
        finally:
            server.lab.passwords[MEMBER] = right


def test_what_the_server_refuses_is_asked_once(server: OmeroServer) -> None:
    server.faults.plan()
    with connect(login_of(server), backoff=AT_ONCE) as connection:
        server.reset_calls()
        with pytest.raises(SourceError, match="OMERO refused a request while trying"):
            connection.call(
                "trying", lambda session: session.queries.projection("select x.y from Nothing x", None)
            )
        assert server.calls["IQuery.projection"] == 1
