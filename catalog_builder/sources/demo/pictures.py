"""The demo's thumbnails: a scene drawn at the size an image's shape asks for, as JPEG without metadata."""

from __future__ import annotations

from io import BytesIO
from random import Random

from catalog_builder.model.catalogue import Thumbnail
from catalog_builder.sources.demo.canvas import Scene, Size


def fitted(x: int, y: int, longest: int) -> Size:
    """Width and height of a picture of an image of `x` by `y` pixels whose longest side is `longest`."""
    scale = longest / max(x, y)
    return max(1, round(x * scale)), max(1, round(y * scale))


def thumbnail(image: int, scene: Scene, size: Size) -> Thumbnail:
    """Draw an image's scene; its id is the seed, so it looks the same each time. About 20 ms at 256 pixels."""
    picture = scene.draw(Random(image), size)
    file = BytesIO()
    picture.save(file, "JPEG", quality=86)
    return Thumbnail(image, file.getvalue(), *picture.size)
