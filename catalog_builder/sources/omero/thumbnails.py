"""Pictures from OMERO's thumbnail store, each checked before anybody gets to see it.

`batch` asks for fifty at a time, as OMERO.web does; OMERO may keep the thumbnails it draws for this, and make
rendering settings that belong to the account. `direct` asks for one at a time and leaves nothing behind.
Several calls are under way at once, each on a store of its own. Previews come the same way as thumbnails; for
OMERO they are thumbnails of another size.
"""

from __future__ import annotations

import contextlib
import io
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Literal

from PIL import Image as Pillow

from catalog_builder.errors import SourceError
from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.sources.omero import queries
from catalog_builder.sources.omero.failures import NoAnswer, Refused
from catalog_builder.sources.omero.images import Plane, Planes
from catalog_builder.sources.omero.remote import Remote, batches
from catalog_builder.sources.omero.stores import Stores

Mode = Literal["batch", "direct", "none"]
Found = list[tuple[int, Thumbnail | None]]
"""Image ids, each with its picture or with None."""

Kind = Literal["thumbnails", "previews"]

_AT_ONCE = 50
#: A reply holds no more than so many, and OMERO draws no longer at one: 50 pictures of 512 pixels, 3 of 2048.
_PIXELS_AT_ONCE = 50 * 512 * 512
_TRIES = 3
_RETRIES_IN_VAIN = 100
_NAMED = 10
_DOING = {"thumbnails": "fetching pictures", "previews": "fetching previews"}
_DO_WITHOUT = {"thumbnails": "`thumbnails: {mode: none}`", "previews": "`previews: {size: 0}`"}


class Pictures:
    """Fetches the pictures of images that were streamed; counts those that OMERO does not have.

    `size` is the length of the longest side in pixels. Smaller images are asked for at their own size, as
    OMERO would blow them up. Images no larger than `above` are passed over: there is a picture of them that is
    as large.
    """

    def __init__(
        self,
        remote: Remote,
        planes: Planes,
        *,
        size: int,
        direct: bool,
        above: int = 0,
        kind: Kind = "thumbnails",
    ) -> None:
        self._remote = remote
        self._planes = planes
        self._size = size
        self._direct = direct
        self._above = above
        self._kind = kind
        self._stores = Stores(remote.connection, _DOING[kind])
        self._threads = ThreadPoolExecutor(remote.connection.calls, "pictures")
        self._in_vain = 0
        self.missing = 0
        self.named: list[str] = []
        """The first of the images that have no usable picture, as `image:123`."""

    def fetch(self, images: Sequence[int]) -> Iterator[Thumbnail]:
        """The pictures there are, in any order. Costs a call for 50 images, or two for each with `direct`.

        A picture that is no good is asked for three times. Raises SourceError where the server is lost or
        does not answer.
        """
        planes = {image: self._planes.get(image) for image in images}
        if not self._above:  # else they are counted already, as without that other picture
            self._count([image for image, plane in planes.items() if plane is None])
        known = {image: plane for image, plane in planes.items() if plane and self._is_wanted(plane)}
        for found in self._at_once(self._each_alone(known) if self._direct else self._in_batches(known)):
            self._count([image for image, picture in found if picture is None])
            yield from (picture for _, picture in found if picture is not None)

    def _count(self, without: list[int]) -> None:
        self.missing += len(without)
        self.named += [f"image:{image}" for image in without[: _NAMED - len(self.named)]]

    def close(self) -> None:
        """Let go of the stores; what is still under way is waited for."""
        self._threads.shutdown(cancel_futures=True)
        self._stores.close()

    def give_up(self) -> None:
        """The same where the run has failed: nothing is waited for. The session's end closes the stores."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _at_once(self, jobs: Iterator[Callable[[], Found]]) -> Iterator[Found]:
        """What the jobs find, as it comes; as many at once as the connection allows."""
        under_way: set[Future[Found]] = set()
        try:
            while True:
                for job in itertools.islice(jobs, self._remote.connection.calls - len(under_way)):
                    under_way.add(self._threads.submit(job))
                if not under_way:
                    return
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            for future in under_way:
                future.cancel()

    def _in_batches(self, known: dict[int, Plane]) -> Iterator[Callable[[], Found]]:
        alike: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for image, plane in sorted(known.items()):
            alike[plane.group, self._size_for(plane)].append(image)
        for (group, size), images in sorted(alike.items()):
            for some in batches(images, max(1, min(_AT_ONCE, _PIXELS_AT_ONCE // size**2))):
                planes = {image: known[image] for image in some}
                yield lambda planes=planes, size=size, group=group: self._batch(planes, size, group)  # type: ignore[misc]

    def _batch(self, planes: dict[int, Plane], size: int, group: int) -> Found:
        """Fifty at once; those that failed at once again, and then each by itself: one can spoil them all."""
        found = self._ask(planes, size, group)
        failed = {image: planes[image] for image, picture in found.items() if picture is None}
        if failed:
            found |= self._ask(failed, size, group)
        for image in failed:
            # Not where nothing ever comes of it.
            if found[image] is None and self._in_vain < _RETRIES_IN_VAIN:
                found |= self._ask({image: planes[image]}, size, group)
                self._in_vain = 0 if found[image] else self._in_vain + 1
        return list(found.items())

    def _ask(self, planes: dict[int, Plane], size: int, group: int) -> dict[int, Thumbnail | None]:
        with self._refusals_are_no_pictures():
            answer = self._stores.several([plane.pixels for plane in planes.values()], size, group)
            return {
                image: check(image, answer.get(plane.pixels), plane, size) for image, plane in planes.items()
            }
        return dict.fromkeys(planes)

    def _each_alone(self, known: dict[int, Plane]) -> Iterator[Callable[[], Found]]:
        settings: dict[int, int] = {}
        if known:
            settings = _rendering_settings(self._remote, [plane.pixels for plane in known.values()])
        for image, plane in sorted(known.items()):
            yield lambda image=image, plane=plane: self._alone(image, plane, settings.get(plane.pixels))  # type: ignore[misc]

    def _alone(self, image: int, plane: Plane, settings: int | None) -> Found:
        size = self._size_for(plane)
        for _ in range(_TRIES if self._in_vain < _RETRIES_IN_VAIN else 1):
            with self._refusals_are_no_pictures():
                picture = check(
                    image, self._stores.one(plane.pixels, size, plane.group, settings), plane, size
                )
                if picture is not None:
                    self._in_vain = 0
                    return [(image, picture)]
        self._in_vain += 1
        return [(image, None)]

    def revision(self, image: int) -> str:
        """What changes when the picture of an image that was streamed would look different; '' for one without."""
        plane = self._planes.get(image)
        if plane is None or not plane.rendering or not self._is_wanted(plane):
            return ""
        return f"{plane.rendering:x}-{self._size}"

    def _is_wanted(self, plane: Plane) -> bool:
        return not plane.x or max(plane.x, plane.y) > self._above

    def _size_for(self, plane: Plane) -> int:
        return min(self._size, max(plane.x, plane.y)) or self._size

    @contextlib.contextmanager
    def _refusals_are_no_pictures(self) -> Iterator[None]:
        """Where OMERO refuses, there is no picture; where it never answers, there will be none at all."""
        try:
            yield
        except NoAnswer:
            raise SourceError(
                f"OMERO did not answer while {_DOING[self._kind]}, however often it was asked: export again "
                f"when the server has less to do, or with {_DO_WITHOUT[self._kind]}."
            ) from None
        except Refused:
            return


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
