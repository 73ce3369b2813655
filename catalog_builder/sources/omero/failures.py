"""What Ice and OMERO raise, in our own words, and whether another try may help.

Ice puts the host, the user and the session key into the text of its exceptions, so exceptions are told apart
by type and their text is thrown away.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator

from catalog_builder.errors import SourceError
from catalog_builder.sources.omero.login import Login


class Lost(SourceError):
    """The connection was lost, or the session has ended: a new one may do better."""


class Unreachable(Lost):
    """No connection could be made: worth another try only where there was one before."""


class Refused(SourceError):
    """The server did not carry out one request; the connection is still good. `kind` is Ice's or OMERO's own
    name for why, such as `QueryException`."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class NoAnswer(Refused):
    """The server took longer than an answer may take."""


class Busy(Refused):
    """The server asks to be asked again later."""


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
        return Lost(f"The OMERO session ended while {doing}: log in again and start once more.")
    if isinstance(error, omero.SecurityViolation):
        return Refused(
            f"OMERO did not permit {doing}: the account may not read all that was asked for; "
            "name less, or use another account.",
            name,
        )
    if isinstance(error, ice.TimeoutException):
        return NoAnswer(f"OMERO took too long while {doing}: try again when the server has less to do.", name)
    if isinstance(error, ice.MemoryLimitException):
        return Refused(
            f"An answer of OMERO was larger than a client accepts while {doing}: name less at once.", name
        )
    if isinstance(error, omero.ConcurrencyException):
        return Busy(f"OMERO was busy while {doing}: try again in a few minutes.", name)
    if isinstance(error, omero.ServerError | ice.RequestFailedException | ice.UnknownException):
        return NotUnderstood(
            f"OMERO refused a request while {doing} ({name}): "
            "run `catalog-builder check --server` and report what it prints.",
            name,
        )
    if isinstance(error, ice.Exception | omero.ClientError):
        return Lost(
            f"The connection to OMERO was lost while {doing} ({name}): check the network and start once more."
        )
    return None


def is_refusal(error: Exception) -> bool:
    """Whether the server knows nobody of this name and password, or no session of this key."""
    glacier, omero = importlib.import_module("Glacier2"), importlib.import_module("omero")
    return isinstance(
        error,
        glacier.PermissionDeniedException
        | glacier.CannotCreateSessionException
        | omero.SecurityViolation
        | omero.SessionException,
    )


def login_failure(error: Exception, login: Login) -> SourceError:
    """Why the login failed, in words of our own."""
    ice, omero = importlib.import_module("Ice"), importlib.import_module("omero")
    joining = bool(login.session)
    if isinstance(error, SourceError):
        return error
    if isinstance(error, omero.ExpiredCredentialException):
        return SourceError("The password of OMERO_USER has expired: set a new one in an OMERO client.")
    if is_refusal(error) and (joining or not isinstance(error, omero.SessionException)):
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
        return Unreachable(
            f"The server of the session that `omero login` left cannot be reached ({type(error).__name__}): "
            "check your network, or run `omero login` for another server."
        )
    if isinstance(error, ice.DNSException):
        return Unreachable(
            "No server of the name in OMERO_HOST is known: check its spelling and your network."
        )
    if isinstance(error, ice.ConnectionRefusedException):
        return Unreachable(
            "Nothing answers at OMERO_HOST on this port: check OMERO_PORT (often 4064) "
            "and that the OMERO server is running."
        )
    # After three connection attempts that took too long omero-py's client raises a plain ClientError.
    if isinstance(error, omero.ClientError | ice.TimeoutException):
        return Unreachable(
            "The server in OMERO_HOST did not answer in time: check the name, OMERO_PORT, "
            "and that no firewall or missing VPN stands between."
        )
    if isinstance(error, ice.SocketException) and not isinstance(error, ice.ConnectionLostException):
        return Unreachable(
            "The server in OMERO_HOST cannot be reached: check the name, OMERO_PORT and your network."
        )
    if isinstance(error, ice.Exception | omero.ClientError):
        return Lost(
            f"What answers at OMERO_HOST and OMERO_PORT is no OMERO server over TLS ({type(error).__name__}): "
            "the port is often 4064."
        )
    return SourceError(
        f"The login to OMERO failed ({type(error).__name__}): run `catalog-builder check --server`."
    )
