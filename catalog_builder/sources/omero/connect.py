"""Logging in to an OMERO server, leaving it again, and saying what went wrong in our own words.

Nothing here ever shows the host, the user, the password or the session key: Ice puts them into the text of
its exceptions, so exceptions are told apart by type and their text is thrown away. The client and the
gateway of omero-py log some of them too, so their loggers are silent while a connection is open.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog_builder.errors import SourceError

Ask = Callable[[str, bool], str]
"""Asks the person at the terminal: the prompt, and whether what is typed stays hidden."""

_SCHEMES = ("wss", "ssl")
_ALL_GROUPS = {"omero.group": "-1"}
NOT_INSTALLED = (
    "omero-py is not installed: run `python scripts/install_ice.py` for the Ice that it needs, "
    'then `pip install "catalog-builder[omero]"`.'
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Login:
    """Where to log in, and as whom: a session key, or user and password. Its repr shows none of it.

    `host` is a name, an address or a URL such as `wss://host/omero-wss`; `port` None is OMERO's 4064, or
    what the URL's scheme stands for; `timeout` is how many seconds one answer may take. `left` says that
    `omero login` left the session: messages then name that command, and not the environment.
    """

    host: str
    port: int | None = None
    user: str = ""
    password: str = ""
    session: str = ""
    secure: bool = True
    timeout: int = 300
    left: bool = False

    def __repr__(self) -> str:
        return "Login(...)"


def login_from_environment(
    environ: Mapping[str, str], *, host: str | None = None, ask: Ask | None = None
) -> Login:
    """Reads `OMERO_HOST`, `OMERO_PORT`, `OMERO_USER`, `OMERO_PASSWORD` and `OMERO_SESSION`.

    `host` comes before the environment, and a session key stands for user and password. What is missing is
    asked for; with `ask` None (no terminal) the SourceError names every variable to set.
    """
    address = (host or environ.get("OMERO_HOST", "")).strip()
    session = environ.get("OMERO_SESSION", "").strip()
    user = environ.get("OMERO_USER", "").strip()
    password = environ.get("OMERO_PASSWORD", "")
    port = _port(environ.get("OMERO_PORT", ""))
    if ask is None:
        _nothing_missing(address, session, user, password)
    else:
        address = address or ask("OMERO server", False).strip()
        if not session:
            user = user or ask("OMERO user", False).strip()
            password = password or ask("OMERO password", True)
        if not address or not (session or (user and password)):
            raise SourceError("The OMERO server, user and password may not be empty: run the command again.")
    if "://" not in address and address.count(":") == 1:
        address, _, text = address.partition(":")
        port = _port(text, "the host's port") or port
    if session:
        return Login(host=address, port=port, session=session)
    return Login(host=address, port=port, user=user, password=password)


def _nothing_missing(host: str, session: str, user: str, password: str) -> None:
    missing = [] if host else ["OMERO_HOST"]
    if not session:
        missing += [name for name, text in (("OMERO_USER", user), ("OMERO_PASSWORD", password)) if not text]
    if missing:
        instead = " (or OMERO_SESSION instead of user and password)" if missing[-1] != "OMERO_HOST" else ""
        raise SourceError(
            f"Not logged in to OMERO, for there is no terminal to ask at: "
            f"set {' and '.join(missing)}{instead} in the environment."
        )


def _port(text: str, where: str = "OMERO_PORT") -> int | None:
    if not text.strip():
        return None
    # int() would take "４０６４" and " 4_064 " too
    if text.strip().isascii() and text.strip().isdigit() and len(text) < 9 and 0 < int(text) < 65536:
        return int(text)
    raise SourceError(f"{where} must be a number from 1 to 65535: set it to the server's port, often 4064.")


class Connection:
    """An open session with an OMERO server, for a `with` block. Use `connect` to get one."""

    def __init__(self, gateway: Any) -> None:
        self._gateway = gateway

    @property
    def services(self) -> Any:
        """The session's service factory, whose `get...Service` and `create...` are one remote call each."""
        return self._gateway.c.sf

    def context(self, group: int | None = None) -> dict[str, str]:
        """The call context that reads every group the account may read, or that of one group."""
        own = dict(self._gateway.c.getImplicitContext().getContext())
        return own | (_ALL_GROUPS if group is None else {"omero.group": str(group)})


