"""Projections without Ice's objects: asked in raw bytes while the replies are understood, and only then."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from catalog_builder.sources.omero.client import Session
from catalog_builder.sources.omero.raw_form import Texts
from catalog_builder.sources.omero.raw_reply import Unexpected, rows_of
from catalog_builder.sources.omero.raw_request import request

#: So many replies that are not understood, and no more is asked for: each is asked for twice.
_PATIENCE = 3


class RawProjections:
    """Asks in raw bytes; `misunderstood` counts the replies that had another shape than OMERO's."""

    def __init__(self) -> None:
        self.misunderstood = 0
        self._texts = Texts()

    def rows(
        self, session: Session, text: str, values: Mapping[str, int | list[int]], limit: int
    ) -> list[list[Any]] | None:
        """The rows, or None where the query has to be asked the usual way.

        That is where a reply is not understood, and where the server refuses: the usual way tells why. Raises
        what Ice raises where the connection is lost.
        """
        service = session.queries
        if self.misunderstood >= _PATIENCE or _encoding(service) != (1, 1):
            return None
        idempotent = importlib.import_module("Ice").OperationMode.Idempotent
        done, reply = service.ice_invoke(
            "projection", idempotent, request(text, values, limit), session.context()
        )
        if not done:
            return None
        try:
            return rows_of(bytes(reply), self._texts)
        except Unexpected:
            self.misunderstood += 1
            return None


def _encoding(service: Any) -> tuple[int, int]:
    version = service.ice_getEncodingVersion()
    return version.major, version.minor
