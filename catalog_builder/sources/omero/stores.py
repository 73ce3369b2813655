"""OMERO's thumbnail stores: stateful, so one for each call under way, and always closed."""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from catalog_builder.sources.omero.client import Session
from catalog_builder.sources.omero.connect import Connection

Answer = TypeVar("Answer")


class Stores:
    """As many stores as there are calls at once; each is used by one thread at a time and then kept for the next.

    A store remembers the last image, so one that failed is given up. `doing` is what the calls are for, in words.
    """

    def __init__(self, connection: Connection, doing: str) -> None:
        self._connection = connection
        self._doing = doing
        self._whole_number = importlib.import_module("omero.rtypes").rint
        #: Where the connection was lost, the server closes the store.
        self._refusal: type[Exception] = importlib.import_module("omero").ServerError
        self._lock = threading.Lock()
        self._idle: list[tuple[Session, Any]] = []

    def several(self, pixels: list[int], size: int, group: int) -> dict[int, bytes]:
        """Pixels id -> JPEG, as OMERO sends it: one remote call. Raises Refused where OMERO refuses."""

        def ask(session: Session, store: Any) -> dict[int, bytes]:
            side = self._whole_number(size)
            return store.getThumbnailByLongestSideSet(side, pixels, session.context(group)) or {}

        return self._with_store(ask)

    def one(self, pixels: int, size: int, group: int, settings: int | None) -> bytes | None:
        """One JPEG, drawn for us and not kept: two remote calls, or three.

        Drawn with the account's or the owner's rendering settings, else with `settings`; None without any,
        for then OMERO would have to make some.
        """

        def ask(session: Session, store: Any) -> bytes | None:
            context = session.context(group)
            if not store.setPixelsId(pixels, context):
                if settings is None:
                    return None
                store.setRenderingDefId(settings, context)
            drawn: bytes | None = store.getThumbnailByLongestSideDirect(self._whole_number(size), context)
            return drawn

        return self._with_store(ask)

    def close(self) -> None:
        """Let go of the server's half; a store that is never closed costs the server memory."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, store in idle:
            _close(store)

    def _with_store(self, ask: Callable[[Session, Any], Answer]) -> Answer:
        def call(session: Session) -> Answer:
            store = self._taken(session) or session.services.createThumbnailStore()
            try:
                answer = ask(session, store)
            except self._refusal:
                _close(store)
                raise
            with self._lock:
                self._idle.append((session, store))
            return answer

        return self._connection.call(self._doing, call)

    def _taken(self, session: Session) -> Any:
        """A store of this session that nobody uses; None if there is none. Those of lost sessions are forgotten."""
        with self._lock:
            self._idle = [(of, store) for of, store in self._idle if of is session]
            return self._idle.pop()[1] if self._idle else None


def _close(store: Any) -> None:
    with contextlib.suppress(Exception):
        store.close()