@contextlib.contextmanager
def connect(login: Login) -> Iterator[Connection]:
    """A session that lasts as long as the block. Raises SourceError; takes 15 s where nobody answers.

    A session that was given by its key is left as it was found: other programs may be using it. One that was
    opened with user and password is closed on the server.
    """
    with _quiet():
        gateway = _open(login)
        try:
            yield Connection(gateway)
        finally:
            # A hard close ends the session for everybody who joined it: only for our own, and only where it was
            # joined once more to leave TLS. Otherwise we give up our own hold on it, which is one call.
            with contextlib.suppress(Exception):
                gateway.close(hard=not (login.secure or login.session))


def _open(login: Login) -> Any:
    """A BlitzGateway over a client that has logged in.

    `BlitzGateway.connect` itself tries a wrong password twice, which locks accounts, and swallows why a
    session could not be joined; so the client logs in and the gateway takes it over.
    """
    try:
        omero_gateway = importlib.import_module("omero.gateway")
    except ImportError:
        raise SourceError(NOT_INSTALLED) from None
    client = _client(login)
    try:
        if login.session:
            client.joinSession(login.session).detachOnDestroy()
        else:
            client.createSession(login.user, login.password)
        gateway = omero_gateway.BlitzGateway(client_obj=client)
        if not login.secure:
            # The first client leaves; without this it would end the session that the second one joins.
            client.sf.detachOnDestroy()
            gateway.setSecure(False)
            if login.session:
                gateway.c.sf.detachOnDestroy()
    except Exception as error:
        with contextlib.suppress(Exception):
            # A plain close would first look for the server that did not answer.
            client.getCommunicator().destroy()
        with contextlib.suppress(Exception):
            client.__del__()
        raise _login_failure(error, login) from None
    return gateway


def _client(login: Login) -> Any:
    omero = importlib.import_module("omero")
    ice = importlib.import_module("Ice")
    scheme, separator, _ = login.host.partition("://")
    port = login.port
    if separator and scheme not in _SCHEMES:
        # ws:// and tcp:// would send the password in clear.
        raise SourceError("OMERO_HOST must be a host name, or an address that begins with wss:// or ssl://.")
    if not separator:
        port = port or 4064
    start = ice.InitializationData()
    start.logger = _silent_logger(ice)
    settings = [
        # Ice would wait forever; a call that takes longer fails and leaves the connection usable.
        f"--Ice.Default.InvocationTimeout={login.timeout * 1000}",
        "--Ice.Warn.Connections=0",
    ]
    try:
        return omero.client(args=settings, id=start, host=login.host, **({"port": port} if port else {}))
    except Exception:
        raise SourceError(
            "OMERO_HOST is no address of a server: give a name such as omero.example.org, "
            "or a URL such as wss://omero.example.org/omero-wss."
        ) from None


def _silent_logger(ice: Any) -> Any:
    class Silent(ice.Logger):  # type: ignore[misc]
        """Ice's own warnings name the host on standard error."""

        def _print(self, message: str) -> None: ...

        def trace(self, category: str, message: str) -> None: ...

        def warning(self, message: str) -> None: ...

        def error(self, message: str) -> None: ...

        def getPrefix(self) -> str:  # noqa: N802
            return ""

        def cloneWithPrefix(self, prefix: str) -> Any:  # noqa: N802
            return self

    return Silent()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No word from omero-py's loggers, and no handler on the root logger, which its client would add."""
    root, logger = logging.getLogger(), logging.getLogger("omero")
    guard, level = logging.NullHandler(), logger.level
    root.addHandler(guard)
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
        root.removeHandler(guard)


