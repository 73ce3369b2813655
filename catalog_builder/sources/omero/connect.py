"""The connection to an OMERO server: every remote call goes through it, and outlives a lost connection.

Nothing here ever shows the host, the user, the password or the session key.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from catalog_builder import runlog
from catalog_builder.errors import SourceError
from catalog_builder.sources.omero.client import Session, open_session, quiet
from catalog_builder.sources.omero.failures import Busy, Lost, NoAnswer, Unreachable, explained
from catalog_builder.sources.omero.login import Login
from catalog_builder.sources.omero.pace import Pace

Answer = TypeVar("Answer")

#: Seconds before the second and the third try of one call; there is no fourth.
BACKOFF = (2.0, 10.0)


class Connection:
    """A session with an OMERO server that is made anew when it is lost. Use `connect` to get one.

    It may be used from several threads.
    """

    def __init__(self, login: Login, pace: Pace, backoff: Sequence[float]) -> None:
        self._login = login
        self._pace = pace
        self._backoff = tuple(backoff)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._key = ""
        self._session: Session | None = None

    @property
    def calls(self) -> int:
        """How many calls may be under way at once."""
        return self._pace.calls

    @property
    def services(self) -> Any:
        """The service factory of the session that there is now."""
        return self._current().services

    def open(self) -> None:
        """Log in. A server that cannot be reached is not asked again, nor is one that refuses."""
        for pause in (*self._backoff, None):
            try:
                self._current()
                return
            except Lost as failure:
                if isinstance(failure, Unreachable) or pause is None:
                    raise
                self._closed.wait(pause)

    def call(self, doing: str, ask: Callable[[Session], Answer], *, kind: str = "") -> Answer:
        """What `ask` makes of a session; asked again, of a new session, when the connection was lost.

        Two failures in a row are survived, the third raises its sentence. What the server refuses for good
        raises Refused at once. `kind` is whatever takes about the same time each time; `doing` unless given.
        """
        failures = 0
        while True:
            session: Session | None = None
            try:
                session = self._current(doing)
                with runlog.timed(doing), explained(doing), self._pace.turn(kind or doing):
                    return ask(session)
            except (Lost, NoAnswer, Busy) as failure:
                if session is not None and not isinstance(failure, Busy):
                    self._give_up(session)
                if failures == len(self._backoff) or self._closed.is_set():
                    raise _told(failure, doing) from None
                self._closed.wait(self._backoff[failures])
                failures += 1

    def close(self) -> None:
        """Leave the server. Calls under way in other threads fail, and none is tried again."""
        self._closed.set()
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.leave()

    def _current(self, doing: str = "") -> Session:
        with self._lock:
            if self._closed.is_set():
                raise SourceError("The connection to OMERO is closed.")
            if self._session is None:
                try:
                    self._session = open_session(self._login, self._key)
                except Lost:
                    raise
                except SourceError:
                    if not (self._key and self._login.session):
                        raise
                    # What the key of OMERO_SESSION stood for is gone, and there is no password to ask with.
                    raise SourceError(
                        f"The OMERO session ended while {doing}: log in again and start once more."
                    ) from None
                self._key = self._session.key
            return self._session

    def _give_up(self, session: Session) -> None:
        """The next call gets a new session, unless another thread has made one already."""
        with self._lock:
            if self._session is session:
                self._session = None
                session.drop()


def _told(failure: SourceError, doing: str) -> SourceError:
    """The sentence of the last failure; one that spoke of a login, in the midst of things, speaks of those."""
    if doing in str(failure):
        return failure
    return Lost(f"The connection to OMERO was lost while {doing}: check the network and start once more.")


@contextlib.contextmanager
def connect(
    login: Login, pace: Pace | None = None, backoff: Sequence[float] = BACKOFF
) -> Iterator[Connection]:
    """A session that lasts as long as the block. Raises SourceError; takes 15 s where nobody answers.

    A session that was given by its key is left as it was found: other programs may be using it. One that was
    opened with user and password is closed on the server. `backoff` is how many seconds to wait after each
    failure of a call, and so how many are survived.
    """
    connection = Connection(login, pace or Pace(), backoff)
    with quiet():
        connection.open()
        try:
            yield connection
        finally:
            connection.close()
