"""How hard the server is worked: so many calls at once, with a pause between; less while it answers slowly."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from statistics import median

#: Replies of one kind that make a median.
_WINDOW = 5
#: So many times the median of the first replies is slow, if it is at least half a second more.
_SLOW, _FINE = 4.0, 2.0
_NOTICEABLE = 0.5
_LONGEST_PAUSE = 10.0


class Pace:
    """Lets calls through. `calls` is how many at once at most, `pause` how many seconds to leave between two.

    When the replies of one kind take much longer than the first ones did, half as many calls are let through
    at once, and in the end one at a time with a pause as long as a reply; it recovers by the same steps.
    """

    def __init__(
        self, calls: int = 4, pause: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.calls = calls
        self.allowed = calls
        """How many calls are let through at once now."""
        self.rest = 0.0
        """Seconds of pause that slow replies have added."""
        self._pause = pause
        self._clock = clock
        self._free = threading.Condition()
        self._under_way = 0
        self._next = 0.0
        self._replies: dict[str, _Replies] = {}

    @contextlib.contextmanager
    def turn(self, kind: str) -> Iterator[None]:
        """Waits for its turn; what happens in the block is one call. Calls that fail are not measured."""
        self._enter()
        started = self._clock()
        took: float | None = None
        try:
            yield
            took = self._clock() - started
        finally:
            self._leave(kind, took)

    def _enter(self) -> None:
        with self._free:
            while True:
                early = self._next - self._clock()
                if self._under_way < self.allowed and early <= 0:
                    break
                self._free.wait(early if early > 0 else None)
            self._under_way += 1
            self._next = self._clock() + self._pause + self.rest

    def _leave(self, kind: str, took: float | None) -> None:
        with self._free:
            self._under_way -= 1
            if took is not None:
                self._judge(self._replies.setdefault(kind, _Replies()), took)
            self._next = max(self._next, self._clock() + self._pause + self.rest)
            self._free.notify_all()

    def _judge(self, replies: _Replies, took: float) -> None:
        now = replies.add(took)
        if now is None:
            return
        if now > max(_SLOW * replies.usual, replies.usual + _NOTICEABLE):
            if self.allowed > 1:
                self.allowed //= 2
            else:
                self.rest = min(_LONGEST_PAUSE, max(2 * self.rest, now))
        elif now <= max(_FINE * replies.usual, replies.usual + _NOTICEABLE / 2):
            if self.rest:
                self.rest = self.rest / 2 if self.rest > _NOTICEABLE else 0.0
            else:
                self.allowed = min(self.calls, 2 * self.allowed)


class _Replies:
    """How long the calls of one kind took: the median of the first, and that of the latest."""

    def __init__(self) -> None:
        self.usual = 0.0
        self._known = False
        self._latest: deque[float] = deque(maxlen=_WINDOW)

    def add(self, took: float) -> float | None:
        """The median of the latest replies; None until there are enough anew."""
        self._latest.append(took)
        if len(self._latest) < _WINDOW:
            return None
        now = median(self._latest)
        self._latest.clear()
        if not self._known:
            self.usual, self._known = now, True
            return None
        return now
