"""From a plain class to an Ice servant on omero-py's generated skeleton.

The skeletons are asynchronous and an operation that nobody overrides never answers: the client hangs. So every
operation of the interface gets a body here, and the ones that are not implemented say so at once.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import Ice
import omero

from . import security
from .hql.errors import misuse

if TYPE_CHECKING:
    from .server import OmeroServer
    from .sessions import Session

VOID = object()  # what the implementation of an operation without a result returns
_Service = TypeVar("_Service", bound="type[Service]")
_UNIVERSAL = ("ice_id", "ice_ids", "ice_isA", "ice_ping")


class Call:
    """One remote call: who asks, in which group, on which server."""

    def __init__(self, server: OmeroServer, session: Session | None, current: Any) -> None:
        self.server = server
        self.lab = server.lab
        self.current = current
        self._session = session

    @property
    def session(self) -> Session:
        if self._session is None or self._session.closed:
            raise omero.RemovedSessionException(None, None, "No session with this uuid")
        return self._session

    @property
    def who(self) -> security.Caller:
        return security.caller(self.lab, self.session.user)

    @property
    def group(self) -> Any:
        """The group to read in: `omero.group` of the call, else the session's current one; None for all of them."""
        return security.resolve_group(self.lab, self.current.ctx.get("omero.group", ""), self.session.group)

    def expire(self) -> None:
        """End the session of the connection that asks, whoever else holds it."""
        for session in list(self.server.sessions.open.values()):
            if self.current.con.toString() in session.holders:
                self.server.sessions.release(session, close=True)

    def visible(self) -> Callable[[Any], bool]:
        return security.visibility(self.lab, self.who, self.group)


class Service:
    """What implements an interface. Methods are named like its operations and take a Call before their arguments."""

    interface = ""
    is_stateful = False

    def __init__(self, server: OmeroServer, session: Session | None = None) -> None:
        self.server = server
        self.session = session

    def refuse(self, operation: str, current: Any) -> Exception:
        """What an operation that is not implemented answers."""
        refusal: Exception = Ice.OperationNotExistException(current.id, current.facet, operation)
        return refusal


class ReadOnlyService(Service):
    """An interface that changes things: refused by name, whatever is asked."""

    def refuse(self, operation: str, current: Any) -> Exception:
        return misuse(f"{self.interface}.{operation}: the stand-in server changes nothing")


def serves(skeleton: type) -> Callable[[_Service], _Service]:
    """Makes a Service an Ice servant of this interface, with an answer for every operation."""

    def decorate(service: _Service) -> _Service:
        operations = [name.removeprefix("_op_") for name in dir(skeleton) if name.startswith("_op_")]
        unknown = [
            n for n in vars(service) if n[0] != "_" and n not in operations and callable(vars(service)[n])
        ]
        strangers = set(unknown) - {"refuse"}
        if strangers:
            raise TypeError(f"{skeleton.__name__} has no operation {', '.join(sorted(strangers))}")
        bodies: dict[str, Any] = {"interface": skeleton.__name__, "__init__": service.__init__}
        for operation in operations:
            if operation not in _UNIVERSAL:
                asynchronous = hasattr(skeleton, f"{operation}_async")
                make = _asynchronous if asynchronous else _synchronous
                bodies[f"{operation}_async" if asynchronous else operation] = make(service, operation)
        return type(service.__name__, (service, skeleton), bodies)  # type: ignore[return-value]

    return decorate


def _synchronous(service: type[Service], operation: str) -> Callable[..., Any]:
    def body(self: Service, *arguments: Any) -> Any:
        result = _invoke(self, service, operation, arguments)
        return None if result is VOID else result

    return body


def _asynchronous(service: type[Service], operation: str) -> Callable[..., None]:
    def body(self: Service, callback: Any, *arguments: Any) -> None:
        try:
            result = _invoke(self, service, operation, arguments)
        except Exception as failure:
            callback.ice_exception(failure)
            return
        callback.ice_response(*(() if result is VOID else (result,)))

    return body


def _invoke(self: Service, service: type[Service], operation: str, arguments: tuple[Any, ...]) -> Any:
    *values, current = arguments
    name = f"{self.interface}.{operation}"
    call = Call(self.server, self.session, current)
    with self.server.counted(name):
        self.server.faults.strike(name, call)
        implementation = getattr(service, operation, None)
        if implementation is None:
            raise self.refuse(operation, current)
        try:
            return implementation(self, call, *values)
        except (Ice.UserException, Ice.LocalException):
            raise
        except Exception as mistake:
            # A mistake of this server must reach the test that made it appear, not vanish in a thread of Ice.
            raise omero.InternalException(
                traceback.format_exc(), type(mistake).__name__, repr(mistake)
            ) from mistake


def unbuilt(skeleton: type, read_only: bool = False) -> type[Service]:
    """A servant for an interface of which nothing is implemented."""
    base = ReadOnlyService if read_only else Service
    return serves(skeleton)(type(skeleton.__name__, (base,), {}))
