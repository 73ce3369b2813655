"""The demo's pictures: a scene drawn at the size an image's shape asks for, as JPEG without metadata.

A larger picture takes four times as long to draw, so there it is drawn once, the small one is made from it, and
many are drawn by several processes at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO
from random import Random
from typing import NamedTuple

from PIL import Image as Pillow

from catalog_builder.model.acquisition import Dimensions
from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.sources.demo.canvas import Scene, Size

#: Fewer are drawn sooner than other processes are there to help.
_WORTH_HELP = 40
_QUALITY = {"thumbnail": 86, "preview": 80}


class Drawn(NamedTuple):
    """An image's pictures; `preview` None where none is wanted."""

    thumbnail: Thumbnail
    preview: Thumbnail | None


class _Order(NamedTuple):
    """What is to be drawn: the image, its scene, how large, and how large a second one; None: no second."""

    image: int
    scene: Scene
    thumbnail: Size
    preview: Size | None


def fitted(x: int, y: int, longest: int) -> Size:
    """Width and height of a picture of an image of `x` by `y` pixels whose longest side is `longest`."""
    scale = longest / max(x, y)
    return max(1, round(x * scale)), max(1, round(y * scale))


class Studio:
    """Draws scenes. What it draws depends on the image's id, its scene and its shape alone.

    In a `with` block, many pictures are drawn by as many processes as there are processors.
    """

    def __init__(self, thumbnail_size: int, preview_size: int) -> None:
        self._thumbnail_size = thumbnail_size
        self._preview_size = preview_size
        self._open = False
        self._helpers: ProcessPoolExecutor | None = None
        self._kept: dict[int, Thumbnail] = {}

    def __enter__(self) -> Studio:
        self._open = True
        return self

    def __exit__(self, *exc: object) -> None:
        self._open = False
        self._kept.clear()
        helpers, self._helpers = self._helpers, None
        if helpers is not None:
            helpers.shutdown(wait=not any(exc), cancel_futures=True)

    def thumbnails(
        self, scenes: dict[int, Scene], shapes: dict[int, Dimensions | None], ids: Sequence[int]
    ) -> Iterator[Thumbnail]:
        """The small pictures of those that have a scene. Larger ones that were drawn with them are kept."""
        for drawn in self._draw(scenes, shapes, ids):
            if drawn.preview is not None:
                self._kept[drawn.preview.image] = drawn.preview
            yield drawn.thumbnail

    def previews(
        self, scenes: dict[int, Scene], shapes: dict[int, Dimensions | None], ids: Sequence[int]
    ) -> Iterator[Thumbnail]:
        """The larger pictures, each kept until it is asked for."""
        if self._preview_size:
            others = [number for number in ids if number not in self._kept]
            yield from (self._kept.pop(number) for number in ids if number in self._kept)
            yield from (drawn.preview for drawn in self._draw(scenes, shapes, others) if drawn.preview)

    def _draw(
        self, scenes: dict[int, Scene], shapes: dict[int, Dimensions | None], ids: Sequence[int]
    ) -> Iterable[Drawn]:
        orders = []
        for number in ids:
            scene, shape = scenes.get(number), shapes[number]
            if scene is not None and shape is not None:
                preview = fitted(shape.x, shape.y, self._preview_size) if self._preview_size else None
                orders.append(_Order(number, scene, fitted(shape.x, shape.y, self._thumbnail_size), preview))
        if self._open and len(orders) >= _WORTH_HELP:
            return self._drawn_with_help(orders)
        return map(draw, orders)

    def _drawn_with_help(self, orders: list[_Order]) -> Iterator[Drawn]:
        """By other processes; what they leave undrawn, where a system allows none or ends them, by this one."""
        done = 0
        with contextlib.suppress(BrokenProcessPool, ImportError, NotImplementedError, OSError):
            if self._helpers is None:
                self._helpers = ProcessPoolExecutor(
                    os.cpu_count() or 1,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=signal.signal,
                    initargs=(
                        signal.SIGINT,
                        signal.SIG_IGN,
                    ),  # Ctrl-C is told to this process, which ends them
                )
            for drawn in self._helpers.map(draw, orders, chunksize=4):
                done += 1
                yield drawn
            return
        self._open = False
        yield from map(draw, orders[done:])


def draw(order: _Order) -> Drawn:
    """Draw an image's scene; its id is the seed, so it looks the same each time.

    About 20 ms where the larger side has 256 pixels, three times as long at 512.
    """
    picture = order.scene.draw(Random(order.image), order.preview or order.thumbnail)
    preview = None
    if order.preview:
        preview = _as_jpeg(order.image, picture, "preview")
        picture = picture.resize(order.thumbnail, Pillow.Resampling.LANCZOS)
    return Drawn(_as_jpeg(order.image, picture, "thumbnail"), preview)


def _as_jpeg(image: int, picture: Pillow.Image, kind: str) -> Thumbnail:
    file = BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY[kind])
    return Thumbnail(image, file.getvalue(), *picture.size)
