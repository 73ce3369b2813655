"""What goes wrong between client and server, at calls that a test chooses."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .dispatch import Call

DROP, SILENCE, EXPIRE = "drop", "silence", "expire"


class Unanswered(Exception):
    """Ends a call whose client is no longer there to hear of it: Ice waits for every call before it closes."""


class Faults:
    """Faults by number of the call, all remote calls counted from 1 since `plan`.

    `drop`: the connection is closed without an answer. `silence`: the call is never answered. `expire`: the
    session that asks has ended, as after too long a pause. `struck` lists what happened, as (fault, operation).
    """

    def __init__(self) -> None:
        self.picture_seconds = 0.0  # what drawing one thumbnail takes
        self.struck: list[tuple[str, str]] = []
        self.calls = 0
        self._at: dict[int, str] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()

    def plan(
        self, *, drop: Iterable[int] = (), silence: Iterable[int] = (), expire: Iterable[int] = ()
    ) -> None:
        """Count from 1 again, and let these calls fail; none of them with nothing given."""
        self.release()
        with self._lock:
            self._over = threading.Event()
            self.calls = 0
            self.struck.clear()
            self._at = (
                dict.fromkeys(drop, DROP) | dict.fromkeys(silence, SILENCE) | dict.fromkeys(expire, EXPIRE)
            )

    def release(self) -> None:
        """Let go of the calls that were never to be answered: each keeps a thread of the server."""
        self._over.set()

    def strike(self, operation: str, call: Call) -> None:
        """Before every call: nothing, a session that ends, or Unanswered."""
        with self._lock:
            self.calls += 1
            fault = self._at.get(self.calls)
            if fault is None:
                return
            self.struck.append((fault, operation))
            over = self._over
        if fault == EXPIRE:
            call.expire()
            return
        if fault == DROP:
            call.current.con.close(True)
        else:
            over.wait(60)
        raise Unanswered(operation)