def _login_failure(error: Exception, login: Login) -> SourceError:
    """Why the login failed, in words of our own."""
    ice, glacier, omero = (importlib.import_module(name) for name in ("Ice", "Glacier2", "omero"))
    joining = bool(login.session)
    if isinstance(error, SourceError):
        return error
    if isinstance(error, omero.ExpiredCredentialException):
        return SourceError("The password of OMERO_USER has expired: set a new one in an OMERO client.")
    if isinstance(
        error,
        glacier.PermissionDeniedException | glacier.CannotCreateSessionException | omero.SecurityViolation,
    ) or (joining and isinstance(error, omero.SessionException)):
        if login.left:
            return SourceError("The session that `omero login` left has ended: run `omero login` again.")
        if joining:
            return SourceError(
                "OMERO does not know the session in OMERO_SESSION, or it has ended: log in again."
            )
        return SourceError(
            "OMERO refused the login: check OMERO_USER and OMERO_PASSWORD, and that the account is active."
        )
    if login.left:
        return SourceError(
            f"The server of the session that `omero login` left cannot be reached ({type(error).__name__}): "
            "check your network, or run `omero login` for another server."
        )
    if isinstance(error, ice.DNSException):
        return SourceError(
            "No server of the name in OMERO_HOST is known: check its spelling and your network."
        )
    if isinstance(error, ice.ConnectionRefusedException):
        return SourceError(
            "Nothing answers at OMERO_HOST on this port: check OMERO_PORT (often 4064) "
            "and that the OMERO server is running."
        )
    # After three connection attempts that took too long omero-py's client raises a plain ClientError.
    if isinstance(error, omero.ClientError | ice.TimeoutException):
        return SourceError(
            "The server in OMERO_HOST did not answer in time: check the name, OMERO_PORT, "
            "and that no firewall or missing VPN stands between."
        )
    if isinstance(error, ice.SocketException) and not isinstance(error, ice.ConnectionLostException):
        return SourceError(
            "The server in OMERO_HOST cannot be reached: check the name, OMERO_PORT and your network."
        )
    if isinstance(error, ice.Exception | omero.ClientError):
        return SourceError(
            f"What answers at OMERO_HOST and OMERO_PORT is no OMERO server over TLS ({type(error).__name__}): "
            "the port is often 4064."
        )
    return SourceError(
        f"The login to OMERO failed ({type(error).__name__}): run `catalog-builder check --server`."
    )


class Refused(SourceError):
    """The server did not carry out one request; the connection is still good. `kind` is Ice's or OMERO's own
    name for why, such as `QueryException`."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class NotUnderstood(Refused):
    """The server cannot do what was asked, however often it is asked: another way may work."""


@contextlib.contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turns what Ice and OMERO raise in the block into a SourceError; `doing` completes "while ...".

    Everything else passes through, for it is a mistake of our own.
    """
    try:
        yield
    except Exception as error:
        told = _call_failure(error, doing)
        if told is None:
            raise
        raise told from None


def _call_failure(error: Exception, doing: str) -> SourceError | None:
    """Why a call within a session failed, or None if that did not come from Ice or OMERO."""
    ice, glacier, omero = (importlib.import_module(name) for name in ("Ice", "Glacier2", "omero"))
    name = type(error).__name__
    if isinstance(
        error, omero.SessionException | glacier.SessionNotExistException | ice.ObjectNotExistException
    ):
        return SourceError(f"The OMERO session ended while {doing}: log in again and start once more.")
    if isinstance(error, omero.SecurityViolation):
        return Refused(
            f"OMERO did not permit {doing}: the account may not read all that was asked for; "
            "name less, or use another account.",
            name,
        )
    if isinstance(error, ice.TimeoutException):
        return Refused(f"OMERO took too long while {doing}: try again when the server has less to do.", name)
    if isinstance(error, ice.MemoryLimitException):
        return Refused(
            f"An answer of OMERO was larger than a client accepts while {doing}: name less at once.", name
        )
    if isinstance(error, omero.ConcurrencyException):
        return Refused(f"OMERO was busy while {doing}: try again in a few minutes.", name)
    if isinstance(error, omero.ServerError | ice.RequestFailedException | ice.UnknownException):
        return NotUnderstood(
            f"OMERO refused a request while {doing} ({name}): "
            "run `catalog-builder check --server` and report what it prints.",
            name,
        )
    if isinstance(error, ice.Exception | omero.ClientError):
        return SourceError(
            f"The connection to OMERO was lost while {doing} ({name}): check the network and start once more."
        )
    return None
