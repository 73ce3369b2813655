"""ThumbnailStore: stateful, keyed by pixels id.

The calls without `Direct` in their name leave a Thumbnail, and where there was none a RenderingDef, owned by the
account that asked, just as OMERO does. The others draw with settings that there are, or not at all.
"""

from __future__ import annotations

import time
from typing import Any

import omero
import omero.api
import omero.api as api

from .. import pictures
from ..dispatch import VOID, Call, Service, serves
from ..hql.errors import misuse
from ..store import Row
from .admin import Admin

_DEFAULT_SIZE = 48


class _Thumbnails(Service):
    is_stateful = True

    def __init__(self, server: Any, session: Any = None) -> None:
        super().__init__(server, session)
        self._pixels: Row | None = None
        self._settings: Row | None = None
        self._in_progress = False

    def setPixelsId(self, call: Call, id: int) -> bool:
        """True if there are rendering settings, the caller's or the owner's; any other's do not count."""
        pixels = _visible(call, id)
        if pixels is None:
            raise omero.ValidationException(None, None, f"Unable to find pixels set with id: {id}")
        self._pixels, self._in_progress = pixels, False
        settings = call.lab.pointing("RenderingDef", "pixels", id)
        of_owner = [row for row in settings if row.owner in (call.who.user, pixels.owner)]
        self._settings = of_owner[0] if of_owner else None
        return self._settings is not None

    def setRenderingDefId(self, call: Call, id: int) -> Any:
        """Draw the current image with these settings, whoever made them."""
        settings = call.lab.get("RenderingDef", id)
        if settings is None or settings["pixels"] is not _current(self):
            raise omero.ValidationException(None, None, f"No rendering settings {id} for these pixels")
        self._settings = settings
        return VOID

    def isInProgress(self, call: Call) -> bool:
        return self._in_progress

    def getRenderingDefId(self, call: Call) -> int:
        settings = call.lab.pointing("RenderingDef", "pixels", _current(self).id)
        mine = [row for row in settings if row.owner is call.who.user] or settings
        if not mine:
            raise misuse("no rendering settings loaded")
        return mine[0].id

    def resetDefaults(self, call: Call) -> Any:
        self._settings = self.server.trace_rendering(_current(self), call.who.user)
        return VOID

    def thumbnailExists(self, call: Call, width: Any, height: Any) -> bool:
        wanted = _size(width), _size(height)
        existing = call.lab.pointing("Thumbnail", "pixels", _current(self).id)
        mine = [row for row in existing if row.owner is call.who.user]
        return any((row.values["sizeX"], row.values["sizeY"]) == wanted for row in mine)

    def getThumbnail(self, call: Call, width: Any, height: Any) -> bytes:
        return self._traced(call, (_size(width), _size(height)))

    def getThumbnailWithoutDefault(self, call: Call, width: Any, height: Any) -> bytes:
        return self._traced(call, (_size(width), _size(height)))

    def getThumbnailByLongestSide(self, call: Call, size: Any) -> bytes:
        return self._traced(call, _fitted(_current(self), _size(size)))

    def getThumbnailDirect(self, call: Call, width: Any, height: Any) -> bytes:
        return self._single(_drawable(self), (_size(width), _size(height)))

    def getThumbnailByLongestSideDirect(self, call: Call, size: Any) -> bytes:
        pixels = _drawable(self)
        return self._single(pixels, _fitted(pixels, _size(size)))

    def getThumbnailForSectionDirect(self, call: Call, z: int, t: int, width: Any, height: Any) -> bytes:
        return self._single(_section(_drawable(self), z, t), (_size(width), _size(height)))

    def getThumbnailForSectionByLongestSideDirect(self, call: Call, z: int, t: int, size: Any) -> bytes:
        pixels = _section(_drawable(self), z, t)
        return self._single(pixels, _fitted(pixels, _size(size)))

    def getThumbnailSet(self, call: Call, width: Any, height: Any, ids: list[int]) -> dict[int, bytes]:
        size = _size(width), _size(height)
        return self._set(call, dict.fromkeys(ids, size))

    def getThumbnailByLongestSideSet(self, call: Call, size: Any, ids: list[int]) -> dict[int, bytes]:
        side = _size(size)
        found = {id: _visible(call, id) for id in ids}
        return self._set(
            call, {id: _fitted(row, side) for id, row in found.items() if row is not None}, asked=ids
        )

    def getCurrentEventContext(self, call: Call) -> Any:
        return Admin.getEventContext(self, call)  # type: ignore[arg-type]

    def activate(self, call: Call) -> Any:
        return VOID

    def passivate(self, call: Call) -> Any:
        return VOID

    def close(self, call: Call) -> Any:
        call.session.servants.pop(self.name, None)  # type: ignore[attr-defined]
        return VOID

    def _set(
        self, call: Call, sizes: dict[int, tuple[int, int]], asked: list[int] | None = None
    ) -> dict[int, bytes]:
        """Pixels that the account cannot see are left out of the answer, as are those whose entry goes missing."""
        if not (sizes if asked is None else asked):
            raise misuse("ThumbnailStore: the list of pixels ids is empty")
        answer = {}
        for id, size in sizes.items():
            pixels = _visible(call, id)
            if pixels is None:
                continue
            self.server.trace_thumbnail(pixels, call.who.user, size)
            picture = self._picture(pixels, size)
            if picture is not None:
                answer[id] = picture
        return answer

    def _traced(self, call: Call, size: tuple[int, int]) -> bytes:
        pixels = _current(self)
        self.server.trace_thumbnail(pixels, call.who.user, size)
        return self._single(pixels, size)

    def _single(self, pixels: Row, size: tuple[int, int]) -> bytes:
        picture = self._picture(pixels, size)
        if picture is None:
            raise omero.ResourceError(None, None, f"Cannot render pixels {pixels.id}: no pixel data")
        return picture

    def _picture(self, pixels: Row, size: tuple[int, int]) -> bytes | None:
        lab = self.server.lab
        time.sleep(self.server.faults.picture_seconds)
        fault = self.server.next_fault(pixels.id)
        self._in_progress = fault == pictures.CLOCK
        if fault == pictures.MISSING:
            return None
        good = lab.pictures.get(pixels.id) or pictures.draw(pixels.id, *size)
        return pictures.spoil(good, fault) if fault else good


