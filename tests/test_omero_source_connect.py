"""Logging in and everything that can go wrong with it: one sentence each, and never a secret in it."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("omero.gateway", reason="omero-py and Ice are not installed")

import Ice
import omero

from catalog_builder.errors import SourceError
from catalog_builder.progress import Silent
from catalog_builder.sources.base import Scope
from catalog_builder.sources.omero.connect import connect
from catalog_builder.sources.omero.failures import NotUnderstood, Refused, explained
from catalog_builder.sources.omero.login import Login, login_from_environment
from catalog_builder.sources.omero.source import OmeroSource
from tests.omero_server import OmeroServer
from tests.omero_server.lab import MEMBER, READ_ONLY, small_lab

pytestmark = pytest.mark.omero

PASSWORD = "hunter2-PASSWORD"
USER = "user-NAME"
SESSION = "1234abcd-SESSION"


@pytest.fixture(scope="module")
def server() -> Iterator[OmeroServer]:
    with OmeroServer(small_lab()) as running:
        yield running


def as_member(server: OmeroServer, **fields: Any) -> Login:
    given = {"host": server.host, "port": server.port, "user": MEMBER, "password": server.password(MEMBER)}
    return Login(**given | fields)


def refusal(login: Login) -> str:
    """The message of a login that fails: one sentence, without a secret."""
    with pytest.raises(SourceError) as failure, connect(login, backoff=(0, 0)):
        pass
    message = str(failure.value)
    assert failure.value.__suppress_context__ or failure.value.__context__ is None
    assert "\n" not in message and message.endswith((".", "`."))
    for secret in (login.host, login.user, login.password, login.session):
        assert not secret or secret not in message
    return message


# -- one sentence for each cause -----------------------------------------------------------------------------


def test_wrong_password_is_tried_once(server: OmeroServer) -> None:
    server.reset_calls()
    assert "OMERO_PASSWORD" in refusal(as_member(server, password=PASSWORD))
    assert server.calls["Router.createSession"] == 1, "a second try would bring an account nearer to its lock"


def test_unknown_user(server: OmeroServer) -> None:
    assert "OMERO_USER" in refusal(as_member(server, user=USER, password=PASSWORD))


def test_unknown_session(server: OmeroServer) -> None:
    message = refusal(Login(host=server.host, port=server.port, session=SESSION))
    assert "OMERO_SESSION" in message


def test_closed_port() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert "OMERO_PORT" in refusal(Login(host="127.0.0.1", port=port, user=USER, password=PASSWORD))
    assert "OMERO_PORT" in refusal(Login(host="127.0.0.1", port=port, session=SESSION))


def test_unknown_host() -> None:
    message = refusal(Login(host="no-such-host.invalid", user=USER, password=PASSWORD))
    assert "OMERO_HOST" in message and "spelling" in message


@pytest.mark.slow
def test_a_server_that_never_answers() -> None:
    """A firewall that drops everything looks the same: the connection is never made."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        login = Login(host="127.0.0.1", port=deaf.getsockname()[1], user=USER, password=PASSWORD)
        assert "did not answer in time" in refusal(login)


def test_a_port_without_tls(server: OmeroServer) -> None:
    assert "TLS" in refusal(as_member(server, port=server.plain_port))


@pytest.mark.parametrize("host", ["not a host", "-h", "http://omero.example.org", "wss://", ""])
def test_an_address_that_is_none(host: str) -> None:
    assert "OMERO_HOST" in refusal(Login(host=host, user=USER, password=PASSWORD))


def test_a_url_names_the_protocol(server: OmeroServer) -> None:
    with connect(as_member(server, host=f"ssl://{server.host}:{server.port}", port=None)) as connection:
        assert connection.services.getAdminService().getEventContext().userName == MEMBER


def test_missing_omero_py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "omero.gateway", None)
    message = refusal(Login(host="127.0.0.1", user=USER, password=PASSWORD))
    assert "install_ice.py" in message and 'pip install "catalog-builder[omero]"' in message


def test_omero_is_imported_only_when_it_is_used() -> None:
    modules = ("source", "probe", "connect", "thumbnails")
    code = "".join(f"import catalog_builder.sources.omero.{name};" for name in modules)
    code += "import sys; sys.exit('omero' in sys.modules or 'Ice' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- what goes wrong later -----------------------------------------------------------------------------------


