"""Sessions: who is logged in, in which group, and the servants that belong to it."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

import Glacier2
import Ice
import omero

from . import security
from .store import Lab, Row


@dataclass
class Session:
    """A login. Its uuid is as good as the password."""

    user: Row
    group: Row
    id: int
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    references: int = 1
    detached: bool = False
    closed: bool = False
    servants: dict[str, Any] = field(default_factory=dict)
    holders: set[str] = field(default_factory=set)  # the connections that logged in to it
    _stores: Any = field(default_factory=lambda: itertools.count(1))

    def stateful_name(self, interface: str) -> str:
        """A name that no servant of this session had before."""
        return f"{interface}-{next(self._stores)}"


class Sessions:
    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.open: dict[str, Session] = {}
        self._numbers = itertools.count(1)

    def create(self, name: str, password: str, group: str) -> Session:
        """Log in by name and password, or join by uuid and uuid. Raises what Glacier2 raises for a wrong password."""
        if name == password and name in self.open:
            self.open[name].references += 1
            return self.open[name]
        if name not in self.lab.passwords or self.lab.passwords[name] != password:
            raise Glacier2.PermissionDeniedException("Password check failed")
        return self.start(self.lab.find("Experimenter", omeName=name), group)

    def start(self, user: Row, group: str = "") -> Session:
        default = security.default_group(self.lab, user)
        try:
            chosen = security.resolve_group(self.lab, group, default) or default
            security.visibility(self.lab, security.caller(self.lab, user), chosen)
        except omero.ServerError as failure:
            raise omero.WrappedCreateSessionException(
                failure.message, False, 0, type(failure).__name__
            ) from None
        session = Session(user, chosen, next(self._numbers))
        self.open[session.uuid] = session
        return session

    def hold(self, session: Session, connection: Any) -> None:
        """Glacier2 binds a login to its connection: when that is lost, the login is over."""
        session.holders.add(connection.toString())
        connection.setCallback(_Lost(self, session))

    def let_go(self, session: Session, connection: Any) -> None:
        """The login of this connection is over, by its own wish or because the connection was lost."""
        if connection.toString() in session.holders:
            session.holders.discard(connection.toString())
            if not session.detached and not session.closed:
                self.release(session)

    def find(self, session_uuid: str) -> Session:
        if session_uuid not in self.open:
            raise omero.RemovedSessionException(None, None, f"No session with uuid: {session_uuid}")
        return self.open[session_uuid]

    def release(self, session: Session, close: bool = False) -> int:
        """Drop one reference; the last one, or `close`, ends the session. Returns how many are left."""
        session.references -= 1
        if session.references <= 0 or close:
            session.closed = True
            session.servants.clear()
            self.open.pop(session.uuid, None)
            return 0
        return session.references


class _Lost(Ice.ConnectionCallback):  # type: ignore[misc]
    def __init__(self, sessions: Sessions, session: Session) -> None:
        self._sessions = sessions
        self._session = session

    def heartbeat(self, connection: Any) -> None:
        pass

    def closed(self, connection: Any) -> None:
        self._sessions.let_go(self._session, connection)
