"""Pictures from OMERO's thumbnail store, each checked before anybody gets to see it.

`batch` asks for fifty at a time, as OMERO.web does; OMERO may keep the thumbnails it draws for this, and make
rendering settings that belong to the account. `direct` asks for one at a time and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import importlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from PIL import Image as Pillow

from catalog_builder.errors import SourceError
from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.connect import Refused, explained
from catalog_builder.sources.omero.images import Plane, Planes
from catalog_builder.sources.omero.remote import Remote, batches

Mode = Literal["batch", "direct", "none"]

_AT_ONCE = 50
_RETRIES_IN_VAIN = 100
#: So many calls without an answer, five minutes each, and the export ends instead of hanging for hours.
_PATIENCE = 3
_DOING = "fetching pictures"


class Pictures:
    """Fetches the pictures of images that were streamed; counts those that OMERO does not have.

    `size` is the length of the longest side in pixels. Smaller images are asked for at their own size, as
    OMERO would blow them up.
    """

    def __init__(self, remote: Remote, planes: Planes, *, size: int, direct: bool) -> None:
        self._remote = remote
        self._planes = planes
        self._size = size
        self._direct = direct
        self._in_vain = 0
        self._timeouts = 0
        self.asked = 0
        self.missing = 0

    def fetch(self, images: Sequence[int]) -> Iterator[Thumbnail]:
        """The pictures there are, in any order. Costs a call for 50 images, or two for each with `direct`."""
        known = {image: plane for image in images if (plane := self._planes.get(image)) is not None}
        self.asked += len(images)
        self.missing += len(images) - len(known)
        with contextlib.closing(_Store(self._remote, self._timed_out)) as store:
            for found in self._each_alone(store, known) if self._direct else self._in_batches(store, known):
                if found is None:
                    self.missing += 1
                else:
                    yield found

    def _timed_out(self) -> bool:
        """Counts a call without an answer; True once there were so many that no more is asked."""
        self._timeouts += 1
        return self._timeouts >= _PATIENCE

    def _in_batches(self, store: _Store, known: dict[int, Plane]) -> Iterator[Thumbnail | None]:
        alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for image, plane in sorted(known.items()):
            alike[plane.group, self._size_for(plane)].append(image)
        for (group, size), images in sorted(alike.items()):
            for some in batches(images, _AT_ONCE):
                answer = store.set([known[image].pixels for image in some], size, group)
                for image in some:
                    plane = known[image]
                    first = check(image, answer.get(plane.pixels), plane, size)
                    yield first or self._again(store, image, plane, size)

    def _again(self, store: _Store, image: int, plane: Plane, size: int) -> Thumbnail | None:
        """One more try by itself, for one bad image can spoil a batch; not where nothing ever comes of it."""
        if self._in_vain >= _RETRIES_IN_VAIN or self._timeouts:
            return None
        second = check(image, store.set([plane.pixels], size, plane.group).get(plane.pixels), plane, size)
        self._in_vain = 0 if second else self._in_vain + 1
        return second

    def _each_alone(self, store: _Store, known: dict[int, Plane]) -> Iterator[Thumbnail | None]:
        settings: dict[int, int] | None = None
        for image, plane in sorted(known.items()):
            size = self._size_for(plane)
            if store.choose(plane):
                yield check(image, store.direct(size, plane.group), plane, size)
                continue
            # Without settings of the account's own: draw with another's rather than have any made.
            if settings is None:
                settings = _rendering_settings(self._remote, [other.pixels for other in known.values()])
            drawn = plane.pixels in settings and store.choose(plane, settings[plane.pixels])
            yield check(image, store.direct(size, plane.group), plane, size) if drawn else None

    def _size_for(self, plane: Plane) -> int:
        return min(self._size, max(plane.x, plane.y)) or self._size


def check(image: int, jpeg: bytes | None, plane: Plane, size: int) -> Thumbnail | None:
    """The picture if it is a whole JPEG of the size asked for, else None.

    While OMERO makes a pyramid it sends a picture of a clock, in the clock's own proportions. For a square
    image nothing tells the two apart.
    """
    if not jpeg:
        return None
    try:
        with Pillow.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            width, height = picture.size
            # Before decoding: a picture of the right size cannot be a decompression bomb.
            if not _plausible(width, height, plane, size):
                return None
            picture.load()
    except (OSError, SyntaxError, ValueError, Pillow.DecompressionBombError):
        return None
    return Thumbnail(image, bytes(jpeg), width, height)


def _plausible(width: int, height: int, plane: Plane, size: int) -> bool:
    if abs(max(width, height) - size) > 1:
        return False
    longest = max(plane.x, plane.y)
    if not longest:
        return True
    room = 2 + size // 50
    return abs(width - plane.x * size / longest) <= room and abs(height - plane.y * size / longest) <= room


def _rendering_settings(remote: Remote, pixels: list[int]) -> dict[int, int]:
    """Pixels id -> rendering settings to draw it with: the image owner's, else the oldest."""
    found: dict[int, tuple[bool, int]] = {}
    for id_, drawn, owner, image_owner in remote.by_ids(queries.RENDERING_SETTINGS, pixels):
        choice = (owner != image_owner, id_)
        found[drawn] = min(choice, found.get(drawn, choice))
    return {drawn: id_ for drawn, (_, id_) in found.items()}


class _Store:
    """OMERO's thumbnail store: it remembers the last image, so one that failed is given up for a new one."""

    def __init__(self, remote: Remote, timed_out: Callable[[], bool]) -> None:
        self._connection = remote.connection
        self._timed_out = timed_out
        self._whole_number = importlib.import_module("omero.rtypes").rint
        self._store: Any = None

    def set(self, pixels: list[int], size: int, group: int) -> dict[int, bytes]:
        """Pixels id -> JPEG, as OMERO sends it; nothing where it refuses."""
        return self._call("getThumbnailByLongestSideSet", group, self._whole_number(size), pixels) or {}

    def choose(self, plane: Plane, settings: int | None = None) -> bool:
        """Turn to one image; whether there are rendering settings to draw it with. Saves none."""
        if settings is None:
            return bool(self._call("setPixelsId", plane.group, plane.pixels))
        return self._call("setRenderingDefId", plane.group, settings, failed=False) is not False

    def direct(self, size: int, group: int) -> bytes | None:
        """The chosen image's JPEG, drawn for us and not kept."""
        answer: bytes | None = self._call("getThumbnailByLongestSideDirect", group, self._whole_number(size))
        return answer

    def close(self) -> None:
        """Let go of the server's half; a store that is never closed costs the server memory."""
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(Exception):
                store.close()

    def _call(self, operation: str, group: int, *arguments: Any, failed: Any = None) -> Any:
        """What the store answers, or `failed` where it refuses. A lost connection raises SourceError."""
        try:
            with explained(_DOING):
                if self._store is None:
                    self._store = self._connection.services.createThumbnailStore()
                return getattr(self._store, operation)(*arguments, self._connection.context(group))
        except Refused as refusal:
            self.close()
            if "Timeout" in refusal.kind and self._timed_out():
                raise SourceError(
                    f"OMERO did not answer {_PATIENCE} times while {_DOING}: export again when the server has "
                    "less to do, or with `thumbnails: {mode: none}`."
                ) from None
            return failed