def test_connection_lost_midway() -> None:
    running = OmeroServer(small_lab())
    with OmeroSource(as_member(running), progress=Silent(), backoff=(0, 0)) as source:
        images = source.read(Scope(groups=(READ_ONLY,))).images()
        running.close()
        with pytest.raises(
            SourceError, match="connection to OMERO was lost while reading the images"
        ) as failure:
            next(images)
    assert running.host not in str(failure.value)


@pytest.mark.parametrize(
    ("error", "told", "refused"),
    [
        (lambda: omero.SecurityViolation(None, None, PASSWORD), "did not permit", True),
        (lambda: omero.QueryException(None, None, PASSWORD), "QueryException", True),
        (lambda: omero.InternalException(None, None, PASSWORD), "InternalException", True),
        (lambda: omero.DatabaseBusyException(None, None, PASSWORD, 1), "was busy", True),
        (lambda: Ice.InvocationTimeoutException(), "took too long", True),
        (lambda: Ice.MemoryLimitException(PASSWORD), "larger than", True),
        (lambda: Ice.OperationNotExistException(), "OperationNotExistException", True),
        (lambda: Ice.UnknownUserException(PASSWORD), "UnknownUserException", True),
        (lambda: omero.RemovedSessionException(None, None, PASSWORD), "session ended", False),
        (lambda: omero.SessionTimeoutException(None, None, PASSWORD), "session ended", False),
        (lambda: Ice.ObjectNotExistException(), "session ended", False),
        (lambda: Ice.ConnectionLostException(), "was lost", False),
        (lambda: Ice.SocketException(), "was lost", False),
    ],
)
def test_every_failure_of_a_call_is_told_by_its_type(
    error: Callable[[], Exception], told: str, refused: bool
) -> None:
    with pytest.raises(SourceError, match=told) as failure, explained("reading the tags"):
        raise error()
    assert PASSWORD not in str(failure.value) and "reading the tags" in str(failure.value)
    assert isinstance(failure.value, Refused) is refused
    assert isinstance(failure.value, NotUnderstood) is (told == type(error()).__name__), (
        "else it is worth a retry"
    )


def test_a_mistake_of_ours_is_not_explained_away() -> None:
    with pytest.raises(ZeroDivisionError), explained("reading the tags"):
        _ = 1 / 0


# -- sessions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secure", [True, False])
def test_a_session_of_our_own_is_closed(server: OmeroServer, secure: bool) -> None:
    with connect(as_member(server, secure=secure)) as connection:
        assert len(server.sessions.open) == 1
        assert connection.services.getAdminService().getEventContext().userName == MEMBER
    assert not server.sessions.open


@pytest.mark.parametrize("secure", [True, False])
def test_a_joined_session_is_left_open(server: OmeroServer, secure: bool) -> None:
    key = server.session_uuid(MEMBER)
    server.sessions.open[key].references = 0  # as `omero login` leaves one behind: open, and held by nobody
    for _ in range(2):
        with connect(Login(host=server.host, port=server.port, session=key, secure=secure)) as connection:
            assert connection.services.getAdminService().getEventContext().userName == MEMBER
        assert key in server.sessions.open
    server.sessions.release(server.sessions.open[key], close=True)


def test_a_failed_login_leaves_no_session(server: OmeroServer) -> None:
    refusal(as_member(server, password=PASSWORD))
    assert not server.sessions.open


def test_calls_have_a_time_limit(server: OmeroServer) -> None:
    with connect(as_member(server, timeout=7)) as connection:
        properties = connection.services.ice_getCommunicator().getProperties()
        assert properties.getProperty("Ice.Default.InvocationTimeout") == "7000"


# -- nothing is printed --------------------------------------------------------------------------------------