ThumbnailStore = serves(api.ThumbnailStore)(_Thumbnails)


def _visible(call: Call, id: int) -> Row | None:
    row = call.lab.get("Pixels", id)
    return row if row is not None and call.visible()(row) else None


def _current(store: _Thumbnails) -> Row:
    if store._pixels is None:
        raise misuse("This RenderingEngine has not been initialized: call setPixelsId() first")
    return store._pixels


def _drawable(store: _Thumbnails) -> Row:
    """The current pixels, if there are settings to draw them with: calls that leave no trace make none."""
    pixels = _current(store)
    if store._settings is None:
        raise omero.ValidationException(None, None, f"No rendering settings for pixels {pixels.id}")
    return pixels


def _size(given: Any) -> int:
    size = _DEFAULT_SIZE if given is None else int(given.val)
    if size < 1:
        raise misuse(f"ThumbnailStore: a thumbnail of {size} px")
    return size


def _section(pixels: Row, z: int, t: int) -> Row:
    if not (0 <= z < (pixels.values.get("sizeZ") or 1) and 0 <= t < (pixels.values.get("sizeT") or 1)):
        raise misuse(f"pixels {pixels.id} have no plane at z={z}, t={t}")
    return pixels


def _fitted(pixels: Row, side: int) -> tuple[int, int]:
    return pictures.fitted(pixels.values.get("sizeX") or 1, pixels.values.get("sizeY") or 1, side)
