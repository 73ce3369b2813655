"""One login to an OMERO server through omero-py: opened, joined, left, or given up.

omero-py's client and gateway log hosts and session keys, so their loggers are silent while a login is open.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Iterator
from typing import Any

from catalog_builder.errors import SourceError
from catalog_builder.sources.omero.failures import is_refusal, login_failure
from catalog_builder.sources.omero.login import NOT_INSTALLED, Login

_ALL_GROUPS = {"omero.group": "-1"}
_SCHEMES = ("wss", "ssl")


class Session:
    """An open session with an OMERO server. It may be used from several threads."""

    def __init__(self, gateway: Any, login: Login) -> None:
        self._gateway = gateway
        self._login = login
        self._queries: Any = None

    @property
    def services(self) -> Any:
        """The service factory, whose `get...Service` and `create...` are one remote call each."""
        return self._gateway.c.sf

    @property
    def queries(self) -> Any:
        """The query service: one remote call the first time."""
        if self._queries is None:
            self._queries = self.services.getQueryService()
        return self._queries

    @property
    def key(self) -> str:
        """What the session can be joined with again; as good as a password."""
        return str(self._gateway.c.getSessionId())

    def context(self, group: int | None = None) -> dict[str, str]:
        """The call context that reads every group the account may read, or that of one group."""
        own = dict(self._gateway.c.getImplicitContext().getContext())
        return own | (_ALL_GROUPS if group is None else {"omero.group": str(group)})

    def leave(self) -> None:
        """End it, or leave it as it was found if it was given by its key: other programs may be using it."""
        # A hard close ends the session for everybody who joined it: only for our own, and only where it was
        # joined once more to leave TLS. Otherwise we give up our own hold on it, which is one call.
        with contextlib.suppress(Exception):
            self._gateway.close(hard=not (self._login.secure or self._login.session))

    def drop(self) -> None:
        """Close the connection without a word to the server; calls under way in other threads fail."""
        with contextlib.suppress(Exception):
            # Ice would first wait for a server that may never answer.
            self.services.ice_getCachedConnection().close(True)
        _forget(self._gateway.c)


def open_session(login: Login, key: str = "") -> Session:
    """Log in, or join the session given by its key. Raises SourceError; Lost where another try may help.

    `key` is that of a session of ours whose connection was lost: it is joined again if it is still there.
    """
    # `BlitzGateway.connect` itself tries a wrong password twice, which locks accounts, and swallows why a
    # session could not be joined; so the client logs in and the gateway takes it over.
    try:
        omero_gateway = importlib.import_module("omero.gateway")
    except ImportError:
        raise SourceError(NOT_INSTALLED) from None
    client = _client(login)
    try:
        _log_in(client, login, key)
        gateway = omero_gateway.BlitzGateway(client_obj=client)
        if not login.secure:
            # The first client leaves; without this it would end the session that the second one joins.
            client.sf.detachOnDestroy()
            gateway.setSecure(False)
            if login.session:
                gateway.c.sf.detachOnDestroy()
    except Exception as error:
        _forget(client)
        raise login_failure(error, login) from None
    return Session(gateway, login)


def _log_in(client: Any, login: Login, key: str) -> None:
    if login.session:
        client.joinSession(login.session).detachOnDestroy()
        return
    if key:
        try:
            client.joinSession(key)
            return
        except Exception as error:
            if not is_refusal(error):
                raise
    client.createSession(login.user, login.password)


def _forget(client: Any) -> None:
    with contextlib.suppress(Exception):
        # A plain close would first look for the server that did not answer.
        client.getCommunicator().destroy()
    with contextlib.suppress(Exception):
        client.__del__()


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
        # A server that no longer answers would not answer a farewell either.
        "--Ice.Override.CloseTimeout=2000",
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
def quiet() -> Iterator[None]:
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