def test_no_secret_reaches_a_log_or_the_terminal(
    server: OmeroServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    key = server.session_uuid(MEMBER)
    with OmeroSource(Login(host=server.host, port=server.port, session=key), progress=Silent()) as source:
        source.read(Scope(groups=(READ_ONLY,)))
    for wrong in (
        as_member(server, password=PASSWORD),
        Login(host=server.host, port=server.port, session=SESSION),
    ):
        refusal(wrong)
    refusal(Login(host="no-such-host.invalid", user=USER, password=PASSWORD))
    written = caplog.text + "".join(capfd.readouterr())
    for secret in (key, PASSWORD, SESSION, USER, server.password(MEMBER), "no-such-host"):
        assert secret not in written
    server.sessions.release(server.sessions.open[key], close=True)


def test_ice_itself_is_silent(server: OmeroServer, capfd: pytest.CaptureFixture[str]) -> None:
    with connect(as_member(server)) as connection:
        logger = connection.services.ice_getCommunicator().getLogger()
        for say in (logger.warning, logger.error, lambda text: logger.trace("Network", text)):
            say("connection to secret-host was lost")
    assert "secret-host" not in "".join(capfd.readouterr())


def test_logging_is_as_before_afterwards(server: OmeroServer) -> None:
    root, logger = logging.getLogger(), logging.getLogger("omero")
    before = (list(root.handlers), logger.level)
    with connect(as_member(server)):
        pass
    assert (list(root.handlers), logger.level) == before


def test_a_login_shows_nothing_of_itself() -> None:
    shown = repr(Login(host="h.example", user=USER, password=PASSWORD, session=SESSION))
    assert shown == str(Login(host="h.example")) == "Login(...)"


# -- where the login comes from ------------------------------------------------------------------------------

FULL = {"OMERO_HOST": "omero.example.org", "OMERO_USER": USER, "OMERO_PASSWORD": PASSWORD}


def fields(login: Login) -> tuple[str, int | None, str, str, str]:
    return login.host, login.port, login.user, login.password, login.session


def test_the_environment_is_enough() -> None:
    login = login_from_environment(FULL)
    assert fields(login) == ("omero.example.org", None, USER, PASSWORD, "")
    assert login.secure and login.timeout > 0
    assert login_from_environment(FULL | {"OMERO_PORT": "14064"}).port == 14064
    assert fields(login_from_environment(FULL, host="other.example.org:99"))[:2] == ("other.example.org", 99)


def test_a_session_key_stands_for_user_and_password() -> None:
    login = login_from_environment(FULL | {"OMERO_SESSION": f"{SESSION}\n"})
    assert fields(login) == ("omero.example.org", None, "", "", SESSION)


def test_a_url_is_left_whole() -> None:
    login = login_from_environment(FULL | {"OMERO_HOST": "wss://omero.example.org/omero-wss"})
    assert login.host == "wss://omero.example.org/omero-wss" and login.port is None


@pytest.mark.parametrize("text", ["many", "0", "65536", "-1", "4064.0", "４０６４", "99999999999999999999"])
def test_a_port_is_a_number(text: str) -> None:
    with pytest.raises(SourceError, match="OMERO_PORT must be a number") as failure:
        login_from_environment(FULL | {"OMERO_PORT": text})
    assert text == "0" or text not in str(failure.value)


def test_without_a_terminal_everything_missing_is_named() -> None:
    with pytest.raises(SourceError) as failure:
        login_from_environment({})
    for name in ("OMERO_HOST", "OMERO_USER", "OMERO_PASSWORD", "OMERO_SESSION"):
        assert name in str(failure.value)
    with pytest.raises(SourceError, match="set OMERO_PASSWORD") as failure:
        login_from_environment({"OMERO_HOST": "h.example", "OMERO_USER": USER})
    assert USER not in str(failure.value)
    with pytest.raises(SourceError, match="set OMERO_HOST in the environment"):
        login_from_environment({"OMERO_SESSION": SESSION})


def test_what_is_missing_is_asked_for_and_the_password_hidden() -> None:
    asked: list[tuple[str, bool]] = []

    def ask(prompt: str, hidden: bool) -> str:
        asked.append((prompt, hidden))
        return {"OMERO server": "h.example", "OMERO user": USER, "OMERO password": PASSWORD}[prompt]

    assert fields(login_from_environment({}, ask=ask)) == ("h.example", None, USER, PASSWORD, "")
    assert asked == [("OMERO server", False), ("OMERO user", False), ("OMERO password", True)]
    asked.clear()
    login_from_environment(FULL, ask=ask)
    login_from_environment({"OMERO_SESSION": SESSION}, host="h.example", ask=ask)
    assert asked == []


def test_an_empty_answer_is_no_login() -> None:
    with pytest.raises(SourceError, match="may not be empty"):
        login_from_environment({}, ask=lambda _prompt, _hidden: "")
